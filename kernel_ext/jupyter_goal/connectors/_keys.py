"""Keys: what the database declares, and which measured column identifies a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from goal_semantics.profile import ColumnProfile, TableProfile


@dataclass(frozen=True, slots=True)
class Reference:
    """A declared foreign key."""

    child: str
    child_columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeclaredKeys:
    """Constraints of the database, by table name."""

    primary: Mapping[str, tuple[str, ...]]
    references: tuple[Reference, ...]


def declared_keys(cursor: duckdb.DuckDBPyConnection) -> DeclaredKeys:
    """Primary and foreign keys."""
    rows = cursor.execute(
        "SELECT table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names "
        "FROM duckdb_constraints() WHERE database_name = current_database() AND constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')"
    ).fetchall()
    primary = {table: tuple(columns) for table, kind, columns, _, _ in rows if kind == "PRIMARY KEY"}
    references = tuple(
        Reference(table, tuple(columns), parent, tuple(parent_columns))
        for table, kind, columns, parent, parent_columns in rows
        if kind == "FOREIGN KEY"
    )
    return DeclaredKeys(primary, references)


def primary_key(table: TableProfile) -> tuple[str, ...]:
    """The single unique column that looks most like an identifier."""
    unique = [column for column in table.columns if column.unique and column.type in ("string", "integer", "decimal")]
    best = min(unique, key=lambda column: _strangeness(column, table), default=None)
    return (best.name,) if best else ()


def _strangeness(column: ColumnProfile, table: TableProfile) -> tuple[int, int]:
    """Names first (id, flight_id, code), then position."""
    name, owner = column.name.lower(), table.name.lower().rstrip("s")
    likely = (name == "id", name in (f"{owner}_id", f"{owner}id", f"{owner}_key", f"{owner}_code", owner),
              name.endswith(("id", "key", "code", "number", "no", "num")))  # fmt: skip
    rank = next((place for place, hit in enumerate(likely) if hit), len(likely))
    return rank, table.columns.index(column)
