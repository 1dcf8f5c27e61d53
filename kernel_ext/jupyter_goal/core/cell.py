"""How the cells of one column are written; `format` decides it and writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from goal_semantics.model import Grain

Style = Literal["plain", "number", "percent", "points", "currency", "duration", "text"]


@dataclass(frozen=True, slots=True)
class CellFormat:
    """How the cells of one column are written. `decimals` None: as many as the value has."""

    style: Style
    decimals: int | None = None
    prefix: str = ""
    suffix: str = ""
    grain: Grain | None = None
    seconds: float = 1.0
    """Durations: seconds per unit of the value."""
