"""Groupings that lead over a bridge: what they divide, and what they forbid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from goal_semantics.aggregates import COUNTS
from goal_semantics.issues import Issue
from goal_semantics.joins import Located
from goal_semantics.query import Grouping
from goal_semantics.relation import AggCall
from goal_semantics.resolve.question import Branch, Crossed, Question, Shown
from goal_semantics.resolve.scope import Scope

_INDIFFERENT = COUNTS - {"count"} | {"min", "max"}
"""Aggregates that do not see how often a row is there."""


def crossed(groupings: tuple[Grouping, ...], scope: Scope) -> tuple[Crossed, ...]:
    """Every bridge that a key leads over."""
    found = list[Crossed]()
    for position, grouping in enumerate(groupings):
        located = scope.find(grouping.field, crossing=True)
        steps = located.steps if located is not None else ()
        for at, step in enumerate(steps):
            if step.beyond is not None:
                weight = Located(scope.fact, steps[: at + 1], step.target, step.weight) if step.weight else None
                found.append(Crossed(position, steps, scope.term(weight) if weight else None))
    return tuple(found)


def settled(measure: Shown, branches: tuple[Branch, ...]) -> Shown:
    """The measure, which does not add up over groups that count a row fully."""
    full = (b for b in branches if any(each.weight is None for each in b.bridges))
    names = {leaf.name for branch in full for leaf in branch.leaves}
    return replace(measure, additive=False) if names.intersection(measure.leaves) else measure


def misused(question: Question) -> Iterator[Issue]:
    """What bridges do not support."""
    for branch in question.branches:
        weighed = any(each.weight is not None for each in branch.bridges)
        full = any(each.weight is None for each in branch.bridges)
        for leaf in branch.leaves if weighed else ():
            name = leaf.term.aggregate if isinstance(leaf.term, AggCall) else "count"
            if name not in _INDIFFERENT | {"sum", "count"}:
                yield Issue(f"“{leaf.name}” cannot be allocated by weights: only sums and counts can be divided.", "groupings",
                            "Ask for a ratio of two sums, or allocate in full.")  # fmt: skip
        if full and question.query.totals:
            yield Issue("Totals of groups that count rows fully would count rows twice.", "totals",
                        "Ask for the total without this grouping.")  # fmt: skip
        if full and not question.catalog.dataset[branch.fact].primary_key:
            yield Issue(f"“{branch.fact}” has no primary key, so its rows cannot be counted once per group.", "groupings",
                        f"Declare the primary key of “{branch.fact}”.")  # fmt: skip
