from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.semantic.engines import Engine, fill_postgres, fill_snowflake, fill_spark, opened, stocked
from tests.semantic.shop import warehouse


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden SQL anew instead of comparing with it")


@pytest.fixture(scope="session")
def shop() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = warehouse()
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def here() -> Iterator[Engine]:
    """DuckDB, whose answers are compared with SQL written by hand."""
    engine = opened("duckdb", "duckdb://", live=stocked())
    yield engine
    engine.connector.close()


@pytest.fixture(scope="session")
def on_postgres(postgres: Any) -> Iterator[Engine]:
    engine = opened("postgres", fill_postgres(stocked(), postgres))
    yield engine
    engine.connector.close()


@pytest.fixture(scope="session")
def on_spark(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    session = spark.newSession()
    fill_spark(stocked(), session, tmp_path_factory.mktemp("shop"))
    engine = opened("spark", "spark://", live=session)
    yield engine
    engine.connector.close()


@pytest.fixture(scope="session")
def on_snowflake(snowflake_loopback: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A stand-in: it reads Snowflake's SQL, and computes with DuckDB."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("snowflake")
        patch.setenv("SNOWFLAKE_HOME", str(snowflake_loopback.write_settings(folder)))
        fill_snowflake(stocked())
        engine = opened("snowflake", "snowflake://loop")
        yield engine
        engine.connector.close()


@pytest.fixture(params=["on_postgres", "on_spark"])
def there(request: pytest.FixtureRequest) -> Engine:
    """Each of the engines that are run for real."""
    engine: Engine = request.getfixturevalue(request.param)
    return engine
