"""The catalog's calendar, on local wall-clock values: periods, fiscal years, weeks, and relative time against a moment.

Pure arithmetic on naive datetimes in the catalog's zone, except that units below a day are counted in elapsed time, so
that "last 24 hours" is 24 hours also when clocks change. Nothing here knows SQL.
"""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from goal_semantics.model import Calendar, Grain

GRAINS: tuple[Grain, ...] = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
_FIRST_WEEKDAY = {"monday": 0, "saturday": 5, "sunday": 6}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_ELAPSED = {
    "second": datetime.timedelta(seconds=1),
    "minute": datetime.timedelta(minutes=1),
    "hour": datetime.timedelta(hours=1),
    "day": datetime.timedelta(days=1),
    "week": datetime.timedelta(weeks=1),
}

Moment = datetime.datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of local time; None: open."""

    start: Moment | None = None
    end: Moment | None = None


@dataclass(frozen=True, slots=True)
class Stride:
    """A calendar distance."""

    grain: Grain
    count: int

    @property
    def back(self) -> Stride:
        """The same distance the other way."""
        return Stride(self.grain, -self.count)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(moment: Moment, zone: str) -> Moment:
    """The wall-clock time of a moment in a zone; a naive moment is taken to be there already."""
    return moment if moment.tzinfo is None else moment.astimezone(_zone(zone)).replace(tzinfo=None, fold=0)


def aware(moment: Moment, zone: str) -> Moment:
    """The moment; a naive one is wall-clock time of the zone."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=_zone(zone))


def repeated(moment: Moment, zone: str) -> bool:
    """Whether the clocks of a zone show this wall-clock time twice."""
    first, second = (moment.replace(tzinfo=_zone(zone), fold=fold) for fold in (0, 1))
    return first.utcoffset() != second.utcoffset()


def coarser(grain: Grain, than: Grain) -> bool:
    """Whether periods of `grain` are longer than those of `than`."""
    return GRAINS.index(grain) > GRAINS.index(than)


def truncate(moment: Moment, grain: Grain, rules: Calendar, first_month: int = 1) -> Moment:
    """The start of the period that holds the moment. `first_month` is that of the year (fiscal years)."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    match grain:
        case "second":
            return moment.replace(microsecond=0)
        case "minute":
            return moment.replace(second=0, microsecond=0)
        case "hour":
            return moment.replace(minute=0, second=0, microsecond=0)
        case "day":
            return midnight
        case "week":
            return midnight - datetime.timedelta(days=(midnight.weekday() - _FIRST_WEEKDAY[rules.week_start]) % 7)
        case "month" | "quarter" | "year":
            past = (midnight.month - first_month) % _MONTHS[grain]
            return shift(midnight.replace(day=1), Stride("month", -past))


def shift(moment: Moment, stride: Stride) -> Moment:
    """The moment moved by calendar units; a day that does not exist becomes the last of its month.

    Errors: OverflowError outside the years 1 to 9999.
    """
    if stride.grain in _ELAPSED:
        return moment + _ELAPSED[stride.grain] * stride.count
    index = moment.year * 12 + moment.month - 1 + _MONTHS[stride.grain] * stride.count
    year, month = divmod(index, 12)
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        raise OverflowError(f"year {year} is out of range")
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


@dataclass(frozen=True, slots=True)
class Ask:
    """A relative window, as a query states it."""

    unit: Grain
    count: int = 1
    offset: int = 0
    current: bool = False
    to_date: bool = False
    fiscal: bool = False


def resolve(ask: Ask, as_of: Moment, rules: Calendar) -> Span:
    """The window that the words mean at `as_of`. To date includes the day of `as_of`."""
    first_month = rules.fiscal_year_start if ask.fiscal else 1
    if ask.unit in {"second", "minute", "hour"}:
        return _elapsed(ask, as_of, rules)
    here = local(as_of, rules.time_zone)
    running = truncate(here, ask.unit, rules, first_month)
    following = shift(running, Stride(ask.unit, 1))
    if ask.to_date:
        start = shift(running, Stride(ask.unit, 1 - ask.count))
        end = shift(truncate(here, "day", rules), Stride("day", 1))
    elif ask.current:
        start, end = shift(following, Stride(ask.unit, -ask.count)), following
    else:
        start, end = shift(running, Stride(ask.unit, -ask.count)), running
    return moved(Span(start, end), Stride(ask.unit, -ask.offset))


def _elapsed(ask: Ask, as_of: Moment, rules: Calendar) -> Span:
    """Units below a day: counted in elapsed time, then read off the local clock."""
    unit = _ELAPSED[ask.unit]
    here = local(as_of, rules.time_zone)
    if as_of.tzinfo is not None:
        as_of = as_of.astimezone(datetime.UTC)
    into = here - truncate(here, ask.unit, rules)
    running = as_of - into
    end = as_of if ask.to_date else running + unit if ask.current else running
    ahead = 1 if ask.to_date or ask.current else 0
    start = running + unit * (ahead - ask.count)
    back = unit * ask.offset
    moments = [edge.astimezone(datetime.UTC) - back if edge.tzinfo else edge - back for edge in (start, end)]
    return Span(local(moments[0], rules.time_zone), local(moments[1], rules.time_zone))


def length(span: Span) -> Stride | None:
    """The calendar length of a closed span: whole months if both ends start one, else days, else seconds."""
    if span.start is None or span.end is None:
        return None
    if all(edge == edge.replace(day=1, hour=0, minute=0, second=0, microsecond=0) for edge in (span.start, span.end)):
        return Stride("month", (span.end.year - span.start.year) * 12 + span.end.month - span.start.month)
    apart = span.end - span.start
    if apart % _ELAPSED["day"] == datetime.timedelta(0):
        return Stride("day", apart.days)
    return Stride("second", int(apart.total_seconds()))


def moved(span: Span, stride: Stride) -> Span:
    """The span moved by a calendar distance; an end inside a month moves with its last day (to 30 March: to 28 February)."""
    return Span(
        shift(span.start, stride) if span.start else None,
        _moved_end(span.end, stride) if span.end else None,
    )


def _moved_end(end: Moment, stride: Stride) -> Moment:
    if end.day == 1 or stride.grain in _ELAPSED:
        return shift(end, stride)
    day = _ELAPSED["day"]
    return shift(end - day, stride) + day


def aligned(span: Span, grain: Grain, rules: Calendar, first_month: int = 1) -> bool:
    """Whether both ends lie on borders of periods, so that the span holds whole periods only."""
    return all(edge is None or truncate(edge, grain, rules, first_month) == edge for edge in (span.start, span.end))
