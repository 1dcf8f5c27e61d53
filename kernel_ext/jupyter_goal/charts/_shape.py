"""A frame's shape: what the choice of a chart depends on."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from goal_semantics.compiled import OutputColumn
from goal_semantics.model import NUMERIC
from jupyter_goal.charts import Shape
from jupyter_goal.charts._remainder import marked
from jupyter_goal.core.frame import ResultFrame

_DRAWN = frozenset({"measure", "previous", "change", "change_pct", "share", "cumulative", "rolling"})


def base_rows(frame: ResultFrame) -> ResultFrame:
    """The frame without its subtotal and total rows: drawn beside their parts they would count twice."""
    frame = _flat(frame)
    frame = marked(frame)
    levels = [column.name for column in frame.columns if column.role == "level"]
    if not levels:
        return frame
    base = pc.equal(frame.table.column(levels[0]), pa.scalar(0, frame.table.column(levels[0]).type))
    return replace(frame, table=frame.table.filter(base), remainder=frozenset())


def _flat(frame: ResultFrame) -> ResultFrame:
    """Enums decoded, lists and structs as text: values that can be counted and sorted."""
    table = frame.table
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(field.type.value_type))
        elif pa.types.is_nested(field.type):
            words = [None if cell is None else str(cell) for cell in table.column(place).to_pylist()]
            table = table.set_column(place, field.name, pa.array(words, pa.string()))
    return replace(frame, table=table)


def shape_of(frame: ResultFrame, title: str) -> Shape:
    """Counts and roles, never values."""
    times = tuple(column for column in frame.columns if column.role == "time")
    dimensions = tuple(column for column in frame.columns if column.role == "dimension")
    return Shape(
        rows=frame.rows,
        times=times,
        dimensions=dimensions,
        measures=tuple(c for c in frame.columns if c.role in _DRAWN and c.type in NUMERIC),
        distinct=tuple(distinct(frame, column) for column in times + dimensions),
        detail=any(column.role == "detail" for column in frame.columns),
        title=title,
    )


def distinct(frame: ResultFrame, column: OutputColumn) -> int:
    """Different values, NULL being one."""
    return int(pc.count_distinct(frame.table.column(column.name), mode="all").as_py())
