"""Values lie where the catalog says they can, and are numbers."""

from __future__ import annotations

import math

import pyarrow as pa
import pyarrow.compute as pc

from goal_semantics.compiled import OutputColumn
from jupyter_goal.agent.checks import CheckResult, Evidence

NAME = "value_range"


def check(evidence: Evidence) -> CheckResult | None:
    """Fails on infinity and NaN; warns on values outside a metric's declared range."""
    measures = [column for column in evidence.frame.columns if column.role == "measure"]
    ranged = [column for column in measures if column.range != (None, None)]
    for column in measures:
        broken = _broken(evidence, column)
        if broken:
            return CheckResult(
                name=NAME,
                verdict="failed",
                detail=f"{column.label}: {broken:,} values are not finite numbers.",
                evidence={"count": broken},
            )
    for column in ranged:
        low, high = column.range
        outside = _outside(evidence.frame.table.column(column.name), low, high)
        if len(outside):
            return CheckResult(
                name=NAME,
                verdict="warned",
                detail=f"{column.label}: {len(outside):,} values outside {_span(low, high)}, e.g. {outside[0]}.",
                evidence={"count": len(outside)},
            )
    if not ranged:
        return None
    told = ", ".join(f"{column.label} within {_span(*column.range)}" for column in ranged)
    return CheckResult(name=NAME, verdict="passed", detail=f"{told}.")


def _broken(evidence: Evidence, column: OutputColumn) -> int:
    values = evidence.frame.table.column(column.name)
    return int(pc.sum(pc.invert(pc.is_finite(values))).as_py() or 0) if pa.types.is_floating(values.type) else 0


def _outside(values: pa.ChunkedArray, low: float | None, high: float | None) -> pa.ChunkedArray:
    """The values beyond a bound; NULL is beyond none."""
    numbers = values.cast(pa.float64(), safe=False)
    below = pc.less(numbers, -math.inf if low is None else low)
    above = pc.greater(numbers, math.inf if high is None else high)
    return values.filter(pc.or_(below, above))


def _span(low: float | None, high: float | None) -> str:
    return f"{'-∞' if low is None else f'{low:g}'} … {'∞' if high is None else f'{high:g}'}"
