"""Which columns point at which key: candidates by name, type and uniqueness, then measured on the data.

Text columns are tried by value (`origin` may point at `faa`); integers only by name, because small numbers are
included everywhere. Nothing is claimed that was not counted.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from goal_semantics.profile import ColumnProfile, Inclusion, TableProfile
from jupyter_goal.connectors._keys import Reference
from jupyter_goal.connectors._speech import Read, Speech

MOST_CANDIDATES = 300
MOST_PAID = 40
LEAST_COVERAGE = 0.5
KEY_LIKE = ("string", "integer", "decimal", "date", "timestamp", "timestamp_tz")


def find_composite_keys(read: Read, speech: Speech, tables: Sequence[TableProfile]) -> list[TableProfile]:
    """Tables without a single-column key get the pair of columns, shared with another table, that is unique."""
    return [table if table.primary_key else replace(table, primary_key=_unique_pair(read, speech, table, tables))
            for table in tables]  # fmt: skip


def find_inclusions(
    read: Read, speech: Speech, tables: Sequence[TableProfile], declared: Sequence[Reference]
) -> tuple[Inclusion, ...]:
    """Declared foreign keys, then candidates that hold for at least half of the rows; best first."""
    by_name = {name: table for table in tables for name in (table.name, table.source)}
    found: dict[tuple[str, tuple[str, ...], str], Inclusion] = {}
    for reference in declared:
        if reference.child in by_name and reference.parent in by_name:
            child, parent = by_name[reference.child], by_name[reference.parent]
            coverage = _coverage(read, speech, child, reference.child_columns, parent, reference.parent_columns)
            found[child.source, reference.child_columns, parent.source] = Inclusion(
                child.source, reference.child_columns, parent.source, reference.parent_columns, coverage, declared=True
            )
    most, worst = (MOST_PAID, 1) if speech.metered else (MOST_CANDIDATES, 2)
    for child, child_columns, parent, parent_columns in itertools.islice(_candidates(tables, worst), most):
        place = (child.source, child_columns, parent.source)
        if place not in found:
            coverage = _coverage(read, speech, child, child_columns, parent, parent_columns)
            if coverage >= LEAST_COVERAGE:
                found[place] = Inclusion(child.source, child_columns, parent.source, parent_columns, coverage)
    return tuple(sorted(found.values(), key=lambda item: (not item.declared, -item.coverage, item.child_table)))


Candidate = tuple[TableProfile, tuple[str, ...], TableProfile, tuple[str, ...]]


def _candidates(tables: Sequence[TableProfile], worst: int) -> Iterator[Candidate]:
    """Most promising first: same names (0), then names that mention the parent (1), then text by value (2)."""
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
                if rank is not None and rank <= worst:
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


def _equal(speech: Speech, child: TableProfile, name: str, parent: TableProfile, other: str) -> str:
    """Text of two native types (a UUID and a VARCHAR) is compared as text."""
    natives = {column.native_type for table, named in ((child, name), (parent, other))
               for column in table.columns if column.name == named and column.type == "string"}  # fmt: skip
    sides = (f"p.{speech.quoted(other)}", f"c.{speech.quoted(name)}")
    return " = ".join(f"CAST({side} AS {speech.text})" if len(natives) > 1 else side for side in sides)


def _singular(name: str) -> str:
    lower = name.lower()
    if lower.endswith("ies"):
        return lower[:-3] + "y"
    return lower[:-1] if lower.endswith("s") and not lower.endswith("ss") else lower


def _unique_pair(read: Read, speech: Speech, table: TableProfile, tables: Sequence[TableProfile]) -> tuple[str, ...]:
    elsewhere = {column.name for other in tables if other is not table for column in other.columns}
    shared = [c for c in table.columns if c.name in elsewhere and c.nulls == 0 and c.type in KEY_LIKE][:8]
    pairs = [
        pair for pair in itertools.combinations(shared, 2) if pair[0].distinct * pair[1].distinct >= table.rows > 0
    ]
    for first, second in sorted(pairs, key=lambda pair: pair[0].distinct * pair[1].distinct):
        columns = f"{speech.quoted(first.name)}, {speech.quoted(second.name)}"
        found = read(f"SELECT count(*) FROM (SELECT DISTINCT {columns} FROM {speech.relation(table.source)}) AS pairs")
        if found == [(table.rows,)]:
            return first.name, second.name
    return ()


def _coverage(
    read: Read,
    speech: Speech,
    child: TableProfile,
    columns: Sequence[str],
    parent: TableProfile,
    key: Sequence[str],
) -> float:
    """Share of the child rows without NULL that find a parent."""
    grouped = ", ".join(speech.quoted(name) for name in columns)
    filled = " AND ".join(f"{speech.quoted(name)} IS NOT NULL" for name in columns)
    matched = " AND ".join(_equal(speech, child, name, parent, other) for name, other in zip(columns, key, strict=True))
    inside, outside = speech.relation(child.source), speech.relation(parent.source)
    keys = ", ".join(speech.quoted(name) for name in key)
    [(found, whole)] = read(
        f"SELECT sum(CASE WHEN p.found = 1 THEN c.n END), sum(c.n) "
        f"FROM (SELECT {grouped}, count(*) AS n FROM {inside} WHERE {filled} GROUP BY {grouped}) c "
        f"LEFT JOIN (SELECT DISTINCT {keys}, 1 AS found FROM {outside}) p ON {matched}"
    )
    return float(found or 0) / float(whole) if whole else 0.0
