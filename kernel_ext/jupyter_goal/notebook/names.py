"""Data frames of the namespace, found by the name of their type: no data library is imported for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FRAMES = frozenset({("pandas", "DataFrame"), ("polars", "DataFrame"), ("pyarrow", "Table")})


def frames_at_hand(names: Mapping[str, Any]) -> dict[str, Any]:
    """Frames that the person has named; IPython's own `_`, `_1` … are passed over."""
    return {name: value for name, value in names.items() if not name.startswith("_") and _is_frame(value)}


def signature(frames: Mapping[str, Any]) -> object:
    """Differs when a frame was added, replaced, or got other columns or rows."""
    return tuple((name, id(frame), tuple(map(str, _columns(frame))), frame.shape) for name, frame in frames.items())


def _is_frame(value: object) -> bool:
    kind = type(value)
    return (kind.__module__.partition(".")[0], kind.__name__) in _FRAMES


def _columns(frame: Any) -> Any:
    return frame.column_names if hasattr(frame, "column_names") else frame.columns
