"""One trace of a figure as marks on paper."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from jupyter_goal.charts._escape import plain, unescape
from jupyter_goal.charts._static.paper import Box, Paper
from jupyter_goal.charts._static.scales import Continuous, seconds

Json = dict[str, Any]
_GAP = 0.28
_WIDEST_BAR = 64.0
_LETTER, _LINE = 6.6, 12.0


@dataclass(frozen=True, slots=True)
class Places:
    """The two scales of a panel. `shared` is a scale, or the place of each category."""

    shared: Continuous | dict[str, float]
    measured: Continuous
    box: Box
    upright: bool
    band: float = 0.0

    def along(self, value: Any) -> float:
        """The place on the shared axis."""
        if isinstance(self.shared, dict):
            return self.shared[value]
        return self.shared.place(seconds(value) if isinstance(value, str) else float(value))

    def zero(self) -> float:
        """Where bars and areas begin."""
        scale = self.measured
        return scale.place(scale.low) if scale.log or scale.low > 0 else scale.place(0.0)


def is_bar(trace: Json) -> bool:
    """Bars, as opposed to lines and dots."""
    return bool(trace["type"] == "bar")


def draw_trace(
    trace: Json, places: Places, paper: Paper, slot: tuple[int, int], sums: dict[tuple[str, bool], float],
    stack: dict[Any, float],
) -> None:  # fmt: skip
    """Bars, area, line or dots. `slot`: which of how many bars of a group; `sums`, `stack`: what lies below."""
    if is_bar(trace):
        _bars(trace, places, paper, slot, sums)
    elif "stackgroup" in trace:
        _layer(trace, places, paper, stack)
    elif "lines" in trace["mode"]:
        _line(trace, places, paper)
    else:
        _dots(trace, places, paper)


def _bars(
    trace: Json, places: Places, paper: Paper, slot: tuple[int, int], sums: dict[tuple[str, bool], float]
) -> None:  # fmt: skip
    where, measured = (trace["x"], trace["y"]) if places.upright else (trace["y"], trace["x"])
    band = places.band or _band(places, where)
    width = min(band * (1 - _GAP), _WIDEST_BAR * slot[1]) / slot[1]
    words = trace.get("text") or [""] * len(where)
    for at, value, label in zip(where, measured, words, strict=True):
        if value is None:
            continue
        low = sums.get((str(at), value < 0), 0.0)
        sums[str(at), value < 0] = low + value
        start = places.measured.place(low) if low else places.zero()
        end = places.measured.place(low + value)
        middle = places.along(at) + width * (slot[0] - (slot[1] - 1) / 2)
        if places.upright:
            paper.bar(middle - width / 2, start, middle + width / 2, end, trace)
            paper.text(middle, end - 5 if value >= 0 else end + 14, unescape(label), side="middle")
        else:
            paper.bar(start, middle - width / 2, end, middle + width / 2, trace)
            paper.text(
                end + 5 if value >= 0 else end - 5, middle + 4, unescape(label), side="start" if value >= 0 else "end"
            )


def _line(trace: Json, places: Places, paper: Paper) -> None:
    for run in _runs(trace, places):
        if trace.get("fill"):
            paper.area([(run[0][0], places.zero()), *run, (run[-1][0], places.zero())], trace, 0.25)
        if len(run) > 1:
            paper.path(run, trace)
        if "markers" in trace["mode"] or len(run) == 1:
            for x, y in run:
                paper.dot(x, y, trace, 2.6)


def _layer(trace: Json, places: Places, paper: Paper, stack: dict[Any, float]) -> None:
    """One layer of a stacked area; a missing value adds nothing."""
    below, above = [], []
    for at, value in zip(trace["x"], trace["y"], strict=True):
        base = stack.get(at, 0.0)
        stack[at] = base + (value or 0.0)
        below.append((places.along(at), places.measured.place(base)))
        above.append((places.along(at), places.measured.place(stack[at])))
    paper.area([*above, *reversed(below)], trace, 0.8)


def _dots(trace: Json, places: Places, paper: Paper) -> None:
    words = trace.get("text") or [""] * len(trace["x"])
    taken: list[tuple[float, float, float]] = []
    for x, y, label in zip(trace["x"], trace["y"], words, strict=True):
        if x is None or y is None:
            continue
        where, value = (x, y) if places.upright else (y, x)
        along, measured = places.along(where), places.measured.place(value)
        at = (along, measured) if places.upright else (measured, along)
        paper.dot(*at, trace, 4)
        _name_dot(at, plain(unescape(label), 18), places.box, paper, taken)


def _name_dot(
    at: tuple[float, float], name: str, box: Box, paper: Paper, taken: list[tuple[float, float, float]]
) -> None:  # fmt: skip
    """The name above its dot, inside the box; left out where it would cover another."""
    width = len(name) * _LETTER
    left = min(max(at[0] - width / 2, box.left), box.right - width)
    y = at[1] - 8
    if name and all(left > end or left + width < start or abs(y - line) > _LINE for start, end, line in taken):
        paper.text(left, y, name)
        taken.append((left, left + width, y))


def _runs(trace: Json, places: Places) -> list[list[tuple[float, float]]]:
    """Unbroken stretches: a missing value ends one."""
    runs: list[list[tuple[float, float]]] = [[]]
    for at, value in zip(trace["x"], trace["y"], strict=True):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((places.along(at), places.measured.place(value)))
    return [run for run in runs if run]


def _band(places: Places, where: list[Any]) -> float:
    if isinstance(places.shared, dict):
        return (places.box.right - places.box.left) / max(len(places.shared), 1)
    marks = sorted({places.along(at) for at in where})
    gaps = [b - a for a, b in pairwise(marks)]
    return min(gaps, default=places.box.right - places.box.left)
