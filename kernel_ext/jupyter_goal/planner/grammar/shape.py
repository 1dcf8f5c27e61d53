"""What a query adds to numbers and dimensions: comparison, calculations, ranking, order. Each says what it needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from goal_semantics.model import Catalog, Grain
from goal_semantics.query import (
    Between,
    Calculation,
    Comparison,
    Cumulative,
    Grouping,
    Measure,
    Order,
    Relative,
    Rolling,
    Share,
    TimeWindow,
    Top,
)
from jupyter_goal.core.plan import ChartIntent
from jupyter_goal.planner.facts import is_additive, time_of
from jupyter_goal.planner.grammar.clauses import LEADS, Ordered, Ranked
from jupyter_goal.planner.grammar.options import Trouble
from jupyter_goal.planner.grammar.sort import Sorted

DEFAULT_TOP = 10
_ORDER: tuple[Grain, ...] = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Frame:
    """The numbers, dimensions and window of a reading so far."""

    measures: tuple[Measure, ...]
    groupings: tuple[Grouping, ...]
    window: TimeWindow | None
    said: tuple[str, ...] = ()

    @property
    def time(self) -> Grouping | None:
        """The time grouping."""
        return next((grouping for grouping in self.groupings if grouping.grain is not None), None)

    def by_time(self, grain: Grain, catalog: Catalog, *, fiscal: bool = False) -> Frame | None:
        """The same with a time grouping; None without a time."""
        path = time_of(self.measures[0], catalog)
        if path is None:
            return None
        return replace(self, groupings=(Grouping(field=path, grain=grain, fiscal=fiscal), *self.groupings))


def compare(frame: Frame, sorted_: Sorted, catalog: Catalog) -> tuple[Frame, Comparison | None] | Trouble:
    """A comparison with an earlier time; a time grouping is added where the words name the period."""
    asked = sorted_.versus[0] if sorted_.versus else None
    text = sorted_.flag_text.get("growth", "the comparison")
    if asked is None and not sorted_.has("growth"):
        return frame, None
    to = asked.to if asked is not None else "previous_period"
    unit = asked.unit if asked is not None else None
    if frame.time is None and not _has_ends(frame.window):
        grain = unit or None
        timed = frame.by_time(grain, catalog) if grain is not None else None
        if timed is None:
            return Trouble(text, "it needs a period", "Add “by month”, or a window such as “in 2013”.")
        frame = replace(timed, said=(*timed.said, f"shown by {grain}, because the comparison needs periods"))
    elif to == "previous_period" and unit is not None and not _fits(frame, unit):
        return Trouble(f"previous {unit}", "the answer is not by that period", f"Say “by {unit}”.")
    elif to == "previous_year" and frame.time is None and not _has_ends(frame.window):
        return Trouble("last year", "the answer has no period to compare", "Add “by month” or a window.")
    if to == "previous_year" and frame.time is not None and frame.time.grain == "year":
        to = "previous_period"
    return frame, Comparison(to=to)


def _fits(frame: Frame, unit: Grain) -> bool:
    """The period before is one `unit` back."""
    if frame.time is not None:
        return frame.time.grain == unit
    window = frame.window.window if frame.window is not None else None
    if isinstance(window, Relative):
        return window.unit == unit and window.count == 1
    return isinstance(window, Between) and window.start is not None and window.end is not None and _is_one(window, unit)


def _is_one(window: Between, unit: Grain) -> bool:
    assert window.start is not None and window.end is not None
    days = (window.end - window.start).days
    limits = {"day": (1, 1), "week": (7, 7), "month": (28, 31), "quarter": (90, 92), "year": (365, 366)}
    low, high = limits.get(unit, (0, -1))
    return low <= days <= high


def _has_ends(window: TimeWindow | None) -> bool:
    if window is None:
        return False
    if isinstance(window.window, Relative):
        return True
    return window.window.start is not None and window.window.end is not None


def calculate(frame: Frame, sorted_: Sorted, catalog: Catalog) -> tuple[Frame, tuple[Calculation, ...]] | Trouble:
    """Shares, running totals and rolling windows."""
    found: list[Calculation] = []
    if sorted_.has("share") or sorted_.has("share total"):
        additive = [measure for measure in frame.measures if is_additive(measure, catalog)]
        text = sorted_.flag_text.get("share") or sorted_.flag_text.get("share total", "share")
        if not additive:
            return Trouble(text, "the parts of this number do not add up to a total")
        if not frame.groupings:
            return Trouble(text, "it needs parts", "Say by what, for example “by …”.")
        within = tuple(g.name for g in frame.groupings if g.grain is not None) if len(frame.groupings) > 1 else ()
        found += [Share(measure=measure.name, within=within) for measure in additive]
    if sorted_.has("cumulative"):
        made = _timed(frame, "month", catalog, sorted_.flag_text["cumulative"])
        if isinstance(made, Trouble):
            return made
        frame = made
        additive = [measure for measure in frame.measures if is_additive(measure, catalog)]
        if not additive:
            return Trouble(sorted_.flag_text["cumulative"], "this number cannot be added up over time")
        found += [Cumulative(measure=measure.name) for measure in additive]
    for rolled in sorted_.rolled:
        if rolled.count is None:
            return Trouble("rolling", "over how many periods?", "Say for example “3-month rolling average”.")
        made = _timed(frame, rolled.unit or "month", catalog, "rolling")
        if isinstance(made, Trouble):
            return made
        frame = made
        if frame.time is not None and rolled.unit is not None and frame.time.grain != rolled.unit:
            return Trouble(
                f"{rolled.count} {rolled.unit}", f"the answer is by {frame.time.grain}", f"Say “by {rolled.unit}”."
            )
        found += [Rolling(measure=m.name, count=rolled.count, agg=rolled.agg) for m in frame.measures]
    return frame, tuple(found)


def _timed(frame: Frame, grain: Grain, catalog: Catalog, text: str) -> Frame | Trouble:
    if frame.time is not None:
        return frame
    made = frame.by_time(grain, catalog)
    if made is None:
        return Trouble(text, "what is asked has no time")
    return replace(made, said=(*made.said, f"shown by {grain}"))


@dataclass(frozen=True, slots=True)
class Ranking:
    """A top and an order."""

    top: Top | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    said: tuple[str, ...] = ()


def rank(
    frame: Frame, rank_: Ranked | None, by: str | None, sorted_: Sorted, within: tuple[str, ...], catalog: Catalog
) -> Ranking | Trouble:
    """The top and the order of the answer. `by`: the column that the ranking goes by."""
    if rank_ is None:
        return _ordered(frame, sorted_, by, catalog)
    if by is None:
        return Trouble("top", "by which number is not clear")
    falls = ascending(rank_, by, frame, catalog)
    if isinstance(falls, Trouble):
        return falls
    explicit = _explicit(frame, sorted_)
    if isinstance(explicit, Trouble):
        return explicit
    if not frame.groupings:
        return Trouble(by, "a ranking needs something to rank", "Say by what, for example “by …”.")
    order = explicit or (Order(by=by, descending=not falls),)
    n = rank_.n
    said: tuple[str, ...] = ()
    if n is None and rank_.subject is None and rank_.grain is None and not _ranks_subject(sorted_):
        return Ranking(order=order)
    if n is None and (rank_.plural or _plural(sorted_)):
        n, said = DEFAULT_TOP, (f"the first {DEFAULT_TOP} are shown",)
    if len(frame.groupings) > 1 and not within:
        home = frame.groupings[0].field.rsplit(".", 1)[0]
        others = tuple(g.name for g in frame.groupings[1:] if g.field.rsplit(".", 1)[0] != home or g.grain is not None)
        if others and any(g.lead == "and" for g in sorted_.groups):
            return Trouble(" and ".join(name.replace("_", " ") for name in others), "what is ranked is not clear")
    else:
        others = ()
    if others:
        within = others
        said = (*said, f"ranked within each {' and '.join(name.replace('_', ' ') for name in others)}")
    return Ranking(Top(n=n or 1, by=by, ascending=falls, within=within), order if explicit else (), said=said)


def _ranks_subject(sorted_: Sorted) -> bool:
    return any(group.lead in LEADS for group in sorted_.groups)


def _plural(sorted_: Sorted) -> bool:
    first = next((group for group in sorted_.groups if group.lead in LEADS), None)
    return first is not None and first.plural


def ascending(rank_: Ranked, by: str, frame: Frame, catalog: Catalog) -> bool | Trouble:
    """Whether the smallest comes first; "best" and "worst" depend on the metric."""
    if rank_.direction in {"asc", "desc"}:
        return rank_.direction == "asc"
    measure = next((m for m in frame.measures if m.name == by), None)
    metric = catalog.metric.get(measure.metric) if measure is not None and measure.metric else None
    if metric is None or metric.higher_is == "neutral":
        return Trouble(rank_.direction, f"the catalog does not say whether more of {by.replace('_', ' ')} is better",
                       "Say “highest” or “lowest”.")  # fmt: skip
    return (rank_.direction == "best") == (metric.higher_is == "worse")


def _ordered(frame: Frame, sorted_: Sorted, by: str | None, catalog: Catalog) -> Ranking | Trouble:
    explicit = _explicit(frame, sorted_)
    if isinstance(explicit, Trouble):
        return explicit
    if not explicit and by is not None and frame.groupings:
        explicit = (Order(by=by),)
    limit = sorted_.limits[0].n if sorted_.limits else None
    if any(each.direction or each.by for each in sorted_.orders) and not frame.groupings:
        return Trouble("the order", "there is only one number to show", "Say by what, for example “by …”.")
    if limit is not None and not frame.groupings:
        return Trouble(str(limit), "there is only one number to show")
    return Ranking(order=explicit, limit=limit)


def _explicit(frame: Frame, sorted_: Sorted) -> tuple[Order, ...] | Trouble:
    """The order that was asked for in words; measures named in it are in the frame already."""
    found: list[Order] = []
    for asked in _merged(sorted_.orders):
        names = _order_columns(asked, frame)
        if isinstance(names, Trouble):
            return names
        found += names
    return tuple(dict.fromkeys(found))


def _merged(orders: tuple[Ordered, ...]) -> tuple[Ordered, ...]:
    """“sorted by flights … in descending order”: a lone direction belongs to the order before it."""
    merged: list[Ordered] = []
    for each in orders:
        if merged and each.by is None and each.grain is None and merged[-1].direction is None:
            merged[-1] = replace(merged[-1], direction=each.direction)
        else:
            merged.append(each)
    return tuple(merged)


def _order_columns(asked: Ordered, frame: Frame) -> list[Order] | Trouble:
    measure = frame.measures[0].name if frame.measures else None
    match asked.direction:
        case "name":
            texts = [g for g in frame.groupings if g.grain is None]
            return (
                [Order(by=texts[0].name, descending=False)]
                if texts
                else Trouble("alphabetical", "nothing to sort by name")
            )
        case "time":
            return (
                [Order(by=frame.time.name, descending=False)]
                if frame.time
                else Trouble("chronological", "no time is shown")
            )
        case _:
            return _plain_order(asked, frame, measure)


def _plain_order(asked: Ordered, frame: Frame, measure: str | None) -> list[Order] | Trouble:
    if asked.grain is not None:
        if frame.time is None or frame.time.grain != asked.grain:
            return Trouble(asked.grain, "it is not part of the answer")
        return [Order(by=frame.time.name, descending=asked.direction == "desc")]
    if asked.by is None and measure is not None:
        only_group = len(frame.groupings) == 1 and frame.time is not None and asked.direction is not None
        by = frame.groupings[0].name if only_group else measure
        return [Order(by=by, descending=asked.direction != "asc")]
    return []


def draw(sorted_: Sorted) -> ChartIntent:
    """How the goal wants it drawn."""
    intent = ChartIntent(log=sorted_.has("log"))
    if not sorted_.drawn:
        return intent
    drawn = sorted_.drawn[-1]
    return intent.model_copy(update={"kind": drawn.kind, "stacked": drawn.stacked, "horizontal": drawn.horizontal})


def coarsest(grains: tuple[Grain, ...]) -> Grain:
    """The longest of some grains."""
    return max(grains, key=_ORDER.index)


__all__ = ["Frame", "Ranking", "calculate", "cast", "compare", "draw", "rank"]
