"""Charts as descriptions. plotly JSON is derived from a spec, never the reverse."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field as Attribute

from goal_semantics.model import Border, Format
from goal_semantics.scalar import Cell


class Axis(Border):
    """One axis: the result column it shows and how."""

    column: str
    title: str = ""
    unit: str = ""
    format: Format | None = None
    log: bool = False
    range: tuple[float | None, float | None] | None = None


class ChartSpec(Border):
    """A chart. `kind` names a file in `charts/`; `x`, `y`, `series` are result columns of the frame."""

    kind: str
    title: str = ""
    subtitle: str = ""
    x: Axis | None = None
    y: tuple[Axis, ...] = ()
    series: str | None = None
    """Column whose values become traces."""
    stacked: bool = False
    horizontal: bool = False
    labels: bool = False
    alt: str = ""
    """Text for those who do not see it: what is shown, extremes, trend."""
    notes: tuple[str, ...] = ()
    """What was reduced and how ("4,000 of 1,000,000 points shown (MinMaxLTTB)")."""


class MarkKeys(Border):
    """The values of one dimension for every mark of a trace, in drawing order; `Figure.meant` reads them."""

    column: str
    field: str
    values: tuple[Cell, ...] = ()
    repeat: int = 1
    """Each of the values holds for so many marks in a row."""
    axis: Literal["x", "y"] | None = None
    """The values are those that the trace draws along this axis; `values` is empty."""


class MarkSet(Border):
    """What the elements of one trace mean: (trace, index) -> measure, dimension values, period."""

    trace: int
    measure: str
    keys: tuple[MarkKeys, ...] = ()


class Figure(Border):
    """Unthemed plotly JSON and its marks. The browser applies the theme; it knows no chart kinds."""

    data: tuple[dict[str, Any], ...] = ()
    layout: dict[str, Any] = Attribute(default_factory=dict)
    marks: tuple[MarkSet, ...] = ()
    notes: tuple[str, ...] = ()
    """What was reduced while drawing; `draw_chart` moves it to the spec."""

    def meant(self, marks: MarkSet, key: MarkKeys) -> tuple[Cell, ...]:
        """The values of one dimension, one for each mark of the trace."""
        if key.axis is not None:
            return tuple(self.data[marks.trace][key.axis])
        return tuple(value for value in key.values for _ in range(key.repeat))
