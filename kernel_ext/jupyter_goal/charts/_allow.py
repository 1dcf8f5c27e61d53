"""The plotly keys and markup that may reach a browser. Whoever drew the figure, nothing else gets through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jupyter_goal.core.chart import Figure

_TRACE = frozenset({
    "type", "name", "meta", "x", "y", "xaxis", "yaxis", "showlegend", "legendgroup", "customdata", "hovertemplate",
    "hoverinfo", "orientation", "text", "textposition", "textfont", "cliponaxis", "mode", "line", "marker",
    "connectgaps", "stackgroup", "stackgaps", "fill", "z", "labels", "values", "parents", "r", "theta", "opacity",
})  # fmt: skip
_TYPES = frozenset(
    {"scatter", "bar", "heatmap", "pie", "treemap", "funnel", "waterfall", "box", "histogram", "surface"}
)
_LAYOUT = frozenset({"height", "hovermode", "showlegend", "margin", "legend", "barmode", "bargap", "annotations"})
_AXIS = frozenset({
    "type", "title", "showgrid", "automargin", "hoverformat", "tickformat", "tickmode", "tick0", "dtick", "anchor",
    "domain", "categoryorder", "categoryarray", "autorange", "exponentformat", "separatethousands", "tickprefix",
    "ticksuffix", "rangemode", "range", "visible", "fixedrange",
})  # fmt: skip
_INNER = {
    "meta": frozenset({"slot"}), "line": frozenset({"dash", "width"}), "marker": frozenset({"size", "symbol"}),
    "textfont": frozenset({"size"}), "title": frozenset({"text"}), "margin": frozenset("lrtb"),
    "legend": frozenset({"orientation", "x", "xanchor", "y", "yanchor"}),
    "annotations": frozenset({"x", "y", "yshift", "showarrow", "text"}),
}  # fmt: skip
_AXIS_NAME = re.compile(r"[xy]axis([2-9])?")
_OUR_MARKUP = re.compile(r"</?b>|<br>|</?extra>")

Json = dict[str, Any]


def refused(figure: Figure) -> tuple[str, ...]:
    """Paths of what is not allowed: unknown keys and trace types, and markup that is not ours."""
    found: list[str] = []
    for n, trace in enumerate(figure.data):
        found.extend(_keys(trace, _TRACE, f"data[{n}]"))
        if trace.get("type") not in _TYPES:
            found.append(f"data[{n}].type")
    for key, value in figure.layout.items():
        if _AXIS_NAME.fullmatch(key):
            found.extend(_keys(value, _AXIS, f"layout.{key}"))
        else:
            found.extend(_keys({key: value}, _LAYOUT, "layout"))
    found.extend(path for path, text in _strings([*figure.data, figure.layout], "") if "<" in _OUR_MARKUP.sub("", text))
    return tuple(found)


def _keys(part: Json, allowed: frozenset[str], path: str) -> Iterator[str]:
    for key, value in part.items():
        if key not in allowed:
            yield f"{path}.{key}"
        elif key in _INNER:
            for inner in value if isinstance(value, list) else [value]:
                yield from (f"{path}.{key}.{name}" for name in inner if name not in _INNER[key])


def _strings(part: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(part, str):
        yield path, part
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _strings(value, f"{path}.{key}")
    elif isinstance(part, list):
        for value in part:
            yield from _strings(value, path)
