"""Phrases with parts of their own, read as a whole: comparisons, rolling windows, charts, and words too vague to act on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from goal_semantics.model import Grain
from jupyter_goal.planner.grammar.terms import Pattern
from jupyter_goal.planner.grammar.vocabulary import NUMBER_WORDS


@dataclass(frozen=True, slots=True)
class Versus:
    """Compare with an earlier time. `unit`: of what the period before is meant, where it was said."""

    to: str
    unit: Grain | None = None
    change_only: bool = False


@dataclass(frozen=True, slots=True)
class Rolled:
    """A rolling window; `count` None when it was not said."""

    count: int | None
    unit: Grain | None
    agg: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """How it should be drawn."""

    kind: str
    stacked: bool | None = None
    horizontal: bool | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """Hours of the day, 0 to 23, before, after, at or between which something is."""

    how: str
    first: int
    second: int | None = None
    minutes: bool = False
    """Some minutes were said too."""


_COUNT = r"(?P<count>\d{1,3}|" + "|".join(NUMBER_WORDS) + r")"
_UNIT = r"(?P<unit>day|week|month|quarter|year|hour)s?"
_COMPARED = (r"(?:(?:and |as )?(?:compared|comparing|compare|comparison|relative|in comparison) (?:it |them |this |these )?"
             r"(?:with|to|against)|versus|vs ?\.?|against|over|than|from|with a comparison to|and compare (?:it |them )?"
             r"(?:with|to)) (?:that of |those of |the one of |in )?(?:the )?(?:same (?:period|time|month|quarter|week|day)s? "
             r"(?:of |in |from )?(?:the )?)?")  # fmt: skip
_EARLIER = r"(?:last|previous|prior|preceding|past)"
_ROLL = r"(?:rolling|moving|trailing)"
_HOW = r"(?P<agg>average|avg|mean|sum|total|maximum|max|minimum|min)(?: of)?"
_KINDS = {
    "bar": "bar", "bars": "bar", "column": "bar", "line": "line", "area": "area", "scatter": "scatter",
    "scatterplot": "scatter", "pie": "pie", "donut": "pie", "doughnut": "pie", "histogram": "histogram", "box": "box",
    "heat map": "heatmap", "heatmap": "heatmap", "treemap": "treemap", "funnel": "funnel", "waterfall": "waterfall",
    "map": "map", "table": "table", "number": "number", "sunburst": "sunburst", "violin": "violin", "radar": "radar",
    "bubble": "bubble", "gauge": "gauge", "sankey": "sankey", "choropleth": "map",
}  # fmt: skip
_KIND = r"(?P<kind>" + "|".join(sorted(_KINDS, key=len, reverse=True)) + r")"
_LEAD = (
    r"(?:(?:and )?(?:please )?(?:(?:show|display|draw|plot|make|use|using|create|visuali[sz]e|chart|give|present)"
    r"(?: me)?(?: it| this| them| that| the result| the results| these)? )?)"
    r"(?:(?:as|in|with|on|using|by|via|through|into|for) )?(?:an? |the )?"
)
_STYLE = r"(?P<style>(?:(?:stacked|grouped|horizontal|vertical|simple|multi|clustered|side by side) )*)"

_SIDES = {"before": "before", "until": "before", "till": "before", "earlier than": "before", "up to": "before",
          "after": "after", "since": "after", "from": "after", "later than": "after", "at": "at", "around": "at"}  # fmt: skip


def _o_clock(name: str) -> str:
    half = rf"(?P<{name}half>am|pm|a ?\. ?m ?\.?|p ?\. ?m ?\.?|o ?'? ?clock|noon)"
    return rf"(?P<{name}>\d{{1,2}})(?: ?: ?(?P<{name}min>\d\d))? ?{half}"


Builder = Callable[[dict[str, str | None]], Pattern]


def _versus(part: dict[str, str | None]) -> Pattern:
    unit = part.get("unit")
    year = unit == "year" or (unit is None and part.get("ago") is not None)
    to = "previous_year" if year else "previous_period"
    return Pattern("", "versus", Versus(to, cast("Grain | None", unit)))


def _over(part: dict[str, str | None]) -> Pattern:
    words = (
        part.get("unit") or {"y": "year", "m": "month", "q": "quarter", "w": "week", "d": "day"}[part["short"] or "y"]
    )
    growth = part.get("growth") is not None
    to = "previous_year" if words == "year" else "previous_period"
    return Pattern("", "versus", Versus(to, cast(Grain, words), growth))


def _rolling(part: dict[str, str | None]) -> Pattern:
    raw, unit = part.get("count"), part.get("unit")
    count = None if raw is None else int(raw) if raw.isdigit() else NUMBER_WORDS[raw]
    names = {"average": "avg", "mean": "avg", "total": "sum", "maximum": "max", "minimum": "min"}
    agg = part.get("agg") or "avg"
    return Pattern("", "rolling", Rolled(count, cast("Grain | None", unit), names.get(agg, agg)))


def _chart(part: dict[str, str | None]) -> Pattern:
    style = part.get("style") or ""
    stacked = True if "stacked" in style else False if re.search("grouped|clustered|side", style) else None
    horizontal = True if "horizontal" in style else False if "vertical" in style else None
    return Pattern("", "chart", Drawn(_KINDS[part["kind"] or "bar"], stacked, horizontal))


def _hour(part: dict[str, str | None], name: str) -> int:
    hour, half = int(part[name] or 0), (part[f"{name}half"] or "")[:1]
    if half == "p" and hour < 12:
        return hour + 12
    return 0 if half == "a" and hour == 12 else hour if hour <= 12 or half == "o" else 99


def _clock(part: dict[str, str | None]) -> Pattern:
    minutes = any((part.get(f"{name}min") or "00") != "00" for name in ("one", "two"))
    if part.get("two") is not None:
        return Pattern("", "clock", Clock("between", _hour(part, "one"), _hour(part, "two"), minutes))
    return Pattern("", "clock", Clock(_SIDES[part["side"] or "at"], _hour(part, "one"), None, minutes))


def _vague(part: dict[str, str | None]) -> Pattern:
    return Pattern("", "vague", None)


_FORMS: tuple[tuple[str, Builder], ...] = (
    (rf"(?:between|from) {_o_clock('one')} (?:and|to|until|till|-|–) {_o_clock('two')}", _clock),
    (rf"(?P<side>{'|'.join(_SIDES)}) {_o_clock('one')}", _clock),
    (rf"{_COMPARED}{_EARLIER} {_UNIT}(?:'s)?(?! \d)", _versus),
    (rf"{_COMPARED}(?:the )?{_UNIT} (?:before|earlier|prior)", _versus),
    (rf"{_COMPARED}(?:a|one|1) {_UNIT} (?:ago|before|earlier)", _versus),
    (rf"{_COMPARED}(?:the )?{_EARLIER} (?:period|one)", _versus),
    (rf"{_COMPARED}(?:the )?(?:period|one) before", _versus),
    (r"(?P<unit>year|month|quarter|week|day) (?:over|on|to|by) (?P=unit)(?: (?P<growth>growth|change)(?: rate)?(?: of| in)?)?",
     _over),
    (r"(?P<short>[ymqwd])(?:o|/)(?P=short)(?: (?P<growth>growth|change)(?: rate)?(?: of| in)?)?", _over),
    (rf"{_COUNT} {_UNIT} {_ROLL} {_HOW}", _rolling),
    (rf"{_ROLL} {_COUNT} {_UNIT} {_HOW}", _rolling),
    (rf"{_ROLL} {_HOW}(?: (?:over|with|using))?(?: the)?(?: last| past)? {_COUNT} {_UNIT}", _rolling),
    (rf"{_ROLL} {_HOW}", _rolling),
    (rf"{_LEAD}{_STYLE}{_KIND} (?:chart|graph|plot|diagram|charts|graphs)(?: of| for| showing| to show| with| that shows)?",
     _chart),
    ((rf"(?:as|in|using|with) (?:an? |the )?{_STYLE}(?P<kind>histogram|heatmap|heat map|treemap|table|scatterplot|pie|bars?"
     r"|funnel|waterfall|map)"), _chart),
    ((rf"(?:draw|plot|make|create|show)(?: me)? (?:an? |the )?{_STYLE}(?P<kind>histogram|heatmap|heat map|treemap"
     r"|scatterplot)(?: of| for)?"), _chart),
    (r"(?P<kind>histogram|heatmap|heat map|treemap|scatterplot) of", _chart),
    ((r"(?:in |during |over |this |last )?(?:the )?(?:summer|winter|spring|autumn|holidays|holiday season|christmas"
     r"|thanksgiving|easter|black friday|recently|lately|recent|nowadays|rush hour|peak|weekends?|workdays?"
     r"|business days?|morning|afternoon|evening|night|overnight|next (?:week|month|quarter|year)|tomorrow"
     r"|nineties|eighties|decade)(?: \d{4})?"), _vague),
    (r"how (?:long|old|far|fast|big|tall|late|early|high|large|expensive|good|bad|well|heavy|deep|soon)", _vague),
)  # fmt: skip
_COMPILED = tuple((re.compile(form + r"(?![\w’'])"), build) for form, build in _FORMS)
_FIRST = re.compile(
    r"(?:and|as|compar|relative|in|versus|vs|against|over|than|from|with|year|month|quarter|week|day|[ymqwd]o|[ymqwd]/|\d"
    r"|rolling|moving|trailing|" + "|".join(NUMBER_WORDS) + "|show|display|draw|plot|make|use|using|create|visuali|chart|give"
    r"|present|on|by|via|through|into|for|a|an|the|stack|group|horiz|vert|simple|multi|cluster|side|" + "|".join(_KINDS)
    + r"|please|during|this|last|summer|winter|spring|autumn|holiday|christmas|thanksgiving|easter|black|recent|lately"
    r"|nowadays|rush|peak|weekend|workday|business|morning|afternoon|evening|night|overnight|next|tomorrow|nineties"
    r"|eighties|decade|how|before|until|till|earlier|up|after|since|later|at|around|between)"
)  # fmt: skip


def read_patterns(text: str, at: int) -> list[tuple[int, Any]]:
    """All patterns that begin at a position of a lower-case text, with the position after each."""
    if not _FIRST.match(text, at):
        return []
    found: list[tuple[int, Any]] = []
    for form, build in _COMPILED:
        match = form.match(text, at)
        if match:
            built = build(match.groupdict())
            found.append((match.end(), Pattern(match.group(), built.kind, built.value)))
    return found
