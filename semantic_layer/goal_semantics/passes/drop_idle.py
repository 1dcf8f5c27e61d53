"""A projection that changes nothing is not there."""

from __future__ import annotations

from goal_semantics.relation import Column, Derive, Ref, Relation, columns
from goal_semantics.traversal import rewritten


def drop_idle(relation: Relation) -> Relation:
    """Without projections of exactly the input's columns."""

    def change(below: Relation) -> Relation:
        if isinstance(below, Derive) and not below.distinct and _same(below):
            return below.input
        return below

    return rewritten(relation, change)


def _same(relation: Derive) -> bool:
    names = columns(relation.input)
    return bool(names) and relation.columns == tuple(Column(name, Ref(name)) for name in names)
