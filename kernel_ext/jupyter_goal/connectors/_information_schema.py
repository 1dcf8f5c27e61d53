"""What a warehouse says about its own tables, by the SQL standard's information schema, and a first measuring of them.

One aggregate per table; no keys and no inclusion, because scans are metered there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from goal_semantics.model import DataType
from goal_semantics.profile import ColumnProfile, Profile, TableProfile

COLUMNS = (
    "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns "
    "WHERE lower(table_schema) <> 'information_schema' ORDER BY table_schema, table_name, ordinal_position"
)
TYPES: tuple[tuple[str, DataType], ...] = (
    (r"BIGINT|INT|INTEGER|SMALLINT|TINYINT|LONG|SHORT|BYTE", "integer"),
    (r"DECIMAL.*|NUMBER.*|NUMERIC.*", "decimal"),
    (r"DOUBLE.*|FLOAT|REAL", "float"),
    (r"BOOLEAN", "boolean"),
    (r"STRING|TEXT|VARCHAR.*|CHAR.*", "string"),
    (r"DATE", "date"),
    (r"TIME", "time"),
    (r"TIMESTAMP_NTZ.*|DATETIME", "timestamp"),
    (r"TIMESTAMP.*", "timestamp_tz"),
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`rows` runs a SELECT; `quote` is the character around identifiers."""

    rows: Callable[[str], list[tuple[Any, ...]]]
    quote: str

    def columns(self) -> Mapping[str, Mapping[str, str]]:
        """`schema.table` -> column -> native type."""
        found: dict[str, dict[str, str]] = {}
        for schema, table, column, kind in self.rows(COLUMNS):
            found.setdefault(f"{schema}.{table}", {})[column] = kind
        return found

    def profile(self, name: str, tables: tuple[str, ...]) -> Profile:
        """Measure the tables named by source or by bare name; all when none is named."""
        wanted = {source: columns for source, columns in self.columns().items()
                  if not tables or {source, source.split(".", 1)[1]} & set(tables)}  # fmt: skip
        measured = tuple(self._measure(source, columns) for source, columns in wanted.items())
        return Profile(name, measured, notes=("keys and inclusion are not measured on a metered warehouse",))

    def _measure(self, source: str, columns: Mapping[str, str]) -> TableProfile:
        where = ".".join(self._quoted(part) for part in source.split(".", 1))
        readings = [
            f"count({name}), approx_count_distinct({name}), CAST(min({name}) AS VARCHAR(200)), CAST(max({name}) AS VARCHAR(200))"
            for name in map(self._quoted, columns)
        ]
        row = self.rows(f"SELECT count(*), {', '.join(readings)} FROM {where}")[0]
        profiles = []
        for index, (name, native) in enumerate(columns.items()):
            filled, distinct, low, high = row[1 + 4 * index : 5 + 4 * index]
            kind = data_type(native)
            profiles.append(
                ColumnProfile(name, kind, native, int(row[0]), int(row[0] - filled), int(distinct), (), low, high)
            )
        return TableProfile(source.split(".", 1)[1], source, int(row[0]), tuple(profiles))

    def _quoted(self, name: str) -> str:
        return self.quote + name.replace(self.quote, 2 * self.quote) + self.quote


def data_type(native: str) -> DataType:
    """The neutral type of a native one."""
    return next((kind for pattern, kind in TYPES if re.fullmatch(pattern, native.upper())), "opaque")
