"""Exact sums and comparisons of result columns; plumbing of the checks."""

from __future__ import annotations

import math
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

REL_TOLERANCE = 1e-9

Figure = Decimal | float | int


def column_sum(table: pa.Table, name: str) -> Figure | None:
    """The sum of a numeric column, exact for integers and decimals; None when every value is NULL."""
    column = table.column(name)
    if pa.types.is_integer(column.type):
        column = column.cast(pa.decimal128(38, 0))
    total = pc.sum(column).as_py()
    assert total is None or isinstance(total, Decimal | float | int)
    return total


def size(table: pa.Table, name: str) -> float:
    """The sum of the absolute values: what the rounding errors of a sum of DOUBLEs are measured by."""
    total = pc.sum(pc.abs(table.column(name))).as_py()
    return float(total) if total is not None else 0.0


def signs(table: pa.Table, name: str) -> tuple[bool, bool]:
    """Whether there are values below, and above, zero."""
    ends = pc.min_max(table.column(name)).as_py()
    return (ends["min"] is not None and ends["min"] < 0, ends["max"] is not None and ends["max"] > 0)


def equal(left: Figure, right: Figure, scale: float) -> bool:
    """Equal exactly, or to 1e-9 of `scale` where a DOUBLE is involved."""
    if isinstance(left, float) or isinstance(right, float):
        tolerance = max(REL_TOLERANCE * scale, 1e-12)
        return math.isclose(float(left), float(right), rel_tol=REL_TOLERANCE, abs_tol=tolerance)
    return left == right


def show(value: object) -> str:
    """A figure in a sentence."""
    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, Decimal | int):
        return f"{value:,}"
    return str(value)
