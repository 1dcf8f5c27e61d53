"""The place of a group by a metric among the groups that are asked for."""

from __future__ import annotations

from typing import Literal

from goal_semantics.metrics import Context, Input
from goal_semantics.model import MetricSpec
from goal_semantics.relation import Term


class Spec(MetricSpec):
    """1 is the largest (the smallest with `ascending`); `within`: paths of the groupings inside which is ranked."""

    kind: Literal["rank"] = "rank"
    metric: Input
    within: tuple[str, ...] = ()
    ascending: bool = False


def lower(spec: Spec, context: Context) -> Term:
    """Ties share a place; what has no value has none."""
    return context.rank(context.input(spec.metric), spec.within, ascending=spec.ascending)


def parts(spec: Spec) -> tuple[str, ...]:
    """The metric that is ranked by."""
    return (spec.metric.metric,)


def define(spec: Spec) -> str:
    """`rank by revenue within orders.status, smallest first`."""
    inside = f" within {', '.join(spec.within)}" if spec.within else ""
    return f"rank by {spec.metric}{inside}{', smallest first' if spec.ascending else ''}"
