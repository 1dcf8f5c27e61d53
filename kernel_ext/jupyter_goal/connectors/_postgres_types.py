"""PostgreSQL's values as Arrow, exactly.

A number of arbitrary scale (every sum) is carried as its text until all rows are there: only then is its scale known.
"""

from __future__ import annotations

import decimal
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from jupyter_goal.connectors._collect import Fetched
from jupyter_goal.errors import QueryFailed

NUMERIC = 1700
MOST_DIGITS = 38
_WIRE: dict[int, pa.DataType] = {
    16: pa.bool_(), 20: pa.int64(), 21: pa.int64(), 23: pa.int64(), 26: pa.int64(), 700: pa.float64(), 701: pa.float64(),
    NUMERIC: pa.string(), 25: pa.string(), 1042: pa.string(), 1043: pa.string(), 19: pa.string(), 1082: pa.date32(),
    1083: pa.time64("us"), 1114: pa.timestamp("us"), 1184: pa.timestamp("us", "UTC"),
}  # fmt: skip
"""Object id of a type -> how it is carried; all others as text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How one column is read. `digits`: the declared precision and scale of a number, if any."""

    name: str
    oid: int
    wire: pa.DataType
    digits: tuple[int, int] | None = None

    def values(self, column: Iterable[Any]) -> list[Any]:
        """Python values that Arrow takes as they are."""
        if self.oid == NUMERIC:
            return [
                None if value is None else format(value, "f") if value.is_finite() else str(value) for value in column
            ]
        if self.oid in _WIRE:
            return list(column)
        return [None if value is None else str(value) for value in column]


def reading(column: Any) -> Reading:
    """Of a column that the driver describes."""
    oid = int(column.type_code)
    declared = oid == NUMERIC and column.precision is not None and 0 <= column.scale <= column.precision <= MOST_DIGITS
    digits = (column.precision, column.scale) if declared else None
    return Reading(str(column.name), oid, _WIRE.get(oid, pa.string()), digits)


def exact(fetched: Fetched, read: Sequence[Reading]) -> Fetched:
    """Numbers as decimals, large enough for the longest. Errors: QueryFailed for what no decimal holds."""
    arrays = [
        _decimals(array, each) if each.oid == NUMERIC else array
        for each, array in zip(read, fetched.table.columns, strict=True)
    ]
    return replace(fetched, table=pa.table(arrays, names=fetched.table.column_names))


def _decimals(array: pa.ChunkedArray, column: Reading) -> pa.ChunkedArray:
    point = pc.find_substring(array, ".")
    behind = pc.if_else(pc.less(point, 0), 0, pc.subtract(pc.subtract(pc.binary_length(array), point), 1))
    precision, scale = column.digits or (MOST_DIGITS, pc.max(behind).as_py() or 0)
    try:
        return array.cast(pa.decimal128(precision, scale))
    except (pa.ArrowInvalid, decimal.DecimalException) as error:
        raise QueryFailed(
            f"The values of “{column.name}” are not numbers of at most {MOST_DIGITS} digits.",
            "Round them in the catalog, or cast them to DOUBLE.",
        ) from error
