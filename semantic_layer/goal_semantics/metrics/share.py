"""A metric as a part of the same metric over everything, or over the parent that a group belongs to."""

from __future__ import annotations

from typing import Literal

from goal_semantics.metrics import Context, Input, Pinned
from goal_semantics.model import MetricSpec
from goal_semantics.query import Grouping
from goal_semantics.relation import Call, Term


class Spec(MetricSpec):
    """`within`: paths of the groupings that make the parent; none: the grand total of the window."""

    kind: Literal["share"] = "share"
    metric: Input
    within: tuple[str, ...] = ()

    @property
    def fraction(self) -> bool:
        """Always."""
        return True


def lower(spec: Spec, context: Context) -> Term:
    """The whole is computed from rows, not from the groups that are shown."""
    parent = tuple(Grouping(field=path) for path in spec.within)
    whole = context.part(Pinned(parent), lambda inner: inner.input(spec.metric))
    return Call("/", (context.input(spec.metric), whole))


def parts(spec: Spec) -> tuple[str, ...]:
    """The metric that is divided up."""
    return (spec.metric.metric,)


def define(spec: Spec) -> str:
    """`share of revenue within orders.customer.segment`."""
    return f"share of {spec.metric} {'within ' + ', '.join(spec.within) if spec.within else 'in the total'}"
