"""One metric divided by another, of the same fact or of two. Ratios are recomputed at every grain, never averaged."""

from __future__ import annotations

from typing import Literal

from goal_semantics.metrics import Context, Input
from goal_semantics.model import MetricSpec
from goal_semantics.relation import Call, Term


class Spec(MetricSpec):
    """Two metrics. A zero denominator gives NULL."""

    kind: Literal["ratio"] = "ratio"
    numerator: Input
    denominator: Input


def lower(spec: Spec, context: Context) -> Term:
    """A division in DOUBLE on every dialect."""
    return Call("/", (context.input(spec.numerator), context.input(spec.denominator)))


def parts(spec: Spec) -> tuple[str, ...]:
    """Both sides."""
    return (spec.numerator.metric, spec.denominator.metric)


def define(spec: Spec) -> str:
    """`paid_orders divided by orders`."""
    return f"{spec.numerator} divided by {spec.denominator}"
