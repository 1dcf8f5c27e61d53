"""Marks on an SVG sheet, in tones that can be read on white and on black. Every text is escaped here."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

from jupyter_goal.charts._theme import theme

_INK, _FAINT = "#7d7d7d", "#808080"
_DASHES = {"dash": "7 4", "dashdot": "7 3 2 3", "dot": "2 3"}


@dataclass(frozen=True, slots=True)
class Box:
    """The inner area of a panel."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(slots=True)
class Paper:
    """Collects elements; `svg` closes the sheet."""

    width: int
    _parts: list[str] = field(default_factory=list)

    def line(self, x1: float, y1: float, x2: float, y2: float, *, quiet: bool = False) -> None:
        """A straight axis or grid line."""
        opacity = 0.25 if quiet else 0.7
        self._parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{_FAINT}" stroke-opacity="{opacity}"/>'
        )

    def text(self, x: float, y: float, words: str, side: str = "start", *, strong: bool = False) -> None:
        """Small writing; `side` is where its anchor is."""
        weight = ' font-weight="500"' if strong else ""
        self._parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{side}"{weight}>{escape(words)}</text>')

    def title(self, x: float, y: float, words: str) -> None:
        """What a panel measures."""
        self._parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-weight="600">{escape(words)}</text>')

    def path(self, points: list[tuple[float, float]], trace: dict[str, Any]) -> None:
        """A line through points."""
        steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        dash = _DASHES.get(trace["line"]["dash"])
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<path d="M{steps}" fill="none" stroke="{colour(trace)}" stroke-width="2" stroke-linejoin="round"{dashes}/>'
        )

    def area(self, points: list[tuple[float, float]], trace: dict[str, Any], opacity: float) -> None:
        """A closed, filled shape."""
        steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        self._parts.append(f'<path d="M{steps}Z" fill="{colour(trace)}" fill-opacity="{opacity}"/>')

    def dot(self, x: float, y: float, trace: dict[str, Any], radius: float) -> None:
        """A point."""
        self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour(trace)}"/>')

    def bar(self, x1: float, y1: float, x2: float, y2: float, trace: dict[str, Any]) -> None:
        """A bar between two corners."""
        left, top, width, height = min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)
        self._parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour(trace)}"/>'
        )

    def swatch(self, x: float, y: float, trace: dict[str, Any]) -> None:
        """The key of a trace in the legend."""
        if trace["type"] == "scatter" and "lines" in trace["mode"] and not trace.get("fill"):
            self.path([(x, y), (x + 16, y)], trace)
        elif trace["type"] == "scatter" and "lines" not in trace["mode"]:
            self.dot(x + 8, y, trace, 4)
        else:
            self.bar(x + 2, y - 5, x + 14, y + 5, trace)

    def svg(self, height: float) -> str:
        """The whole sheet."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {height:.0f}" width="{self.width}" '
            f'height="{height:.0f}" font-family="{escape(theme().font, quote=True)}" font-size="12" fill="{_INK}">'
            f"{''.join(self._parts)}</svg>"
        )


def colour(trace: dict[str, Any]) -> str:
    """The trace's colour: the palette holds on both backgrounds."""
    return theme().light.colour(trace["meta"]["slot"])
