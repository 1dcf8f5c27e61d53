"""The contract of a chart kind. Each sibling file is one; the file name is `ChartSpec.kind`.

A chart module has `fits(shape: Shape) -> float` (0: cannot; the highest wins), `spec(shape, intent) -> ChartSpec`
and `draw(spec: ChartSpec, frame: ResultFrame) -> Figure`, all pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from goal_semantics.compiled import OutputColumn
from jupyter_goal.core.chart import ChartSpec, Figure
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.plan import ChartIntent

MAX_POINTS = 4_000
MAX_MARKER_POINTS = 2_000


@dataclass(frozen=True, slots=True)
class Shape:
    """What the choice of a chart depends on, never the values themselves."""

    rows: int
    times: tuple[OutputColumn, ...]
    dimensions: tuple[OutputColumn, ...]
    measures: tuple[OutputColumn, ...]
    """Numeric outputs in order, the primary measure first."""
    distinct: tuple[int, ...]
    """Distinct values of each column of `times + dimensions`, in that order."""
    detail: bool = False
    title: str = ""


class ChartKind(Protocol):
    """A module of this folder."""

    def fits(self, shape: Shape) -> float:
        """How well this kind shows such data, 0..1."""

    def spec(self, shape: Shape, intent: ChartIntent) -> ChartSpec:
        """The description for data of this shape."""

    def draw(self, spec: ChartSpec, frame: ResultFrame) -> Figure:
        """Unthemed plotly JSON with its marks; at most `MAX_POINTS` points, reductions said in `spec.notes`."""
