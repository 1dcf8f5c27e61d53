"""One sentence about a frame. Every number in it is a cell of the table, written as in the table.

Will not compute: no sums, no differences, no counts; what is not a cell is not said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from goal_semantics.compiled import OutputColumn
from goal_semantics.model import NUMERIC
from goal_semantics.query import SemanticQuery
from jupyter_goal.core.artifact import Table
from jupyter_goal.core.format import cell_text, column_format, is_error, with_unit
from jupyter_goal.core.frame import ResultFrame

_KEYS = frozenset({"time", "dimension"})
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows that are not totals, and the column that is read."""

    frame: ResultFrame
    measure: OutputColumn
    cut: bool
    """The query kept only the first groups, so the last row shown is not the last there is."""

    def cell(self, row: int, column: OutputColumn) -> str:
        """A cell as in the table, with its unit."""
        value = self.frame.table.column(column.name)[row].as_py()
        if value is None:
            return "no value" if column.role in _KEYS else "no data"
        text = cell_text(value, column_format(self.frame, column.name))
        return with_unit(text, column.unit) if column.type in NUMERIC and column.role not in _KEYS else text

    def name(self, row: int) -> str:
        """What a row is about."""
        return " · ".join(self.cell(row, column) for column in self.frame.columns if column.role in _KEYS)


def headline(frame: ResultFrame, query: SemanticQuery | None = None) -> str:
    """The sentence that leads the answer."""
    if frame.rows == 0:
        return "No data for this question."
    if any(column.role == "detail" for column in frame.columns):
        return "The rows are in the table."
    measure = _read(frame)
    if measure is None:
        return "The values are in the table."
    cut = frame.truncated or (query is not None and bool(query.top or query.limit))
    reading = Reading(_base(frame), measure, cut)
    keys = tuple(column for column in frame.columns if column.role in _KEYS)
    if reading.frame.rows == 1:
        return _single(reading, keys)
    return f"{chart_title(frame)}: {_extremes(reading, keys)}."


def chart_title(frame: ResultFrame) -> str:
    """The measures by what groups them: Flights by month and origin."""
    measures = [column for column in frame.columns if column.role == "measure"]
    words = _join([_label(column) for column in measures[:3]]) or "Rows"
    groups = _join([_period(column) for column in frame.columns if column.role in _KEYS])
    return f"{words[:1].upper()}{words[1:]}{f' by {groups}' if groups else ''}"


def untraceable(sentence: str, table: Table) -> tuple[str, ...]:
    """Numbers of a sentence that are no cell of the table and no part of one's text or of a column's label."""
    known = {number for row in table.text for cell in row for number in _NUMBER.findall(cell)}
    known |= {number for column in table.columns for number in _NUMBER.findall(column.label)}
    return tuple(number for number in _NUMBER.findall(sentence) if number.rstrip(",") not in known)


def _single(reading: Reading, keys: tuple[OutputColumn, ...]) -> str:
    bases = [column for column in reading.frame.columns if column.role == "measure"] or [reading.measure]
    parts = [
        f"{_label(column)} {reading.cell(0, column)}{_compared(reading, column, 0)}{_of_total(reading, column)}"
        for column in bases
    ]
    first = f"{_label(bases[0])}{f' ({reading.name(0)})' if keys else ''}: "
    text = first + parts[0].removeprefix(f"{_label(bases[0])} ")
    return f"{text[:1].upper()}{'; '.join([text, *parts[1:]])[1:]}."


def _compared(reading: Reading, measure: OutputColumn, row: int) -> str:
    """What a number is compared with, where that was asked."""
    found = _family(reading, measure)
    change = found.get("change_pct") or found.get("change")
    if change and not _missing(reading, change, row):
        rose = reading.frame.table.column(change.name)[row].as_py() > 0
        sign = "+" if rose else ""
        return f", {sign}{reading.cell(row, change)} from {_previous(reading, found.get('previous'), row)}"
    if "previous" in found:
        return f", before: {_previous(reading, found['previous'], row)}"
    return ""


def _of_total(reading: Reading, measure: OutputColumn) -> str:
    share = _family(reading, measure).get("share")
    return f", {reading.cell(0, share)} of the total" if share and not _missing(reading, share, 0) else ""


def _family(reading: Reading, measure: OutputColumn) -> dict[str, OutputColumn]:
    return {c.role: c for c in reading.frame.columns if c.measure == measure.measure and c is not measure}


def _previous(reading: Reading, column: OutputColumn | None, row: int) -> str:
    return reading.cell(row, column) if column else "the period before"


