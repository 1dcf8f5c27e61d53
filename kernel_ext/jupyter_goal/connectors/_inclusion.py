"""Which columns point at which key: candidates by name, type and uniqueness, then measured on the data.

Text columns are tried by value (`origin` may point at `faa`); integers only by name, because small numbers are
included everywhere. Nothing is claimed that was not counted.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import duckdb

from goal_semantics.profile import ColumnProfile, Inclusion, TableProfile
from jupyter_goal.connectors._keys import Reference
from jupyter_goal.connectors._sql_text import quoted

MOST_CANDIDATES = 300
LEAST_COVERAGE = 0.5
KEY_LIKE = ("string", "integer", "decimal", "date", "timestamp", "timestamp_tz")


def find_composite_keys(cursor: duckdb.DuckDBPyConnection, tables: Sequence[TableProfile]) -> list[TableProfile]:
    """Tables without a single-column key get the pair of columns, shared with another table, that is unique."""
    return [table if table.primary_key else replace(table, primary_key=_unique_pair(cursor, table, tables))
            for table in tables]  # fmt: skip


def find_inclusions(
    cursor: duckdb.DuckDBPyConnection, tables: Sequence[TableProfile], declared: Sequence[Reference]
) -> tuple[Inclusion, ...]:
    """Declared foreign keys, then candidates that hold for at least half of the rows; best first."""
    by_name = {table.name: table for table in tables}
    found: dict[tuple[str, tuple[str, ...], str], Inclusion] = {}
    for reference in declared:
        if reference.child in by_name and reference.parent in by_name:
            child, parent = by_name[reference.child], by_name[reference.parent]
            coverage = _coverage(cursor, child, reference.child_columns, parent, reference.parent_columns)
            found[child.source, reference.child_columns, parent.source] = Inclusion(
                child.source, reference.child_columns, parent.source, reference.parent_columns, coverage, declared=True
            )
    for child, child_columns, parent, parent_columns in itertools.islice(_candidates(tables), MOST_CANDIDATES):
        place = (child.source, child_columns, parent.source)
        if place not in found:
            coverage = _coverage(cursor, child, child_columns, parent, parent_columns)
            if coverage >= LEAST_COVERAGE:
                found[place] = Inclusion(child.source, child_columns, parent.source, parent_columns, coverage)
    return tuple(sorted(found.values(), key=lambda item: (not item.declared, -item.coverage, item.child_table)))


Candidate = tuple[TableProfile, tuple[str, ...], TableProfile, tuple[str, ...]]


def _candidates(tables: Sequence[TableProfile]) -> Iterator[Candidate]:
    """Most promising first: same names, then names that mention the parent, then text by value."""
    pairs = [(child, parent) for child in tables for parent in tables if parent.primary_key and child.rows]
    for child, parent in pairs:
        key = parent.primary_key
        if child is not parent and len(key) > 1 and _comparable(child, parent, key):
            yield child, key, parent, key
    ranked: list[tuple[int, Candidate]] = []
    for child, parent in pairs:
        for key_column in _single_keys(parent):
            for column in child.columns:
                rank = _promise(column, child, key_column, parent)
                if rank is not None:
                    ranked.append((rank, (child, (column.name,), parent, (key_column.name,))))
    yield from (candidate for _, candidate in sorted(ranked, key=lambda pair: pair[0]))


def _comparable(child: TableProfile, parent: TableProfile, key: tuple[str, ...]) -> bool:
    """The child has columns of these names and types: text is never compared with numbers."""
    types = {column.name: column.type for column in child.columns}
    wanted = {column.name: column.type for column in parent.columns}
    return all(name in types and types[name] == wanted[name] for name in key)


def _single_keys(parent: TableProfile) -> list[ColumnProfile]:
    declared = parent.primary_key if len(parent.primary_key) == 1 else ()
    return [
        column for column in parent.columns if column.name in declared or (column.unique and column.type == "string")
    ]


def _promise(column: ColumnProfile, child: TableProfile, key: ColumnProfile, parent: TableProfile) -> int | None:
    if child is parent and column.name == key.name:
        return None
    if column.type != key.type or column.type not in KEY_LIKE or column.distinct == 0:
        return None
    name, target, owner = column.name.lower(), key.name.lower(), _singular(parent.name)
    mentioned = owner in re.split(r"[_\W]+", name) or name in (owner + target, f"{owner}_{target}", f"{owner}id")
    if child is parent:
        return 1 if name.endswith(f"_{target}") and key.name in parent.primary_key else None
    if name == target and target not in ("id", "name"):
        return 0
    if mentioned or (target != "id" and name.endswith(f"_{target}")):
        return 1
    by_value = column.type == "string" and 2 <= column.distinct <= key.distinct and key.name in parent.primary_key
    return 2 if by_value else None


def _singular(name: str) -> str:
    lower = name.lower()
    if lower.endswith("ies"):
        return lower[:-3] + "y"
    return lower[:-1] if lower.endswith("s") and not lower.endswith("ss") else lower


def _unique_pair(
    cursor: duckdb.DuckDBPyConnection, table: TableProfile, tables: Sequence[TableProfile]
) -> tuple[str, ...]:
    elsewhere = {column.name for other in tables if other is not table for column in other.columns}
    shared = [c for c in table.columns if c.name in elsewhere and c.nulls == 0 and c.type in KEY_LIKE][:8]
    pairs = [
        pair for pair in itertools.combinations(shared, 2) if pair[0].distinct * pair[1].distinct >= table.rows > 0
    ]
    for first, second in sorted(pairs, key=lambda pair: pair[0].distinct * pair[1].distinct):
        columns = f"{quoted(first.name)}, {quoted(second.name)}"
        row = cursor.execute(f"SELECT count(*) FROM (SELECT DISTINCT {columns} FROM {_relation(table)})").fetchone()
        if row == (table.rows,):
            return first.name, second.name
    return ()


def _coverage(
    cursor: duckdb.DuckDBPyConnection,
    child: TableProfile,
    columns: Sequence[str],
    parent: TableProfile,
    key: Sequence[str],
) -> float:
    """Share of the child rows without NULL that find a parent."""
    grouped = ", ".join(quoted(name) for name in columns)
    filled = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in columns)
    matched = " AND ".join(f"p.{quoted(k)} = c.{quoted(name)}" for name, k in zip(columns, key, strict=True))
    row = cursor.execute(
        f"SELECT sum(n) FILTER (EXISTS (SELECT 1 FROM {_relation(parent)} p WHERE {matched})), sum(n) "
        f"FROM (SELECT {grouped}, count(*) AS n FROM {_relation(child)} WHERE {filled} GROUP BY {grouped}) c"
    ).fetchone() or (None, None)
    return float(row[0] or 0) / float(row[1]) if row[1] else 0.0


def _relation(table: TableProfile) -> str:
    parts = re.findall(r'"(?:[^"]|"")*"|[^.]+', table.source)
    return ".".join(part if part.startswith('"') else quoted(part) for part in parts)
