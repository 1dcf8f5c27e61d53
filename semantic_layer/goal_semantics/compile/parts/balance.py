"""Values of one moment per period. Conditions of a question choose rows, never the moment, so that parts agree with the whole."""

from __future__ import annotations

from dataclasses import replace

from goal_semantics.compile.facts import keys, measured, rows
from goal_semantics.compile.parts.request import Request
from goal_semantics.metrics import Balance
from goal_semantics.model import Aggregate as AggregateName
from goal_semantics.relation import (
    AggCall,
    Aggregate,
    Call,
    Column,
    Join,
    Ref,
    Relation,
    conjunction,
)
from goal_semantics.resolve.question import Branch, Part
from goal_semantics.traversal import walk

_MOMENT = "_moment"
_AGAIN: dict[AggregateName, AggregateName] = {"count": "sum", "sum": "sum", "avg": "avg", "min": "min", "max": "max"}


def relation(part: Part, form: Balance, asked: Request) -> Relation:
    """The aggregate over the rows of the last or first moment, or what is taken of the values of all moments."""
    if form.take == "last":
        return _at_moment(part, "max", asked)
    if form.take == "first":
        return _at_moment(part, "min", asked)
    return _of_moments(part, form.take, asked)


def _at_moment(part: Part, edge: AggregateName, asked: Request) -> Relation:
    branch = _branch(part)
    over = branch.keys[part.extra[0]]
    periods = tuple(
        Column(part.inner.keys[at].name, branch.keys[at]) for at in asked.positions if over in walk(branch.keys[at])
    )
    told = (*periods, *(Column(part.inner.keys[at].name, branch.keys[at]) for at in part.extra[1:]))
    everything = rows(replace(branch, condition=part.condition), asked.span, ())
    moments = Aggregate(everything, told, (Column(_MOMENT, AggCall(edge, over)),), name=f"{part.name}_moments"[:60])
    same = tuple(Call("same", (each.term, Ref(each.name, "moments"))) for each in told)
    at_moment = Call("=", (over, Ref(_MOMENT, "moments")))
    chosen = Join(rows(branch, asked.span, ()), moments, "inner", (*same, at_moment), "moments")
    grouped = tuple(Column(part.inner.keys[at].name, branch.keys[at]) for at in asked.positions)
    found = Aggregate(chosen, grouped, branch.leaves, name=f"{part.name}_then"[:60])
    return measured(part.inner, found, asked.positions)


def _of_moments(part: Part, take: AggregateName, asked: Request) -> Relation:
    branch, inner = _branch(part), part.inner
    over, *apart = part.extra
    known = Call("not", (Call("is null", (branch.keys[over],)),))
    terms = tuple(each for each in (branch.condition, part.condition, known) if each is not None)
    timed = replace(inner, branches=(replace(branch, condition=conjunction(terms)),))
    values: Relation = asked.values(timed, asked.span, (*asked.positions, over, *apart))
    names = keys(inner, asked.positions)
    each_of = (*names, *(inner.keys[at].name for at in apart))
    taken = Aggregate(values, _named(each_of), (Column(part.name, AggCall(take, Ref(part.name))),), name="over_moments")
    if not apart:
        return taken
    call = branch.leaves[0].term
    assert isinstance(call, AggCall)
    again = AggCall(_AGAIN[call.aggregate], Ref(part.name))
    return Aggregate(taken, _named(names), (Column(part.name, again),), name=f"{part.name}_then"[:60])


def _named(names: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(Column(name, Ref(name)) for name in names)


def _branch(part: Part) -> Branch:
    [branch] = (each for each in part.inner.branches if each.leaves)
    return branch
