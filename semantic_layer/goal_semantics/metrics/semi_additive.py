"""Balances: one aggregate over the rows of one moment per period. Never summed over time."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from goal_semantics.aggregates import misfit
from goal_semantics.metrics import Balance, Context
from goal_semantics.metrics._words import else_shows
from goal_semantics.model import Aggregate, MetricSpec, SqlText
from goal_semantics.relation import Call, Constant, Term

_TWICE = frozenset({"count", "sum", "avg", "min", "max"})


class Spec(MetricSpec):
    """`over`: path of the time of a snapshot. `take`: which moment of a period, or what over its moments.

    `by`: take it for each of these apart (the last balance of each account), then aggregate. The moment is one of the
    rows of `filter` in the window, so that a group or a condition never moves it; with `moment: asked`, one of the rows
    that the question chooses, and groups without a row at it do not exist. `fill`: what a missing value shows.
    """

    kind: Literal["semi_additive"] = "semi_additive"
    dataset: str
    agg: Aggregate = "sum"
    expression: SqlText | None = None
    filter: SqlText | None = None
    over: str
    take: Literal["last", "first", "min", "max", "avg"] = "last"
    by: tuple[str, ...] = ()
    moment: Literal["any", "asked"] = "any"
    fill: int | float | None = None

    @model_validator(mode="after")
    def _computable(self) -> Spec:
        if self.expression is None and self.agg != "count":
            raise ValueError(f"“{self.agg}” needs an expression; only “count” can do without and counts rows")
        if self.by and self.take not in {"last", "first"} and self.agg not in _TWICE:
            raise ValueError(f"“{self.agg}” of values per “by” cannot be computed; take the last or the first")
        if problem := misfit(self.agg, None):
            raise ValueError(problem.rstrip("."))
        if self.moment == "asked" and self.take not in {"last", "first"}:
            raise ValueError("“moment: asked” needs the last or the first one")
        return self


def lower(spec: Spec, context: Context) -> Term:
    """The aggregate over the rows of its moments."""
    term = _asked(spec, context) if spec.moment == "asked" else _any(spec, context)
    return term if spec.fill is None else Call("coalesce", (term, Constant(spec.fill)))


def _asked(spec: Spec, context: Context) -> Term:
    def aggregate(inner: Context) -> Term:
        return inner.aggregate(spec.dataset, spec.agg, spec.expression, None)

    def chosen(inner: Context) -> Term:
        return aggregate(inner) if spec.filter is None else inner.narrowed(spec.filter, aggregate)

    return context.at_moment(Balance(spec.over, spec.take, spec.by), chosen)


def _any(spec: Spec, context: Context) -> Term:
    return context.part(
        Balance(spec.over, spec.take, spec.by, spec.filter),
        lambda inner: inner.aggregate(spec.dataset, spec.agg, spec.expression, spec.filter),
    )


def parts(spec: Spec) -> tuple[str, ...]:
    """None: it is made of rows."""
    return ()


def define(spec: Spec) -> str:
    """`sum of balance over accounts, last by accounts.day per accounts.account_id`."""
    inside = spec.expression.text if spec.expression else "rows"
    condition = f" where {spec.filter.text}" if spec.filter else ""
    apart = f" per {', '.join(spec.by)}" if spec.by else ""
    among = " of the chosen rows" if spec.moment == "asked" else ""
    rows = f"{spec.agg.replace('_', ' ')} of {inside} over {spec.dataset}{condition}"
    return f"{rows}, {spec.take} by {spec.over}{apart}{among}{else_shows(spec.fill)}"
