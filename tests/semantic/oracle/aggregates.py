"""Aggregates of a list of values. NULLs are left out; of nothing, counts are 0 and all else is NULL."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any


def aggregate(agg: str, values: list[Any], percentile: float | None = None) -> Any:
    known = [each for each in values if each is not None]
    match agg:
        case "count":
            return len(known)
        case "count_distinct":
            return len(set(known))
        case _ if not known:
            return None
        case "sum":
            return sum(known)
        case "min":
            return min(known)
        case "max":
            return max(known)
        case "avg":
            return float(sum(map(Fraction, known)) / len(known))
        case "median":
            return _between(known, 0.5)
        case "percentile":
            assert percentile is not None
            return _between(known, percentile)
        case "percentile_discrete":
            assert percentile is not None
            return float(sorted(known)[max(math.ceil(percentile * len(known)), 1) - 1])
        case "variance" | "stddev":
            return _spread(known, len(known) - 1, root=agg == "stddev")
        case "variance_pop" | "stddev_pop":
            return _spread(known, len(known), root=agg == "stddev_pop")
    raise NotImplementedError(agg)


def _between(known: list[Any], fraction: float) -> float:
    """Of the ordered values, the one at this fraction of the way, or between its neighbours."""
    ordered = [float(each) for each in sorted(known)]
    place = fraction * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _spread(known: list[Any], divisor: int, *, root: bool) -> float | None:
    if divisor == 0:
        return None
    exact = [Fraction(float(each)) for each in known]  # computed in DOUBLE on every engine
    mean = sum(exact) / len(exact)
    variance = float(sum((each - mean) ** 2 for each in exact) / divisor)
    return math.sqrt(variance) if root else variance