def _missing(reading: Reading, column: OutputColumn, row: int) -> bool:
    value = reading.frame.table.column(column.name)[row].as_py()
    return value is None or is_error(value)


def _extremes(reading: Reading, keys: tuple[OutputColumn, ...]) -> str:
    values = reading.frame.table.column(reading.measure.name)
    usable = _usable(values)
    if not pc.any(usable).as_py() or not keys:
        return "the values are in the table" if keys == () else "no data"
    named = pc.and_(usable, pc.invert(_remainder(reading.frame)))
    named = named if pc.any(named).as_py() else usable
    ends = pc.min_max(values.filter(named))
    high, low = (_rows(pc.and_(named, pc.equal(values, ends[end]))) for end in ("max", "min"))
    if ends["max"] == ends["min"]:
        everywhere = len(high) == len(values) and len(values) > 1
        return f"{reading.cell(high[0], reading.measure)} everywhere" if everywhere else _of(reading, high[0])
    by_time = keys[0].role == "time"
    if reading.cut and not by_time and _rising(values.filter(named)):
        return _end(reading, "lowest", low, by_time=False)
    lead = _end(reading, "highest", high, by_time=by_time)
    if reading.cut and not by_time:
        return lead
    last = _last(reading, named, keys[0]) if by_time and len(keys) == 1 else ""
    return f"{lead}{_low(reading, low)}{last}"


def _usable(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Which cells are numbers: not NULL, not NaN, not infinite."""
    return (
        pc.fill_null(pc.is_finite(values), fill_value=False)
        if pa.types.is_floating(values.type)
        else pc.is_valid(values)
    )


def _remainder(frame: ResultFrame) -> pa.ChunkedArray:
    """Rows of what a top left over: nobody's highest or lowest."""
    return pa.chunked_array([pa.array([row in frame.remainder for row in range(frame.rows)], pa.bool_())])


def _rows(mask: pa.ChunkedArray) -> list[int]:
    rows: list[int] = pc.indices_nonzero(mask).slice(0, 3).to_pylist()
    return rows


def _end(reading: Reading, word: str, tied: list[int], *, by_time: bool) -> str:
    value = reading.cell(tied[0], reading.measure)
    if len(tied) > 2:
        return f"several share the {word} value, {value}"
    names = " and ".join(reading.name(row) for row in tied)
    value += _against(reading, tied[0]) if len(tied) == 1 else ""
    return f"{word} {names} ({value})" if by_time else f"{names} {word} ({value}{_share(reading, tied[0])})"


def _low(reading: Reading, tied: list[int]) -> str:
    names = "several" if len(tied) > 2 else " and ".join(reading.name(row) for row in tied)
    return f", lowest {names} ({reading.cell(tied[0], reading.measure)})"


def _last(reading: Reading, rows: pa.ChunkedArray, time: OutputColumn) -> str:
    moments = reading.frame.table.column(time.name)
    latest = pc.max(moments.filter(rows))
    if not latest.is_valid:
        return ""
    row = _rows(pc.and_(rows, pc.fill_null(pc.equal(moments, latest), fill_value=False)))[0]
    return f"; last {reading.name(row)} ({reading.cell(row, reading.measure)}{_against(reading, row)})"


def _against(reading: Reading, row: int) -> str:
    """The change of one row among many; a measure that is itself a change is not compared again."""
    return _compared(reading, reading.measure, row) if reading.measure.role == "measure" else ""


def _share(reading: Reading, row: int) -> str:
    columns = [c for c in reading.frame.columns if c.role == "share" and c.measure == reading.measure.measure]
    return f", {reading.cell(row, columns[0])}" if columns and columns[0] is not reading.measure else ""


def _of(reading: Reading, row: int) -> str:
    return f"{reading.name(row)} {reading.cell(row, reading.measure)}"


def _rising(values: pa.ChunkedArray) -> bool:
    listed = values.to_pylist()
    return bool(listed == sorted(listed))


def _read(frame: ResultFrame) -> OutputColumn | None:
    numeric = [c for c in frame.columns if c.type in NUMERIC and c.role not in _KEYS | {"level", "rank"}]
    return next((c for c in numeric if c.role == "measure"), numeric[0] if numeric else None)


def _base(frame: ResultFrame) -> ResultFrame:
    level = next((column.name for column in frame.columns if column.role == "level"), None)
    if level is None:
        return frame
    kept = frame.table.filter(pc.equal(frame.table.column(level), 0))
    return replace(frame, table=kept, remainder=frozenset())


def _period(column: OutputColumn) -> str:
    return column.grain if column.role == "time" and column.grain else _label(column)


def _label(column: OutputColumn) -> str:
    return column.label or column.name.replace("_", " ")


def _join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
