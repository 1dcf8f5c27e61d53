"""Moments and periods as people read them. Never hides a part of the value: a label is coarse only where the value is."""

from __future__ import annotations

import datetime

from goal_semantics.model import Grain

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
COARSE: frozenset[Grain] = frozenset({"day", "week", "month", "quarter", "year"})

Moment = datetime.datetime | datetime.date


def period_text(value: Moment, grain: Grain | None) -> str:
    """The words for a moment, or for the period of this grain that starts with it.

    Aware values are read on the clock of their own zone. A quarter or year that does not start with the calendar's
    (fiscal ones) says which month it starts in.
    """
    if grain in COARSE and _at_midnight(value):
        return _coarse(value, grain)
    if isinstance(value, datetime.datetime):
        return f"{_day(value)} {_clock(value, grain)}"
    return _day(value)


def clock_text(value: datetime.time) -> str:
    """A time of day, as precise as it is."""
    return value.isoformat(timespec="auto") if value.second or value.microsecond else value.strftime("%H:%M")


def _coarse(value: Moment, grain: Grain | None) -> str:
    if grain == "month" and value.day == 1:
        return _month(value)
    if grain == "quarter" and value.day == 1:
        first = value.month % 3 == 1
        return f"Q{value.month // 3 + 1} {value.year:04d}" if first else f"quarter from {_month(value)}"
    if grain == "year" and value.day == 1:
        return f"{value.year:04d}" if value.month == 1 else f"year from {_month(value)}"
    return _day(value)


def _at_midnight(value: Moment) -> bool:
    return not isinstance(value, datetime.datetime) or value.time() == datetime.time()


def _month(value: Moment) -> str:
    return f"{MONTHS[value.month - 1]} {value.year:04d}"


def _day(value: Moment) -> str:
    return f"{value.day} {_month(value)}"


def _clock(value: datetime.datetime, grain: Grain | None) -> str:
    zone = f" {value.tzname() or ''}".rstrip() if value.tzinfo else ""
    if value.microsecond:
        return value.time().isoformat(timespec="microseconds").rstrip("0") + zone
    seconds = f":{value.second:02d}" if value.second or grain == "second" else ""
    return f"{value.hour:02d}:{value.minute:02d}{seconds}{zone}"
