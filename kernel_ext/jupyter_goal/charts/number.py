"""One row of numbers, written large: the measure's exact text, and how it changed where that was asked."""

from __future__ import annotations

from goal_semantics.compiled import OutputColumn
from jupyter_goal.charts import Shape
from jupyter_goal.charts._drawing import Drawing, Scale, Trace
from jupyter_goal.charts._encode import axis_of, axis_title, primary
from jupyter_goal.charts._points import keys
from jupyter_goal.charts._render import render
from jupyter_goal.core.chart import Axis, ChartSpec, Figure
from jupyter_goal.core.format import cell_text, column_format, with_unit
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.plan import ChartIntent

MOST_NUMBERS = 6


def fits(shape: Shape) -> float:
    """One row."""
    few = 0 < len(_bases(shape)) <= MOST_NUMBERS
    if shape.detail or shape.rows != 1 or not few:
        return 0.0
    return 1.0


def spec(shape: Shape, intent: ChartIntent) -> ChartSpec:
    """One number per measure; comparisons are found by the measure's name."""
    return ChartSpec(kind="number", y=tuple(axis_of(column) for column in _bases(shape)))


def draw(spec: ChartSpec, frame: ResultFrame) -> Figure:
    """Text traces: a browser's doubles never touch the number."""
    traces = tuple(_trace(axis, frame, place) for place, axis in enumerate(spec.y))
    return render(Drawing(traces, Scale("none"), (Scale("none"),)))


def _trace(axis: Axis, frame: ResultFrame, place: int) -> Trace:
    column = frame.column(axis.column)
    title = axis_title(column) if column.unit != "" and axis.title else axis.title
    return Trace(
        mark="text",
        label=title,
        slot=place,
        measure=axis.column,
        x=(place,),
        y=(0,),
        texts=(_text(frame, column),),
        names=(_change(frame, column),),
        keys=keys(frame, frame.table.slice(0, 1)),
    )


def _bases(shape: Shape) -> tuple[OutputColumn, ...]:
    """Measures themselves; what was derived from them stands beside."""
    bases = tuple(column for column in shape.measures if column.role == "measure")
    return bases or primary(shape)


def _change(frame: ResultFrame, column: OutputColumn) -> str:
    """What stands beside a number (-4.2% from 321,000), from the cells that are there."""
    cells = {c.role: c for c in frame.columns if c.measure == column.measure}
    change = cells.get("change_pct") or cells.get("change")
    parts = []
    if change is not None:
        value = frame.table.column(change.name)[0].as_py()
        parts.append(f"{'+' if value is not None and value > 0 else ''}{_text(frame, change)}")
    if "previous" in cells:
        parts.append(f"from {_text(frame, cells['previous'])}")
    if "share" in cells:
        parts.append(f"{_text(frame, cells['share'])} of the total")
    return " ".join(parts)


def _text(frame: ResultFrame, column: OutputColumn) -> str:
    value = frame.table.column(column.name)[0].as_py()
    if value is None:
        return "no data"
    form = column_format(frame, column.name)
    text = cell_text(value, form)
    return with_unit(text, column.unit) if form.style == "number" and column.role != "measure" else text
