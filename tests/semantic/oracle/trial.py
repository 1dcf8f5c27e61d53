"""One question of one world, answered by DuckDB and by the evaluator."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from goal_semantics.compile import compile_query
from goal_semantics.errors import QueryError
from goal_semantics.query import SemanticQuery
from tests.semantic.oracle.answer import answer
from tests.semantic.oracle.data import statements
from tests.semantic.oracle.world import World

AS_OF = datetime.datetime(2024, 4, 15, 12, 30, tzinfo=datetime.UTC)
NEAR = 1e-9


@dataclass(frozen=True)
class Refused:
    """Why the compiler answers nothing."""

    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """Rows by the compiler's SQL, and rows that are expected; both in order."""

    columns: tuple[str, ...]
    found: list[tuple[Any, ...]]
    expected: list[tuple[Any, ...]]
    text: str

    @property
    def same(self) -> bool:
        return len(self.found) == len(self.expected) and all(
            same_row(one, other) for one, other in zip(self.found, self.expected, strict=True)
        )


def opened() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET threads = 1")
    connection.execute("SET disabled_optimizers = 'common_subplan'")  # as the connector does: it gives wrong rows
    return connection


def store(world: World, connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(statements(world.catalog.datasets, dict(world.tables)))


def trial(world: World, query: SemanticQuery, connection: duckdb.DuckDBPyConnection) -> Refused | Answered:
    """The rows of `world` are stored already."""
    try:
        compiled = compile_query(query, world.catalog, "duckdb", as_of=AS_OF)
    except QueryError as refused:
        return Refused(tuple(str(each) for each in refused.issues))
    try:
        cursor = connection.execute(compiled.text, compiled.parameters)
        found = cursor.fetchall()
    except duckdb.OutOfRangeException:  # the engine does not wrap around: no number is better than a wrong one
        return Refused(("engine: A number is out of range.",))
    names = tuple(each[0] for each in cursor.description or ())
    rows = answer(world, query, AS_OF)
    return Answered(names, found, [tuple(row[name] for name in names) for row in rows], compiled.display)


def same_row(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return all(same(a, b) for a, b in zip(one, other, strict=True))


def same(one: Any, other: Any) -> bool:
    """Floats to nine digits; all else exactly, and a missing value is only missing."""
    if one is None or other is None:
        return one is other
    if isinstance(one, float) or isinstance(other, float):
        if not all(isinstance(each, int | float | Decimal) for each in (one, other)):
            return False
        return math.isclose(one, other, rel_tol=NEAR, abs_tol=NEAR)
    if isinstance(one, bool) != isinstance(other, bool) or isinstance(one, datetime.datetime) != isinstance(
        other, datetime.datetime
    ):
        return False
    return bool(one == other)
