"""Windows of time in words. Reads queries only."""

from __future__ import annotations

import datetime

from goal_semantics.query import Between, Relative
from jupyter_goal.core.periods import MONTHS, period_text


def relative(window: Relative) -> str:
    """“last 3 months, year to date”."""
    unit = f"fiscal {window.unit}" if window.fiscal else window.unit
    back = f", moved back by {window.offset} {window.unit}{'s' if window.offset > 1 else ''}" if window.offset else ""
    if window.to_date:
        return f"{unit} to date{back}"
    if window.current and window.count == 1:
        return f"this {unit}{back}" if unit != "day" else f"today{back}"
    if window.count == 1:
        return f"last {unit}{back}" if unit != "day" or window.offset else "yesterday"
    return f"last {window.count} {unit}s{' including this one' if window.current else ''}{back}"


def between(window: Between) -> str:
    """“Jan–Jun 2013, since 5 Mar 2013”."""
    start, end = window.start, window.end
    if start is None and end is None:
        return "all time"
    if start is None:
        return f"until {day(_last(end))}"
    if end is None:
        return f"since {day(start)}"
    whole = _whole(start, end)
    return whole or f"{day(start)} to {day(_last(end))}"


def _whole(start: datetime.date, end: datetime.date) -> str:
    """“2013”, “Q2 2013”, “Mar 2013”, “Jan–Jun 2013”, “5 Mar 2013”; empty where the ends are not those of months."""
    if _clock(start) or _clock(end):
        return ""
    if (end - start).days == 1:
        return day(start)
    if start.day != 1 or end.day != 1:
        return ""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months == 12 and start.month == 1:
        return str(start.year)
    if months == 3 and start.month % 3 == 1:
        return period_text(_date(start), "quarter")
    if months == 1:
        return period_text(_date(start), "month")
    last = _date(_last(end))
    if start.year == last.year:
        return f"{MONTHS[start.month - 1]}–{MONTHS[last.month - 1]} {start.year}"
    return f"{MONTHS[start.month - 1]} {start.year}–{MONTHS[last.month - 1]} {last.year}"


def _clock(value: datetime.date) -> bool:
    return isinstance(value, datetime.datetime) and value.time() != datetime.time()


def _last(end: datetime.date | None) -> datetime.date:
    assert end is not None
    return end if _clock(end) else end - datetime.timedelta(days=1)


def _date(value: datetime.date) -> datetime.date:
    return value.date() if isinstance(value, datetime.datetime) else value


def day(value: datetime.date) -> str:
    """“5 Mar 2013”."""
    return period_text(value, "day")
