"""What comparisons, calculations, tops and orders need of a question, and what is wrong where they lack it."""

from __future__ import annotations

from collections.abc import Iterator

from goal_semantics import calendar
from goal_semantics.calendar import Stride, coarser
from goal_semantics.issues import Issue, near
from goal_semantics.metrics import Run, Shifted
from goal_semantics.model import NUMERIC
from goal_semantics.query import Calculation, Cumulative, Rank, Relative, Rolling, Share
from goal_semantics.relation import Call, Over, Part, Term, Truncate
from goal_semantics.resolve.question import Question, Shown
from goal_semantics.traversal import walk

_CHOOSING = frozenset({"<", "<=", ">", ">=", "=", "<>", "in"})
_YEARS = frozenset({"year", "iso_year"})
CUMULABLE = frozenset({"count", "sum", "avg", "min", "max"})
"""Aggregates of many periods that follow from those of each."""


def time_key(question: Question) -> int | None:
    """The position of the one time grouping; None when there is none or more than one."""
    found = [at for at, key in enumerate(question.keys) if key.temporal]
    return found[0] if len(found) == 1 else None


def followed(question: Question) -> tuple[int, ...]:
    """Positions of the keys that a top chooses among: all of them, or all but a time that the chosen are shown over."""
    at, top = time_key(question), question.query.top
    everything = tuple(range(len(question.keys)))
    if at is None or top is None or len(everything) < 2 or question.keys[at].name in top.within:
        return everything
    rest = tuple(each for each in everything if each != at)
    return rest if any(question.keys[each].name not in top.within for each in rest) else everything


def recomputed(question: Question) -> bool:
    """Whether the others must be computed from their rows: some value is not the sum over its groups."""
    return not all(each.additive for each in question.measures)


def windowed(question: Question) -> bool:
    """Whether the window limits the very time that is grouped, so that it can be applied to periods."""
    at = time_key(question)
    if at is None or (question.span.start is None and question.span.end is None):
        return False
    return all(each.bound is not None and each.bound.term in walk(each.keys[at]) for each in question.branches)


def stride_of(question: Question) -> Stride | None:
    """How far back the comparison looks; None where that cannot be said."""
    comparison, at = question.query.comparison, time_key(question)
    if comparison is None:
        return None
    grain = question.keys[at].grain if at is not None else None
    if comparison.to == "previous_year":
        return Stride("week", 52) if grain == "week" else Stride("year", 1)
    if grain is not None:
        return Stride(grain, 1)
    window = question.query.time.window if question.query.time else None
    if isinstance(window, Relative):
        return Stride(window.unit, window.count)
    return calendar.length(question.span)


def misused(question: Question) -> Iterator[Issue]:
    """Every feature that the question does not support."""
    yield from _duplicates(question)
    yield from _unprintable(question)
    yield from _comparison(question)
    yield from _hidden(question)
    yield from _bins(question)
    yield from _totals(question)
    for calculation in question.query.calculations:
        yield from _calculation(question, calculation)
    yield from _top(question)
    if question.query.fill and time_key(question) is None:
        yield Issue("Filling periods needs exactly one time grouping.", "fill")
    yield from _names(question)


def output_names(question: Question) -> tuple[str, ...]:
    """Names of all columns of the answer, in order."""
    query = question.query
    names = [key.name for key in question.keys]
    for measure in question.measures:
        if measure.hidden:
            continue
        names.append(measure.name)
        names += [f"{measure.name}_{each}" for each in (query.comparison.show if query.comparison else ())]
        names += [f"{measure.name}_{each.kind}" for each in query.calculations if each.measure == measure.name]
    return (*names, "_level") if query.totals else tuple(names)


def _duplicates(question: Question) -> Iterator[Issue]:
    seen = set[str]()
    for name in output_names(question):
        if name in seen:
            yield Issue(f"Two columns of the answer are called “{name}”.", "measures", "Give one of them an alias.")
        seen.add(name)


def _unprintable(question: Question) -> Iterator[Issue]:
    for name in output_names(question):
        if not name.isprintable() or not name:
            yield Issue(f"{name!r} cannot be the name of a column.", "measures", "Use printable characters.")


