"""Windows of measures: snapshots, running totals and earlier periods, as far as a catalog means the same by them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot import exp

from goal_semantics.load._databricks_shape import Window
from goal_semantics.load._draft import Draft, Made
from goal_semantics.load._measures import Definition, Measures
from goal_semantics.load._space import Space, Uncarried
from goal_semantics.load._yaml import Trail

_DISTANCE = re.compile(r"\s*-\s*(\d+)\s+(second|minute|hour|day|week|month|quarter|year)s?\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ordered:
    """The dimension that a window moves along."""

    draft: Draft
    made: Made

    def path(self, fact: str, space: Space) -> str:
        """As a query names it. Errors: Uncarried."""
        steps = () if self.draft.name == fact else space.path(space.drafts[fact.lower()], self.draft)
        if steps is None:
            raise Uncarried(f"there is no one way to {self.made.field.name}")
        return ".".join((fact, *steps, self.made.field.name))

    @property
    def truncated(self) -> tuple[str, str] | None:
        """(unit, SQL of what is truncated) of a date_trunc."""
        tree = self.made.tree
        if not isinstance(tree, exp.DateTrunc | exp.TimestampTrunc):
            return None
        unit = tree.args.get("unit")
        return (unit.name.lower(), tree.this.sql()) if isinstance(unit, exp.Expr) else None


def windowed(
    base: Definition, windows: tuple[Window, ...], orders: tuple[Ordered, ...], measures: Measures, name: str, at: Trail
) -> Definition:
    """The measure as it moves along its windows. Errors: Uncarried."""
    ranges = tuple(" ".join(each.range.lower().split()) for each in windows)
    offsets = tuple(each.offset for each in windows)
    first = windows[0]
    if len(windows) == 1 and ranges == ("current",) and not first.offset:
        if base["kind"] != "simple" or first.semiadditive is None:
            raise Uncarried("a window over a formula")
        over = orders[0].path(base["dataset"], measures.space)
        return {**base, "kind": "semi_additive", "over": over, "take": first.semiadditive}
    of = measures.part(name, base, at)
    show = first.semiadditive or "last"
    if ranges == ("cumulative",) and not any(offsets):
        return {"kind": "cumulative", "metric": of, "at": show}
    if len(windows) == 2 and sorted(ranges) == ["cumulative", "current"] and not any(offsets):
        return {"kind": "cumulative", "metric": of, "to_date": _period(ranges, orders), "at": show}
    if ranges == ("current",) and (found := _DISTANCE.match(first.offset)):
        measures.carrier.leave("asked for longer periods than the window's, the whole period moves.", (*at, "window"))
        return {"kind": "offset", "metric": of, "by": f"{found[1]} {found[2].lower()}", "show": "value"}
    raise Uncarried(
        f"the window “{', '.join(ranges)}” {_REASONS.get(ranges[0].partition(' ')[0], 'is not one that it has')}"
    )


def running(orders: tuple[Ordered, ...], windows: tuple[Window, ...]) -> Ordered:
    """What the measure moves along: the order of its running total, else of its first window."""
    which = [
        order for order, window in zip(orders, windows, strict=True) if window.range.strip().lower() == "cumulative"
    ]
    return (which or list(orders))[0]


_REASONS = {
    "trailing": "ends before the current period, and for longer periods shows that of their last day",
    "leading": "looks ahead",
    "all": "ignores a grouping of the question",
}


def _period(ranges: tuple[str, ...], orders: tuple[Ordered, ...]) -> str:
    """The period that a running total starts anew with: the truncated order of the other one. Errors: Uncarried."""
    running, reset = (orders[ranges.index(which)] for which in ("cumulative", "current"))
    cut = reset.truncated
    if cut is None or cut[1] not in (running.made.tree.sql(), running.made.field.name):
        raise Uncarried(f"“{reset.made.field.name}” is not date_trunc of “{running.made.field.name}”")
    return cut[0]
