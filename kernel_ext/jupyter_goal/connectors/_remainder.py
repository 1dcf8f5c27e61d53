"""The answer without the compiler's flag of a top's remainder: the flag becomes positions, the word stays unique."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from goal_semantics.compiled import CompiledQuery
from jupyter_goal.core.frame import ResultFrame

ELSEWHERE = " (all others)"
"""Added to the remainder's name where a real group is called the same."""


def without_flag(frame: ResultFrame, query: CompiledQuery) -> ResultFrame:
    """The frame as people see it; `remainder` holds what the flag said."""
    flag = next((column for column in frame.columns if column.role == "remainder"), None)
    if flag is None:
        return frame
    rest = pc.equal(frame.table.column(flag.name), 1)
    table = _told_apart(frame.table.drop_columns([flag.name]), rest, _named(query))
    positions = frozenset(pc.indices_nonzero(rest).to_pylist())
    columns = tuple(column for column in frame.columns if column is not flag)
    return replace(frame, table=table, columns=columns, remainder=positions)


def _named(query: CompiledQuery) -> str | None:
    """The column that the compiler writes the remainder's name into."""
    within = query.query.top.within if query.query.top else ()
    return next((c.name for c in query.columns if c.role == "dimension" and c.name not in within), None)


def _told_apart(table: pa.Table, rest: pa.ChunkedArray, name: str | None) -> pa.Table:
    if name is None or not pc.any(rest).as_py():
        return table
    names = table.column(name).cast(pa.string())
    real, called = names.filter(pc.invert(rest)), names.filter(rest)[0]
    if not pc.any(pc.equal(real, called)).as_py():
        return table
    renamed = pc.if_else(rest, pa.scalar(f"{called.as_py()}{ELSEWHERE}"), names)
    return table.set_column(table.column_names.index(name), name, renamed)
