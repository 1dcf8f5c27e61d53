"""Where periods begin and end, in days; plumbing of the checks. Knows no calendar but what the shown periods tell."""

from __future__ import annotations

import datetime

from goal_semantics.model import Grain

_MONTHS: dict[Grain, int] = {"month": 1, "quarter": 3, "year": 12}


def day_of(moment: datetime.datetime | datetime.date) -> datetime.date:
    """The day of a moment."""
    return moment.date() if isinstance(moment, datetime.datetime) else moment


def end_of(start: datetime.date, grain: Grain | None) -> datetime.date:
    """The day after the period that begins on `start`; below a day the day itself decides."""
    if grain == "week":
        return start + datetime.timedelta(days=7)
    months = _MONTHS.get(grain, 0) if grain else 0
    return _plus_months(start, months) if months else start + datetime.timedelta(days=1)


def start_of(day: datetime.date, grain: Grain | None, known: datetime.date) -> datetime.date:
    """The start of the period with this day in it, where one is known to begin on `known` (weeks, fiscal years)."""
    if grain == "week":
        return day - datetime.timedelta(days=(day - known).days % 7)
    months = _MONTHS.get(grain, 0) if grain else 0
    if not months:
        return day
    return _plus_months(day.replace(day=1), -((day.month - known.month) % months))


def _plus_months(day: datetime.date, months: int) -> datetime.date:
    index = day.year * 12 + day.month - 1 + months
    return datetime.date(index // 12, index % 12 + 1, 1)
