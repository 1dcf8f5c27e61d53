"""What a warehouse says about its own tables by the SQL standard's information schema, and what is then measured of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from goal_semantics.profile import Profile
from jupyter_goal.connectors._keys import DeclaredKeys, Reference
from jupyter_goal.connectors._measure import Listed, measure
from jupyter_goal.connectors._speech import Read, Speech
from jupyter_goal.errors import QueryFailed

COLUMNS = (
    "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns "
    "WHERE lower(table_schema) <> 'information_schema' ORDER BY table_schema, table_name, ordinal_position"
)
PRIMARY = (
    "SELECT k.table_schema, k.table_name, k.column_name FROM information_schema.table_constraints c "
    "JOIN information_schema.key_column_usage k ON k.constraint_schema = c.constraint_schema "
    "AND k.constraint_name = c.constraint_name AND k.table_name = c.table_name "
    "WHERE c.constraint_type = 'PRIMARY KEY' ORDER BY k.table_schema, k.table_name, k.ordinal_position"
)
FOREIGN = (
    "SELECT k.constraint_schema, k.constraint_name, k.table_schema, k.table_name, k.column_name, "
    "u.table_schema, u.table_name, u.column_name FROM information_schema.referential_constraints r "
    "JOIN information_schema.key_column_usage k ON k.constraint_schema = r.constraint_schema "
    "AND k.constraint_name = r.constraint_name JOIN information_schema.key_column_usage u "
    "ON u.constraint_schema = r.unique_constraint_schema AND u.constraint_name = r.unique_constraint_name "
    "AND u.ordinal_position = k.position_in_unique_constraint ORDER BY 1, 2, k.ordinal_position"
)
SHOW_PRIMARY = "SHOW PRIMARY KEYS"
SHOW_FOREIGN = "SHOW IMPORTED KEYS"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`read` runs one statement of the session."""

    read: Read
    speech: Speech

    def columns(self) -> Mapping[str, Mapping[str, str]]:
        """`schema.table` -> column -> native type."""
        return {table.source: table.columns for table in self._tables()}

    def profile(self, name: str, tables: tuple[str, ...]) -> Profile:
        """Measure the tables named by source or by bare name; all when none is named."""
        wanted = [table for table in self._tables() if not tables or {table.source, table.name} & set(tables)]
        keys, notes = DeclaredKeys({}, ()), tuple[str, ...]()
        try:
            keys = self._keys()
        except QueryFailed as error:
            notes = (f"declared keys could not be read: {error.message}",)
        return measure(self.read, self.speech, name=name, tables=wanted, keys=keys, notes=notes)

    def _tables(self) -> tuple[Listed, ...]:
        columns: dict[tuple[str, str], dict[str, str]] = {}
        for schema, table, column, kind in self.read(COLUMNS):
            columns.setdefault((schema, table), {})[column] = kind
        return tuple(Listed(place[1], self.speech.source(*place), found) for place, found in columns.items())

    def _keys(self) -> DeclaredKeys:
        if self.speech.dialect == "snowflake":
            return self._shown_keys()
        return self._declared(self.read(PRIMARY), self.read(FOREIGN))

    def _shown_keys(self) -> DeclaredKeys:
        """Snowflake has no usage of keys in its information schema; the places are those of its manual."""
        primary = sorted(self.read(SHOW_PRIMARY), key=lambda row: (row[2], row[3], row[5]))
        foreign = sorted(self.read(SHOW_FOREIGN), key=lambda row: (row[6], row[7], row[12], row[9]))
        links = ((row[6], row[12], row[6], row[7], row[8], row[2], row[3], row[4]) for row in foreign)
        return self._declared(((row[2], row[3], row[4]) for row in primary), links)

    def _declared(self, primary: Iterable[tuple[Any, ...]], foreign: Iterable[tuple[Any, ...]]) -> DeclaredKeys:
        keys: dict[str, tuple[str, ...]] = {}
        for schema, table, column in primary:
            source = self.speech.source(schema, table)
            keys[source] = (*keys.get(source, ()), column)
        found: dict[tuple[Any, ...], Reference] = {}
        for place, name, schema, table, column, parent_schema, parent, parent_column in foreign:
            child, other = self.speech.source(schema, table), self.speech.source(parent_schema, parent)
            known = found.get((place, name, child), Reference(child, (), other, ()))
            found[place, name, child] = Reference(
                child, (*known.child_columns, column), other, (*known.parent_columns, parent_column)
            )
        return DeclaredKeys(keys, tuple(found.values()))
