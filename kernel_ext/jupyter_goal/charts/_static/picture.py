"""A figure as a still picture: plain SVG without script, style sheet or font file, readable on white and on black.

Reads only the plotly JSON that `_render` writes.
"""

from __future__ import annotations

from typing import Any

from jupyter_goal.charts._escape import plain, unescape
from jupyter_goal.charts._static.paper import Box, Paper
from jupyter_goal.charts._static.scales import (
    Continuous,
    Tick,
    TickWords,
    seconds,
    spread,
    time_ticks,
    value_ticks,
)
from jupyter_goal.charts._static.strokes import Places, draw_trace, is_bar
from jupyter_goal.core.chart import Figure

Json = dict[str, Any]
WIDTH = 720
_TOP, _BOTTOM, _PANEL = 12, 46, 190
_CHARACTER = 6.3
_CAPITAL = 7.4
_HEAD = 28
_LONGEST_LABEL = 26


def picture(figure: Figure) -> str:
    """An SVG, or nothing where there is nothing to draw."""
    traces = [trace for trace in figure.data if any(value is not None for value in trace["y"])]
    if not traces or "text" in {trace.get("mode") for trace in traces}:
        return ""
    horizontal = (
        any(trace.get("orientation") == "h" for trace in traces) or figure.layout["yaxis"]["type"] == "category"
    )
    panels = [key for key in figure.layout if key.startswith("xaxis" if horizontal else "yaxis")]
    paper = Paper(WIDTH)
    top = _TOP + (_legend(paper, traces) if figure.layout.get("showlegend") else 0)
    if horizontal:
        return _sideways(figure, traces, panels, paper, top)
    return _upright(figure, traces, panels, paper, top)


def _upright(figure: Figure, traces: list[Json], panels: list[str], paper: Paper, top: float) -> str:
    layout = figure.layout
    height = 250 if len(panels) == 1 else 150
    left = 8 + max(_label_width(_value_axis(layout, key, _mine(traces, key, "yaxis"))[1]) for key in panels)
    across = (left + 6, WIDTH - 14)
    shared, ticks = _shared_axis(layout["xaxis"], traces, across)
    for place, key in enumerate(panels):
        mine = _mine(traces, key, "yaxis")
        y0 = top + _HEAD + place * (height + 52)
        box = Box(across[0], y0, across[1], y0 + height)
        scale, words = _value_axis(layout, key, mine)
        scale = Continuous(scale.low, scale.high, box.bottom, box.top, scale.log)
        paper.title(8, y0 - 15, _title(layout[key]))
        for tick in words:
            paper.line(box.left, scale.place(tick.value), box.right, scale.place(tick.value), quiet=True)
            paper.text(box.left - 6, scale.place(tick.value) + 4, tick.text, side="end")
        _draw(mine, Places(shared, scale, box, upright=True), paper, layout)
        last = place == len(panels) - 1
        _ticks_across(paper, ticks, shared, box, with_words=last)
    bottom = top + _HEAD + len(panels) * (height + 52) - 52
    title = _title(layout["xaxis"])
    paper.text((across[0] + across[1]) / 2, bottom + 36, title, side="middle")
    return paper.svg(bottom + _BOTTOM)


def _sideways(figure: Figure, traces: list[Json], panels: list[str], paper: Paper, top: float) -> str:
    layout = figure.layout
    names = [unescape(name) for name in layout["yaxis"]["categoryarray"]]
    longest = max(_words_width(plain(name, _LONGEST_LABEL)) for name in names)
    left = 14 + longest
    row = max(18.0, 11.0 * len({trace["name"] for trace in traces}) + 6 if layout.get("barmode") == "group" else 18.0)
    box_height = len(names) * row
    gap = 30.0
    width = (WIDTH - 50 - left - gap * (len(panels) - 1)) / len(panels)
    y0 = top + 26
    shared = {name: y0 + row * (n + 0.5) for n, name in enumerate(layout["yaxis"]["categoryarray"])}
    for name, place in zip(names, shared.values(), strict=True):
        paper.text(left - 6, place + 4, plain(name, _LONGEST_LABEL), side="end", strong=True)
    for place, key in enumerate(panels):
        mine = _mine(traces, key, "xaxis")
        x0 = left + place * (width + gap)
        box = Box(x0, y0, x0 + width, y0 + box_height)
        scale, ticks = _value_axis(layout, key, mine, most=max(2, int(width / 70)))
        scale = Continuous(scale.low, scale.high, box.left, box.right, scale.log)
        paper.title(box.left, y0 - 9, _title(layout[key]))
        for tick in ticks:
            paper.line(scale.place(tick.value), box.top, scale.place(tick.value), box.bottom, quiet=True)
            paper.text(scale.place(tick.value), box.bottom + 16, tick.text, side="middle")
        _draw(mine, Places(shared, scale, box, upright=False, band=row), paper, layout)
    return paper.svg(y0 + box_height + 28)


def _draw(traces: list[Json], places: Places, paper: Paper, layout: Json) -> None:
    bars = [trace for trace in traces if is_bar(trace)]
    relative = layout.get("barmode") == "relative"
    sums: dict[tuple[str, bool], float] = {}
    stack: dict[Any, float] = {}
    for trace in reversed(traces) if any("stackgroup" in trace for trace in traces) else traces:
        at = bars.index(trace) if is_bar(trace) else 0
        draw_trace(
            trace, places, paper, (0 if relative else at, 1 if relative else len(bars)), sums if relative else {}, stack
        )


