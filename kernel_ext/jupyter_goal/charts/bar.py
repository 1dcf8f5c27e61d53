"""Bars: a measure by category, from zero. Horizontal where labels are long or many; grouped or stacked by a second one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from goal_semantics.compiled import OutputColumn
from jupyter_goal.charts import Shape
from jupyter_goal.charts._drawing import NEUTRAL, Drawing, Scale, Trace
from jupyter_goal.charts._encode import (
    axis_of,
    axis_title,
    moments,
    ordered,
    primary,
    values_of,
    varying,
    with_previous,
)
from jupyter_goal.charts._order import by_calendar, by_size, unique
from jupyter_goal.charts._panels import fit_panels, log_note, log_possible, panel_scales, panels_of
from jupyter_goal.charts._points import Group, drawn, encoded, groups, keys, moments_text, name_text, numbers, texts
from jupyter_goal.charts._remainder import leftover
from jupyter_goal.charts._render import render
from jupyter_goal.core.cell import CellFormat
from jupyter_goal.core.chart import Axis, ChartSpec, Figure
from jupyter_goal.core.format import column_format
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.plan import ChartIntent

MOST_BARS = 40
MOST_ORDERED = 100
_MOST_GROUPS = 6
_LABELLED = 12
_LONG = 12
_NAME = " name"


@dataclass(frozen=True, slots=True)
class Names:
    """What the categories are called, in order, and each row of the frame."""

    categories: tuple[str, ...]
    rows: tuple[str, ...]


def fits(shape: Shape) -> float:
    """Best for one dimension, or two of which one has few values."""
    others = varying(shape)
    if shape.detail or not primary(shape) or len(shape.times) > 1:
        return 0.0
    if moments(shape) > 1:
        return 0.5 if len(others) <= 1 else 0.0
    if len(others) == 1:
        return 0.9
    if len(others) == 2:
        return 0.8 if values_of(shape, others[1]) <= _MOST_GROUPS else 0.05
    return 0.2 if not others and shape.rows == 1 and (shape.dimensions or shape.times) else 0.0


def spec(shape: Shape, intent: ChartIntent) -> ChartSpec:
    """The dimension with most values as categories, the other as series; time, where there is one, as categories."""
    others = varying(shape) or shape.dimensions[:1]
    x = shape.times[0] if moments(shape) > 1 or not others else others[0]
    series = next((column for column in others if column is not x), None) if varying(shape) else None
    columns = primary(shape) if series else with_previous(shape)
    stacked = bool(intent.stacked) and series is not None
    notes: tuple[str, ...] = ()
    if stacked and not all(column.additive for column in columns):
        stacked, notes = False, ("Not stacked: these values do not add up.",)
    few = len(columns) == 1 and series is None
    many = x.role != "time" and not ordered(x) and values_of(shape, x) > 10 and series is None
    return ChartSpec(
        kind="bar", x=axis_of(x), y=tuple(axis_of(column, log=intent.log) for column in columns),
        series=series.name if series else None, stacked=stacked,
        horizontal=many if intent.horizontal is None else intent.horizontal,
        labels=(few and shape.rows <= _LABELLED) if intent.labels is None else intent.labels, notes=notes,
    )  # fmt: skip


def draw(spec: ChartSpec, frame: ResultFrame) -> Figure:
    """One trace per measure and series; dots instead of bars on a log scale, which has no zero."""
    assert spec.x is not None
    axes, unfit = fit_panels(spec.y, frame, apart=spec.series is not None)
    x = frame.column(spec.x.column)
    frame, names, cut = _categories(frame, x, axes[0])
    logs = tuple(log_possible(frame, axis) for axis in axes)
    notes = [*unfit, *cut, *log_note(axes, logs)]
    if any(logs):
        notes.append("Dots instead of bars: a log scale has no zero.")
    places = panels_of(axes, frame, apart=spec.series is not None)
    found = _in_order(groups(_named(frame, names), spec.series), axes[0])
    scales = panel_scales(axes, places, logs, frame, from_zero=True)
    traces = [
        _trace(spec, frame, group, axis, Look(places[n], slot if spec.series else n, bool(scales[places[n]].log)))
        for n, axis in enumerate(axes)
        for slot, group in enumerate(found)
    ]
    shared = _shared(x, frame, names)
    horizontal = spec.horizontal or (x.role != "time" and not ordered(x) and _long(names) and spec.series is None)
    drawing = Drawing(tuple(traces), shared, scales, horizontal=horizontal and x.role != "time", stacked=spec.stacked)
    return render(replace(drawing, notes=tuple(notes)))


@dataclass(frozen=True, slots=True)
class Look:
    """Where and how one trace is drawn."""

    panel: int
    slot: int
    log: bool


def _trace(spec: ChartSpec, frame: ResultFrame, group: Group, axis: Axis, look: Look) -> Trace:
    assert spec.x is not None
    x, column = frame.column(spec.x.column), group.table.column(axis.column)
    form = column_format(frame, axis.column)
    y, rounded = drawn(column, form, frame.rows)
    along = group.table.column(x.name)
    neutral = group.remainder or frame.column(axis.column).role == "previous"
    return Trace(
        mark="dot" if look.log else "bar",
        label=group.label or axis_title(frame.column(axis.column)),
        slot=NEUTRAL if neutral else look.slot,
        measure=axis.column,
        x=moments_text(along, x) if x.role == "time" else tuple(group.table.column(_NAME).to_pylist()),
        y=y,
        texts=texts(column, form, frame.rows),
        keys=keys(frame, group.table),
        panel=look.panel,
        labelled=spec.labels,
        rounded=rounded,
    )


def _categories(frame: ResultFrame, x: OutputColumn, first: Axis) -> tuple[ResultFrame, Names, tuple[str, ...]]:
    """The frame in drawing order, what its rows are called, and what was left out."""
    if x.role == "time":
        dated = frame.table.filter(pc.is_valid(frame.table.column(x.name)))
        return _only(frame, dated.sort_by(x.name)), Names((), ()), ()
    codes, values = encoded(frame.table.column(x.name))
    form = column_format(frame, x.name)
    labels = unique([name_text(value, form) for value in values])
    sizes = _sizes(codes, numbers(frame.table.column(first.column)), len(values))
    rest = leftover(frame.table)
    last = [bool(rest[codes == code].any()) for code in range(len(values))] if rest.any() else [False] * len(values)
    order = _order(x, values, labels, sizes, last)
    kept = order[: MOST_ORDERED if ordered(x) else MOST_BARS]
    place = {code: rank for rank, code in enumerate(kept)}
    rows = sorted(
        (row for row, code in enumerate(codes.tolist()) if code in place), key=lambda row: place[int(codes[row])]
    )
    which = "in order" if ordered(x) else _first_ones(sizes, order)
    note = f"{len(kept)} of {len(order)} bars drawn, {which}."
    names = Names(tuple(labels[code] for code in kept), tuple(labels[codes[row]] for row in rows))
    return _only(frame, frame.table.take(pa.array(rows, pa.int64()))), names, (note,) if len(kept) < len(order) else ()


def _order(
    x: OutputColumn, values: list[object], labels: list[str], sizes: list[float | None], last: list[bool]
) -> list[int]:
    if ordered(x):
        return sorted(range(len(values)), key=lambda i: (values[i] is None, values[i] if values[i] is not None else 0))
    return by_calendar(labels) or by_size(sizes, labels, last)


def _sizes(codes: np.ndarray, measured: np.ndarray, count: int) -> list[float | None]:
    """The size of each category: its value, or the sum over its series; None where there is no value."""
    known = ~np.isnan(measured)
    sums = np.bincount(codes[known], weights=measured[known], minlength=count)
    present = np.bincount(codes[known], minlength=count) > 0
    return [float(total) if there else None for total, there in zip(sums, present, strict=True)]


def _in_order(found: list[Group], axis: Axis) -> list[Group]:
    labels = [group.label for group in found]
    sizes = [float(np.nansum(numbers(group.table.column(axis.column)))) for group in found]
    last = [group.remainder for group in found]
    return [found[i] for i in by_calendar(labels) or by_size(sizes, labels, last)]


def _named(frame: ResultFrame, names: Names) -> ResultFrame:
    """The frame with one more column: each row's category as it is called."""
    labels = pa.array(names.rows or [""] * frame.rows, pa.string())
    return _only(frame, frame.table.append_column(_NAME, labels))


def _first_ones(sizes: list[float | None], order: list[int]) -> str:
    first, last = sizes[order[0]], sizes[order[-1]]
    return "the smallest" if first is not None and last is not None and first < last else "the largest"


def _shared(x: OutputColumn, frame: ResultFrame, names: Names) -> Scale:
    if x.role == "time":
        return Scale("time", axis_title(x), column_format(frame, x.name), grain=x.grain)
    return Scale("category", axis_title(x), CellFormat("plain"), categories=names.categories)


def _long(names: Names) -> bool:
    return max((len(name) for name in names.categories), default=0) > _LONG


def _only(frame: ResultFrame, table: pa.Table) -> ResultFrame:
    return replace(frame, table=table, remainder=frozenset())
