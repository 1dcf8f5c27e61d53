"""Shares, places, running and rolling values beside the measures. They are of all groups in the window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from goal_semantics.query import Calculation, Cumulative, Measure, Rank, Rolling, Share
from tests.semantic.oracle.kinds import Reading, divided, measure
from tests.semantic.oracle.lines import Line, Question
from tests.semantic.oracle.reading import Asking, as_time
from tests.semantic.oracle.times import Span, Time, moved, start_of


def calculated(question: Question, lines: list[Line]) -> list[Line]:
    for item in question.query.calculations:
        name = f"{item.measure}_{item.kind}"
        lines = [replace(line, values={**line.values, name: _value(question, item, line, lines)}) for line in lines]
    return lines


def _value(question: Question, item: Calculation, line: Line, lines: list[Line]) -> Any:
    value = line.values[item.measure]
    match item:
        case Share():
            beside = [each.values[item.measure] for each in _beside(question, item.within, line, lines)]
            known = [each for each in beside if each is not None]
            return divided(value, sum(known) if known else None)
        case Rank():
            return (
                None if value is None else place(value, _stratum(question, item, line, lines), ascending=item.ascending)
            )
        case Cumulative() | Rolling():
            return _running(question, item, line)


def place(value: Any, beside: list[Any], *, ascending: bool) -> int:
    known = [each for each in beside if each is not None]
    return 1 + sum(1 for each in known if (each < value if ascending else each > value))


def _beside(question: Question, within: tuple[str, ...], line: Line, lines: list[Line]) -> list[Line]:
    names = [each.name for each in question.asking.groupings]
    same = [names.index(name) for name in within if name in names]
    return [each for each in lines if all(each.key[at] == line.key[at] for at in same)]


def _stratum(question: Question, item: Rank, line: Line, lines: list[Line]) -> list[Any]:
    """A subtotal that would be alone is among the subtotals beside it."""
    names, within = [each.name for each in question.asking.groupings], item.within
    if question.level and names and set(names) <= set(within):
        within = tuple(name for name in within if name != names[-1])
    return [each.values[item.measure] for each in _beside(question, within, line, lines)]


def _running(question: Question, item: Cumulative | Rolling, line: Line) -> Any:
    """The measure over the rows of a stretch of periods that ends with this one; rows before the window count."""
    at = question.time()
    assert at is not None
    if line.key[at] is None:
        return None
    grain, start = question.grain(at), as_time(line.key[at])
    asked = next(each for each in question.query.measures if each.name == item.measure)
    if isinstance(item, Cumulative):
        grouping, calendar = question.asking.groupings[at], question.asking.world.catalog.calendar
        first = None if item.reset is None else start_of(start, item.reset, calendar, fiscal=grouping.fiscal)
        return _over(question, asked, line, at, Span(first, moved(start, grain, 1)))
    first = moved(start, grain, 1 - item.count)
    begins = _first(question, at)
    if begins is None or first < begins:
        return None
    if item.agg in {"min", "max"}:
        steps = [moved(first, grain, count) for count in range(item.count)]
        each = [
            _over(question, asked, line, at, Span(step, moved(step, grain, 1)))
            for step in steps
            if question.fills or _exists(question, line, at, step)
        ]
        known = [value for value in each if value is not None]
        return (min if item.agg == "min" else max)(known, default=None)
    value = _over(question, asked, line, at, Span(first, moved(start, grain, 1)))
    return divided(value, item.count) if item.agg == "avg" and additive(question, asked) else value


def _over(question: Question, asked: Measure, line: Line, at: int, span: Span) -> Any:
    """The measure of the group's rows in a span of the grouped time."""
    over = _reaching(question, at, span)
    column = measure(Reading(over), asked)
    key = (*line.key[:at], *line.key[at + 1 :])
    return column.at(key, frozenset({key}))


def _exists(question: Question, line: Line, at: int, start: Time) -> bool:
    """Whether the group is there in a period of the data; of the window, only the end counts."""
    asking = question.asking
    over = asking.but(span=Span(None, asking.span.end) if question.windowed() else asking.span)
    period = start if isinstance(line.key[at], type(start)) else start.date()
    key = (*line.key[:at], period, *line.key[at + 1 :])
    here = {each for fact in asking.facts for each in over.groups(fact)}
    return key in here or (
        any(each[at] == period for each in here) and any(each.exists(key) for each in question.every(over))
    )


def _reaching(question: Question, at: int, span: Span) -> Asking:
    """By the other groupings, rows in a span of the grouped time; of the window, only the end counts."""
    asking = question.asking
    others = (*asking.groupings[:at], *asking.groupings[at + 1 :])
    open_start = Span(None, asking.span.end) if question.windowed() else asking.span
    return asking.but(groupings=others, span=open_start, limits=((asking.groupings[at].field, span),), whole=False)


def _first(question: Question, at: int) -> Time | None:
    """The first period of the data."""
    asking = question.asking
    asking = asking.but(span=Span(None, asking.span.end) if question.windowed() else asking.span)
    found = [key[at] for fact in asking.facts for key in asking.groups(fact) if key[at] is not None]
    return as_time(min(found)) if found else None


def additive(question: Question, asked: Measure) -> bool:
    """Whether the measure of a whole is the sum over its parts."""
    from tests.semantic.oracle.kinds import adds_up

    return adds_up(question.asking.world, asked)
