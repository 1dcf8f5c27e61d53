"""Periods on the local clock: where one begins, what lies so far away, and which stretch a window means."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from goal_semantics.model import Calendar
from goal_semantics.query import Between, Relative

Time = datetime.datetime
DAY = datetime.timedelta(days=1)
GRAINS = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"]
MONTHS = {"month": 1, "quarter": 3, "year": 12}
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
FIRST_DAY = {"monday": 0, "saturday": 5, "sunday": 6}


@dataclass(frozen=True)
class Span:
    """From `start` on and before `end`; None: open."""

    start: Time | None = None
    end: Time | None = None

    def holds(self, time: Time | None) -> bool:
        if self.start is None and self.end is None:
            return True
        if time is None:
            return False
        return (self.start is None or time >= self.start) and (self.end is None or time < self.end)

    def cut(self, other: Span) -> Span:
        starts = [each for each in (self.start, other.start) if each is not None]
        ends = [each for each in (self.end, other.end) if each is not None]
        return Span(max(starts, default=None), min(ends, default=None))


def moment(value: object, zone: str) -> Time | None:
    """A stored time on the local clock."""
    if value is None:
        return None
    if isinstance(value, datetime.datetime):
        return value if value.tzinfo is None else value.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert isinstance(value, datetime.date)
    return datetime.datetime.combine(value, datetime.time())


def start_of(time: Time, grain: str, calendar: Calendar, *, fiscal: bool = False) -> Time:
    day = datetime.datetime(time.year, time.month, time.day)
    if grain in {"second", "minute", "hour"}:
        return time.replace(
            microsecond=0, second=time.second * (grain == "second"), minute=time.minute * (grain != "hour")
        )
    if grain == "day":
        return day
    if grain == "week":
        while day.weekday() != FIRST_DAY[calendar.week_start]:
            day -= DAY
        return day
    first = calendar.fiscal_year_start if fiscal else 1
    day = day.replace(day=1)
    while (day.month - first) % MONTHS[grain]:
        day = moved(day, "month", -1)
    return day


def moved(time: Time, grain: str, count: int) -> Time:
    """A day that the month lacks becomes its last one."""
    if grain in SECONDS:
        return time + datetime.timedelta(seconds=SECONDS[grain] * count)
    months = time.year * 12 + time.month - 1 + MONTHS[grain] * count
    for day in range(time.day, 0, -1):
        try:
            return time.replace(year=months // 12, month=months % 12 + 1, day=day)
        except ValueError:
            continue
    raise AssertionError


def period(start: Time, grain: str) -> Span:
    return Span(start, moved(start, grain, 1))


def moved_span(span: Span, grain: str, count: int) -> Span:
    """An end moves with the last day before it."""
    end = span.end
    if end is not None:
        end = moved(end, grain, count) if end.day == 1 or grain in SECONDS else moved(end - DAY, grain, count) + DAY
    return Span(moved(span.start, grain, count) if span.start else None, end)


def part_of(time: Time, part: str, calendar: Calendar, *, fiscal: bool = False) -> int:
    year, week, weekday = time.isocalendar()
    month = (time.month - calendar.fiscal_year_start) % 12 + 1 if fiscal else time.month
    return {
        "second": time.second, "minute": time.minute, "hour": time.hour, "day": time.day, "day_of_week": weekday,
        "day_of_year": time.timetuple().tm_yday, "week": week, "month": month, "quarter": (month + 2) // 3,
        "year": time.year, "iso_year": year,
    }[part]  # fmt: skip


def window(asked: Between | Relative, as_of: Time, calendar: Calendar) -> Span:
    """`as_of`: on the local clock."""
    if isinstance(asked, Between):
        return Span(moment(asked.start, calendar.time_zone), moment(asked.end, calendar.time_zone))
    running = start_of(as_of, asked.unit, calendar, fiscal=asked.fiscal)
    if asked.to_date:
        span = Span(moved(running, asked.unit, 1 - asked.count), start_of(as_of, "day", calendar) + DAY)
    else:
        end = moved(running, asked.unit, 1) if asked.current else running
        span = Span(moved(end, asked.unit, -asked.count), end)
    return moved_span(span, asked.unit, -asked.offset)
