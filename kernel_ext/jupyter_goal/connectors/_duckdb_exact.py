"""What DuckDB's Arrow export would change without a word is refused with the next step.

Seen on 2.0: UHUGEINT beyond 38 digits wraps around, TIME WITH TIME ZONE loses its offset, infinite dates become numbers.
"""

from __future__ import annotations

import decimal
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from jupyter_goal.errors import QueryFailed

UNSENDABLE = {
    "TIME WITH TIME ZONE": "cast it to TIME or VARCHAR",
    "BIGNUM": "cast it to DECIMAL(38,0) or VARCHAR",
    "BIT": "cast it to VARCHAR",
}


def refuse_inexact(table: pa.Table, native: Sequence[str]) -> None:
    """Errors: QueryFailed names the column whose values would not arrive as they are."""
    for name, array, kind in zip(table.column_names, table.columns, native, strict=True):
        if kind in UNSENDABLE:
            raise QueryFailed(
                f"“{name}” is {kind}, which cannot be fetched exactly.", f"In the catalog: {UNSENDABLE[kind]}."
            )
        if kind in ("HUGEINT", "UHUGEINT") and _beyond(array, -(10**38) + 1 if kind == "HUGEINT" else 0, 10**38 - 1):
            raise QueryFailed(f"“{name}” holds an integer of more than 38 digits.", "Cast it to DOUBLE in the catalog.")
        if (kind == "DATE" or kind.startswith("TIMESTAMP")) and _infinite(array):
            raise QueryFailed(f"“{name}” holds an infinite date.", "Filter it out, or map it to NULL in the catalog.")


def _beyond(array: pa.ChunkedArray, low: int, high: int) -> bool:
    limits = pc.min_max(array)
    if not limits["min"].is_valid:
        return False
    bounds = [pa.scalar(decimal.Decimal(edge), pa.decimal128(38, 0)) for edge in (low, high)]
    return bool(pc.less(limits["min"], bounds[0]).as_py() or pc.greater(limits["max"], bounds[1]).as_py())


def _infinite(array: pa.ChunkedArray) -> bool:
    whole = pa.int32() if pa.types.is_date32(array.type) else pa.int64()
    largest = 2 ** (whole.bit_width - 1) - 1
    limits = pc.min_max(pa.chunked_array([chunk.view(whole) for chunk in array.chunks], whole))
    return bool(limits["max"].as_py() == largest or limits["min"].as_py() == -largest)
