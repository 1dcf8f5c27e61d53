"""The words that name things of a catalog: metrics, fields, rows, relationships, and fields seen through them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from goal_semantics.model import Catalog, Dataset, Named
from jupyter_goal.planner.grammar.terms import FieldRef, MetricRef, Ref, RoleRef, RowRef
from jupyter_goal.planner.grammar.tokens import singular, stem, words_of

_SAY_LITTLE = {("number",), ("count",), ("total",), ("amount",), ("date",), ("time",)}
_LEADING_SUM = {"total", "sum", "number", "count"}


@dataclass(frozen=True, slots=True)
class Name:
    """One phrase and what it names. `cost` grows with the distance from a name the author gave."""

    words: tuple[str, ...]
    ref: Ref
    cost: float = 0.0
    strict: bool = False
    """Made by us from two names: found without a change of word form only."""

    @property
    def stems(self) -> tuple[str, ...]:
        """What the phrase is found by."""
        return tuple(stem(word) for word in self.words)

    @property
    def singulars(self) -> tuple[str, ...]:
        """What decides whether a hit is exact."""
        return tuple(singular(word) for word in self.words)


def names_of(catalog: Catalog) -> Iterator[Name]:
    """Every phrase of the catalog, hidden things left out."""
    for metric in catalog.metrics:
        if not metric.hidden:
            yield from _metric_names(metric)
    for dataset in catalog.datasets:
        if not dataset.hidden:
            yield from _dataset_names(dataset)
    for relationship in catalog.relationships:
        target = catalog.dataset.get(relationship.to_dataset)
        if target is not None and not relationship.hidden:
            role = RoleRef(relationship.from_dataset, relationship.name, relationship.to_dataset)
            yield from _role_names(_phrases(relationship), target, role)


def _phrases(named: Named) -> tuple[tuple[str, ...], ...]:
    texts = (named.label, *named.synonyms, named.name)
    return tuple(dict.fromkeys(words for text in texts if (words := words_of(text))))


def _metric_names(metric: Named) -> Iterator[Name]:
    ref = MetricRef(metric.name)
    for words in _phrases(metric):
        yield Name(words, ref)
        if words[0] in _LEADING_SUM and len(words) > 1:
            rest = words[2:] if words[1] == "of" else words[1:]
            if rest:
                yield Name(rest, ref, 0.08, strict=True)


def _dataset_names(dataset: Dataset) -> Iterator[Name]:
    nouns = _row_nouns(dataset)
    for words in nouns:
        yield Name(words, RowRef(dataset.name))
    if dataset.row and len(words_of(dataset.row)) > 1:
        yield Name(words_of(dataset.row)[-1:], RowRef(dataset.name), 0.2, strict=True)
    for field in dataset.fields:
        if field.hidden:
            continue
        ref = FieldRef(dataset.name, field.name)
        for words in _phrases(field):
            yield Name(words, ref)
            for noun in nouns:
                if not _starts_with(words, noun):
                    yield Name((*noun, *words), ref, strict=True)
                elif len(words) > len(noun) and words[len(noun) :] not in _SAY_LITTLE:
                    yield Name(words[len(noun) :], ref, 0.05, strict=True)
            if len(words) > 1 and words[-1] in {"code", "id", "name"} and field.role != "key":
                yield Name(words[:-1], ref, 0.06, strict=True)


def _row_nouns(dataset: Dataset) -> tuple[tuple[str, ...], ...]:
    row = (words_of(dataset.row),) if dataset.row else ()
    return tuple(dict.fromkeys([*row, *_phrases(dataset)]))


def _role_names(roles: tuple[tuple[str, ...], ...], target: Dataset, role: RoleRef) -> Iterator[Name]:
    nouns = _row_nouns(target)
    for words in roles:
        yield Name(words, role)
        for noun in nouns:
            if not _starts_with(words, noun) and not _ends_with(words, noun):
                yield Name((*words, *noun), role, strict=True)
        for field in target.fields:
            if field.hidden:
                continue
            ref = FieldRef(target.name, field.name, via=role.name)
            for phrase in _phrases(field):
                if not _starts_with(phrase, words):
                    yield Name((*words, *phrase), ref, strict=True)


def _starts_with(words: tuple[str, ...], head: tuple[str, ...]) -> bool:
    return tuple(map(singular, words[: len(head)])) == tuple(map(singular, head))


def _ends_with(words: tuple[str, ...], tail: tuple[str, ...]) -> bool:
    return tuple(map(singular, words[-len(tail) :])) == tuple(map(singular, tail))