def _comparison(question: Question) -> Iterator[Issue]:
    if question.query.comparison is None:
        return
    differs = not {"change", "change_pct"}.isdisjoint(question.query.comparison.show)
    for each in question.measures:
        if differs and not each.hidden and each.type not in NUMERIC | {"opaque"}:
            yield Issue(f"“{each.name}” is of type {each.type}, so it has no change.", "comparison",
                        "Show only its previous value, or leave it out.")  # fmt: skip
    times = [key for key in question.keys if key.temporal]
    if len(times) > 1:
        yield Issue("A comparison needs at most one time grouping.", "comparison")
    elif not times and (question.span.start is None or question.span.end is None):
        yield Issue("A comparison needs a time grouping or a window with two ends.", "comparison",
                    "Say which period is compared.")  # fmt: skip
    at = time_key(question)
    if at is not None and question.span != calendar.Span():
        inside = {b.bound is not None and b.bound.term in walk(b.keys[at]) for b in question.branches}
        if len(inside) > 1:
            yield Issue("These measures are compared by one time, but the window limits another time of some of them.",
                        "comparison", "Ask for them apart.")  # fmt: skip


def _hidden(question: Question) -> Iterator[Issue]:
    """A window is applied after looking back; a condition on the same time would hide what is looked back at."""
    found = next(_hiding(question), None)
    if found is not None:
        yield Issue(f"A condition on “{found}” hides what earlier periods are compared with.",
                    "filter", "Give the time as a window: `time`.")  # fmt: skip


def _hiding(question: Question) -> Iterator[str]:
    """Paths of times that something moves along and that a condition chooses rows by."""
    looks_back = any(isinstance(each, Cumulative | Rolling) for each in question.query.calculations)
    if question.query.comparison is not None or looks_back:
        yield from _chosen_by_time(question)
    for part in question.parts:
        yield from _chosen_by_time(part.inner) if isinstance(part.form, Shifted | Run) else ()
        yield from _hiding(part.inner)


def _chosen_by_time(question: Question) -> Iterator[str]:
    at = time_key(question)
    for branch in question.branches:
        times = {branch.time.term: branch.time.located.path} if branch.time is not None else {}
        if at is not None and isinstance(key := branch.keys[at], Truncate):
            times.setdefault(key.term, question.keys[at].path)
        for each in walk(branch.condition) if branch.condition is not None else ():
            if isinstance(each, Call) and each.function in _CHOOSING and (time := _period(each.arguments[0])) in times:
                yield times[time]


def _period(term: Term) -> Term:
    """The time that says which period a term is of: a day of the week is one of any period."""
    return term.term if isinstance(term, Truncate) or (isinstance(term, Part) and term.part in _YEARS) else term


def _bins(question: Question) -> Iterator[Issue]:
    """What looks at other periods reads more rows, whose extremes are others."""
    running = any(isinstance(each, Cumulative | Rolling) for each in question.query.calculations)
    if any(each.extents for each in question.branches) and (running or question.query.comparison is not None):
        yield Issue("A count of bins beside other periods is not yet supported: their bins would be others.", "groupings",
                    "Give a width.")  # fmt: skip


def _totals(question: Question) -> Iterator[Issue]:
    query = question.query
    if not query.totals:
        return
    if not question.keys:
        yield Issue("Totals need a grouping: without one the answer is the total.", "totals")
    for at, key in enumerate(question.keys):
        same = (other for other in range(at) if any(b.keys[at] == b.keys[other] for b in question.branches))
        if (other := next(same, None)) is not None:
            yield Issue(f"“{question.keys[other].name}” and “{key.name}” are the same grouping, so one has no subtotal without the other.",
                        "totals", "Group by one of them.")  # fmt: skip
    if query.top is not None:
        yield Issue("A total beside a top would be that of all groups, not of those that are shown.", "totals",
                    "Keep the others as a row, or ask for the total apart.")  # fmt: skip
    if question.filled:
        yield Issue("Totals beside filled periods: a total does not say which periods of it had no rows.", "totals",
                    "Ask for one of the two.")  # fmt: skip
    if query.comparison is not None and any(key.temporal for key in question.keys):
        yield Issue("A total over all periods has no earlier period to be compared with.", "totals",
                    "Group by something else, or compare two windows.")  # fmt: skip
    for each in query.calculations:
        if isinstance(each, Cumulative | Rolling):
            yield Issue(
                f"A {each.kind} value runs over periods, and a total has none.", "totals", "Ask for one of the two."
            )


