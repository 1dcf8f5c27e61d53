"""Beside each measure the same of another period, found by calendar; a gap stays a gap."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from goal_semantics.query import Relative
from tests.semantic.oracle.columns import Shown
from tests.semantic.oracle.kinds import divided, minus
from tests.semantic.oracle.lines import Line, Question, filled
from tests.semantic.oracle.reading import Asking, Key, as_time
from tests.semantic.oracle.times import DAY, Span, moved, moved_span

Stride = tuple[str, int]


def compared(question: Question, lines: list[Line]) -> list[Line]:
    if question.query.comparison is None:
        return lines
    at = question.time()
    step = stride(question, at)
    asking = question.asking
    if at is None or question.windowed():
        asking = asking.but(span=moved_span(asking.span, step[0], -step[1]), rolled=asking.rolled)
    names = [each.name for each in question.query.measures]
    now = {line.key: line for line in lines}
    then = earlier(question, asking, now, at, step)
    nothing = Line((), dict.fromkeys(names), dict.fromkeys(question.hidden(asking)), question.level)
    both = [replace(now.get(key, nothing), key=key) for key in now.keys() | then.keys()]
    return [
        replace(line, values={**line.values, **_beside(question, names, line, then.get(line.key, nothing))})
        for line in both
    ]


def stride(question: Question, at: int | None) -> Stride:
    """How far back: weeks of a year are 52; a window of whole months moves by months, others by days or seconds."""
    query, span = question.query, question.asking.span
    assert query.comparison is not None
    grain = None if at is None else question.grain(at)
    if query.comparison.to == "previous_year":
        return ("week", 52) if grain == "week" else ("year", 1)
    if grain is not None:
        return (grain, 1)
    if query.time is not None and isinstance(query.time.window, Relative):
        return (query.time.window.unit, query.time.window.count)
    assert span.start is not None
    assert span.end is not None
    if all(each.day == 1 and each.time() == each.min.time() for each in (span.start, span.end)):
        return ("month", (span.end.year - span.start.year) * 12 + span.end.month - span.start.month)
    apart = span.end - span.start
    return ("day", apart.days) if apart % DAY == DAY * 0 else ("second", int(apart.total_seconds()))


def earlier(question: Question, asking: Asking, now: dict[Key, Line], at: int | None, step: Stride) -> dict[Key, Line]:
    """What the other period has, by the keys of the period that it is compared with."""
    columns = question.every(asking)
    if at is None:
        return {line.key: line for line in question.at(asking, _groups(asking, columns))}
    periods = {key[at] for key in now if key[at] is not None}
    found = dict[Key, Line]()
    candidates = set(now) | _everywhere(question, asking, at, periods)
    wanted = {key: before for key in candidates if (before := back(key, at, step, asking)) is not None}
    here = {key for fact in asking.facts for key in asking.groups(fact)}
    exist = {key for key in set(wanted.values()) if key in here or any(each.exists(key) for each in columns)}
    every = filled(asking, frozenset(here), at) if question.fills else frozenset[Key]()
    exist |= set(wanted.values()) & every
    for line in question.at(asking, _groups(asking, columns) | every | exist):  # places are among all of them
        for key, before in wanted.items():
            if before == line.key and before in exist and (key in now or len(key) > 1):
                found[key] = line
    return found


def _groups(asking: Asking, columns: list[Any]) -> Shown:
    from tests.semantic.oracle.columns import shown

    return shown(asking, columns)


def _everywhere(question: Question, asking: Asking, at: int, periods: set[Any]) -> set[Key]:
    """Every shown period with every group of any row."""
    always = asking.but(span=Span())
    keys = {key for fact in asking.facts for row in asking.chosen(fact) for key in always.keys(fact, row)}
    return {(*key[:at], period, *key[at + 1 :]) for key in keys for period in periods}


def back(key: Key, at: int, step: Stride, asking: Asking) -> Key | None:
    """The group so much earlier; none where the calendar has no such period."""
    if key[at] is None:
        return None
    here = as_time(key[at])
    before = moved(here, step[0], -step[1])
    if moved(before, *step) != here:
        return None
    return (*key[:at], before if isinstance(key[at], type(before)) else before.date(), *key[at + 1 :])


def _beside(question: Question, names: list[str], line: Line, then: Line) -> dict[str, Any]:
    found, comparison = dict[str, Any](), question.query.comparison
    assert comparison is not None
    for name in names:
        now, before = line.values[name], then.values[name]
        found[f"{name}_previous"] = before
        if set(comparison.show) == {"previous"}:
            continue
        difference = minus(now, before)
        found[f"{name}_change"] = difference
        found[f"{name}_change_pct"] = divided(difference, None if before is None else abs(before))
    return found
