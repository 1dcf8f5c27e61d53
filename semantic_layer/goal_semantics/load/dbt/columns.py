"""dbt's expressions read columns of the table; ours read fields before columns.

Where a field hides a column of its name that an expression means, the column gets a field of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from goal_semantics.model import Field

_DIALECT = "duckdb"


@dataclass(slots=True)
class Columns:
    """The fields of one dataset by name, and the fields that expressions made necessary."""

    fields: dict[str, Field]
    added: dict[str, Field] = field(default_factory=dict)

    def over(self, text: str) -> str:
        """The text over fields, meaning the same columns. What is no SQL stays as it is: the catalog's check tells why."""
        try:
            tree = sqlglot.parse_one(text, dialect=_DIALECT)
        except SqlglotError:
            return text
        hidden = [column for column in tree.find_all(exp.Column) if not column.table and self._hides(column.name)]
        if not hidden:
            return text
        for column in hidden:
            column.set("this", exp.to_identifier(self._own(column.name), quoted=True))
        return tree.sql(dialect=_DIALECT)

    def _hides(self, name: str) -> bool:
        found = self.fields.get(name)
        return found is not None and found.expression is not None and not _is_column(found.expression.text, name)

    def _own(self, name: str) -> str:
        own = f"{name}_column"
        while own in self.fields:
            own += "_"
        self.added.setdefault(own, Field(name=own, expression=quoted(name), role="key", hidden=True))
        return own


def quoted(name: str) -> str:
    """A column as SQL of the author."""
    return exp.column(exp.to_identifier(name, quoted=not name.isidentifier())).sql(dialect=_DIALECT)


def _is_column(text: str, name: str) -> bool:
    try:
        tree = sqlglot.parse_one(text, dialect=_DIALECT)
    except SqlglotError:
        return False
    return isinstance(tree, exp.Column) and tree.name == name and not tree.table
