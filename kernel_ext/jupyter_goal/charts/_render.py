"""Drawing to plotly JSON: the one place that knows plotly's names. Structure only; colours and fonts are the theme's.

Every trace carries `meta.slot`, from which the theme takes its colour; `_drawing.NEUTRAL` is the muted one.
"""

from __future__ import annotations

from typing import Any

from jupyter_goal.charts._axes import NONE, category_axis, time_axis, value_axis
from jupyter_goal.charts._drawing import COLOURS, NEUTRAL, Drawing, Trace
from jupyter_goal.charts._escape import escape
from jupyter_goal.charts._hover import template
from jupyter_goal.charts._marks import compact
from jupyter_goal.core.chart import Figure, MarkSet

_DASHES = ("solid", "dash", "dashdot")
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x")
_GAP = 0.09
_HEIGHT, _PANEL_HEIGHT, _BAR_HEIGHT, _MOST_HEIGHT = 340, 190, 24, 1000

Json = dict[str, Any]


def render(drawing: Drawing) -> Figure:
    """The figure and the meaning of its elements."""
    traces = drawing.traces
    data = tuple(_trace(trace, drawing, first=_is_first(trace, traces[:n])) for n, trace in enumerate(traces))
    return Figure(
        data=data,
        layout=_layout(drawing),
        marks=tuple(
            MarkSet(trace=n, measure=trace.measure, keys=compact(trace.keys, data[n])) for n, trace in enumerate(traces)
        ),
        notes=drawing.notes,
    )


def _trace(trace: Trace, drawing: Drawing, *, first: bool) -> Json:
    x, y = _labels(trace.x), list(trace.y)
    common: Json = {
        "name": escape(trace.label),
        "meta": {"slot": trace.slot},
        "x": y if drawing.horizontal else x,
        "y": x if drawing.horizontal else y,
        "showlegend": first and _has_legend(drawing),
        "legendgroup": escape(trace.label),
    }
    if trace.panel:
        common["xaxis" if drawing.horizontal else "yaxis"] = f"{'x' if drawing.horizontal else 'y'}{trace.panel + 1}"
    if trace.mark != "text":
        common |= template(trace, drawing)
    return common | _marked(trace, drawing)


