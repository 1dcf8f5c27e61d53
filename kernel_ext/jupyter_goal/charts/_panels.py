"""Which measures share an axis, and what each axis is like."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from jupyter_goal.charts._drawing import Scale
from jupyter_goal.charts._encode import MOST_PANELS, axis_title, measured_in
from jupyter_goal.charts._points import numbers
from jupyter_goal.core.chart import Axis
from jupyter_goal.core.format import column_format
from jupyter_goal.core.frame import ResultFrame


def panels_of(axes: tuple[Axis, ...], frame: ResultFrame, *, apart: bool) -> tuple[int, ...]:
    """The panel of each measure: equal units share one, unless every measure has series of its own (`apart`)."""
    found: list[tuple[str, ...]] = []
    places = []
    for axis in axes:
        column = frame.column(axis.column)
        key = measured_in(column) + ((column.measure or column.name,) if apart else ())
        if key not in found:
            found.append(key)
        places.append(found.index(key))
    return tuple(places)


def fit_panels(axes: tuple[Axis, ...], frame: ResultFrame, *, apart: bool) -> tuple[tuple[Axis, ...], tuple[str, ...]]:
    """The measures that find room, and a note on those that do not."""
    places = panels_of(axes, frame, apart=apart)
    kept = tuple(axis for axis, place in zip(axes, places, strict=True) if place < MOST_PANELS)
    rest = [axis.title for axis in axes if axis not in kept]
    return kept, (f"Not drawn, but in the table: {', '.join(rest)}.",) if rest else ()


def panel_scales(
    axes: tuple[Axis, ...], places: tuple[int, ...], logs: tuple[bool, ...], frame: ResultFrame, *, from_zero: bool
) -> tuple[Scale, ...]:
    """One scale per panel, titled by its measures."""
    scales = []
    for place in range(max(places) + 1):
        mine = [axis for axis, at in zip(axes, places, strict=True) if at == place]
        log = all(able for able, at in zip(logs, places, strict=True) if at == place) and mine[0].log
        main = [frame.column(axis.column) for axis in mine if frame.column(axis.column).role != "previous"]
        titles = list(dict.fromkeys(axis_title(column) for column in main))
        title = titles[0] if len(titles) == 1 else mine[0].unit
        form = column_format(frame, mine[0].column)
        scales.append(Scale("value", title, form, log=log, from_zero=from_zero, range=mine[0].range))
    return tuple(scales)


def log_possible(frame: ResultFrame, axis: Axis) -> bool:
    """A log scale can show every value."""
    if not axis.log:
        return False
    values = numbers(frame.table.column(axis.column))
    return bool((values[~np.isnan(values)] > 0).all())


def log_note(axes: Iterable[Axis], logs: tuple[bool, ...]) -> tuple[str, ...]:
    """Why a log scale was not drawn."""
    refused = [axis.title for axis, able in zip(axes, logs, strict=True) if axis.log and not able]
    return (f"Linear scale: {', '.join(refused)} has values that are not above zero.",) if refused else ()
