"""Windows of time in words: as a question says them, and as the dates that they are at a moment."""

from __future__ import annotations

import datetime

from goal_semantics.model import Catalog
from goal_semantics.query import Between, Relative, SemanticQuery
from goal_semantics.resolve.windows import span_of
from jupyter_goal.core.periods import MONTHS, period_text


def dated(interpretation: str, query: SemanticQuery, catalog: Catalog, as_of: datetime.datetime) -> str:
    """The interpretation with the dates of its relative window: “last month (Nov 2013)”."""
    window = query.time.window if query.time is not None else None
    if not isinstance(window, Relative):
        return interpretation
    span = span_of(query, catalog, as_of, [])
    words = relative_words(window)
    if span.start is None or span.end is None or interpretation.count(words) != 1:
        return interpretation
    return interpretation.replace(words, f"{words} ({between_words(Between(start=span.start, end=span.end))})")


def relative_words(window: Relative) -> str:
    """“last 3 months including this one”: what stays true whenever it is asked."""
    unit = f"fiscal {window.unit}" if window.fiscal else window.unit
    back = f", moved back by {window.offset} {window.unit}{'s' if window.offset > 1 else ''}" if window.offset else ""
    if window.to_date:
        return f"{unit} to date{back}"
    if window.current and window.count == 1:
        return f"this {unit}{back}" if unit != "day" else f"today{back}"
    if window.count == 1:
        return f"last {unit}{back}" if unit != "day" or window.offset else "yesterday"
    return f"last {window.count} {unit}s{' including this one' if window.current else ''}{back}"


def between_words(window: Between) -> str:
    """“2013”, “since 1 Mar 2013”, “5 Mar 2013 to 9 Mar 2013”."""
    start, end = window.start, window.end
    if start is None and end is None:
        return "all time"
    if start is None:
        return f"until {day_words(_last(end))}"
    if end is None:
        return f"since {day_words(start)}"
    whole = _whole(start, end)
    return whole or f"{day_words(start)} to {day_words(_last(end))}"


def _whole(start: datetime.date, end: datetime.date) -> str:
    """“2013”, “Q2 2013”, “Mar 2013”, “Jan–Jun 2013”, “5 Mar 2013”; empty where the ends are not those of months."""
    if _clock(start) or _clock(end):
        return ""
    if (end - start).days == 1:
        return day_words(start)
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


def day_words(value: datetime.date) -> str:
    """“5 Mar 2013”."""
    return period_text(value, "day")
