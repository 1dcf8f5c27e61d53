"""The queries of TPC-DS on a real Spark: the rows that the official SQL gives on DuckDB, on the same files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from jupyter_goal import registry
from jupyter_goal.connectors import ConnectOptions
from tests.conftest import NotRun
from tests.semantic.engines import rows
from tests.tpc import case, generators, models
from tests.tpc.asking import compiled, expected, projected
from tests.tpc.case import Case
from tests.tpc.rows import difference

SCALE = 0.1
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Shops:
    """The same files in both engines."""

    official: duckdb.DuckDBPyConnection
    connector: Any

    def difference(self, asked: Case) -> str | None:
        """Between Spark's answer and the official rows."""
        query = compiled(asked, "spark")
        found = rows(self.connector, query)
        names = [column.name for column in query.columns]
        return difference(projected(asked, names, found), expected(asked, self.official))


@pytest.fixture(scope="module")
def shops(spark: Any, not_run: NotRun) -> Iterator[Shops]:
    try:
        folder = generators.tpcds(SCALE)
    except generators.NotMade as problem:
        not_run("TPC-DS", str(problem))
    session = spark.newSession()
    for path in sorted(folder.glob("*.parquet")):
        session.read.parquet(str(path)).createOrReplaceTempView(path.stem)
    connector = registry.find("connectors", "spark").connect("spark://", ConnectOptions(time_zone="UTC", live=session))
    connection = models.warehouse(folder)
    yield Shops(connection, connector)
    connection.close()
    connector.close()


@pytest.mark.parametrize("number", case.numbers())
def test_the_official_rows_on_spark(number: int, shops: Shops):
    for asked in case.read(number).all():
        assert shops.difference(asked) is None, f"{number} {asked.literals}\n{compiled(asked, 'spark').display}"
