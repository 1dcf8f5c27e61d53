"""Points of the calendar in words: a day, week, month, quarter, half or year, each as start and end. No relative time."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from goal_semantics.model import Calendar

MONTHS = {
    name.casefold(): number
    for number in range(1, 13)
    for name in (calendar.month_name[number], calendar.month_abbr[number])
} | {"sept": 9}
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}

_MONTH = r"(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?: ?(?:st|nd|rd|th))?"
_NTH = r"(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last)"
_NTH_ONLY = r"(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th)"
_FISCAL = r"(?P<fiscal>fiscal year|financial year|fiscal|fy)"


@dataclass(frozen=True, slots=True)
class Span:
    """A period: start included, end excluded; `year` None: the year was not said and `start` is in year 1."""

    start: datetime.date
    end: datetime.date
    grain: str
    year: int | None
    fiscal: bool = False


_FORMS: tuple[str, ...] = (
    r"(?P<year>\d{4})-(?P<m>\d{1,2})-(?P<day>\d{1,2})",
    r"(?P<year>\d{4})-(?P<m>0[1-9]|1[0-2])",
    r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<year>\d{4})",
    r"(?P<day>\d{1,2})\.(?P<m>\d{1,2})\.(?P<year>\d{4})",
    rf"(?:the )?(?P<week>week) (?:of|starting|beginning|from) (?:the )?{_MONTH} {_DAY} ?,? {_YEAR}",
    rf"{_MONTH} (?:the )?{_DAY} ?,? (?:of )?{_YEAR}",
    rf"(?:the )?{_DAY} (?:of )?{_MONTH} ?,? {_YEAR}",
    rf"{_MONTH} ?,? (?:of )?(?:the year )?{_YEAR}",
    rf"{_YEAR} {_MONTH}",
    rf"(?:the )?{_FISCAL} ?q(?P<q>[1-4])(?: of)? {_YEAR}",
    rf"q(?P<q>[1-4]) ?(?:of )?(?:the )?(?:{_FISCAL} ?)?{_YEAR}",
    rf"{_YEAR} ?q(?P<q>[1-4])",
    rf"(?:the )?{_NTH} (?:{_FISCAL} )?(?P<quarter>quarter) (?:of |in )?(?:the year )?{_YEAR}",
    rf"(?:the )?{_NTH} (?P<half>half) (?:of |in )?(?:the year )?{_YEAR}",
    rf"h(?P<h>[12]) ?(?:of )?{_YEAR}",
    rf"{_YEAR} h(?P<h>[12])",
    rf"(?:the )?{_FISCAL} ?{_YEAR}",
    r"fy(?P<short>(?:19|20)?\d\d)",
    rf"(?:the )?(?:calendar )?(?:year )?{_YEAR}",
    rf"(?:the )?(?:month of )?{_MONTH}",
    rf"{_MONTH} (?:the )?{_DAY}",
    rf"(?:the )?{_DAY} (?:of )?{_MONTH}",
    r"q(?P<q>[1-4])",
    rf"(?:the )?{_NTH_ONLY} (?P<quarter>quarter)(?: of the year)?",
    rf"(?:the )?{_NTH_ONLY} (?P<half>half) of the year",
)  # fmt: skip
_COMPILED = tuple(re.compile(form + r"(?![\w’'])") for form in _FORMS)


def read_span(text: str, at: int, calendar_of: Calendar) -> tuple[int, Span] | None:
    """The longest period that begins at `at`, with the position after it."""
    best: tuple[int, Span] | None = None
    for form in _COMPILED:
        match = form.match(text, at)
        if match and (best is None or match.end() > best[0]):
            span = _span(match, calendar_of)
            if span is not None:
                best = (match.end(), span)
    return best


def is_ambiguous_date(text: str) -> bool:
    """“3/4/2013” may be March or April."""
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/\d{4}", text)
    return bool(match) and int(match[1]) <= 12 and int(match[2]) <= 12 and match[1] != match[2] if match else False


def month_span(year: int, month: int, *, months: int = 1) -> tuple[datetime.date, datetime.date]:
    """Start and end of so many months."""
    last = year * 12 + month - 1 + months
    return datetime.date(year, month, 1), datetime.date(last // 12, last % 12 + 1, 1)


def _span(match: re.Match[str], calendar_of: Calendar) -> Span | None:
    part = match.groupdict()
    try:
        return _read(part, calendar_of)
    except ValueError:
        return None


def _read(part: dict[str, str | None], calendar_of: Calendar) -> Span:
    short = part.get("short")
    if short is not None:
        return _fiscal(int(short) if len(short) == 4 else 2000 + int(short), None, calendar_of)
    said = part.get("year")
    year = int(said) if said else None
    month = _month_number(part)
    if part.get("a"):
        first, second = int(part["a"] or 0), int(part["b"] or 0)
        month, day = (second, first) if first > 12 else (first, second)
        return _day(year or 1, month, day)
    if part.get("day") and month is not None and year is None:
        start = datetime.date(4, month, int(part["day"] or 0)).replace(year=1)
        return Span(start, start + datetime.timedelta(days=1), "day", None)
    if part.get("day") and month is not None and year is not None:
        span = _day(year, month, int(part["day"] or 0))
        if part.get("week"):
            return Span(span.start, span.start + datetime.timedelta(days=7), "week", year)
        return span
    quarter = int(part["q"] or 0) if part.get("q") else _ORDINALS[part["nth"] or ""] if part.get("quarter") else None
    if quarter is not None:
        if year is not None and part.get("fiscal"):
            return _fiscal(year, quarter, calendar_of)
        return Span(*month_span(year or 1, quarter * 3 - 2, months=3), "quarter", year)
    half = int(part["h"] or 0) if part.get("h") else _half(part["nth"] or "") if part.get("half") else None
    if half is not None:
        return Span(*month_span(year or 1, half * 6 - 5, months=6), "half", year)
    if part.get("fiscal") and year is not None:
        return _fiscal(year, None, calendar_of)
    if month is not None:
        return Span(*month_span(year or 1, month), "month", year)
    if year is None:
        raise ValueError("no period")
    return Span(*month_span(year, 1, months=12), "year", year)


def _half(word: str) -> int:
    if word == "last":
        return 2
    if _ORDINALS[word] > 2:
        raise ValueError("a year has two halves")
    return _ORDINALS[word]


def _month_number(part: dict[str, str | None]) -> int | None:
    if part.get("m"):
        return int(part["m"] or 0)
    return MONTHS[part["month"] or ""] if part.get("month") else None


def _day(year: int, month: int, day: int) -> Span:
    start = datetime.date(year, month, day)
    return Span(start, start + datetime.timedelta(days=1), "day", year)


def _fiscal(year: int, quarter: int | None, calendar_of: Calendar) -> Span:
    """The fiscal year is named after the calendar year in which it ends."""
    first = calendar_of.fiscal_year_start
    began = year if first == 1 else year - 1
    offset = 0 if quarter is None else (quarter - 1) * 3
    start = datetime.date(began + (first - 1 + offset) // 12, (first - 1 + offset) % 12 + 1, 1)
    span = month_span(start.year, start.month, months=12 if quarter is None else 3)
    return Span(*span, "year" if quarter is None else "quarter", year, fiscal=True)
