"""No drawing: the table below says it best. For rows of detail, many columns, and results without rows."""

from __future__ import annotations

from jupyter_goal.charts import Shape
from jupyter_goal.core.chart import ChartSpec, Figure
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.plan import ChartIntent


def fits(shape: Shape) -> float:
    """Always possible; best for detail, for nothing to measure and for no rows."""
    return 1.0 if shape.detail or not shape.measures or shape.rows == 0 else 0.1


def spec(shape: Shape, intent: ChartIntent) -> ChartSpec:
    """All columns, as they are."""
    return ChartSpec(kind="table")


def draw(spec: ChartSpec, frame: ResultFrame) -> Figure:
    """An empty figure."""
    return Figure()
