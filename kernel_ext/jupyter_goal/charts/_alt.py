"""Alternative text: what is shown, its range with the labels of the extremes, and the trend. Deterministic."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from goal_semantics.compiled import OutputColumn
from jupyter_goal.charts._escape import plain
from jupyter_goal.charts._points import name_text, numbers
from jupyter_goal.core.chart import ChartSpec
from jupyter_goal.core.format import cell_text, column_format, with_unit
from jupyter_goal.core.frame import ResultFrame

_WORDS = {
    "line": "Line chart", "bar": "Bar chart", "area": "Area chart", "scatter": "Scatter plot", "number": "Number",
    "table": "Table",
}  # fmt: skip
_FLAT = 0.02


def alt_text(spec: ChartSpec, frame: ResultFrame) -> str:
    """Two or three sentences."""
    head = f"{_WORDS.get(spec.kind, spec.kind.capitalize())}: {plain(spec.title, 200)}."
    if frame.rows == 0:
        return f"{head} No data."
    if spec.kind == "number":
        return f"{head} {' '.join(_single(frame, axis.column) for axis in spec.y)}"
    if not spec.y:
        return f"{head} {frame.rows:,} rows, {len(frame.columns)} columns."
    parts = [head, *(_extremes(frame, axis.column) for axis in spec.y), _trend(spec, frame)]
    return " ".join(part for part in parts if part)


def _single(frame: ResultFrame, name: str) -> str:
    return f"{_label(frame.column(name))}: {_text(frame, name, 0)}."


def _extremes(frame: ResultFrame, name: str) -> str:
    values = numbers(frame.table.column(name))
    label = _label(frame.column(name))
    if np.isnan(values).all():
        return f"{label}: no values."
    low, high = int(np.nanargmin(values)), int(np.nanargmax(values))
    if values[low] == values[high]:
        return f"{label}: {_text(frame, name, low)} throughout."
    return (
        f"{label} from {_text(frame, name, low)} ({_where(frame, low)}) "
        f"to {_text(frame, name, high)} ({_where(frame, high)})."
    )


def _trend(spec: ChartSpec, frame: ResultFrame) -> str:
    if spec.x is None or spec.series is not None or frame.column(spec.x.column).role != "time":
        return ""
    order = pa.compute.sort_indices(frame.table, sort_keys=[(spec.x.column, "ascending")])
    values = numbers(frame.table.column(spec.y[0].column).take(order))
    known = np.flatnonzero(~np.isnan(values))
    if len(known) < 2:
        return ""
    first, last = values[known[0]], values[known[-1]]
    scale = float(np.nanmax(np.abs(values)))
    change = (last - first) / scale if scale else 0.0
    word = "about level" if abs(change) < _FLAT else "higher" if change > 0 else "lower"
    return f"The last value is {word} than the first." if word != "about level" else "First and last are about level."


def _where(frame: ResultFrame, row: int) -> str:
    keys = [column for column in frame.columns if column.role in {"time", "dimension"}]
    return ", ".join(
        name_text(frame.table.column(column.name)[row].as_py(), column_format(frame, column.name)) for column in keys
    )


def _text(frame: ResultFrame, name: str, row: int) -> str:
    value = frame.table.column(name)[row].as_py()
    return (
        "no data" if value is None else with_unit(cell_text(value, column_format(frame, name)), frame.column(name).unit)
    )


def _label(column: OutputColumn) -> str:
    label = plain(column.label or column.name.replace("_", " "))
    return label[:1].upper() + label[1:]
