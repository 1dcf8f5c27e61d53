"""Time expressions: fixed periods, ranges and relative windows. Relative time stays relative."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace
from typing import cast

from goal_semantics.model import Calendar, Grain
from goal_semantics.query import Between, Relative
from jupyter_goal.planner.grammar.dates import Span, is_ambiguous_date, month_span, read_span
from jupyter_goal.planner.grammar.terms import When
from jupyter_goal.planner.grammar.vocabulary import NUMBER_WORDS

_UNIT = r"(?P<unit>second|minute|hour|day|week|month|quarter|year)s?"
_FISCAL = r"(?P<fiscal>fiscal |financial )?"
_COUNT = r"(?P<count>\d{1,4}|" + "|".join(NUMBER_WORDS) + r")"
_PRE = r"(?:in |over |during |for |within |from |of |on )?(?:the )?"

_RELATIVE: tuple[tuple[str, str], ...] = (
    ((rf"{_PRE}(?:last|past|previous|prior|trailing|preceding|most recent|latest) {_COUNT} (?:full |complete |whole )?"
     rf"{_FISCAL}{_UNIT}"), "last"),
    (rf"{_PRE}(?:last|past|previous|prior|preceding) (?:full |complete |calendar )?{_FISCAL}{_UNIT}", "last"),
    (rf"{_PRE}(?:this|current|running|present) (?:calendar )?{_FISCAL}{_UNIT}(?P<todate> to date| so far)?", "this"),
    (rf"so far this {_FISCAL}{_UNIT}(?P<todate>)", "this"),
    (rf"(?:in )?{_COUNT} {_UNIT} ago", "ago"),
    (rf"(?:in |for )?(?:the )?{_FISCAL}{_UNIT} to date(?P<todate>)", "this"),
    (r"(?P<ytd>ytd|mtd|qtd|wtd)", "this"),
    (r"(?:for |on )?today", "today"),
    (r"(?:for |on |from )?yesterday", "yesterday"),
    (r"(?:on )?(?:the )?day before yesterday", "before"),
)  # fmt: skip
_COMPILED = tuple((re.compile(form + r"(?![\w’'])"), kind) for form, kind in _RELATIVE)

_SPAN_PRE = re.compile(r"(?:(?:in|during|for|of|on|over|within|at|from|throughout|the) )*")
_OPENERS = (
    ("start", re.compile(r"(?:since|starting in|starting from|starting|beginning in|beginning|from|as of|on or after|"
                         r"as from) (?:the )?(?:start of |beginning of )?")),
    ("after", re.compile(r"(?:after|later than|past) (?:the end of )?")),
    ("before", re.compile(r"(?:before|prior to|earlier than) (?:the start of |the beginning of )?")),
    ("end", re.compile(r"(?:until|till|up to|through|thru|up until|to the end of|no later than|on or before) "
                       r"(?:the )?(?:end of )?")),
)  # fmt: skip
_RANGE = re.compile(r"(?P<lead>between |from |for |in |during )?(?:the )?")
_MIDDLE = re.compile(r" (?:to|and|through|thru|until|till|-|–|—|up to) (?:the )?(?:end of )?")
_ONWARD = re.compile(r" (?:onwards?|and later|or later|and after|and on|and onwards?|until now|to now|till now|to today"
                     r"|until today|up to now|to date)(?!\w)")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A time expression and the position after it."""

    end: int
    when: When


def read_when(text: str, at: int, calendar_of: Calendar) -> Found | None:
    """The longest time expression of a lower-case text that begins at `at`."""
    readers = (_relative, _ranged, _opened, _plain)
    found = [hit for reader in readers if (hit := reader(text, at, calendar_of)) is not None]
    return max(found, key=lambda hit: hit.end, default=None)


def _relative(text: str, at: int, calendar_of: Calendar) -> Found | None:
    best: Found | None = None
    for form, kind in _COMPILED:
        match = form.match(text, at)
        if match and (best is None or match.end() > best.end):
            best = Found(match.end(), When(match.group(), window=_window(match.groupdict(), kind)))
    return best


def _window(part: dict[str, str | None], kind: str) -> Relative:
    if kind in {"today", "yesterday", "before"}:
        return Relative(unit="day", current=kind == "today", offset=1 if kind == "before" else 0)
    fiscal = bool(part.get("fiscal"))
    if part.get("ytd"):
        units: dict[str, Grain] = {"y": "year", "m": "month", "q": "quarter", "w": "week"}
        return Relative(unit=units[(part["ytd"] or "y")[0]], current=True, to_date=True)
    unit = cast(Grain, part["unit"])
    if kind == "this":
        return Relative(unit=unit, current=True, to_date=part.get("todate") is not None, fiscal=fiscal)
    count = _count(part.get("count"))
    if kind == "ago":
        return Relative(unit=unit, count=1, offset=max(count - 1, 0))
    return Relative(unit=unit, count=count, fiscal=fiscal)


