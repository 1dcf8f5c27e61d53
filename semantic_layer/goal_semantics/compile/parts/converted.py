"""Rows of another fact, counted at the last base row before each of them that has its key: every one at most once."""

from __future__ import annotations

from dataclasses import replace

from goal_semantics.calendar import Span
from goal_semantics.compile.facts import keys, rows
from goal_semantics.compile.parts.request import Request
from goal_semantics.metrics import Converted, Interval
from goal_semantics.relation import (
    AggCall,
    Aggregate,
    Call,
    Cast,
    Column,
    Constant,
    Derive,
    Filter,
    Join,
    Over,
    Ref,
    Relation,
    Shift,
    Term,
    Window,
)
from goal_semantics.resolve.question import Branch, Part, Question

_THEN, _AT, _VALUE, _ROW, _PLACE = "_then", "_at", "_value", "_row", "_place"
_SHORT = frozenset({"second", "minute", "hour"})


def relation(part: Part, form: Converted, asked: Request) -> Relation:
    """What was converted, by the keys of the base. A missing key converts nothing."""
    names = keys(part.inner, asked.positions)
    found = _matched(part, form, names, asked)
    place = Over("row number", None, (Ref(_ROW),), ((Ref(_THEN), True), *((Ref(name), False) for name in names)))
    placed = Window(found, (Column(_PLACE, place),), f"{part.name}_by_base"[:60])
    once = Filter(placed, Call("=", (Ref(_PLACE), Constant(1))))
    call = _call(_branch(part.other))
    value = replace(call, term=Ref(_VALUE) if call.term is not None else None, where=None)
    return Aggregate(once, _named(names), (Column(part.name, value),), name=f"{part.name}_converted"[:60])


def _matched(part: Part, form: Converted, names: tuple[str, ...], asked: Request) -> Relation:
    """Every pair of a base row and a later row of the other fact with the same keys."""
    base, other = _branch(part.inner), _branch(part.other)
    assert base.time is not None
    assert other.time is not None
    assert part.other is not None
    mine = tuple(Column(part.inner.keys[at].name, base.keys[at]) for at in (*asked.positions, *part.extra))
    chosen = _where(rows(base, asked.span, ()), _call(base).where)
    before = Derive(chosen, (*mine, Column(_THEN, base.time.term)), distinct=True, name="base")
    theirs = tuple(Column(key.name, term) for key, term in zip(part.other.keys, other.keys, strict=True))
    value = (Column(_VALUE, _call(other).term or Constant(1)), Column(_AT, other.time.term))
    after = Derive(_where(rows(other, Span(), ()), _call(other).where), (*theirs, *value), name="conversions")
    counted = Window(after, (Column(_ROW, Over("row number", None, (), ((Ref(_AT), False),))),), "conversions")
    agree = tuple(
        Call("=", (Ref(column.name), Ref(part.inner.keys[at].name, "base")))
        for column, at in zip(theirs, part.extra, strict=True)
    )
    then = Ref(_THEN, "base")
    on = (*agree, Call("<=", (then, Ref(_AT))), *_in_time(then, form.window, base))
    shown = (*(Column(name, Ref(name, "base")) for name in names), Column(_THEN, then), *_named((_ROW, _VALUE)))
    return Derive(Join(counted, before, "inner", on, "base"), shown, name="pairs")


def _in_time(then: Term, window: Interval | None, base: Branch) -> tuple[Term, ...]:
    if window is None:
        return ()
    assert base.time is not None
    kind = "timestamp" if window.grain in _SHORT else base.time.type
    start = Cast(then, "timestamp") if kind != base.time.type else then
    return (Call("<", (Ref(_AT), Shift(start, window.grain, window.count, kind))),)


def _where(relation_: Relation, condition: Term | None) -> Relation:
    return relation_ if condition is None else Filter(relation_, condition)


def _named(names: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(Column(name, Ref(name)) for name in names)


def _branch(question: Question | None) -> Branch:
    assert question is not None
    [branch] = (each for each in question.branches if each.leaves)
    return branch


def _call(branch: Branch) -> AggCall:
    call = branch.leaves[0].term
    assert isinstance(call, AggCall)
    return call
