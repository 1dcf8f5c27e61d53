"""Whether two lists of rows are the same rows, in any order: numbers to 1e-9 relative, everything else exactly."""

from __future__ import annotations

import datetime
import decimal
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

TOLERANCE = 1e-9
Row = tuple[Any, ...]


def difference(found: Iterable[Sequence[Any]], expected: Iterable[Sequence[Any]]) -> str | None:
    """The first thing that differs, in words; None where nothing does."""
    ours, theirs = _buckets(found), _buckets(expected)
    for key in theirs.keys() | ours.keys():
        have, want = ours.get(key, []), theirs.get(key, [])
        if len(have) != len(want):
            example = (have or want)[0]
            return (
                f"{len(have)} rows instead of {len(want)} like {example} ({_size(ours)} rows, expected {_size(theirs)})"
            )
        lost = _unmatched(have, want)
        if lost is not None:
            return f"no row is {lost}; the nearest of {len(have)} is {min(have, key=lambda row: _distance(row, lost))}"
    return None


def speaks(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether the rows could tell a right answer from an empty one: more than zeros and NULLs."""
    return any(value not in (None, 0) for row in rows for value in row)


def _buckets(rows: Iterable[Sequence[Any]]) -> dict[Row, list[Row]]:
    """Rows by everything in them that must be equal exactly."""
    found = defaultdict[Row, list[Row]](list)
    for row in rows:
        values = tuple(_plain(value) for value in row)
        found[tuple(float if isinstance(value, float) else value for value in values)].append(values)
    return found


def _plain(value: Any) -> Any:
    """Numbers as floats, except for the ones that are not: NaN is a word, so that it equals itself."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float | decimal.Decimal):
        number = float(value)
        return number if math.isfinite(number) else str(number)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, datetime.date) else value if value is None else str(value)


def _unmatched(have: list[Row], want: list[Row]) -> Row | None:
    """A wanted row without a partner of its own."""
    rest = sorted(have, key=_order)
    for row in sorted(want, key=_order):
        at = next((at for at, other in enumerate(rest) if _same(other, row)), None)
        if at is None:
            return row
        del rest[at]
    return None


def _order(row: Row) -> Row:
    return tuple(value for value in row if isinstance(value, float))


def _same(left: Row, right: Row) -> bool:
    return all(
        math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=1e-12) if isinstance(a, float) else a == b
        for a, b in zip(left, right, strict=True)
    )


def _distance(left: Row, right: Row) -> float:
    return sum(abs(a - b) for a, b in zip(left, right, strict=True) if isinstance(a, float))


def _size(buckets: dict[Row, list[Row]]) -> int:
    return sum(len(rows) for rows in buckets.values())
