"""Lines: a measure over time (or along a numeric dimension), one line per series. A missing period breaks the line."""

from __future__ import annotations

from jupyter_goal.charts import Shape
from jupyter_goal.charts._encode import moments, one_unit, ordered, primary, values_of, varying
from jupyter_goal.charts._over_time import draw_over_time, spec_over_time
from jupyter_goal.core.chart import ChartSpec, Figure
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.plan import ChartIntent

_MANY = 30


def fits(shape: Shape) -> float:
    """Best for one time column and at most one dimension."""
    if shape.detail or not primary(shape) or len(shape.times) > 1:
        return 0.0
    others = varying(shape)
    if shape.times:
        return 0.9 if moments(shape) > 1 and len(others) <= 1 else 0.0
    steps = [column for column in others if ordered(column)]
    if not steps or len(others) > 2 or not one_unit(primary(shape)):
        return 0.0
    return 0.95 if values_of(shape, steps[0]) > _MANY else 0.4


def spec(shape: Shape, intent: ChartIntent) -> ChartSpec:
    """Time along x; the dimension becomes one line per value."""
    return spec_over_time("line", shape, intent)


def draw(spec: ChartSpec, frame: ResultFrame) -> Figure:
    """One trace per measure and series."""
    return draw_over_time("line", spec, frame)
