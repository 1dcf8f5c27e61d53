"""Prints figures: one JSON object with --json, aligned lines without."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Mapping, Sequence

Figure = float | int | str | bool | Sequence[str]


def report(figures: Mapping[str, Figure]) -> None:
    """To standard output."""
    if "--json" in sys.argv[1:]:
        print(json.dumps(figures))
        return
    width = max(len(name) for name in figures)
    for name, value in figures.items():
        print(f"{name:<{width}}  {value}")


def median(samples: Sequence[float]) -> float:
    """Rounded to a tenth of a millisecond (seconds in)."""
    return round(statistics.median(samples), 4)


def p95(samples: Sequence[float]) -> float:
    """The value that 95 % of the samples do not exceed."""
    ordered = sorted(samples)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 4)
