"""What lines and areas share: series along an ordered axis, in panels where units differ."""

from __future__ import annotations

from typing import Literal

import numpy as np

from goal_semantics.compiled import OutputColumn
from jupyter_goal.charts import MAX_MARKER_POINTS, MAX_POINTS, Shape
from jupyter_goal.charts._drawing import NEUTRAL, Drawing, Scale, Trace
from jupyter_goal.charts._encode import axis_of, axis_title, ordered, primary, varying, with_previous
from jupyter_goal.charts._panels import fit_panels, log_note, log_possible, panel_scales, panels_of
from jupyter_goal.charts._points import Group, along, drawn, groups, keys, moments_text, numbers, texts
from jupyter_goal.charts._render import render
from jupyter_goal.core.cell import CellFormat
from jupyter_goal.core.chart import Axis, ChartSpec, Figure
from jupyter_goal.core.format import column_format
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.plan import ChartIntent

MOST_SERIES = 12
TOP_SERIES = 8
_MARKED = 40
Kind = Literal["line", "area"]


def spec_over_time(kind: Kind, shape: Shape, intent: ChartIntent) -> ChartSpec:
    """Time (or the numeric dimension) along x, the other dimension as series."""
    others = varying(shape)
    x = shape.times[0] if shape.times else next(column for column in others if ordered(column))
    series = next((column for column in others if column is not x), None)
    columns = primary(shape) if series else with_previous(shape)
    notes: list[str] = []
    stacked = kind == "area" and series is not None and intent.stacked is not False
    if stacked and not all(column.additive for column in columns):
        stacked = False
        notes.append("Not stacked: these values do not add up.")
    if kind == "area" and intent.log:
        notes.append("An area starts at zero, so the scale stays linear.")
    return ChartSpec(
        kind=kind, x=axis_of(x), y=tuple(axis_of(c, log=intent.log and kind == "line") for c in columns),
        series=series.name if series else None, stacked=stacked, labels=bool(intent.labels), notes=tuple(notes),
    )  # fmt: skip


def draw_over_time(kind: Kind, spec: ChartSpec, frame: ResultFrame) -> Figure:
    """One trace per measure and series; the largest series where there are too many."""
    assert spec.x is not None
    x, notes = frame.column(spec.x.column), []
    chosen, left_out = _largest(groups(frame, spec.series), spec.y[0], frame)
    if left_out:
        notes.append(f"{len(chosen)} of {len(chosen) + left_out} series drawn, the largest by {_words(spec.y[0])}.")
    mark, stacked = _mark(kind, spec, frame)
    if spec.stacked and not stacked:
        notes.append("Drawn as lines: values below zero cannot be stacked.")
    axes, unfit = fit_panels(spec.y, frame, apart=spec.series is not None)
    notes.extend(unfit)
    panels = panels_of(axes, frame, apart=spec.series is not None)
    budget = _budget(chosen, len(axes))
    traces, dropped = [], 0
    for place, axis in enumerate(axes):
        for slot, group in enumerate(chosen):
            points = along(frame, group, x.name, axis.column, budget)
            dropped += points.dropped
            many = len(chosen) * len(axes) * len(points.table)
            look = slot if spec.series else place
            traces.append(_trace(mark, spec, frame, points, axis, panels[place], _slot(frame, group, axis, look), many))
    if dropped:
        total = sum(len(group.table) for group in chosen) * len(axes)
        notes.append(f"{total - dropped:,} of {total:,} points drawn (MinMaxLTTB keeps the extremes).")
    logs = tuple(log_possible(frame, axis) for axis in axes)
    notes.extend(log_note(axes, logs))
    scales = panel_scales(axes, panels, logs, frame, from_zero=mark == "area")
    shared = _shared(x, column_format(frame, x.name), frame)
    return render(Drawing(tuple(traces), shared, scales, stacked=stacked, notes=tuple(notes)))


def _trace(
    mark: Literal["line", "area"], spec: ChartSpec, frame: ResultFrame, points: Group, axis: Axis, panel: int, slot: int,
    total: int,
) -> Trace:  # fmt: skip
    assert spec.x is not None
    x, column = frame.column(spec.x.column), points.table.column(axis.column)
    form = column_format(frame, axis.column)
    y, rounded = drawn(column, form, total)
    along_x = points.table.column(x.name)
    return Trace(
        mark=mark,
        label=points.label or axis_title(frame.column(axis.column)),
        slot=slot,
        measure=axis.column,
        x=moments_text(along_x, x) if x.role == "time" else drawn(along_x, CellFormat("plain"), total)[0],
        y=y,
        texts=texts(column, form, total),
        names=texts(along_x, column_format(frame, x.name), total),
        keys=keys(frame, points.table),
        panel=panel,
        dots=mark == "line" and total <= MAX_MARKER_POINTS and (len(y) <= _MARKED or _has_lonely(y)),
        labelled=spec.labels,
        rounded=rounded,
    )


def _largest(found: list[Group], axis: Axis, frame: ResultFrame) -> tuple[list[Group], int]:
    """Series by size; the first eight where there are more than twelve."""
    if len(found) == 1:
        return found, 0
    additive = frame.column(axis.column).additive

    def size(group: Group) -> float:
        values = np.abs(numbers(group.table.column(axis.column)))
        values = values[~np.isnan(values)]
        return float((values.sum() if additive else values.mean()) if len(values) else -1.0)

    ranked = sorted(found, key=lambda group: (group.remainder, -size(group)))
    kept = ranked if len(ranked) <= MOST_SERIES else ranked[:TOP_SERIES]
    return kept, len(ranked) - len(kept)


def _budget(chosen: list[Group], measures: int) -> int:
    traces = len(chosen) * measures
    return max(MAX_POINTS // traces, 2)


def _slot(frame: ResultFrame, group: Group, axis: Axis, slot: int) -> int:
    return NEUTRAL if group.remainder or frame.column(axis.column).role == "previous" else slot


def _mark(kind: Kind, spec: ChartSpec, frame: ResultFrame) -> tuple[Kind, bool]:
    if not spec.stacked:
        return ("line" if spec.series else kind), False
    lowest = np.nanmin(np.append(numbers(frame.table.column(spec.y[0].column)), 0.0))
    return ("line", False) if lowest < 0 else (kind, True)


def _has_lonely(y: tuple[object, ...]) -> bool:
    """A point without neighbours is invisible on a line without dots."""
    padded = (None, *y, None)
    lonely = (
        b is not None and a is None and c is None for a, b, c in zip(padded, padded[1:], padded[2:], strict=False)
    )
    return any(lonely)


def _shared(x: OutputColumn, form: CellFormat, frame: ResultFrame) -> Scale:
    zone = getattr(frame.table.column(x.name).type, "tz", None)
    title = (
        f"{axis_title(x)} ({zone})"
        if zone and x.grain not in {"day", "week", "month", "quarter", "year"}
        else axis_title(x)
    )
    return Scale("time" if x.role == "time" else "value", title=title, form=form, grain=x.grain)


def _words(axis: Axis) -> str:
    return axis.title[:1].lower() + axis.title[1:]
