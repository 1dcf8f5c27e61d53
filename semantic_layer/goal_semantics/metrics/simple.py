"""One aggregate over the rows of one dataset. Anything that needs a second aggregate is another kind."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from goal_semantics.metrics import Context
from goal_semantics.model import Aggregate, MetricSpec, SqlText
from goal_semantics.relation import Term


class Spec(MetricSpec):
    """`expression`: SQL over the dataset's fields, then its columns; None counts rows. `filter`: which rows count."""

    kind: Literal["simple"] = "simple"
    dataset: str
    agg: Aggregate = "sum"
    expression: SqlText | None = None
    filter: SqlText | None = None

    @model_validator(mode="after")
    def _something_to_aggregate(self) -> Spec:
        if self.expression is None and self.agg != "count":
            raise ValueError(f"“{self.agg}” needs an expression; only “count” can do without and counts rows")
        return self


def lower(spec: Spec, context: Context) -> Term:
    """The aggregate itself."""
    return context.aggregate(spec.dataset, spec.agg, spec.expression, spec.filter)


def parts(spec: Spec) -> tuple[str, ...]:
    """None: it is made of rows."""
    return ()


def define(spec: Spec) -> str:
    """`sum of amount over orders where status = 'paid'`."""
    inside = spec.expression.text if spec.expression else "rows"
    condition = f" where {spec.filter.text}" if spec.filter else ""
    return f"{spec.agg.replace('_', ' ')} of {inside} over {spec.dataset}{condition}"