def _marked(trace: Trace, drawing: Drawing) -> Json:
    second_round = min(trace.slot // COLOURS, len(_DASHES) - 1)
    dash = "dot" if trace.slot == NEUTRAL else _DASHES[second_round]
    match trace.mark:
        case "bar":
            orientation = {"orientation": "h"} if drawing.horizontal else {}
            shown = {"text": list(map(escape, trace.texts)), "textposition": "outside", "cliponaxis": False}
            return {"type": "bar"} | orientation | (shown if trace.labelled and not drawing.stacked else {})
        case "line" | "area":
            mode = "lines+markers" if trace.dots else "lines"
            labels: Json = {}
            if trace.labelled and trace.texts:
                mode, labels = f"{mode}+text", {"text": list(map(escape, trace.texts)), "textposition": "top center"}
            line = {"dash": dash, "width": 2}
            return (
                {"type": "scatter", "mode": mode, "line": line, "connectgaps": False} | labels | _fill(trace, drawing)
            )
        case "dot":
            symbol = {"size": 9, "symbol": _SYMBOLS[max(trace.slot, 0) % len(_SYMBOLS)]}
            named = trace.labelled and (trace.names or trace.texts)
            labels = {"text": list(map(escape, named)), "textposition": "top center"} if named else {}
            return {"type": "scatter", "mode": "markers+text" if named else "markers", "marker": symbol} | labels
        case "text":
            size = max(16, min(44, 560 // (len(drawing.traces) * max(map(len, trace.texts)) or 1)))
            text = [f"<b>{escape(words)}</b>" for words in trace.texts]
            return {"type": "scatter", "mode": "text", "text": text, "textfont": {"size": size}, "hoverinfo": "none"}


def _fill(trace: Trace, drawing: Drawing) -> Json:
    if trace.mark != "area":
        return {}
    if drawing.stacked:
        return {"stackgroup": f"panel{trace.panel}", "stackgaps": "infer zero", "fill": "tonexty"}
    return {"fill": "tozeroy"}


def _layout(drawing: Drawing) -> Json:
    legend = _has_legend(drawing)
    layout: Json = {
        "height": _height(drawing),
        "hovermode": "closest",
        "showlegend": legend,
        "margin": {"l": 12, "r": 20, "t": 34 if legend else 12, "b": 12},
    }
    if legend:
        layout["legend"] = {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"}
    if any(trace.mark == "bar" for trace in drawing.traces):
        layout |= {"barmode": "relative" if drawing.stacked else "group", "bargap": 0.28}
    if drawing.shared.kind == "none":
        return layout | {
            "xaxis": _across(drawing),
            "yaxis": NONE | {"range": [-1, 1]},
            "annotations": _captions(drawing),
        }
    return layout | _axes(drawing)


def _axes(drawing: Drawing) -> Json:
    shared, measured = ("y", "x") if drawing.horizontal else ("x", "y")
    count = len(drawing.panels)
    last = f"{measured}{count}" if count > 1 else measured
    base = _shared_axis(drawing) | {"anchor": measured if drawing.horizontal else last}
    axes: Json = {f"{shared}axis": base}
    for place, scale in enumerate(drawing.panels):
        axis = value_axis(scale, [t for t in drawing.traces if t.panel == place]) | {"anchor": shared}
        if count > 1:
            axis["domain"] = _domain(place, count, downwards=not drawing.horizontal)
        axes[f"{measured}axis{place + 1 if place else ''}"] = axis
    return axes


def _shared_axis(drawing: Drawing) -> Json:
    match drawing.shared.kind:
        case "time":
            return time_axis(drawing.shared, drawing.traces)
        case "category":
            return category_axis(drawing.shared, reverse=drawing.horizontal)
        case _:
            return value_axis(drawing.shared, [])


def _domain(place: int, count: int, *, downwards: bool) -> list[float]:
    size = (1 - _GAP * (count - 1)) / count
    start = place * (size + _GAP)
    low = 1 - start - size if downwards else start
    return [round(max(low, 0.0), 4), round(min(low + size, 1.0), 4)]


def _across(drawing: Drawing) -> Json:
    return NONE | {"range": [-0.5, len(drawing.traces) - 0.5]}


def _captions(drawing: Drawing) -> list[Json]:
    captions = []
    for place, trace in enumerate(drawing.traces):
        for text, shift in ((trace.label, 42), (trace.names[0] if trace.names else "", -40)):
            if text:
                captions.append({"x": place, "y": 0, "yshift": shift, "showarrow": False, "text": escape(text)})
    return captions


def _height(drawing: Drawing) -> int:
    if drawing.shared.kind == "none":
        return 150
    if drawing.horizontal:
        per_category = 1 if drawing.stacked else min(len({t.label for t in drawing.traces if t.panel == 0}), 4)
        bars = len(drawing.shared.categories) * (1 + 0.6 * (per_category - 1))
        return int(min(max(bars * _BAR_HEIGHT + 90, 180), _MOST_HEIGHT))
    return _HEIGHT + _PANEL_HEIGHT * (len(drawing.panels) - 1)


def _has_legend(drawing: Drawing) -> bool:
    if drawing.shared.kind == "none":
        return False
    by_panel = [{t.label for t in drawing.traces if t.panel == place} for place in range(len(drawing.panels))]
    return any(len(labels) > 1 for labels in by_panel)


def _is_first(trace: Trace, before: tuple[Trace, ...]) -> bool:
    return all(other.label != trace.label for other in before)


def _labels(values: tuple[Any, ...]) -> list[Any]:
    return [escape(value) if isinstance(value, str) else value for value in values]
