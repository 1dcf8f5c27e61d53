"""dbt's names: which model holds what, how entities join models, and what `listing__user__home_state` means for a model.

Two models are joined where an entity of one is a key of the other; a name spells the entities that lead to an element.
A name that gives only the last of them is looked for, and the shortest way is meant. Nothing here knows catalogs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from goal_semantics.issues import Issue, near
from goal_semantics.load.dbt.manifest import Dimension, Entity, Manifest, SemanticModel

MAX_HOPS = 2
"""dbt joins no further."""
SEPARATOR = "__"

Sort = Literal["entity", "categorical", "time"]


@dataclass(frozen=True, slots=True)
class Link:
    """One model joined to another by an entity. `shared` are partitions that have to agree as well."""

    entity: str
    source: str
    target: str
    shared: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    """Partitions that have to agree with those of the fact, whatever is between."""
    name: str = ""
    """The relationship of the catalog."""


@dataclass(frozen=True, slots=True)
class Meant:
    """An element as seen from the rows of a model."""

    links: tuple[str, ...]
    """Entities, as its full name spells them."""
    steps: tuple[Link, ...]
    model: str
    name: str
    sort: Sort
    grain: str = ""

    @property
    def full(self) -> str:
        """Its whole name."""
        return SEPARATOR.join((*self.links, self.name))


@dataclass(slots=True)
class Links:
    """Indexes over the models of a manifest."""

    manifest: Manifest
    models: dict[str, SemanticModel] = field(default_factory=dict)
    leaving: dict[str, tuple[Link, ...]] = field(default_factory=dict)
    _found: dict[str, tuple[Meant, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.models = {model.name: model for model in self.manifest.semantic_models}
        counted = {
            metric.type_params.metric_aggregation_params.semantic_model
            for metric in self.manifest.metrics
            if metric.type_params.metric_aggregation_params
        }
        facts = counted | {model.name for model in self.manifest.semantic_models if model.measures}
        for model in self.manifest.semantic_models:
            self.leaving[model.name] = _distinct(tuple(self._links(model, fact=model.name in facts)))

    def elements(self, model: str) -> tuple[Meant, ...]:
        """Everything that rows of a model can be grouped by, the nearest first."""
        if model not in self._found:
            self._found[model] = tuple(sorted(self._elements(model), key=lambda each: (len(each.steps), each.links)))
        return self._found[model]

    def find(self, model: str, links: tuple[str, ...], name: str) -> Meant | Issue:
        """The element that a name means for rows of a model; of equally near ones none is chosen."""
        fitting = [
            each
            for each in self.elements(model)
            if each.name == name and (each.links[len(each.links) - len(links) :] == links if links else True)
        ]
        exact = [each for each in fitting if each.links == links] or fitting
        nearest = [each for each in exact if len(each.steps) == len(exact[0].steps)]
        written = SEPARATOR.join((*links, name))
        ways = dict.fromkeys((each.steps, each.model) for each in nearest)
        if len(ways) == 1:
            return nearest[0]
        if ways:
            several = tuple(dict.fromkeys(each.full for each in nearest))
            where = " and ".join(f"“{each.model}”" for each in nearest)
            hint = f"Name the entities: {', '.join(several)}." if len(several) > 1 else "Rename one of them."
            return Issue(f"“{written}” is ambiguous: {where} have it.", written, hint)
        known = tuple(dict.fromkeys(each.full for each in self.elements(model)))
        return Issue(f"“{written}” cannot be reached from “{model}”.", written, "", near(written, known))

    def _links(self, model: SemanticModel, *, fact: bool) -> Iterator[Link]:
        for entity in model.entities:
            for other in self.manifest.semantic_models:
                key = next((each for each in other.entities if each.name == entity.name), None)
                if other is model or key is None or not _joins(entity, key, fact=fact):
                    continue
                if key.type == "natural" and ends(other) is None:
                    continue
                partitions = _partitions(other)
                shared = tuple(name for name in _partitions(model) if name in partitions)
                yield Link(entity.name, model.name, other.name, shared, partitions if not shared else ())

    def _elements(self, model: str) -> Iterator[Meant]:
        if model not in self.models:
            return
        own = self.models[model]
        roots = dict.fromkeys(
            (*(entity.name for entity in own.entities if entity.type != "foreign"), own.primary_entity or "")
        )
        for entity in own.entities:
            yield Meant((), (), model, entity.name, "entity")
        for root in roots:
            if root:
                yield from _of(own, (root,), ())
        yield from self._beyond(own, own, ())

    def _beyond(self, root: SemanticModel, model: SemanticModel, steps: tuple[Link, ...]) -> Iterator[Meant]:
        if len(steps) == MAX_HOPS:
            return
        for link in self.leaving[model.name]:
            fits = set(link.beside) <= set(_partitions(root))
            if fits and link.entity not in {each.entity for each in steps}:
                ahead = (*steps, link)
                target = self.models[link.target]
                yield from _of(target, tuple(each.entity for each in ahead), ahead)
                yield from self._beyond(root, target, ahead)


def _of(model: SemanticModel, links: tuple[str, ...], steps: tuple[Link, ...]) -> Iterator[Meant]:
    for dimension in model.dimensions:
        grain = dimension.type_params.time_granularity if dimension.type_params else ""
        yield Meant(links, steps, model.name, dimension.name, dimension.type, grain)
    for entity in model.entities:
        if entity.name != links[-1]:
            yield Meant(links, steps, model.name, entity.name, "entity")


def _joins(entity: Entity, key: Entity, *, fact: bool) -> bool:
    """Whether rows with the entity have at most one partner, and the way is of use."""
    if key.type == "foreign" or (entity.type == "natural" and key.type == "natural"):
        return False
    return fact or entity.type == "foreign"


def _partitions(model: SemanticModel) -> tuple[str, ...]:
    return tuple(each.name for each in model.dimensions if each.is_partition)


def ends(model: SemanticModel) -> tuple[Dimension, Dimension] | None:
    """The time dimensions between which a row of a slowly changing model holds."""
    spans = [each for each in model.dimensions if each.type_params and each.type_params.validity_params]
    start = [each for each in spans if each.type_params.validity_params.is_start]  # type: ignore[union-attr]
    end = [each for each in spans if each.type_params.validity_params.is_end]  # type: ignore[union-attr]
    return (start[0], end[0]) if len(start) == len(end) == 1 else None


def _distinct(links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Named by the entity; where it leads to several models, by the entity and the model."""
    targets = [link.entity for link in links]
    several = [targets.count(link.entity) > 1 for link in links]
    return tuple(
        replace(link, name=f"{link.entity}_{link.target}" if more else link.entity)
        for link, more in zip(links, several, strict=True)
    )
