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


def equal(left: object, right: object) -> bool:
    """Equal exactly, or to 1e-9 relative where a DOUBLE is involved. NULL equals NULL."""
    if left is None or right is None:
        return left is right
    if isinstance(left, float) or isinstance(right, float):
        return math.isclose(float(left), float(right), rel_tol=REL_TOLERANCE, abs_tol=1e-12)  # type: ignore[arg-type]
    return left == right


def show(value: object) -> str:
    """A figure in a sentence."""
    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, Decimal | int):
        return f"{value:,}"
    return str(value)
