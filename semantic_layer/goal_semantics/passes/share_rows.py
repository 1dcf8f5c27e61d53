"""Aggregations of the same rows by the same keys are one: a fact is read once, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from goal_semantics.relation import Aggregate, Column, Derive, Exists, Filter, Join, Ref, Relation, Scan, Term
from goal_semantics.traversal import inputs, rewritten, terms


@dataclass(frozen=True, slots=True)
class _Read:
    """The rows and keys of an aggregation; the joins, which add no rows, stand apart."""

    scan: Scan
    condition: Term | None
    keys: tuple[Column, ...]
    sets: tuple[tuple[int, ...], ...]


@dataclass(slots=True)
class _Shared:
    """Everything asked of some rows by some keys."""

    read: _Read
    name: str
    joins: dict[str, Join] = field(default_factory=dict)
    columns: list[Column] = field(default_factory=list)
    askers: int = 0
    fused: Aggregate | None = None

    def named(self, term: Term) -> str | None:
        """The name of a column here."""
        return next((each.name for each in self.columns if each.term == term), None)


def share_rows(relation: Relation) -> Relation:
    """One aggregation in place of several, which are then projections of it."""
    found: list[_Shared] = []
    seen = set[int]()
    for each in _aggregates(relation, seen):
        _add(found, each)
    for term in terms(relation):
        if isinstance(term, Exists):
            for each in _aggregates(term.relation, seen):
                _add(found, each)
    if all(one.askers < 2 for one in found):
        return relation
    for one in found:
        one.fused = _fused(one) if one.askers > 1 else None

    def change(below: Relation) -> Relation:
        one = _find(found, below) if isinstance(below, Aggregate) else None
        if one is None or one.fused is None or not isinstance(below, Aggregate):
            return below
        kept = tuple(Column(each.name, Ref(each.name)) for each in below.keys)
        measures = list[Column]()
        for each in below.measures:
            name = one.named(each.term)
            if name is None:
                return below
            measures.append(Column(each.name, Ref(name)))
        return Derive(one.fused, (*kept, *measures), name=below.name)

    return rewritten(relation, change)


def _aggregates(relation: Relation, seen: set[int]) -> Iterator[Aggregate]:
    if id(relation) in seen:
        return
    seen.add(id(relation))
    for below in inputs(relation):
        yield from _aggregates(below, seen)
    if isinstance(relation, Aggregate):
        yield relation


def _read(aggregate: Aggregate) -> tuple[_Read, dict[str, Join]] | None:
    """What is read and how it is joined; None for rows that are not those of a dataset."""
    rows: Relation = aggregate.input
    condition: Term | None = None
    if isinstance(rows, Filter):
        condition = rows.condition
        rows = rows.input
    joins = dict[str, Join]()
    while isinstance(rows, Join) and isinstance(rows.right, Scan) and rows.kind in {"left", "inner"} and not rows.many:
        joins[rows.right.alias] = rows
        rows = rows.left
    if not isinstance(rows, Scan):
        return None
    return _Read(rows, condition, aggregate.keys, aggregate.sets), dict(reversed(joins.items()))


def _find(found: list[_Shared], aggregate: Aggregate) -> _Shared | None:
    read = _read(aggregate)
    if read is None:
        return None
    return next((each for each in found if each.read == read[0] and _fits(each, read[1])), None)


def _add(found: list[_Shared], aggregate: Aggregate) -> None:
    read = _read(aggregate)
    if read is None:
        return
    one = _find(found, aggregate)
    if one is None:
        one = _Shared(read[0], aggregate.name)
        found.append(one)
    one.askers += 1
    for alias, join in read[1].items():
        one.joins.setdefault(alias, join)
    taken = {each.name for each in (*aggregate.keys, *one.columns)}
    for each in aggregate.measures:
        if one.named(each.term) is None:
            name = _free(each.name, taken)
            one.columns.append(Column(name, each.term))
            taken.add(name)


def _fits(one: _Shared, joins: dict[str, Join]) -> bool:
    """Whether the joins of both mean the same where they have the same alias."""
    both = ((one.joins[alias], join) for alias, join in joins.items() if alias in one.joins)
    return all((known.kind, known.on, known.right) == (join.kind, join.on, join.right) for known, join in both)


def _fused(one: _Shared) -> Aggregate:
    rows: Relation = one.read.scan
    for join in one.joins.values():
        rows = Join(rows, join.right, join.kind, join.on, join.alias)
    if one.read.condition is not None:
        rows = Filter(rows, one.read.condition)
    return Aggregate(rows, one.read.keys, tuple(one.columns), one.read.sets, one.name)


def _free(name: str, taken: set[str]) -> str:
    count, free = 1, name
    while free in taken:
        count += 1
        free = f"{name}_{count}"
    return free
