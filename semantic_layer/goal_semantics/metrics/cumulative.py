"""A metric over all rows up to each period: of all time, of a rolling window, or of a period to date."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from goal_semantics.metrics import Context, Input, Interval, Run
from goal_semantics.metrics._words import EVERY_PERIOD, else_shows
from goal_semantics.model import Grain, MetricSpec
from goal_semantics.relation import Call, Constant, Term


class Spec(MetricSpec):
    """`window`: the last so many; `to_date`: since the start of this period; neither: since the first row.

    `at`: the value shown for a period longer than the days that the window moves by. `spine`: the periods are those of the
    catalog's time spine, also beyond the data. `every`: also those without a row in reach. `fill`: what they show.
    """

    kind: Literal["cumulative"] = "cumulative"
    metric: Input
    window: Interval | None = None
    to_date: Grain | None = None
    at: Literal["last", "first", "avg"] = "last"
    spine: bool = False
    every: bool = False
    fill: int | float | None = None

    @model_validator(mode="after")
    def _one_window(self) -> Spec:
        if self.window is not None and self.to_date is not None:
            raise ValueError("“window” and “to_date” exclude each other")
        if self.every and not self.spine:
            raise ValueError("“every” needs “spine”")
        return self

    @property
    def like(self) -> str | None:
        """Measured as the metric is."""
        return self.metric.metric


def lower(spec: Spec, context: Context) -> Term:
    """The metric itself over more rows: ratios and distinct counts are recomputed, never added up."""
    term = context.every_period(lambda inner: _run(spec, inner)) if spec.every else _run(spec, context)
    return term if spec.fill is None else Call("coalesce", (term, Constant(spec.fill)))


def _run(spec: Spec, context: Context) -> Term:
    look = context.through if spec.spine else context.part
    return look(Run(spec.window, spec.to_date, spec.at), lambda inner: inner.input(spec.metric))


def parts(spec: Spec) -> tuple[str, ...]:
    """The metric that is run."""
    return (spec.metric.metric,)


def define(spec: Spec) -> str:
    """`revenue over the last 3 months`, `revenue since the start of the year`, `revenue up to each period`."""
    reach = "up to each period"
    if spec.window is not None:
        reach = f"over the last {spec.window}"
    elif spec.to_date is not None:
        reach = f"since the start of the {spec.to_date}"
    edge = {"last": "", "first": ", at the first moment of a period", "avg": ", averaged over a period"}[spec.at]
    every = EVERY_PERIOD if spec.spine else ""
    empty = ", also without a row in reach" if spec.every else ""
    return f"{spec.metric} {reach}{edge}{every}{empty}{else_shows(spec.fill)}"
