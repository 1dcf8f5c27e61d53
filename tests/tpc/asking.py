"""A case asked of an engine: its own answer, and that of the official query."""

from __future__ import annotations

import datetime
from typing import Any

import duckdb

from goal_semantics.compile import compile_query
from goal_semantics.compiled import CompiledQuery
from goal_semantics.dialects import Dialect
from tests.tpc import models
from tests.tpc.case import Case

AS_OF = datetime.datetime(2003, 1, 2, tzinfo=datetime.UTC)
Rows = list[tuple[Any, ...]]


def compiled(asked: Case, dialect: Dialect = "duckdb") -> CompiledQuery:
    """The semantic query as SQL."""
    return compile_query(asked.query, models.retail(), dialect, as_of=AS_OF)


def answered(asked: Case, query: CompiledQuery, connection: duckdb.DuckDBPyConnection) -> Rows:
    """Its rows as the official query would write them."""
    answer = connection.execute(query.text, query.parameters)
    names = [column[0] for column in answer.description or ()]
    return projected(asked, names, answer.fetchall())


def projected(asked: Case, names: list[str], rows: Rows) -> Rows:
    """An answer's rows as the official query would write them."""
    return _rows(asked, asked.project(names, rows))


def expected(asked: Case, connection: duckdb.DuckDBPyConnection) -> Rows:
    """The rows of the official query."""
    return _rows(asked, connection.execute(asked.reference).fetchall())


def _rows(asked: Case, rows: Rows) -> Rows:
    return list(dict.fromkeys(rows)) if asked.distinct else rows