def _shared_axis(axis: Json, traces: list[Json], across: tuple[float, float]) -> tuple[Any, list[Tick]]:
    if axis["type"] == "category":
        names = axis["categoryarray"]
        band = (across[1] - across[0]) / max(len(names), 1)
        places = {name: across[0] + band * (n + 0.5) for n, name in enumerate(names)}
        every = max(1, -(-max((min(len(n), 14) for n in names), default=1) * 7 // int(max(band, 1))))
        return places, [Tick(n, plain(unescape(name), 14)) for n, name in enumerate(names) if n % every == 0]
    values = [_number(value, axis) for trace in traces for value in trace["x"] if value is not None]
    low, high = spread(values)
    room = 14.0
    if any(is_bar(trace) for trace in traces):
        room = (across[1] - across[0]) / (2 * (len(set(values)) + 1)) + 4
    scale = Continuous(low, high, across[0] + room, across[1] - room, axis["type"] == "log")
    if axis["type"] == "date":
        known = sorted(set(values))
        if len(known) <= 8:
            return scale, [tick for tick in time_ticks(low, high) if tick.value in set(known)] or time_ticks(low, high)
        return scale, time_ticks(low, high)
    ticks = value_ticks(low, high, log=scale.log, words=_words(axis))
    wide = Continuous(min(low, ticks[0].value), max(high, ticks[-1].value), scale.start, scale.end, scale.log)
    return wide, ticks


def _ticks_across(paper: Paper, ticks: list[Tick], shared: Any, box: Box, *, with_words: bool) -> None:
    paper.line(box.left, box.bottom, box.right, box.bottom)
    places = list(shared.values()) if isinstance(shared, dict) else []
    for tick in ticks:
        x = places[int(tick.value)] if places else shared.place(tick.value)
        if not places:
            paper.line(x, box.bottom, x, box.bottom + 4)
        if with_words:
            paper.text(x, box.bottom + 18, tick.text, side="middle")


def _is_stacked(traces: list[Json], layout: Json) -> bool:
    return layout.get("barmode") == "relative" or any("stackgroup" in trace for trace in traces)


def _value_axis(layout: Json, key: str, traces: list[Json], *, most: int = 6) -> tuple[Continuous, list[Tick]]:
    axis, measured = layout[key], key[0]
    values = [float(value) for trace in traces for value in trace[measured] if value is not None]
    stacked = _stack_totals(traces, measured) if _is_stacked(traces, layout) else []
    log = axis["type"] == "log"
    zero = [0.0] if axis.get("rangemode") == "tozero" and not log else []
    low, high = spread([*values, *stacked, *zero] or [0.0])
    ticks = value_ticks(low, high, log=log, words=_words(axis))
    while len(ticks) > most + 2 and len(ticks) > 2:
        ticks = ticks[::2] if log or len(ticks) % 2 else [*ticks[::2], ticks[-1]]
    scale = Continuous(min(low, ticks[0].value), max(high, ticks[-1].value), 0, 1, log)
    return scale, ticks


def _stack_totals(traces: list[Json], measured: str) -> list[float]:
    """Heights of stacks, upwards and downwards apart."""
    sums: dict[tuple[str, bool], float] = {}
    other = "x" if measured == "y" else "y"
    for trace in traces:
        for where, value in zip(trace[other], trace[measured], strict=True):
            if value is not None:
                sums[str(where), value < 0] = sums.get((str(where), value < 0), 0.0) + value
    return list(sums.values())


def _legend(paper: Paper, traces: list[Json]) -> float:
    x, y = 8.0, 16.0
    seen: set[str] = set()
    for trace in traces:
        name = plain(unescape(trace["name"]), 30)
        if trace["name"] in seen:
            continue
        seen.add(trace["name"])
        width = 26 + len(name) * _CHARACTER
        if x + width > WIDTH and x > 8:
            x, y = 8.0, y + 18
        paper.swatch(x, y - 4, trace)
        paper.text(x + 20, y, name)
        x += width + 10
    return y + 6


def _mine(traces: list[Json], axis: str, letter: str) -> list[Json]:
    short = axis.replace("axis", "")
    return [trace for trace in traces if trace.get(letter, letter[0]) == short]


def _words(axis: Json) -> TickWords:
    return TickWords(
        percent="%" in axis.get("tickformat", ""),
        plain=axis.get("tickformat") == "~f",
        prefix=unescape(axis.get("tickprefix", "")),
        suffix=unescape(axis.get("ticksuffix", "")),
    )


def _title(axis: Json) -> str:
    return plain(unescape(axis["title"]["text"]))


def _label_width(ticks: list[Tick]) -> float:
    return max((len(tick.text) for tick in ticks), default=1) * _CHARACTER


def _words_width(words: str) -> float:
    return sum(_CAPITAL if c.isupper() else _CHARACTER for c in words)


def _number(value: Any, axis: Json) -> float:
    return seconds(value) if axis["type"] == "date" else float(value)
