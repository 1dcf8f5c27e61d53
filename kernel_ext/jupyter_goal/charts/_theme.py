"""Colours and fonts for a figure. The values are in `theme.json`, which the browser's view reads too.

The rules, the same in TypeScript: a trace's colour is `series[slot % 8]`, or `neutral` for slot -1; it goes to lines,
bars and dots; fills are the same colour at `fill` (or `stacked_fill`) opacity; all writing is `text`, axis titles and
annotations are `muted`; grid and axis lines are `grid` and `line`; the paper is transparent.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from goal_semantics.model import Border
from jupyter_goal.charts._drawing import NEUTRAL
from jupyter_goal.core.chart import Figure

Json = dict[str, Any]


class Look(Border):
    """The colours on one kind of background."""

    backgrounds: tuple[str, ...]
    text: str
    muted: str
    grid: str
    line: str
    neutral: str
    series: tuple[str, ...]
    fill: float
    stacked_fill: float

    def colour(self, slot: int) -> str:
        """The colour of a slot."""
        return self.neutral if slot == NEUTRAL else self.series[slot % len(self.series)]


class Theme(Border):
    """Both looks, and what they share."""

    font: str
    size: int
    light: Look
    dark: Look


@cache
def theme() -> Theme:
    """The product's theme."""
    return Theme.model_validate(json.loads((Path(__file__).parent / "theme.json").read_text(encoding="utf-8")))


def themed(figure: Figure, look: Look) -> Figure:
    """The figure with the colours of a look."""
    data = tuple(_merge(trace, _trace_colours(trace, look)) for trace in figure.data)
    return figure.model_copy(
        update={"data": data, "layout": _merge(figure.layout, _layout_colours(figure.layout, look))}
    )


def _trace_colours(trace: Json, look: Look) -> Json:
    colour = look.colour(trace["meta"]["slot"])
    words: Json = {"textfont": {"color": look.text}}
    if trace["type"] == "bar":
        return {"marker": {"color": colour}, **words}
    colours: Json = {"line": {"color": colour}, "marker": {"color": colour}, **words}
    if trace.get("fill"):
        colours["fillcolor"] = _see_through(colour, look.stacked_fill if "stackgroup" in trace else look.fill)
    return colours


def _layout_colours(layout: Json, look: Look) -> Json:
    axis = {
        "gridcolor": look.grid, "zerolinecolor": look.line, "linecolor": look.line, "tickfont": {"color": look.muted},
        "title": {"font": {"color": look.muted}},
    }  # fmt: skip
    writing = {"family": theme().font, "size": theme().size, "color": look.text}
    colours: Json = {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": writing,
        "hoverlabel": {"bgcolor": look.backgrounds[0], "bordercolor": look.line, "font": writing, "align": "left"},
    }
    colours |= {name: axis for name in layout if name.startswith(("xaxis", "yaxis"))}
    if "annotations" in layout:
        muted = {"font": {"color": look.muted}}
        colours["annotations"] = [_merge(annotation, muted) for annotation in layout["annotations"]]
    return colours


def _merge(under: Json, over: Json) -> Json:
    both = dict(under)
    for key, value in over.items():
        both[key] = _merge(both[key], value) if isinstance(both.get(key), dict) and isinstance(value, dict) else value
    return both


def _see_through(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
