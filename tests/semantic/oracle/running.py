"""Metrics over all rows up to a moment: of all time, of a rolling window, or of a period to date."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from goal_semantics.metrics import cumulative
from goal_semantics.model import Metric
from tests.semantic.oracle.aggregates import aggregate
from tests.semantic.oracle.columns import Column, Moving, combined, limited, own_times
from tests.semantic.oracle.kinds import Reading, given
from tests.semantic.oracle.reading import Asking, Fact, Key, as_time
from tests.semantic.oracle.times import GRAINS, SECONDS, Span, Time, moved, start_of

Spec = cumulative.Spec
BEFORE_ALL, AFTER_ALL = datetime.datetime(1000, 1, 1), datetime.datetime(9000, 1, 1)


def _cumulative(reading: Reading, found: Metric) -> Column:
    """The metric of rows in a stretch that ends with the period; a group keeps its value where nothing happens."""
    spec = found.spec
    assert isinstance(spec, Spec)
    asking = reading.asking
    facts = given(reading, spec.metric).facts
    times = own_times(asking, facts)
    dims = [at for at in range(len(asking.groupings)) if at not in times]

    mean = spec.at == "avg" and _several(asking, spec, facts, times)
    whole = asking.whole and not asking.groupings and not mean

    def values(key: Key) -> list[Any]:
        found = list[Any]()
        group = tuple(key[at] for at in dims)
        for until in moments(asking, spec, facts, times, key):
            before = _rows_until(asking, spec, facts, times, dims, until).but(whole=whole)
            inner = given(reading.of(before), spec.metric)
            found += [inner.at(group, frozenset({group}))] if inner.exists(group) else []
        mean = spec.at == "avg" and _several(asking, spec, facts, times)
        if (
            not found and not mean and asking.whole and not asking.groupings
        ):  # the whole is always there, whatever it holds
            nothing = _rows_until(asking, spec, facts, times, dims, BEFORE_ALL).but(whole=True)
            found.append(given(reading.of(nothing), spec.metric).at((), frozenset({()})))
        return found

    def at(key: Key, shown: Any) -> Any:
        known = [each for each in remembered(key) if each is not None]
        if mean:
            return aggregate("avg", known)
        return known[0] if known else None

    remembered = _remembering(values)
    exists: Callable[[Key], bool] = lambda key: bool(remembered(key))  # noqa: E731
    column = Column(facts, exists, at, (Moving(facts, exists, (asking,)),))
    if spec.fill is None:
        return column
    return combined([column], lambda values: spec.fill if values[0] is None else values[0])


def _remembering(function: Callable[[Key], list[Any]]) -> Callable[[Key], list[Any]]:
    known = dict[Key, list[Any]]()

    def of(key: Key) -> list[Any]:
        if key not in known:
            known[key] = function(key)
        return known[key]

    return of


def _rows_until(
    asking: Asking, spec: Spec, facts: frozenset[Fact], times: list[int], dims: list[int], until: Time
) -> Asking:
    """Rows before the window count, those after it do not."""
    start, calendar = None, asking.world.catalog.calendar
    if spec.window is not None:
        start = moved(until, spec.window.grain, -spec.window.count)
    elif spec.to_date is not None:
        grain = _grain(asking, facts, times) or "day"
        last = moved(until, grain if SECONDS.get(grain, 86400) < 86400 else "day", -1)
        fiscal = bool(times) and asking.groupings[_finest(asking, facts, times)].fiscal
        start = start_of(last, spec.to_date, calendar, fiscal=fiscal)
    span = Span(None, asking.span.end) if limited(asking, facts) else asking.span
    groupings = tuple(asking.groupings[at] for at in dims)
    return asking.but(groupings=groupings, span=span, limits=(*asking.limits, (None, Span(start, until))), whole=False)


def _several(asking: Asking, spec: Spec, facts: frozenset[Fact], times: list[int]) -> bool:
    """Whether a period holds several moments, so that it matters which one counts."""
    grain = _grain(asking, facts, times)
    if grain is None:
        return True
    matters = (
        spec.at != "last" or spec.window is not None or (spec.to_date is not None and _longer(grain, spec.to_date))
    )
    return _longer(grain, _unit(spec, times)) and matters


def moments(asking: Asking, spec: Spec, facts: frozenset[Fact], times: list[int], key: Key) -> list[Time]:
    """Ends of the stretches of one group. Where a period holds several, they lie within the data."""
    grain, unit = _grain(asking, facts, times), _unit(spec, times)
    start = (
        as_time(key[_finest(asking, facts, times)])
        if times and key[_finest(asking, facts, times)] is not None
        else None
    )
    if grain is not None and start is None:
        return []
    if grain is not None and start is not None and not _several(asking, spec, facts, times):
        return [moved(start, grain, 1)]
    if not times and spec.at == "last" and spec.window is None and spec.to_date is None:
        return [AFTER_ALL]
    calendar = asking.world.catalog.calendar
    known = [
        start_of(time, unit, calendar) for fact in facts for row in asking.rows(fact)
        if fact.time and (time := asking.clock(fact, row, fact.time)) is not None
    ]  # fmt: skip
    if not known:  # the period itself is the edge of what is not there
        return [] if spec.at == "avg" or start is None or grain is None else [moved(start, *_end(spec, grain, unit))]
    steps = [min(known)]
    while steps[-1] < max(known):
        steps.append(moved(steps[-1], unit, 1))
    if spec.at == "avg":
        inside = [
            step
            for step in steps
            if start is None or grain is None or start <= _start(asking, facts, times, step) < moved(start, grain, 1)
        ]
        return [moved(step, unit, 1) for step in inside]
    if start is None or grain is None:
        return [moved(max(known) if spec.at == "last" else min(known), unit, 1)]
    if spec.at == "last":
        return [min(moved(start, grain, 1), moved(max(known), unit, 1))]
    return [moved(max(start, min(known)), unit, 1)]


def _end(spec: Spec, grain: str, unit: str) -> tuple[str, int]:
    return (grain if spec.at == "last" else unit, 1)


def _start(asking: Asking, facts: frozenset[Fact], times: list[int], step: Time) -> Time:
    grouping = asking.groupings[_finest(asking, facts, times)]
    return start_of(step, grouping.grain or "day", asking.world.catalog.calendar, fiscal=grouping.fiscal)


def _unit(spec: Spec, times: list[int]) -> str:
    """The step by which moments follow each other."""
    unit = spec.window.grain if spec.window is not None else "day"
    return unit if times or unit in {"second", "minute", "hour"} else "day"


def _longer(grain: str, than: str) -> bool:
    return GRAINS.index(grain) > GRAINS.index(than)


def _finest(asking: Asking, facts: frozenset[Fact], times: list[int]) -> int:
    fact = min(facts, key=repr)
    return min(times, key=lambda at: GRAINS.index(asking.grain(fact, asking.groupings[at]) or "day"))


def _grain(asking: Asking, facts: frozenset[Fact], times: list[int]) -> str | None:
    return asking.grain(min(facts, key=repr), asking.groupings[_finest(asking, facts, times)]) if times else None


KINDS = {"cumulative": _cumulative}
