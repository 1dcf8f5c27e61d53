"""Cumulative and rolling values: recomputed from sums and counts of the periods, never from averages of averages."""

from __future__ import annotations

from goal_semantics.calendar import Moment, Span, Stride, shift, truncate
from goal_semantics.compile.facts import rows
from goal_semantics.query import Calculation, Cumulative, Rolling
from goal_semantics.relation import (
    AggCall,
    Aggregate,
    Align,
    Call,
    Case,
    Column,
    Constant,
    Derive,
    Frame,
    Join,
    Limit,
    Over,
    Ref,
    Relation,
    Shift,
    Term,
    Truncate,
    columns,
)
from goal_semantics.resolve.features import time_key, windowed
from goal_semantics.resolve.question import Key, Question, Shown
from goal_semantics.traversal import substitute

Running = Cumulative | Rolling
PRESENT = "_present"
"""A column of a frame that says which of its groups have rows, where it was given others too."""
_ANY, _EARLIER = "_any", "_earlier"


def runnings(question: Question) -> tuple[Running, ...]:
    """The calculations that look at earlier periods."""
    return tuple(each for each in question.query.calculations if isinstance(each, Cumulative | Rolling))


def reach(question: Question) -> Span:
    """The window, opened as far back as running values look."""
    at, span = time_key(question), question.span
    if at is None or span.start is None or not runnings(question):
        return span
    return Span(_earliest(question, question.keys[at], span.start), span.end)


def with_beginning(question: Question, base: Relation, span: Span) -> Relation:
    """Rows of a frame that was read from `span.start`, and whether there is any data before it: one row of each fact tells."""
    if (
        span.start is None
        or not windowed(question)
        or not any(isinstance(each, Rolling) for each in runnings(question))
    ):
        return base
    before = Span(None, span.start)
    facts = [each for each in question.branches if each.bound is not None]
    first = [Limit(Derive(rows(each, before, ()), (Column(_ANY, Constant(1)),)), 1) for each in facts]
    counted = tuple(
        Aggregate(each, (), (Column(f"{_ANY}_{at}", AggCall("count")),), name="before") for at, each in enumerate(first)
    )
    earlier = counted[0] if len(counted) == 1 else Align(counted, (), "full", "before")
    total: Term = Ref(f"{_ANY}_0", "before")
    for at in range(1, len(facts)):
        total = Call("+", (total, Ref(f"{_ANY}_{at}", "before")))
    kept = tuple(Column(name, Ref(name)) for name in columns(base))
    return Derive(Join(base, earlier, "cross", (), "before"), (*kept, Column(_EARLIER, total)), name="reaching_back")


def helpers(question: Question) -> tuple[Column, ...]:
    """Sums and counts behind the averages that are run over periods."""
    return halves(question, tuple(name for each in runnings(question) for name in _measure(question, each).leaves))


def halves(question: Question, names: tuple[str, ...]) -> tuple[Column, ...]:
    """Sums and counts behind the averages among some leaves."""
    found = dict[str, Column]()
    for name in names:
        call = question.leaf(name)
        if call.aggregate == "avg":
            found[f"{name} sum"] = Column(f"{name} sum", AggCall("sum", call.term, call.where))
            found[f"{name} count"] = Column(f"{name} count", AggCall("count", call.term, call.where))
    return tuple(found.values())


def run(question: Question, item: Running, *, begun: bool = False, among: bool = False) -> Column:
    """The column of one running value over the rows of a frame.

    `begun`: a column tells whether there is earlier data; `among`: another one, which groups have rows.
    """
    at = time_key(question)
    assert at is not None
    key, measure = question.keys[at], _measure(question, item)
    others = tuple(Ref(each.name) for each in question.keys if each is not key)
    name = f"{item.measure}_{item.kind}"
    if isinstance(item, Cumulative):
        restart = (_restart(question, key, item),) if item.reset else ()
        value = over_leaves(question, measure, (*others, *restart), key, Frame())
        known = Call("not", (Call("is null", (Ref(key.name),)),))
        return Column(name, value if windowed(question) else Case(((known, value),)))
    frame = Frame(item.count, key.grain)
    if item.agg in {"min", "max"}:
        known = Call("not", (Call("is null", (Ref(PRESENT),)),))
        each = Case(((known, measure.term),)) if among else measure.term
        value = Over("min" if item.agg == "min" else "max", each, others, _by(key), frame)
    else:
        value = over_leaves(question, measure, others, key, frame)
        if item.agg == "avg" and measure.additive:
            value = Call("/", (value, Constant(item.count)))
    first = Over("min", Ref(key.name))
    begins = Shift(Ref(key.name), key.grain or "day", 1 - item.count, key.type)
    full: Term = Call(">=", (begins, first))
    full = Call("or", (full, Call(">", (Ref(_EARLIER), Constant(0))))) if begun else full
    return Column(name, Case(((full, value),)))


def over_leaves(question: Question, measure: Shown, partition: tuple[Term, ...], key: Key, frame: Frame) -> Term:
    """The measure's own formula over leaves that are themselves run over periods."""
    swapped = dict[str, Term]()
    for name in measure.leaves:
        aggregate = question.leaf(name).aggregate
        if aggregate == "avg":
            parts = [Over("sum", Ref(f"{name} {word}"), partition, _by(key), frame) for word in ("sum", "count")]
            swapped[name] = Call("/", tuple(parts))
        else:
            function = aggregate if aggregate in {"min", "max"} else "sum"
            swapped[name] = Over("min" if function == "min" else "max" if function == "max" else "sum",
                                 Ref(name), partition, _by(key), frame)  # fmt: skip
    return substitute(measure.term, swapped)


def _by(key: Key) -> tuple[tuple[Term, bool], ...]:
    return ((Ref(key.name), False),)


def _restart(question: Question, key: Key, item: Cumulative) -> Term:
    assert item.reset is not None
    return Truncate(Ref(key.name), item.reset, key.type, question.rules.week_start, key.first_month)


def _earliest(question: Question, key: Key, start: Moment) -> Moment | None:
    """The first moment that some running value looks at; None: the beginning of the data."""
    grain, found = key.grain or "day", start
    for item in runnings(question):
        if isinstance(item, Cumulative):
            if item.reset is None:
                return None
            found = min(found, truncate(start, item.reset, question.rules, key.first_month))
        else:
            first = truncate(start, grain, question.rules, key.first_month)
            found = min(found, shift(first, Stride(grain, 1 - item.count)))
    return found


def _measure(question: Question, item: Calculation) -> Shown:
    return next(each for each in question.measures if each.name == item.measure)
