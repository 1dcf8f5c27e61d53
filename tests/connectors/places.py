"""One place per way of connecting: the same table `facts` behind every connector."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from goal_semantics.dialects import Dialect
from goal_semantics.render.literals import PLACEHOLDERS
from jupyter_goal.connectors import ConnectOptions, Connector
from tests.connectors.queries import compiled, open_connector

FACTS = "SELECT * FROM (VALUES (1, 'red', 10.50), (2, NULL, NULL), (3, 'blue', 0.25)) AS t(id, name, amount)"


@dataclass(frozen=True)
class Place:
    """Somewhere to connect to. `forever`: SQL that runs for much longer than any test waits."""

    text: str
    dialect: Dialect
    given: dict[str, Any]
    forever: str = "SELECT count(*) AS n FROM range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3"
    secret: str = ""
    source: str = "facts"
    numbers: str = "range({}) AS t"
    """Rows 0, 1, … up to a count, as the column `range`."""

    @property
    def mark(self) -> str:
        """Where a value goes."""
        return PLACEHOLDERS[self.dialect]

    @contextlib.contextmanager
    def open(self, **options: Any) -> Iterator[Connector]:
        connector = open_connector(self.text, ConnectOptions(**self.given, **options))
        try:
            yield connector
        finally:
            connector.close()

    def slow(self) -> Any:
        return compiled(self.forever, {"n": "integer"}, dialect=self.dialect)


def duckdb_file(request: pytest.FixtureRequest, folder: Path) -> Place:
    path = folder / "facts.duckdb"
    with duckdb.connect(path) as con:
        con.execute(f"CREATE TABLE facts AS {FACTS}")
    return Place(str(path), "duckdb", {})


def csv_file(request: pytest.FixtureRequest, folder: Path) -> Place:
    (folder / "facts.csv").write_text("id,name,amount\n1,red,10.50\n2,,\n3,blue,0.25\n", encoding="utf-8")
    return Place(str(folder / "facts.csv"), "duckdb", {})


def parquet_folder(request: pytest.FixtureRequest, folder: Path) -> Place:
    with duckdb.connect() as con:
        con.execute(f"COPY ({FACTS}) TO '{folder / 'facts.parquet'}'")
    return Place(f"{folder}/", "duckdb", {})


def frames(request: pytest.FixtureRequest, folder: Path) -> Place:
    frame = pd.DataFrame({"id": [1, 2, 3], "name": ["red", None, "blue"], "amount": [10.5, None, 0.25]})
    return Place("frame://", "duckdb", {"frames": {"facts": frame}})


def live(request: pytest.FixtureRequest, folder: Path) -> Place:
    con = duckdb.connect()
    request.addfinalizer(con.close)
    con.execute(f"CREATE TABLE facts AS {FACTS}")
    return Place("duckdb://", "duckdb", {"live": con})


def snowflake(request: pytest.FixtureRequest, folder: Path) -> Place:
    server = request.getfixturevalue("snowflake_loopback")
    request.getfixturevalue("monkeypatch").setenv("SNOWFLAKE_HOME", str(server.write_settings(folder)))
    return Place("snowflake://loop", "snowflake", {}, secret=server.password, source="FACTS")


def databricks(request: pytest.FixtureRequest, folder: Path) -> Place:
    server = request.getfixturevalue("databricks_loopback")
    request.getfixturevalue("monkeypatch").setenv("DATABRICKS_CONFIG_FILE", str(server.write_settings(folder)))
    return Place("databricks://loop", "databricks", {}, secret=server.token)


def postgres(request: pytest.FixtureRequest, folder: Path) -> Place:
    server = request.getfixturevalue("postgres_facts")
    forever = (
        "SELECT count(*) AS n FROM generate_series(1, 3000000) a, generate_series(1, 3000000) b "
        "WHERE (a::bigint * b) %% 7 = 3"
    )
    numbers = "(SELECT generate_series(0, {} - 1) AS range) AS t"
    return Place(server.url("facts", "reader"), "postgres", {}, forever, server.password, numbers=numbers)


SPARK_FOREVER = "SELECT count(*) AS n FROM range(10000000) a CROSS JOIN range(10000000) b WHERE (a.id * b.id) % 7 = 3"
SPARK_NUMBERS = "(SELECT id AS range FROM range({})) AS t"


def spark(request: pytest.FixtureRequest, folder: Path) -> Place:
    request.getfixturevalue("spark_facts")
    return Place("spark://", "spark", {}, SPARK_FOREVER, numbers=SPARK_NUMBERS)


PLACES: dict[str, Callable[[pytest.FixtureRequest, Path], Place]] = {
    place.__name__: place
    for place in (
        duckdb_file,
        csv_file,
        parquet_folder,
        frames,
        live,
        snowflake,
        databricks,
        postgres,
        spark,
    )
}
