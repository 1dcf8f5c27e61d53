"""Data frames of the namespace as Arrow tables that DuckDB can read, without a copy where the memory allows it.

What cannot be converted exactly is left out and named; nothing is guessed. A duration becomes its seconds, a period
the moment it starts. NaN of pandas is a missing value, as pandas
means it; NaN of polars and Arrow stays NaN.
"""

from __future__ import annotations

import decimal
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from jupyter_goal.errors import ConnectionProblem


def arrow_frames(frames: Mapping[str, Any]) -> tuple[dict[str, pa.Table], tuple[str, ...]]:
    """Tables by name, and notes on what was left out. Errors: ConnectionProblem when nothing of a frame is left."""
    tables: dict[str, pa.Table] = {}
    notes: list[str] = []
    for name, frame in frames.items():
        columns: dict[str, pa.ChunkedArray | pa.Array] = {}
        seen: set[str] = set()
        for title, column in _columns(name, frame):
            if title.lower() in seen:
                notes.append(f"{name}.{title}: left out, another column has this name")
                continue
            seen.add(title.lower())
            try:
                columns[title] = _readable(column)
            except (TypeError, ValueError, OverflowError, NotImplementedError) as error:
                notes.append(f"{name}.{title}: left out, {_why(error)}")
        if not columns:
            raise ConnectionProblem(
                f"The frame “{name}” has no column that can be queried.",
                "; ".join(note for note in notes if note.startswith(f"{name}.")) or "It has no columns.",
            )
        tables[name] = _table(columns)
    return tables, tuple(notes)


def _table(columns: Mapping[str, Any]) -> pa.Table:
    return pa.table(dict(columns))


def _columns(name: str, frame: Any) -> Iterator[tuple[str, Any]]:
    if type(frame).__module__.split(".")[0] == "pandas":
        yield from _pandas_columns(frame)
        return
    if hasattr(frame, "__arrow_c_stream__"):
        table = pa.table(frame)
        yield from zip(table.column_names, table.columns, strict=True)
        return
    raise ConnectionProblem(
        f"“{name}” is a {type(frame).__name__}, not a table.", "Offer a pandas, polars or Arrow data frame."
    )


def _pandas_columns(frame: Any) -> Iterator[tuple[str, Any]]:
    """The columns, after the index where it has a name (a grouped result keeps its keys there)."""
    for level, name in enumerate(frame.index.names):
        if name is not None:
            yield str(name), frame.index.get_level_values(level).to_series()
    for position, title in enumerate(frame.columns):
        text = "_".join(str(part) for part in title if part != "") if isinstance(title, tuple) else str(title)
        yield text, frame.iloc[:, position]


def _readable(column: Any) -> Any:
    array = column if isinstance(column, pa.Array | pa.ChunkedArray) else _from_pandas(column)
    kind = array.type
    if pa.types.is_float16(kind):
        return array.cast(pa.float32())
    if pa.types.is_decimal256(kind):
        return array.cast(pa.decimal128(38, kind.scale))
    if pa.types.is_null(kind):
        return array.cast(pa.string())
    if pa.types.is_duration(kind):
        return _seconds(array)
    if isinstance(kind, pa.BaseExtensionType):
        raise TypeError(f"{kind} has no counterpart")
    return array


def _from_pandas(series: Any) -> Any:
    kind = str(series.dtype)
    if kind.startswith("period"):
        series = series.dt.start_time
    elif kind.startswith("Sparse"):
        series = series.sparse.to_dense()
    try:
        return pa.Array.from_pandas(series)
    except OverflowError:
        return _large_integers(series)


def _seconds(array: Any) -> pa.ChunkedArray:
    """Durations as exact decimal seconds: the engine cannot add up intervals."""
    kind = pa.decimal128(19, {"s": 0, "ms": 3, "us": 6, "ns": 9}[array.type.unit])
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    whole = [chunk.cast(pa.int64()).cast(pa.decimal128(19, 0)) for chunk in chunks]
    # The same integers, with the decimal point of the unit.
    scaled = [pa.Array.from_buffers(kind, len(chunk), chunk.buffers(), offset=chunk.offset) for chunk in whole]
    return pa.chunked_array(scaled, kind)


def _large_integers(series: Any) -> pa.Array:
    """Python integers beyond 64 bits, exactly."""
    missing = list(series.isna())
    if not all(gone or isinstance(value, int) for gone, value in zip(missing, series, strict=True)):
        raise TypeError("integers beyond 64 bits mixed with other values")
    exact = [None if gone else decimal.Decimal(value) for gone, value in zip(missing, series, strict=True)]
    return pa.array(exact, pa.decimal128(38, 0))


def _why(error: Exception) -> str:
    return str(error.args[0] if error.args else error).splitlines()[0]
