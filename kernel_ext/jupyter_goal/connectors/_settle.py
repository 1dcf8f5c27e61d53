"""The same Arrow types from every driver, chosen so that no value changes.

Drivers differ in what they send for one declared type (int8 or decimal(38,0) for an integer, a date or a midnight
timestamp for a month). Only casts that keep every value exactly are made; a decimal never becomes a float.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from goal_semantics.compiled import OutputColumn
from goal_semantics.model import DataType
from jupyter_goal.errors import DeveloperError, QueryFailed


def settle(table: pa.Table, columns: Sequence[OutputColumn], *, time_zone: str) -> pa.Table:
    """`table` with the names of `columns` and settled types. Errors: QueryFailed names a column that does not fit."""
    if table.num_columns != len(columns):
        raise DeveloperError(f"compiled for {len(columns)} columns, the engine returned {table.num_columns}")
    names = [column.name for column in columns]
    arrays = []
    for column, array in zip(columns, table.columns, strict=True):
        try:
            arrays.append(_settled(array, column.type, time_zone))
        except pa.ArrowInvalid as error:
            raise QueryFailed(
                f"The values of “{column.label or column.name}” do not fit its type {column.type}.", str(error)
            ) from error
    return pa.table(arrays, names=names)


def arrow_schema(columns: Sequence[OutputColumn], *, time_zone: str) -> pa.Schema:
    """The declared types, for drivers that return Python values. Opaque columns are text."""
    return pa.schema([(column.name, _declared_type(column.type, time_zone)) for column in columns])


def _settled(array: pa.ChunkedArray, declared: DataType, time_zone: str) -> pa.ChunkedArray:
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _settled(array.cast(kind.value_type), declared, time_zone)
    if pa.types.is_null(kind):
        return array.cast(_declared_type(declared, time_zone))
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0 and declared == "integer"):
        return _whole(array)
    if pa.types.is_decimal(kind):
        return array.cast(pa.decimal128(38, kind.scale)) if kind.bit_width < 128 else array
    if pa.types.is_floating(kind):
        return array.cast(pa.float64())
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return array.cast(pa.string())
    if pa.types.is_date(kind):
        return array.cast(pa.timestamp("us") if declared == "timestamp" else pa.date32())
    if pa.types.is_timestamp(kind):
        return _moment(array, declared, time_zone)
    return array


def _whole(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """int64 where every value fits, else decimal(38,0)."""
    try:
        return array.cast(pa.int64())
    except pa.ArrowInvalid:
        return array.cast(pa.decimal128(38, 0))


def _moment(array: pa.ChunkedArray, declared: DataType, time_zone: str) -> pa.ChunkedArray:
    zone = time_zone if array.type.tz else None
    try:
        fine = array.cast(pa.timestamp("us", zone))
    except pa.ArrowInvalid:
        return array.cast(pa.timestamp("ns", zone))
    if declared != "date" or zone:
        return fine
    days = fine.cast(pa.date32(), safe=False)
    midnight = pc.all(pc.equal(days.cast(pa.timestamp("us")), fine), min_count=0).as_py()
    return days if midnight else fine


def _declared_type(declared: DataType, time_zone: str) -> pa.DataType:
    known: dict[DataType, pa.DataType] = {
        "string": pa.string(),
        "integer": pa.int64(),
        "decimal": pa.decimal128(38, 2),
        "float": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "time": pa.time64("us"),
        "timestamp": pa.timestamp("us"),
        "timestamp_tz": pa.timestamp("us", time_zone),
    }
    return known.get(declared, pa.string())
