"""The filters of metrics: author SQL over the rows of one model, or a filter of a query where SQL cannot say it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from goal_semantics.issues import Issue
from goal_semantics.load.dbt.conditions import Unsayable
from goal_semantics.load.dbt.facts import Facts
from goal_semantics.load.dbt.items import UnreadableTemplate, marked
from goal_semantics.load.dbt.paths import Fact, Paths
from goal_semantics.load.dbt.where import Where, named
from goal_semantics.model import Catalog
from goal_semantics.query import Filter

_DIALECT = "duckdb"


class NoSql(Exception):
    """A filter that names what no column holds."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Reads templates for the rows of a model. `catalog`: the datasets and how they are joined."""

    paths: Paths
    catalog: Catalog
    facts: Facts

    def sql(self, model: str, templates: tuple[str, ...], time: str | None) -> str | None:
        """All templates as one condition in SQL; names are paths. Errors: NoSql."""
        parts = [self._sql(model, each, time) for each in templates]
        if len(parts) < 2:
            return parts[0] if parts else None
        return " AND ".join(f"({each})" for each in parts)

    def tree(self, model: str, templates: tuple[str, ...], time: str | None) -> Filter | Issue | None:
        """All templates as a filter of a query."""
        try:
            return Where(self.facts, self.catalog, (Fact(model, time),)).filter(templates)
        except Unsayable as error:
            return error.issue

    def _sql(self, model: str, template: str, time: str | None) -> str:
        try:
            text, items = marked(template, self.paths.custom)
            tree = sqlglot.parse_one(text, dialect=_DIALECT)
        except (UnreadableTemplate, SqlglotError) as error:
            raise NoSql from error
        for column in list(tree.find_all(exp.Column)):
            found = None if column.table else self.paths.column(model, named(column.name, items, self.paths), time)
            if found is None:
                raise NoSql
            if column is tree:
                tree = found
            else:
                column.replace(found)
        return tree.sql(dialect=_DIALECT)
