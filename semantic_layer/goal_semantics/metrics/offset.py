"""A metric of an earlier time beside, or compared with, the asked one. The earlier period is found by calendar."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from goal_semantics.metrics import Context, Input, Interval, Shifted
from goal_semantics.metrics._words import EVERY_PERIOD
from goal_semantics.model import Grain, MetricSpec
from goal_semantics.relation import Call, Term

_WORDS = {"value": "", "change": "change of ", "change_pct": "relative change of ", "ratio": "ratio of "}


class Spec(MetricSpec):
    """`by`: how far back; `to`: the start of this period instead. `show`: the earlier value, or what became of it.

    `spine`: rows move along the periods of the catalog's time spine, and periods that only earlier rows reach are shown.
    """

    kind: Literal["offset"] = "offset"
    metric: Input
    by: Interval | None = None
    to: Grain | None = None
    show: Literal["value", "change", "change_pct", "ratio"] = "value"
    spine: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Spec:
        if (self.by is None) == (self.to is None):
            raise ValueError("an offset needs either “by” or “to”")
        return self

    @property
    def fraction(self) -> bool:
        """Relative changes are parts of the earlier value."""
        return self.show == "change_pct"

    @property
    def like(self) -> str | None:
        """Values and changes are measured as the metric is."""
        return self.metric.metric if self.show in {"value", "change"} else None


def lower(spec: Spec, context: Context) -> Term:
    """Missing on either side stays missing; a change is a fraction of the size of the earlier value."""
    look = context.through if spec.spine else context.part
    then = look(Shifted(spec.by, spec.to), lambda inner: inner.input(spec.metric))
    if spec.show == "value":
        return then
    now = context.input(spec.metric)
    if spec.show == "ratio":
        return Call("/", (now, then))
    change = Call("-", (now, then))
    return change if spec.show == "change" else Call("/", (change, Call("abs", (then,))))


def parts(spec: Spec) -> tuple[str, ...]:
    """The metric that is moved."""
    return (spec.metric.metric,)


def define(spec: Spec) -> str:
    """`revenue 1 year earlier`, `relative change of revenue against 1 year earlier`."""
    when = f"{spec.by} earlier" if spec.by else f"the start of the {spec.to}"
    every = EVERY_PERIOD if spec.spine else ""
    if spec.show == "value":
        return f"{spec.metric} {when if spec.by else 'at ' + when}{every}"
    return f"{_WORDS[spec.show]}{spec.metric} against {when}{every}"
