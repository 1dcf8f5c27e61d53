"""The rows that go to the page: at most 200, exact in JSON, and as people read them."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal

from goal_semantics.scalar import Cell
from jupyter_goal.core.artifact import Table, TableColumn
from jupyter_goal.core.format import cell_text, column_format
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.label import column_label

MOST_ROWS = 200
_EXACT_INTEGERS = 2**53


def tabulate(frame: ResultFrame, most_rows: int = MOST_ROWS) -> Table:
    """The first rows of a frame, in its order. `most_rows` 0: what the columns are, and no cell."""
    head = frame.table.slice(0, most_rows)
    values: list[tuple[Cell, ...]] = []
    texts: list[tuple[str, ...]] = []
    for index in range(len(frame.columns)):
        cells = head.column(index).to_pylist()
        form = column_format(frame, frame.columns[index].name)
        values.append(tuple(json_value(cell) for cell in cells))
        texts.append(tuple(cell_text(cell, form) for cell in cells))
    return Table(
        columns=tuple(_column(frame, index) for index in range(len(frame.columns))),
        values=tuple(zip(*values, strict=True)),
        text=tuple(zip(*texts, strict=True)),
        rows=frame.rows,
        truncated=frame.truncated,
    )


def json_value(value: object) -> Cell:
    """A cell that JSON and JavaScript carry without loss: decimals, big integers, times and NaN as text."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) <= _EXACT_INTEGERS else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return f"{value:f}" if value.is_finite() else str(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case bytes():
            return value.hex()
        case _:
            return str(value)


def _column(frame: ResultFrame, index: int) -> TableColumn:
    column = frame.columns[index]
    return TableColumn(
        name=column.name,
        label=column_label(column),
        role=column.role,
        type=column.type,
        unit=column.unit,
        format=column.format,
        grain=column.grain,
        field=column.field,
        measure=column.measure,
    )