def _count(word: str | None) -> int:
    if word is None:
        return 1
    return int(word) if word.isdigit() else NUMBER_WORDS[word]


def _ranged(text: str, at: int, calendar_of: Calendar) -> Found | None:
    lead = _RANGE.match(text, at)
    begin = lead.end() if lead else at
    first = read_span(text, begin, calendar_of)
    short = re.compile(
        r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
        r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec) (\d{1,2})(?: ?(?:st|nd|rd|th))?(?= )"
    )
    day = short.match(text, begin)
    if day and (first is None or first[0] <= day.end()):
        days = _days(text, begin, day.end(), calendar_of)
        if days is not None or first is None or first[0] < day.end():
            return days
    if first is None:
        return None
    middle = _MIDDLE.match(text, first[0])
    second = read_span(text, middle.end(), calendar_of) if middle else None
    if middle is None or second is None:
        return None
    if middle.group().strip() == "and" and not (lead and (lead.group("lead") or "").startswith("between")):
        return None
    left, right = first[1], second[1]
    if left.year is None and right.year is not None and left.grain == "month":
        left = Span(*month_span(right.year, left.start.month), "month", right.year)
    if (left.year is None) != (right.year is None):
        return None
    words = text[at : second[0]]
    if left.year is None and {left.grain, right.grain} != {"month"}:
        window = Between(start=left.start, end=right.end)
        return Found(second[0], When(words, floating=window)) if left.start < right.end else None
    if left.year is None:
        months = tuple(range(left.start.month, right.start.month + 1))
        return Found(second[0], When(words, parts=months, grain="month")) if months else None
    if left.start >= right.end:
        return None
    return Found(second[0], When(words, window=Between(start=left.start, end=right.end)))


def _days(text: str, begin: int, after: int, calendar_of: Calendar) -> Found | None:
    """“March 1 to March 7, 2013”: the year stands at the end only."""
    middle = _MIDDLE.match(text, after)
    last = read_span(text, middle.end(), calendar_of) if middle else None
    if last is None or last[1].grain != "day" or last[1].year is None:
        return None
    first = read_span(f"{text[begin:after]} {last[1].year}", 0, calendar_of)
    if first is None or first[1].grain != "day" or first[1].start >= last[1].end:
        return None
    return Found(last[0], When(text[begin : last[0]], window=Between(start=first[1].start, end=last[1].end)))


def _opened(text: str, at: int, calendar_of: Calendar) -> Found | None:
    for side, opener in _OPENERS:
        match = opener.match(text, at)
        span = read_span(text, match.end(), calendar_of) if match else None
        if match is None or span is None:
            continue
        end, period = span
        onward = _ONWARD.match(text, end)
        if match.group().strip() in {"from", "as of"} and not onward:
            continue
        end = onward.end() if onward and side == "start" else end
        if period.year is None:
            return Found(end, When(text[at:end], floating=_open(side, period)))
        return Found(end, When(text[at:end], window=_open(side, period)))
    return None


def _open(side: str, period: Span) -> Between:
    match side:
        case "start":
            return Between(start=period.start)
        case "after":
            return Between(start=period.end)
        case "before":
            return Between(end=period.start)
        case _:
            return Between(end=period.end)


def _plain(text: str, at: int, calendar_of: Calendar) -> Found | None:
    lead = _SPAN_PRE.match(text, at)
    begin = lead.end() if lead else at
    span = read_span(text, begin, calendar_of)
    if span is None:
        return None
    end, period = span
    onward = _ONWARD.match(text, end)
    words = text[at:end]
    if onward and period.year is not None:
        return Found(onward.end(), When(text[at : onward.end()], window=Between(start=period.start)))
    if period.year is None and period.grain != "month":
        return Found(end, When(words, floating=Between(start=period.start, end=period.end), grain=period.grain))
    if period.year is None:
        return Found(end, When(words, parts=(period.start.month,), grain="month"))
    when = When(words, window=Between(start=period.start, end=period.end), grain=period.grain)
    if period.grain == "year" and not period.fiscal:
        when = replace(when, year=period.year)
    if is_ambiguous_date(text[begin:end]):
        when = replace(when, other=_swapped(period.start))
    return Found(end, when)


def _swapped(day: datetime.date) -> Between:
    start = datetime.date(day.year, day.day, day.month)
    return Between(start=start, end=start + datetime.timedelta(days=1))
