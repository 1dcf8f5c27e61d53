"""Time series for drawing: fewer points where there are too many, and a break wherever a period is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from tsdownsample import MinMaxLTTBDownsampler

from goal_semantics.model import Grain
from jupyter_goal.core.periods import COARSE

_STEPS: dict[Grain, np.timedelta64] = {
    "second": np.timedelta64(1, "s"), "minute": np.timedelta64(1, "m"), "hour": np.timedelta64(1, "h"),
    "day": np.timedelta64(1, "D"), "week": np.timedelta64(7, "D"),
}  # fmt: skip
_MONTHS: dict[Grain, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows to draw, in order, and the missing moments that break the line between them."""

    rows: np.ndarray
    missing: np.ndarray
    """datetime64[us] on the clock of `clock`."""
    dropped: int = 0


def clock(times: pa.ChunkedArray, grain: Grain | None) -> np.ndarray:
    """Times as datetime64[us]: wall time for days and coarser, instants for finer grains."""
    if pa.types.is_timestamp(times.type) and times.type.tz and grain in COARSE:
        times = pc.local_timestamp(times)
    return np.asarray(times.cast(pa.timestamp("us", getattr(times.type, "tz", None)), safe=False).to_numpy()).astype(
        "datetime64[us]"
    )


def unclock(moments: np.ndarray, kind: pa.DataType, grain: Grain | None) -> pa.Array:
    """The inverse of `clock`: moments as values of the column's type."""
    naive = pa.array(moments, pa.timestamp("us"))
    if not pa.types.is_timestamp(kind) or not kind.tz:
        return naive.cast(kind, safe=False)
    if grain in COARSE:
        return pc.assume_timezone(naive, kind.tz, ambiguous="earliest", nonexistent="latest").cast(kind)
    return pc.assume_timezone(naive, "UTC").cast(kind, safe=False)


def keep(x: np.ndarray, y: np.ndarray, missing_at: np.ndarray, next_moment: np.ndarray, budget: int) -> Kept:
    """At most `budget` points of a sorted series. `y` has NaN where there is nothing to draw.

    `missing_at[i]`: a period is missing after row i, and `next_moment[i]` is that period.
    """
    if len(x) <= budget:
        missing = next_moment[missing_at][: max(0, budget - len(x))]
        return Kept(np.arange(len(x)), missing)
    solid = np.flatnonzero(~np.isnan(y))
    breaks = min(len(x) - len(solid) + int(missing_at.sum()), budget // 5)
    rows = reduce_points(x[solid], y[solid], budget - breaks) if len(solid) else solid
    rows = solid[rows] if len(solid) else np.arange(min(len(x), budget))
    spare = budget - len(rows)
    nulls, missing_rows = _breaks(rows, y, missing_at, spare)
    rows = np.sort(np.concatenate([rows, nulls]))
    return Kept(rows, next_moment[missing_rows], dropped=len(x) - len(rows))


def missing_periods(x: np.ndarray, grain: Grain | None) -> tuple[np.ndarray, np.ndarray]:
    """For each row of a sorted series: is the following period absent, and which one it would be."""
    after = _following(x, grain)
    absent = np.zeros(len(x), dtype=bool)
    if grain is not None and len(x) > 1:
        absent[:-1] = x[1:] > after[:-1]
    return absent, after


def _following(x: np.ndarray, grain: Grain | None) -> np.ndarray:
    if grain in _STEPS:
        return np.asarray(x + _STEPS[grain])
    if grain in _MONTHS:
        month = x.astype("datetime64[M]")
        return np.asarray((month + _MONTHS[grain]).astype("datetime64[us]") + (x - month.astype("datetime64[us]")))
    return x


def reduce_points(x: np.ndarray, y: np.ndarray, count: int) -> np.ndarray:
    """At most `count` positions of a sorted series without NaN, extremes kept (MinMaxLTTB)."""
    if len(x) <= count:
        return np.arange(len(x))
    order = x.astype("int64") if x.dtype.kind == "M" else x.astype("float64")
    sampler = MinMaxLTTBDownsampler()  # type: ignore[no-untyped-call]
    chosen = sampler.downsample(np.ascontiguousarray(order), np.ascontiguousarray(y), n_out=count)
    return np.asarray(chosen, dtype=np.int64)


def _breaks(rows: np.ndarray, y: np.ndarray, missing_at: np.ndarray, spare: int) -> tuple[np.ndarray, np.ndarray]:
    """NULL rows and rows before a missing period, one per pair of kept neighbours, the first `spare` of them."""
    empty = np.flatnonzero(np.isnan(y))
    left, right = rows[:-1], rows[1:]
    null_rows = _first_between(empty, left, right)
    gap_rows = _first_between(np.flatnonzero(missing_at), left - 1, right)
    gap_rows = gap_rows[~np.isin(left_of(gap_rows, rows), left_of(null_rows, rows))]
    nulls = null_rows[:spare]
    return nulls, gap_rows[: max(0, spare - len(nulls))]


def left_of(points: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """For each point, the position of the kept row before it."""
    return np.searchsorted(rows, points, side="right") - 1


def _first_between(points: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """For each open interval (left, right) that holds a point, its first."""
    at = np.searchsorted(points, left, side="right")
    inside = at < len(points)
    inside[inside] = points[at[inside]] < right[inside]
    return np.unique(points[at[inside]])
