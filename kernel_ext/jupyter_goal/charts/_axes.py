"""Axes in plotly's words: number and date formats, units, zero, order of categories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from goal_semantics.model import Grain
from jupyter_goal.charts._drawing import Scale, Trace
from jupyter_goal.charts._escape import escape

Json = dict[str, Any]
NONE: Json = {"visible": False, "fixedrange": True}
_FEW_TICKS = 12
_SMALL = 6
_DAY = 86_400_000
_STEPS: dict[Grain, str | int] = {"year": "M12", "quarter": "M3", "month": "M1", "week": 7 * _DAY, "day": _DAY}
_HOVER: dict[Grain, str] = {
    "year": "%b %Y", "quarter": "%b %Y", "month": "%b %Y", "week": "%-d %b %Y", "day": "%-d %b %Y",
    "hour": "%-d %b %Y %H:%M", "minute": "%-d %b %Y %H:%M", "second": "%-d %b %Y %H:%M:%S",
}  # fmt: skip


def time_axis(scale: Scale, traces: Sequence[Trace]) -> Json:
    """A date axis whose ticks are periods of the grain."""
    axis: Json = {"type": "date", "showgrid": False, "title": {"text": escape(scale.title)}, "automargin": True}
    moments = sorted({str(value) for trace in traces for value in trace.x})
    if scale.grain is None or not moments:
        return axis
    axis["hoverformat"] = _HOVER[scale.grain]
    tickformat = _tickformat(scale.grain, moments)
    if tickformat:
        axis["tickformat"] = tickformat
    if len(moments) <= _FEW_TICKS and scale.grain in _STEPS:
        axis |= {"tickmode": "linear", "tick0": moments[0], "dtick": _STEPS[scale.grain]}
    return axis


def category_axis(scale: Scale, *, reverse: bool) -> Json:
    """Categories in our order; read from the top where bars are horizontal."""
    axis: Json = {
        "type": "category",
        "showgrid": False,
        "title": {"text": escape(scale.title)},
        "categoryorder": "array",
        "categoryarray": [escape(name) for name in scale.categories],
        "automargin": True,
    }
    return axis | ({"autorange": "reversed"} if reverse else {})


def value_axis(scale: Scale, traces: Sequence[Trace]) -> Json:
    """Numbers: short ones on the ticks, with their unit."""
    axis: Json = {
        "type": "log" if scale.log else "linear",
        "title": {"text": escape(scale.title)},
        "automargin": True,
        "exponentformat": "B",
        "separatethousands": True,
    }
    form = scale.form
    if form.style == "percent":
        axis["tickformat"] = ",~%"
    elif form.style == "plain":
        axis |= {"tickformat": "~f", "separatethousands": False}
    elif form.style in {"currency", "points"} or form.suffix == "%":
        axis |= {"tickprefix": escape(form.prefix), "ticksuffix": escape(form.suffix)}
    if scale.from_zero and not scale.log:
        axis["rangemode"] = "tozero"
    if form.decimals == 0 and form.style == "number" and _all_small(traces):
        axis["dtick"] = 1
    if scale.range is not None and None not in scale.range:
        axis["range"] = list(scale.range)
    return axis


def _tickformat(grain: Grain, moments: list[str]) -> str:
    months = {int(moment[5:7]) for moment in moments}
    match grain:
        case "year":
            return "%Y" if months == {1} else "%b %Y"
        case "quarter":
            return "Q%q\n%Y" if months <= {1, 4, 7, 10} else "%b\n%Y"
        case "month":
            return "%b\n%Y"
        case "week" | "day":
            return "%-d %b\n%Y"
        case _:
            return ""


def _all_small(traces: Sequence[Trace]) -> bool:
    values = [abs(value) for trace in traces for value in trace.y if isinstance(value, int | float)]
    return bool(values) and max(values) < _SMALL
