"""What can be reached from a fact over many-to-one steps, and which field stands for a row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from goal_semantics.model import Catalog, Dataset, Field, Relationship
from jupyter_goal.planner.grammar.tokens import stem, words_of
from jupyter_goal.planner.grammar.vocabulary import FROM_WORDS, NAMING, TO_WORDS

_DEPTH = 3
_FROM = frozenset(stem(word) for word in FROM_WORDS)
_TO = frozenset(stem(word) for word in TO_WORDS)

Steps = tuple[str, ...]


@dataclass(frozen=True)
class Reach:
    """Paths through the relationships of one catalog."""

    catalog: Catalog

    @cached_property
    def from_root(self) -> dict[str, dict[str, tuple[Steps, ...]]]:
        """root -> target dataset -> the step sequences that lead there, shortest first."""
        return {dataset.name: self._walk(dataset.name) for dataset in self.catalog.datasets}

    def _walk(self, root: str) -> dict[str, tuple[Steps, ...]]:
        found: dict[str, list[Steps]] = {root: [()]}
        frontier: list[tuple[str, Steps, frozenset[str]]] = [(root, (), frozenset({root}))]
        for _ in range(_DEPTH):
            frontier = [
                (step.to_dataset, (*steps, step.name), seen | {step.to_dataset})
                for name, steps, seen in frontier
                for step in self.catalog.outgoing.get(name, ())
                if step.to_dataset not in seen
            ]
            for name, steps, _seen in frontier:
                found.setdefault(name, []).append(steps)
        return {name: tuple(paths) for name, paths in found.items()}

    def steps(self, root: str, target: str) -> tuple[Steps, ...]:
        """How to get from one dataset to another; empty when it cannot be reached."""
        return self.from_root.get(root, {}).get(target, ())

    def chain(self, root: str, steps: Steps) -> tuple[Relationship, ...]:
        """The relationships of a step sequence."""
        taken: list[Relationship] = []
        name = root
        for step in steps:
            relationship = next(r for r in self.catalog.outgoing[name] if r.name == step)
            taken.append(relationship)
            name = relationship.to_dataset
        return tuple(taken)

    def entity(self, root: str, steps: Steps, field: str) -> tuple[Steps, str]:
        """One name for a key seen from either side: `flights.carrier` and `flights.airline.code` are the same."""
        if steps:
            last = self.chain(root, steps)[-1]
            if last.to_fields == (field,) and len(last.from_fields) == 1:
                return steps[:-1], last.from_fields[0]
        return steps, field

    def foreign(self, root: str, steps: Steps) -> Field | None:
        """The visible single field on the near side of the last step, where there is one."""
        if not steps:
            return None
        last = self.chain(root, steps)[-1]
        if len(last.from_fields) != 1:
            return None
        return self.catalog.dataset[last.from_dataset].by_name.get(last.from_fields[0])

    def side(self, root: str, steps: Steps, field: str) -> str:
        """The side of a movement that a path or field is on, by its names: "from", "to" or neither."""
        dataset = self.catalog.dataset[root]
        texts: list[str] = []
        for relationship in self.chain(root, steps):
            texts += [relationship.name, relationship.label, *relationship.synonyms]
            dataset = self.catalog.dataset[relationship.to_dataset]
        own = dataset.by_name.get(field)
        if own is not None:
            texts += [own.name, own.label, *own.synonyms]
        stems = {stem(word) for text in texts for word in words_of(text)}
        is_from, is_to = bool(stems & _FROM), bool(stems & _TO)
        return "" if is_from == is_to else "from" if is_from else "to"


def naming_field(dataset: Dataset) -> Field | None:
    """The field that stands for a row: its name, or its key."""
    visible = [field for field in dataset.fields if not field.hidden and field.role != "fact"]
    texts = [field for field in visible if field.type == "string"]
    own = stem(dataset.row or dataset.name)
    for wanted in NAMING:
        for field in texts:
            if field.name.casefold() == wanted or field.name.casefold().replace(own, "").strip("_") == wanted:
                return field
    for field in texts:
        if field.name.casefold().endswith(("name", "title")):
            return field
    if len(dataset.primary_key) == 1:
        return dataset.by_name.get(dataset.primary_key[0])
    return None
