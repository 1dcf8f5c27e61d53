"""Rows of a frame as the values, words and keys of a trace."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from goal_semantics.compiled import OutputColumn
from jupyter_goal.charts import MAX_POINTS
from jupyter_goal.charts._drawing import Plotted
from jupyter_goal.charts._escape import plain
from jupyter_goal.charts._gaps import clock, keep, missing_periods, unclock
from jupyter_goal.charts._order import unique
from jupyter_goal.charts._remainder import REMAINDER, leftover
from jupyter_goal.core.cell import CellFormat
from jupyter_goal.core.chart import MarkKeys
from jupyter_goal.core.format import cell_text, column_format
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.tabulate import json_value

MOST_TEXTS = 500
"""Up to here each point carries its exact text; beyond, plotly writes numbers rounded for drawing."""
_DRAWN_DIGITS = 6
_CLOCKS = ("D", "m", "s", "ms")
_KEY_ROLES = frozenset({"time", "dimension"})


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one series, sorted for drawing."""

    label: str
    table: pa.Table
    dropped: int = 0

    @property
    def remainder(self) -> bool:
        """All that a top left over."""
        flags = leftover(self.table)
        return bool(len(flags) and flags.all())


def groups(frame: ResultFrame, series: str | None) -> list[Group]:
    """One group per value of the series column (one in all without), in order of appearance."""
    if series is None:
        return [Group("", frame.table)]
    column = frame.table.column(series)
    form = column_format(frame, series)
    codes, values = encoded(column)
    labels = unique([name_text(value, form) for value in values])
    return [Group(label, frame.table.filter(pa.array(codes == code))) for code, label in enumerate(labels)]


def encoded(column: pa.ChunkedArray) -> tuple[np.ndarray, list[object]]:
    """Each row's code, and the value of each code, in order of appearance. NULL and NaN are values like others."""
    encoding = pc.dictionary_encode(column.combine_chunks(), null_encoding="encode")
    codes = np.asarray(encoding.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    return codes, encoding.dictionary.to_pylist()


def along(frame: ResultFrame, group: Group, x: str, measure: str, budget: int = MAX_POINTS) -> Group:
    """The group sorted by x, at most `budget` rows of it, with an empty row wherever a period is missing."""
    column = frame.column(x)
    table = group.table.sort_by(x)
    table = table.filter(pc.is_valid(table.column(x)))
    y = numbers(table.column(measure))
    if column.role == "time":
        moments = clock(table.column(x), column.grain)
        absent, after = missing_periods(moments, column.grain)
    else:
        moments, absent = numbers(table.column(x)), np.zeros(len(table), dtype=bool)
        after = moments
    kept = keep(moments, y, absent, after, budget)
    table = table.take(pa.array(kept.rows))
    if len(kept.missing):
        extra = _empty_rows(table, x, unclock(kept.missing, table.column(x).type, column.grain), frame)
        table = pa.concat_tables([table, extra]).sort_by(x)
    return Group(group.label, table, kept.dropped)


def numbers(column: pa.ChunkedArray) -> np.ndarray:
    """Float64 for drawing; NULL, NaN and infinite are NaN: nothing to draw."""
    values = np.array(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype="float64")
    values[~np.isfinite(values)] = np.nan
    return values


def drawn(column: pa.ChunkedArray, form: CellFormat, total: int) -> tuple[tuple[Plotted, ...], bool]:
    """The values for plotly, and whether they were rounded (only where there are many)."""
    values = numbers(column) * (100.0 if form.style == "points" else 1.0)
    if pa.types.is_integer(column.type):
        exact = [None if np.isnan(v) else int(v) for v in values]
        if total <= MOST_TEXTS:
            return tuple(exact), False
    rounded = False
    result: list[Plotted] = []
    for value in values.tolist():
        if math.isnan(value):
            result.append(None)
            continue
        short = float(f"{value:.{_DRAWN_DIGITS if total > MOST_TEXTS else 12}g}")
        rounded = rounded or (total > MOST_TEXTS and short != value)
        result.append(int(short) if short.is_integer() and abs(short) < 2**53 else short)
    return tuple(result), rounded


def moments_text(column: pa.ChunkedArray, described: OutputColumn) -> tuple[Plotted, ...]:
    """Times for a plotly date axis: wall time, ISO, no longer than needed."""
    if pa.types.is_timestamp(column.type) and column.type.tz:
        column = pc.local_timestamp(column)
    values = np.asarray(column.cast(pa.timestamp("us"), safe=False).to_numpy(zero_copy_only=False))
    values = values.astype("datetime64[us]")
    unit = next((u for u in _CLOCKS if (values == values.astype(f"datetime64[{u}]")).all()), "us")
    return tuple(values.astype(f"datetime64[{unit}]").astype(str).tolist())


def texts(column: pa.ChunkedArray, form: CellFormat, total: int) -> tuple[str, ...]:
    """The exact words of each value, or none where there are too many."""
    return tuple(cell_text(value, form) for value in column.to_pylist()) if total <= MOST_TEXTS else ()


def keys(frame: ResultFrame, table: pa.Table) -> tuple[MarkKeys, ...]:
    """What each drawn element means: the values of every time and dimension."""
    return tuple(
        MarkKeys(
            column=c.name, field=c.field or c.name, values=tuple(map(json_value, table.column(c.name).to_pylist()))
        )
        for c in frame.columns
        if c.role in _KEY_ROLES
    )


def name_text(value: object, form: CellFormat) -> str:
    """A dimension's value as a name. Missing and empty ones have one, too."""
    if value is None:
        return "(no value)"
    return plain(cell_text(value, form)) or "(empty)"


def errors(frame: ResultFrame, names: tuple[str, ...]) -> int:
    """Cells that are NaN or infinite among the drawn measures."""
    found = 0
    for name in names:
        column = frame.table.column(name)
        if pa.types.is_floating(column.type):
            found += int(pc.sum(pc.invert(pc.is_finite(column))).as_py() or 0)
    return found


def _empty_rows(like: pa.Table, x: str, moments: pa.Array, frame: ResultFrame) -> pa.Table:
    count = len(moments)
    arrays = []
    for field in like.schema:
        if field.name == x:
            arrays.append(moments)
        elif field.name == REMAINDER or frame.column(field.name).role == "dimension":
            arrays.append(pa.repeat(like.column(field.name)[0], count))
        else:
            arrays.append(pa.nulls(count, field.type))
    return pa.table(arrays, schema=pa.schema([f.with_nullable(True) for f in like.schema]))
