"""What a DuckDB database holds, measured: types, fullness, distinct values, keys, and which columns point at which.

Exact up to `SAMPLE_ABOVE` rows; beyond it columns are measured on a sample and the notes say so. Keys are always
verified on all rows.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from goal_semantics.model import DataType
from goal_semantics.profile import ColumnProfile, Profile, TableProfile
from jupyter_goal.connectors._inclusion import find_composite_keys, find_inclusions
from jupyter_goal.connectors._keys import DeclaredKeys, declared_keys, primary_key
from jupyter_goal.connectors._speech import DUCKDB
from jupyter_goal.connectors._sql_text import quoted

SAMPLE_ABOVE = 5_000_000
SAMPLE_ROWS = 1_000_000
ALL_VALUES_UP_TO = 50
SOME_VALUES = 10
SECONDS_PER_TABLE = 20.0
"""A view may compute for hours; what takes longer is left out and said."""
NEARLY_UNIQUE = 0.8
"""From this share of distinct values on, none is frequent, and to look for frequent ones is slow."""

TYPES: tuple[tuple[str, DataType], ...] = (
    (r"(U?(TINY|SMALL|BIG|HUGE)?INT|U?INTEGER)", "integer"),
    (r"DECIMAL\(.*\)", "decimal"),
    (r"DOUBLE|FLOAT", "float"),
    (r"BOOLEAN", "boolean"),
    (r"VARCHAR|UUID|ENUM\(.*\)|JSON", "string"),
    (r"DATE", "date"),
    (r"TIME(_NS)?", "time"),
    (r"TIMESTAMP(_NS|_MS|_S)?", "timestamp"),
    (r"TIMESTAMP WITH TIME ZONE", "timestamp_tz"),
)


@dataclass(frozen=True, slots=True)
class NativeTable:
    """A table as the engine lists it."""

    name: str
    source: str
    columns: Mapping[str, str]
    comment: str = ""


def native_types(cursor: duckdb.DuckDBPyConnection) -> Mapping[str, Mapping[str, str]]:
    """source -> column -> native type."""
    return {table.source: table.columns for table in list_tables(cursor)}


def measure(
    cursor: duckdb.DuckDBPyConnection, *, name: str, tables: tuple[str, ...], notes: tuple[str, ...]
) -> Profile:
    """The profile of the named tables (by source or name), or of all."""
    wanted = [table for table in list_tables(cursor) if not tables or {table.source, table.name} & set(tables)]
    keys = declared_keys(cursor)
    measured: list[TableProfile] = []
    said = list(notes)
    for table in wanted:
        try:
            with _limited(cursor, SECONDS_PER_TABLE):
                profile, sampled = _measure_table(cursor, table, keys)
        except duckdb.InterruptException:
            said.append(f"{table.source}: left out, it could not be measured within {SECONDS_PER_TABLE:.0f} s")
            continue
        measured.append(profile)
        if sampled:
            said.append(f"{table.source}: values measured on a sample of {SAMPLE_ROWS:,} of {profile.rows:,} rows")

    def read(text: str) -> list[tuple[Any, ...]]:
        return cursor.execute(text).fetchall()

    try:
        with _limited(cursor, SECONDS_PER_TABLE):
            measured = find_composite_keys(read, DUCKDB, measured)
            inclusions = find_inclusions(read, DUCKDB, measured, keys.references)
    except duckdb.InterruptException:
        inclusions = ()
        said.append(f"links between tables are unknown: they could not be measured within {SECONDS_PER_TABLE:.0f} s")
    return Profile(name, tuple(measured), inclusions, tuple(said))


@contextmanager
def _limited(cursor: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Errors: duckdb.InterruptException after the time."""
    timer = threading.Timer(seconds, cursor.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def list_tables(cursor: duckdb.DuckDBPyConnection) -> list[NativeTable]:
    """Tables, views and frames, without the engine's own."""
    rows = cursor.execute(
        "SELECT c.database_name, c.schema_name, c.table_name, c.column_name, c.data_type, "
        "coalesce(t.comment, v.comment, ''), current_database(), current_schema() FROM duckdb_columns() c "
        "LEFT JOIN duckdb_tables() t ON t.table_oid = c.table_oid AND t.database_oid = c.database_oid "
        "LEFT JOIN duckdb_views() v ON v.view_oid = c.table_oid AND v.database_oid = c.database_oid "
        "WHERE NOT c.internal AND c.database_name <> 'system' ORDER BY c.database_name, c.schema_name, c.table_name, "
        "c.column_index"
    ).fetchall()
    columns: dict[tuple[str, str, str], dict[str, str]] = {}
    found: dict[tuple[str, str, str], NativeTable] = {}
    for database, schema, table, column, kind, comment, here, home in rows:
        place = (database, schema, table)
        columns.setdefault(place, {})[column] = kind
        found[place] = NativeTable(table, _source(place, here, home), columns[place], comment)
    return list(found.values())


def _source(place: tuple[str, str, str], database: str, schema: str) -> str:
    """The shortest name that means this table."""
    parts = list(place)
    if place[0] in (database, "temp"):
        parts = parts[1:]
        if place[0] == "temp" or place[1] == schema:
            parts = parts[1:]
    return ".".join(part if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", part) else quoted(part) for part in parts)


def data_type(native: str) -> DataType:
    """The neutral type of a native one."""
    return next((kind for pattern, kind in TYPES if re.fullmatch(pattern, native)), "opaque")


def _measure_table(
    cursor: duckdb.DuckDBPyConnection, table: NativeTable, keys: DeclaredKeys
) -> tuple[TableProfile, bool]:
    whole = DUCKDB.relation(table.source)
    (rows,) = cursor.execute(f"SELECT count(*) FROM {whole}").fetchone() or (0,)
    sampled = rows > SAMPLE_ABOVE
    scanned = f"(SELECT * FROM {whole} USING SAMPLE {SAMPLE_ROWS} ROWS (reservoir, 42))" if sampled else whole
    columns = _measure_columns(cursor, table, scanned)
    columns = _settle_distinct(cursor, columns, whole if rows else scanned, rows)
    profile = TableProfile(table.name, table.source, rows, columns, comment=table.comment)
    declared = keys.primary.get(table.name, ())
    return replace(profile, primary_key=declared or primary_key(profile)), sampled


def _measure_columns(cursor: duckdb.DuckDBPyConnection, table: NativeTable, scanned: str) -> tuple[ColumnProfile, ...]:
    """One scan for all columns, then the values of each."""
    names = list(table.columns)
    parts = [part for name in names for part in _readings(quoted(name), data_type(table.columns[name]))]
    row: tuple[Any, ...] = cursor.execute(f"SELECT count(*), {', '.join(parts)} FROM {scanned}").fetchone() or ()
    profiles = []
    for index, name in enumerate(names):
        filled, distinct, low, high = row[1 + 4 * index : 5 + 4 * index]
        kind = data_type(table.columns[name])
        samples = () if kind == "opaque" else _values(cursor, scanned, name, distinct, filled)
        profiles.append(
            ColumnProfile(
                name, kind, table.columns[name], row[0], row[0] - filled, min(distinct, filled), samples, low, high
            )
        )
    return tuple(profiles)


def _readings(column: str, kind: DataType) -> tuple[str, ...]:
    if kind == "opaque":
        return (f"count({column})", "0", "NULL", "NULL")
    ends = (f"CAST(min({column}) AS VARCHAR)", f"CAST(max({column}) AS VARCHAR)")
    return (f"count({column})", f"approx_count_distinct({column})", *ends)


def _values(cursor: duckdb.DuckDBPyConnection, scanned: str, name: str, distinct: int, filled: int) -> tuple[str, ...]:
    """All values of a small set by frequency, else some frequent ones; any, where hardly one comes twice."""
    column = quoted(name)
    if distinct <= 2 * ALL_VALUES_UP_TO:
        sql = (f"SELECT CAST({column} AS VARCHAR) FROM {scanned} WHERE {column} IS NOT NULL "
               f"GROUP BY {column} ORDER BY count(*) DESC, 1 LIMIT {ALL_VALUES_UP_TO + 1}")  # fmt: skip
        found = tuple(value for (value,) in cursor.execute(sql).fetchall())
        return found if len(found) <= ALL_VALUES_UP_TO else found[:SOME_VALUES]
    if distinct >= NEARLY_UNIQUE * filled:
        sql = f"SELECT CAST({column} AS VARCHAR) FROM {scanned} WHERE {column} IS NOT NULL LIMIT {SOME_VALUES}"
        return tuple(value for (value,) in cursor.execute(sql).fetchall())
    sql = f"SELECT approx_top_k(CAST({column} AS VARCHAR), {SOME_VALUES}) FROM {scanned}"
    (found,) = cursor.execute(sql).fetchone() or ((),)
    return tuple(value for value in found or () if value is not None)


def _settle_distinct(
    cursor: duckdb.DuckDBPyConnection, columns: tuple[ColumnProfile, ...], whole: str, rows: int
) -> tuple[ColumnProfile, ...]:
    """Exact counts where they decide something: small sets, and columns that may be keys."""
    settled = []
    for column in columns:
        small = len(column.samples) <= ALL_VALUES_UP_TO and column.distinct <= 2 * ALL_VALUES_UP_TO
        maybe_key = column.nulls == 0 and column.distinct >= NEARLY_UNIQUE * column.rows and column.type in KEY_TYPES
        if column.type == "opaque" or not column.rows or not (small or maybe_key):
            settled.append(column)
            continue
        sql = f"SELECT count(DISTINCT {quoted(column.name)}), count({quoted(column.name)}) FROM {whole}"
        distinct, filled = cursor.execute(sql).fetchone() or (0, 0)
        settled.append(replace(column, distinct=distinct, rows=rows, nulls=rows - filled))
    return tuple(settled)


KEY_TYPES: frozenset[DataType] = frozenset({"string", "integer", "decimal", "date", "timestamp", "timestamp_tz"})
