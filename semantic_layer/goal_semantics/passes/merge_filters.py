"""A filter of a filter is one filter."""

from __future__ import annotations

from goal_semantics.relation import Call, Filter, Relation
from goal_semantics.traversal import rewritten


def merge_filters(relation: Relation) -> Relation:
    """Both conditions at once, the inner one first."""

    def change(below: Relation) -> Relation:
        if isinstance(below, Filter) and isinstance(below.input, Filter):
            return Filter(below.input.input, Call("and", (below.input.condition, below.condition)))
        return below

    return rewritten(relation, change)
