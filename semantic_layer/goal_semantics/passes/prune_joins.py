"""Joins that nothing reads are not made: they bring one partner or none, so rows stay the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from goal_semantics.relation import (
    Aggregate,
    Author,
    Derive,
    FieldRef,
    Filter,
    Join,
    Relation,
    Scan,
    Sort,
    Term,
    columns,
)
from goal_semantics.traversal import rewritten, terms


def prune_joins(relation: Relation) -> Relation:
    """Every projection or aggregation over just the joins that it needs."""

    def change(below: Relation) -> Relation:
        match below:
            case Aggregate(input=rows, keys=keys, measures=measures) if not columns(rows):
                read = sources(column.term for column in keys + measures)
                return Aggregate(_pruned(rows, read), keys, measures, below.sets, below.name)
            case Derive(input=rows, columns=chosen) if not columns(rows):
                read = sources(column.term for column in chosen)
                return Derive(_pruned(rows, read), chosen, below.distinct, below.name)
            case _:
                return below

    return rewritten(relation, change)


def sources(read: Iterable[Term]) -> set[str]:
    """Aliases that some terms read, at any depth."""
    return {inner.alias for term in read for inner in terms(term) if isinstance(inner, FieldRef | Author)}


def _pruned(rows: Relation, read: set[str]) -> Relation:
    match rows:
        case Filter(input=below, condition=condition):
            return Filter(_pruned(below, read | sources((condition,))), condition)
        case Sort(input=below, keys=keys):
            return Sort(_pruned(below, read | sources(term for term, _ in keys)), keys)
        case Join(left=left, right=Scan(alias=alias), kind="left" | "inner", many=False) if alias not in read:
            return _pruned(left, read)
        case Join(left=left, on=on):
            return replace(rows, left=_pruned(left, read | sources(on)))
        case _:
            return rows
