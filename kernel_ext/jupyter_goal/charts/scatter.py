"""Dots: two measures against each other, one dot per group of the dimensions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from jupyter_goal.charts import MAX_MARKER_POINTS, Shape
from jupyter_goal.charts._drawing import Drawing, Scale, Trace
from jupyter_goal.charts._encode import axis_of, axis_title, one_unit, primary, values_of, varying
from jupyter_goal.charts._gaps import reduce_points
from jupyter_goal.charts._panels import log_note, log_possible
from jupyter_goal.charts._points import Group, drawn, groups, keys, name_text, numbers
from jupyter_goal.charts._render import render
from jupyter_goal.core.cell import CellFormat
from jupyter_goal.core.chart import Axis, ChartSpec, Figure
from jupyter_goal.core.format import cell_text, column_format
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.plan import ChartIntent

_FEW_ROWS = 5
_NAMED = 25
_MOST_SERIES = 6


def fits(shape: Shape) -> float:
    """Two measures without time, over enough groups."""
    columns = primary(shape)
    if shape.detail or len(columns) < 2 or shape.times or not varying(shape) or shape.rows < 2:
        return 0.0
    if len(columns) > 2 or shape.rows < _FEW_ROWS:
        return 0.3
    return 0.6 if one_unit(columns) else 0.92


def spec(shape: Shape, intent: ChartIntent) -> ChartSpec:
    """The first measure along x, the second along y; a dimension of few values gives the colours."""
    x, y, *rest = primary(shape)
    others = varying(shape)
    series = others[-1].name if len(others) > 1 and values_of(shape, others[-1]) <= _MOST_SERIES else None
    left = ", ".join(axis_title(column) for column in rest)
    return ChartSpec(
        kind="scatter", x=axis_of(x, log=intent.log), y=(axis_of(y, log=intent.log),), series=series,
        labels=shape.rows <= _NAMED if intent.labels is None else intent.labels,
        notes=(f"Not drawn, but in the table: {left}.",) if rest else (),
    )  # fmt: skip


def draw(spec: ChartSpec, frame: ResultFrame) -> Figure:
    """One trace per series; dots that lack one of the two values are not drawn."""
    assert spec.x is not None
    axes = (spec.x, spec.y[0])
    whole = numbers(frame.table.column(spec.x.column)) + numbers(frame.table.column(spec.y[0].column))
    complete = replace(frame, table=frame.table.filter(pa.array(~np.isnan(whole))))
    found = groups(complete, spec.series)
    budget = MAX_MARKER_POINTS // max(len(found), 1)
    reduced = [_reduce(group, axes, budget) for group in found]
    traces = tuple(_trace(spec, complete, group, slot) for slot, group in enumerate(reduced))
    logs = tuple(log_possible(complete, axis) for axis in axes)
    notes = list(log_note(axes, logs))
    if complete.rows < frame.rows:
        notes.append(f"{frame.rows - complete.rows:,} of {frame.rows:,} dots lack a value and are not drawn.")
    dropped = sum(group.dropped for group in reduced)
    if dropped:
        notes.append(f"{complete.rows - dropped:,} of {complete.rows:,} dots drawn (MinMaxLTTB keeps the extremes).")
    x, y = (
        Scale("value", axis_title(frame.column(axis.column)), column_format(frame, axis.column), log=log)
        for axis, log in zip(axes, logs, strict=True)
    )
    return render(Drawing(traces, x, (y,), notes=tuple(notes)))


def _trace(spec: ChartSpec, frame: ResultFrame, group: Group, slot: int) -> Trace:
    assert spec.x is not None
    forms = [column_format(frame, spec.x.column), column_format(frame, spec.y[0].column)]
    columns = [group.table.column(spec.x.column), group.table.column(spec.y[0].column)]
    x, x_rounded = drawn(columns[0], forms[0], frame.rows)
    y, y_rounded = drawn(columns[1], forms[1], frame.rows)
    pairs = zip(columns[0].to_pylist(), columns[1].to_pylist(), strict=True)
    return Trace(
        mark="dot",
        label=group.label or axis_title(frame.column(spec.y[0].column)),
        slot=slot,
        measure=spec.y[0].column,
        x=x,
        y=y,
        texts=tuple(f"{cell_text(a, forms[0])} · {cell_text(b, forms[1])}" for a, b in pairs),
        names=_names(frame, group),
        keys=keys(frame, group.table),
        labelled=spec.labels,
        rounded=x_rounded or y_rounded,
    )


def _names(frame: ResultFrame, group: Group) -> tuple[str, ...]:
    dimensions = [column.name for column in frame.columns if column.role in {"dimension", "time"}]
    cells = [
        [name_text(value, CellFormat("plain")) for value in group.table.column(name).to_pylist()] for name in dimensions
    ]
    return tuple(" · ".join(parts) for parts in zip(*cells, strict=True))


def _reduce(group: Group, axes: tuple[Axis, Axis], budget: int) -> Group:
    if len(group.table) <= budget:
        return group
    table = group.table.sort_by(axes[0].column)
    x, y = (numbers(table.column(axis.column)) for axis in axes)
    rows = reduce_points(x, y, budget)
    return Group(group.label, table.take(pa.array(rows)), len(table) - len(rows))
