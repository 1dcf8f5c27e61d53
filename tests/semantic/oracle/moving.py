"""Metrics of an earlier time: found by calendar, of whole periods or else row by row."""

from __future__ import annotations

from typing import Any

from goal_semantics.metrics import Input, Interval, offset
from goal_semantics.model import Metric
from tests.semantic.oracle.columns import Column, Moving, Shown, combined, grouped, limited, merged, own_times, shown
from tests.semantic.oracle.kinds import Reading, divided, given, minus
from tests.semantic.oracle.reading import Asking, Fact, Key, as_time
from tests.semantic.oracle.times import GRAINS, MONTHS, SECONDS, Span, moved, moved_span, start_of


def moved_column(reading: Reading, item: Input, by: Interval | None, to: str | None) -> Column:
    asking = reading.asking
    facts = given(reading, item).facts
    times = own_times(asking, facts)
    if by is not None:
        return _earlier(reading, item, facts, times, (by.grain, by.count))
    assert to is not None
    span = asking.span
    if span.start is not None and limited(asking, facts):
        fiscal = bool(times) and asking.groupings[_finest(asking, facts, times)].fiscal
        span = Span(start_of(span.start, to, asking.world.catalog.calendar, fiscal=fiscal), span.end)
    before = asking.but(span=span)

    def back(key: Key) -> Key | None:
        finest = _finest(asking, facts, times)
        if key[finest] is None:
            return None
        fiscal = asking.groupings[finest].fiscal
        start = start_of(as_time(key[finest]), to, asking.world.catalog.calendar, fiscal=fiscal)
        return _at(asking, times, key, start)

    return _column(before, given(reading.of(before), item), back)


def _earlier(reading: Reading, item: Input, facts: frozenset[Fact], times: list[int], step: tuple[str, int]) -> Column:
    asking = reading.asking
    if times and _grain(asking, facts, _finest(asking, facts, times)) == "week" and step[0] == "year":
        step = ("week", 52 * step[1])
    if _told_otherwise(asking, facts, times) or (
        times and not _whole(step, _grain(asking, facts, _finest(asking, facts, times)))
    ):
        before = asking.but(delay=(*asking.delay, step))
        told = [
            at
            for at, each in enumerate(asking.groupings)
            if all(asking.is_own_time(fact, each.field) for fact in facts)
        ]
        return _column(
            before, given(reading.of(before), item), lambda key: None if any(key[at] is None for at in told) else key
        )
    before = asking
    if limited(asking, facts):
        before = asking.but(span=moved_span(asking.span, step[0], -step[1]))

    def back(key: Key) -> Key | None:
        """None where the calendar has no such period."""
        if not times:
            return key
        here = key[_finest(asking, facts, times)]
        if here is None:
            return None
        if _at(asking, times, key, as_time(here)) != key:
            return None
        start = moved(as_time(here), step[0], -step[1])
        return _at(asking, times, key, start) if moved(start, *step) == as_time(here) else None

    return _column(before, given(reading.of(before), item), back)


def _column(before: Asking, inner: Column, back: Any) -> Column:
    """What `inner` has in the group that `back` leads to."""

    def exists(key: Key) -> bool:
        then = back(key)
        return then is not None and (inner.exists(then) or grouped(before, inner.facts, then))

    def at(key: Key, _: Shown) -> Any:
        then = back(key)
        if then is None or not exists(key):
            return None
        if "shown" not in before.memo:
            before.memo["shown"] = shown(before, [inner])
        return inner.at(then, before.memo["shown"] | {then})

    told_by = (before, *(asking for each in inner.moving for asking in each.told_by))
    return Column(inner.facts, exists, at, (Moving(inner.facts, exists, told_by),))


def _finest(asking: Asking, facts: frozenset[Fact], times: list[int]) -> int:
    return min(times, key=lambda at: GRAINS.index(_grain(asking, facts, at)))


def _grain(asking: Asking, facts: frozenset[Fact], at: int) -> str:
    found = asking.grain(min(facts, key=repr), asking.groupings[at])
    assert found is not None
    return found


def _at(asking: Asking, times: list[int], key: Key, start: Any) -> Key:
    """The group at another time; its coarser periods are those that hold it."""
    periods = dict.fromkeys(times)
    for at in times:
        grouping = asking.groupings[at]
        whole = grouping if grouping.grain else grouping.model_copy(update={"grain": "day"})
        periods[at] = asking.period_of(start, whole)
    return merged(len(key), dict(enumerate(key)) | periods)


def _told_otherwise(asking: Asking, facts: frozenset[Fact], times: list[int]) -> bool:
    """Whether a grouping that is no period follows from the own time too (the number of a month)."""
    return any(
        at not in times and any(asking.is_own_time(fact, each.field) for fact in facts)
        for at, each in enumerate(asking.groupings)
    )


def _whole(step: tuple[str, int], grain: str) -> bool:
    """Whether a distance is made of whole periods."""
    if grain in MONTHS:
        return step[0] in MONTHS and MONTHS[step[0]] * step[1] % MONTHS[grain] == 0
    return grain != "week" if step[0] in MONTHS else SECONDS[step[0]] % SECONDS[grain] == 0


def _offset(reading: Reading, found: Metric) -> Column:
    spec = found.spec
    assert isinstance(spec, offset.Spec)
    then = moved_column(reading, spec.metric, spec.by, spec.to)
    if spec.show == "value":
        return then

    def shows(values: list[Any]) -> Any:
        now, before = values
        if spec.show == "ratio":
            return divided(now, before)
        change = minus(now, before)
        return change if spec.show == "change" else divided(change, None if before is None else abs(before))

    return combined([given(reading, spec.metric), then], shows)


KINDS = {"offset": _offset}
