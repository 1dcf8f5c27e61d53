"""The shop in every engine that can be run here, and its answers through the real connectors."""

from __future__ import annotations

import contextlib
import datetime
import decimal
import itertools
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from goal_semantics.compile import compile_query
from goal_semantics.compiled import CompiledQuery
from goal_semantics.dialects import Dialect
from goal_semantics.model import Catalog
from goal_semantics.policy import Viewer
from goal_semantics.query import SemanticQuery
from jupyter_goal import registry
from jupyter_goal.connectors import ConnectOptions, Connector
from tests.semantic.shop import AS_OF, CATALOG, warehouse

MOMENTS = """
CREATE TABLE moments (id INTEGER, tick TIMESTAMP, word VARCHAR, price DECIMAL(12, 2));
INSERT INTO moments VALUES
  (1, '2023-03-12 02:30:12.75', 'a', 0.25), (2, '2023-03-12 03:30:12.25', 'B', 0.50), (3, '2023-11-05 01:30:59.999999', 'É', 7.10),
  (4, '2023-12-31 23:59:59', 'é', 7.15), (5, NULL, NULL, NULL), (6, '2024-02-29 00:00:00', '_', -2.50), (7, '2024-03-31 12:00:00', 'Z', 2.50),
  (8, '1969-12-31 23:00:00.5', '10', 3.50), (9, '2024-01-01 00:00:00', '9', 0.01), (10, '2024-01-01 00:00:00', 'b%', 0.02),
  (11, '2023-03-12 02:59:59', 'b\\_c', 1.00), (12, '2023-03-12 02:00:00', 'bx_c', 1.00);
"""
"""Wall-clock times that zones skip or repeat, halves, and words that languages sort in another order than bytes."""
POSTGRES = {"VARCHAR": "text", "DOUBLE": "double precision", "TIMESTAMP WITH TIME ZONE": "timestamptz"}
SNOWFLAKE = {"TIMESTAMP": "TIMESTAMP_NTZ", "TIMESTAMP WITH TIME ZONE": "TIMESTAMP_TZ"}
OPTIONS = ConnectOptions(time_zone=CATALOG.calendar.time_zone)


@dataclass(frozen=True)
class Engine:
    """Where questions about the shop are asked."""

    dialect: Dialect
    connector: Connector

    def ask(
        self, query: dict[str, Any] | SemanticQuery, catalog: Catalog = CATALOG, viewer: Viewer | None = None,
        as_of: datetime.datetime = AS_OF,
    ) -> list[tuple[Any, ...]]:  # fmt: skip
        return rows(self.connector, self.compiled(query, catalog, viewer, as_of))

    def pasted(self, query: dict[str, Any]) -> list[tuple[Any, ...]]:
        """The answer of what a person pastes into a console."""
        found = self.compiled(query)
        text = found.display.replace("%", "%%") if self.dialect == "postgres" else found.display
        return rows(self.connector, replace(found, text=text, parameters=()))

    def compiled(
        self, query: dict[str, Any] | SemanticQuery, catalog: Catalog = CATALOG, viewer: Viewer | None = None,
        as_of: datetime.datetime = AS_OF,
    ) -> CompiledQuery:  # fmt: skip
        asked = query if isinstance(query, SemanticQuery) else SemanticQuery.model_validate(query)
        return compile_query(asked, catalog, self.dialect, as_of=as_of, viewer=viewer)


def rows(connector: Connector, query: CompiledQuery) -> list[tuple[Any, ...]]:
    table = connector.prepare(query).run().frame.table
    assert table.column_names == [each.name for each in query.columns if each.role != "remainder"]
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def stocked() -> duckdb.DuckDBPyConnection:
    """The shop and the moments in DuckDB."""
    connection = warehouse()
    connection.execute(MOMENTS)
    return connection


def opened(dialect: Dialect, url: str, **options: Any) -> Engine:
    given = ConnectOptions(time_zone=OPTIONS.time_zone, **options)
    return Engine(dialect, registry.find("connectors", dialect).connect(url, given))


def tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The names of all tables."""
    return [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]


def fill_postgres(shop: duckdb.DuckDBPyConnection, server: Any, database: str = "shop") -> str:
    """A database with the same tables; returns its URL. Its schema is called as in DuckDB."""
    import psycopg

    with psycopg.connect(server.url(), autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {database}")
        owner.execute(f"ALTER DATABASE {database} SET search_path = main")
    with psycopg.connect(server.url(database)) as owner:
        owner.execute("CREATE SCHEMA main")
        for name in tables(shop):
            described = shop.execute(f"DESCRIBE {name}").fetchall()
            columns = ", ".join(f"{_quoted(column)} {POSTGRES.get(kind, kind)}" for column, kind, *_ in described)
            owner.execute(f"CREATE TABLE main.{name} ({columns})")
            marks = ", ".join(["%s"] * len(described))
            rows = shop.execute(f"SELECT * FROM {name}").fetchall()
            with owner.cursor() as cursor:
                cursor.executemany(f"INSERT INTO main.{name} VALUES ({marks})", rows)
    return str(server.url(database))


def fill_spark(shop: duckdb.DuckDBPyConnection, session: Any, folder: Path, schema: str = "main") -> None:
    """The same tables in one schema, over Parquet files; the session speaks of them."""
    session.sql(f"CREATE DATABASE IF NOT EXISTS {schema}")
    for name in tables(shop):
        file = folder / f"{name}.parquet"
        shop.execute(f"COPY {name} TO '{file}' (FORMAT parquet)")
        session.sql(f"CREATE TABLE {schema}.{name} USING parquet LOCATION '{file}'")
    session.sql(f"USE {schema}")


def fill_snowflake(shop: duckdb.DuckDBPyConnection) -> None:
    """The shop behind the loopback, in the two schemas that its catalog names."""
    import snowflake.connector

    session = snowflake.connector.connect(
        connection_name="loop", client_out_of_band_telemetry_enabled=False,
        enable_server_session_keep_alive_auto_detection=False,
    )  # fmt: skip
    with contextlib.closing(session), session.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS MAIN")
        for schema, name in itertools.product(("PUBLIC", "MAIN"), tables(shop)):
            described = shop.execute(f"DESCRIBE {name}").fetchall()
            columns = ", ".join(f"{column} {SNOWFLAKE.get(kind, kind)}" for column, kind, *_ in described)
            cursor.execute(f"CREATE TABLE {schema}.{name} ({columns})")
            texts = ", ".join(f"CAST({column} AS VARCHAR)" for column, *_ in described)
            found = shop.execute(f"SELECT {texts} FROM {name}").fetchall()
            values = ", ".join(f"({', '.join(_literal(each) for each in row)})" for row in found)
            cursor.execute(f"INSERT INTO {schema}.{name} VALUES {values}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str | None) -> str:
    return "NULL" if text is None else "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def in_floats(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """For a stand-in whose sums are doubles."""
    kinds = (int, decimal.Decimal)
    return [
        tuple(float(each) if isinstance(each, kinds) and not isinstance(each, bool) else each for each in row)
        for row in found
    ]


def differences(found: list[tuple[Any, ...]], expected: list[tuple[Any, ...]]) -> list[tuple[Any, Any]]:
    """Rows that differ, in order: floats by more than 1e-9 of their size, everything else at all."""
    if len(found) != len(expected):
        return [(found, expected)]
    return [(one, other) for one, other in zip(found, expected, strict=True) if not alike(one, other)]


def alike(found: tuple[Any, ...], expected: tuple[Any, ...]) -> bool:
    return all(_alike(one, other) for one, other in zip(found, expected, strict=True))


def _alike(found: Any, expected: Any) -> bool:
    if isinstance(found, float) and isinstance(expected, float):
        return (found != found and expected != expected) or math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)
    numbers = (int, decimal.Decimal)
    both = isinstance(found, numbers) and isinstance(expected, numbers)
    return bool(found == expected) and (both or type(found) is type(expected))
