"""Areas: parts of a whole over time, stacked; or one measure over time, filled down to zero."""

from __future__ import annotations

from jupyter_goal.charts import Shape
from jupyter_goal.charts._encode import moments, primary, varying
from jupyter_goal.charts._over_time import draw_over_time, spec_over_time
from jupyter_goal.core.chart import ChartSpec, Figure
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.plan import ChartIntent


def fits(shape: Shape) -> float:
    """Chosen by itself only for shares that add up; otherwise on request."""
    columns, others = primary(shape), varying(shape)
    if shape.detail or not columns or moments(shape) < 2 or len(others) > 1:
        return 0.0
    shares = all(column.role == "share" and column.additive for column in columns)
    return 0.95 if shares and len(others) == 1 and len(columns) == 1 else 0.3


def spec(shape: Shape, intent: ChartIntent) -> ChartSpec:
    """Stacks only what adds up."""
    return spec_over_time("area", shape, intent)


def draw(spec: ChartSpec, frame: ResultFrame) -> Figure:
    """Stacked or filled traces; lines where stacking would mislead."""
    return draw_over_time("area", spec, frame)
