"""Rewrites of relations that keep their rows: each sibling file is one rule, `RULES` is their order.

A rule is a function from relation to relation. It may make the plan smaller, never different.
"""

from __future__ import annotations

from collections.abc import Callable

from goal_semantics.passes.drop_idle import drop_idle
from goal_semantics.passes.merge_filters import merge_filters
from goal_semantics.passes.prune_columns import prune_columns
from goal_semantics.passes.prune_joins import prune_joins
from goal_semantics.passes.share_rows import share_rows
from goal_semantics.relation import Relation

Rule = Callable[[Relation], Relation]

RULES: tuple[Rule, ...] = (merge_filters, share_rows, prune_columns, drop_idle, prune_joins)


def simplify(relation: Relation) -> Relation:
    """The relation after every rule."""
    for rule in RULES:
        relation = rule(relation)
    return relation
