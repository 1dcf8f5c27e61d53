"""One aggregate over the rows of one dataset. Anything that needs a second aggregate is another kind."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Attribute
from pydantic import model_validator

from goal_semantics.aggregates import misfit
from goal_semantics.metrics import Context
from goal_semantics.metrics._words import EVERY_PERIOD, else_shows
from goal_semantics.model import Aggregate, Expression, MetricSpec, SqlText
from goal_semantics.relation import Call, Constant, Term


class Spec(MetricSpec):
    """`expression`: SQL over the dataset's fields, then its columns; None counts rows. `filter`: which rows count.

    `percentile`: the fraction that an aggregate of percentiles needs.
    `narrows`: groups without a row of the filter do not exist, instead of showing the aggregate of nothing. `fill`: what
    stands where there would be no value: no rows, or only rows without one. `spine`: periods without rows are shown too.
    """

    kind: Literal["simple"] = "simple"
    dataset: str
    agg: Aggregate = "sum"
    expression: SqlText | None = None
    filter: SqlText | None = None
    percentile: float | None = Attribute(default=None, ge=0, le=1)
    fill: int | float | None = None
    spine: bool = False
    narrows: bool = False

    @model_validator(mode="after")
    def _something_to_aggregate(self) -> Spec:
        if self.expression is None and self.agg != "count":
            raise ValueError(f"“{self.agg}” needs an expression; only “count” can do without and counts rows")
        if problem := misfit(self.agg, self.percentile):
            raise ValueError(problem.rstrip("."))
        return self


def lower(spec: Spec, context: Context) -> Term:
    """The aggregate itself, or what stands for a missing one."""
    term = context.every_period(lambda inner: _counted(spec, inner)) if spec.spine else _counted(spec, context)
    return term if spec.fill is None else Call("coalesce", (term, Constant(spec.fill)))


def _counted(spec: Spec, context: Context) -> Term:
    where = spec.filter

    def aggregate(inner: Context, condition: Expression | None) -> Term:
        return inner.aggregate(spec.dataset, spec.agg, spec.expression, condition, percentile=spec.percentile)

    if where is not None and spec.narrows:
        return context.narrowed(where, lambda inner: aggregate(inner, None))
    return aggregate(context, where)


def parts(spec: Spec) -> tuple[str, ...]:
    """None: it is made of rows."""
    return ()


def define(spec: Spec) -> str:
    """`sum of amount over orders where status = 'paid'`."""
    inside = spec.expression.text if spec.expression else "rows"
    condition = f" where {spec.filter.text}" if spec.filter else ""
    which = "" if spec.percentile is None else f" {spec.percentile:g}"
    narrowed = ", only groups that have such rows" if spec.narrows else ""
    every = EVERY_PERIOD if spec.spine else ""
    return f"{spec.agg.replace('_', ' ')}{which} of {inside} over {spec.dataset}{condition}{narrowed}{every}{else_shows(spec.fill)}"