def _calculation(question: Question, item: Calculation) -> Iterator[Issue]:
    measure = _measure(question, item.measure)
    if measure is None:
        known = [each.name for each in question.measures if not each.hidden]
        yield Issue(
            f"There is no measure “{item.measure}” in the query.", "calculations", "", near(item.measure, known)
        )
        return
    match item:
        case Share():
            yield from _within(question, item.within)
            if not measure.additive:
                yield Issue(f"“{item.measure}” has no shares: its parts do not add up to a total.", "calculations",
                            "Shares need a sum or a count of rows.")  # fmt: skip
        case Rank():
            yield from _within(question, item.within)
        case Cumulative():
            yield from _running(question, measure, "cumulative")
            yield from _reset(question, item)
        case Rolling():
            yield from _running(question, measure, "rolling")
            if item.count < 1:
                yield Issue("A rolling value needs at least one period.", "calculations")
            if item.agg == "sum" and not measure.additive:
                yield Issue(f"“{item.measure}” cannot be summed over periods.", "calculations")


def _running(question: Question, measure: Shown, word: str) -> Iterator[Issue]:
    if time_key(question) is None:
        yield Issue(f"A {word} value needs exactly one time grouping.", "calculations")
    if any(isinstance(each, Over) for each in walk(measure.term)):
        yield Issue(f"A {word} value of “{measure.name}” is not yet supported: it depends on the groups beside it.",
                    "calculations", "Ask for the value that is ranked by.")  # fmt: skip
        return
    for name in measure.leaves:
        if any(part.name == name for part in question.parts):
            yield Issue(f"A {word} value of “{measure.name}” is not yet supported: it is not made of sums of its periods.",
                        "calculations", "Define it as a metric of kind “cumulative”.")  # fmt: skip
            continue
        aggregate = question.leaf(name).aggregate
        if aggregate not in CUMULABLE:
            words = aggregate.replace("_", " ")
            yield Issue(f"A {word} {words} is not yet supported: it cannot be computed from periods.", "calculations")


def _reset(question: Question, item: Cumulative) -> Iterator[Issue]:
    at = time_key(question)
    grain = question.keys[at].grain if at is not None else None
    if item.reset and grain and not coarser(item.reset, grain):
        yield Issue(f"A running total by {grain} cannot restart every {item.reset}.", "calculations")
    if item.reset and grain == "week" and item.reset != "week":
        yield Issue("Weeks cross the borders of months and years, so a weekly running total cannot restart there.",
                    "calculations", "Group by day or month.")  # fmt: skip


def _top(question: Question) -> Iterator[Issue]:
    top = question.query.top
    if top is None:
        return
    if not question.keys:
        yield Issue("A top needs a grouping to choose from.", "top")
    yield from _within(question, top.within)
    if len(set(top.within)) >= len(question.keys) > 0:
        yield Issue("A top within all groupings leaves nothing to choose from.", "top")
    plain = {each.name for each in question.measures}
    if len(followed(question)) < len(question.keys) and top.by not in plain:
        yield Issue(f"A top over time by “{top.by}” is not yet supported.", "top", "Choose by one of the measures.")
    if not top.others:
        return
    if question.query.comparison or question.query.calculations:
        yield Issue("An “others” row together with a comparison or calculations is not yet supported.", "top")
    if recomputed(question) and question.parts:
        yield Issue("Others of running values, offsets, balances and the like are not yet supported.", "top",
                    "Leave the others out.")  # fmt: skip
    if recomputed(question) and any(each.bridges or each.extents for each in question.branches):
        yield Issue("Others of averages, ratios and distinct counts beside bins of a count or groups over a bridge are not yet "
                    "supported.", "top", "Leave the others out.")  # fmt: skip
    for key in (question.keys[at] for at in followed(question)):
        if key.type != "string" and key.name not in top.within:
            yield Issue(f"“{key.name}” is not text, so no row can be called “others”.", "top", "Leave the others out.")


def _within(question: Question, names: tuple[str, ...]) -> Iterator[Issue]:
    known = [key.name for key in question.keys]
    for name in names:
        if name not in known:
            yield Issue(f"There is no grouping “{name}” in the query.", "within", "", near(name, known))


def _names(question: Question) -> Iterator[Issue]:
    known = output_names(question)
    wanted = [("order", each.by) for each in question.query.order]
    if question.query.top:
        wanted.append(("top", question.query.top.by))
    for place, name in wanted:
        if name not in known:
            yield Issue(f"There is no column “{name}” in the answer.", place, "", near(name, known))


def _measure(question: Question, name: str) -> Shown | None:
    return next((each for each in question.measures if each.name == name and not each.hidden), None)
