"""Marks without repetition: what a trace draws along an axis is not said again, and what holds for all is said once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from goal_semantics.query import Scalar
from jupyter_goal.core.chart import MarkKeys

_AXES: tuple[Literal["x", "y"], ...] = ("x", "y")


def compact(keys: Iterable[MarkKeys], trace: dict[str, Any]) -> tuple[MarkKeys, ...]:
    """The same meaning in fewer bytes. `trace`: as it is drawn, with escaped names and rounded values."""
    return tuple(_compact(key, trace) for key in keys)


def _compact(key: MarkKeys, trace: dict[str, Any]) -> MarkKeys:
    drawn = next((axis for axis in _AXES if _same(key.values, trace[axis])), None)
    if drawn is not None:
        return key.model_copy(update={"values": (), "axis": drawn})
    if len(key.values) > 1 and _same(key.values, key.values[:1] * len(key.values)):
        return key.model_copy(update={"values": key.values[:1], "repeat": len(key.values)})
    return key


def _same(left: Sequence[Scalar], right: Sequence[object]) -> bool:
    """Equal and of the same types: 1 is not True."""
    return len(left) == len(right) and all(type(a) is type(b) and a == b for a, b in zip(left, right, strict=True))
