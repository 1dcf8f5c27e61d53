"""A metric at a grain of its own: pinned to some groupings, or computed by finer ones and aggregated."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator

from goal_semantics.aggregates import misfit
from goal_semantics.metrics import Context, Folded, Input, Pinned
from goal_semantics.metrics._words import grouped
from goal_semantics.model import Aggregate, MetricSpec
from goal_semantics.query import Grouping
from goal_semantics.relation import Term


def _of_path(value: Any) -> Any:
    return {"field": value} if isinstance(value, str) else value


class Spec(MetricSpec):
    """Without `agg`: the value by `by` only, which must be among the groupings of a question.

    With `agg`: the metric by the groupings of the question and `by`, aggregated ("average revenue per customer"). Rows
    without a value of `by` are one group like any other.
    """

    kind: Literal["fixed"] = "fixed"
    metric: Input
    by: tuple[Annotated[Grouping, BeforeValidator(_of_path)], ...] = ()
    agg: Aggregate | None = None

    @model_validator(mode="after")
    def _computable(self) -> Spec:
        if self.agg is not None and (problem := misfit(self.agg, None)):
            raise ValueError(problem.rstrip("."))
        return self

    @property
    def like(self) -> str | None:
        """Measured as the metric is, unless groups are counted."""
        return None if self.agg in {"count", "count_distinct"} else self.metric.metric


def lower(spec: Spec, context: Context) -> Term:
    """A question at that grain, in either way."""
    form = Pinned(spec.by) if spec.agg is None else Folded(spec.by, spec.agg)
    return context.part(form, lambda inner: inner.input(spec.metric))


def parts(spec: Spec) -> tuple[str, ...]:
    """The metric of the other grain."""
    return (spec.metric.metric,)


def define(spec: Spec) -> str:
    """`average of revenue per orders.customer_id`, `revenue by orders.status only`."""
    names = ", ".join(grouped(each) for each in spec.by)
    if spec.agg is None:
        return f"{spec.metric} by {names} only" if names else f"{spec.metric} in total"
    return f"{spec.agg.replace('_', ' ')} of {spec.metric} per {names or 'group'}"
