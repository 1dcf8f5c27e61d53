"""What a chart kind hands over: traces and scales in our own words. `_render` turns them into plotly JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from goal_semantics.model import Grain
from jupyter_goal.core.cell import CellFormat
from jupyter_goal.core.chart import MarkKeys

Plotted = float | int | str | None

NEUTRAL = -1
"""Slot of what is only there to compare with: previous periods, "others"."""
COLOURS = 8
"""Slots that have a colour of their own; later ones repeat the colours with another dash or symbol."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One line, set of bars or cloud of dots. `x` and `y` as on paper, before `horizontal`."""

    mark: Literal["line", "bar", "area", "dot", "text"]
    label: str
    slot: int
    measure: str
    x: tuple[Plotted, ...]
    y: tuple[Plotted, ...]
    texts: tuple[str, ...] = ()
    """The measure's cells as people read them; empty: too many, plotly formats them."""
    names: tuple[str, ...] = ()
    """What each dot is called."""
    keys: tuple[MarkKeys, ...] = ()
    panel: int = 0
    dots: bool = False
    """A line with its points marked."""
    labelled: bool = False
    rounded: bool = False
    """Values were rounded for drawing."""


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis."""

    kind: Literal["time", "category", "value", "none"]
    title: str = ""
    form: CellFormat = CellFormat("plain")
    grain: Grain | None = None
    categories: tuple[str, ...] = ()
    log: bool = False
    from_zero: bool = False
    range: tuple[float | None, float | None] | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Panels that share one axis. Measures that differ in unit never share the other."""

    traces: tuple[Trace, ...]
    shared: Scale
    panels: tuple[Scale, ...]
    horizontal: bool = False
    stacked: bool = False
    notes: tuple[str, ...] = ()
