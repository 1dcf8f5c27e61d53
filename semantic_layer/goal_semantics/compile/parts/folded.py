"""Values by finer groups, aggregated to the asked ones."""

from __future__ import annotations

from goal_semantics.compile.facts import keys
from goal_semantics.compile.parts.request import Request
from goal_semantics.metrics import Folded
from goal_semantics.relation import AggCall, Aggregate, Column, Ref, Relation
from goal_semantics.resolve.parts import moves
from goal_semantics.resolve.question import Part, Question


def relation(question: Question, part: Part, form: Folded, asked: Request) -> Relation:
    """One row per asked group: the aggregate over its finer groups, of those that have a value.

    Where a key of the finer groups is rolled up, they are as fine as before.
    """
    finer = sorted({*asked.positions, *part.kept, *part.extra})
    below = asked.values(part.inner, asked.span, tuple(finer), asked.periods if moves(part) else None)
    grouped = tuple(Column(name, Ref(name)) for name in keys(question, asked.positions))
    value = Column(part.name, AggCall(form.agg, Ref(part.name)))
    return Aggregate(below, grouped, (value,), name=f"{part.name}_folded"[:60])
