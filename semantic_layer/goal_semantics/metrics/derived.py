"""Any expression over metrics, at any depth. Each of them is computed at the grain of the question, then combined."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from goal_semantics.metrics import Context, Input
from goal_semantics.metrics._algebra import names, read
from goal_semantics.model import MetricSpec
from goal_semantics.relation import Term


class Spec(MetricSpec):
    """`expression`: SQL arithmetic over names of metrics. `inputs`: those of which there is more to say, or aliases."""

    kind: Literal["derived"] = "derived"
    expression: str
    inputs: tuple[Input, ...] = ()

    @field_validator("expression")
    @classmethod
    def _readable(cls, text: str) -> str:
        if not names(text):
            raise ValueError(f"“{text}” names no metric")
        return text

    @property
    def by_name(self) -> dict[str, Input]:
        """What each name of the expression stands for."""
        known = {each.name: each for each in self.inputs}
        return {name: known.get(name) or Input(metric=name) for name in names(self.expression)}


def lower(spec: Spec, context: Context) -> Term:
    """The expression over the inputs."""
    known = spec.by_name
    return read(spec.expression, lambda name: context.input(known[name]))


def parts(spec: Spec) -> tuple[str, ...]:
    """Every metric that the expression names."""
    return tuple(dict.fromkeys(each.metric for each in spec.by_name.values()))


def define(spec: Spec) -> str:
    """`revenue - last_year, where last_year is revenue 1 year earlier`."""
    said = [f"{name} is {each}" for name, each in spec.by_name.items() if not each.bare]
    return f"{spec.expression}{', where ' + '; '.join(said) if said else ''}"
