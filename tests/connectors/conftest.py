"""Servers are started once and only when a test asks for them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import NotRun
from tests.connectors.places import FACTS, PLACES, Place
from tests.servers.databricks_server import Warehouse, databricks_server


def installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@pytest.fixture
def databricks_loopback(not_run: NotRun) -> Iterator[Warehouse]:
    if not installed("databricks.sql"):
        not_run("Databricks", "the driver is not installed (extra databricks)")
    with databricks_server() as server:
        server.engine.execute(f"CREATE TABLE facts AS {FACTS}")
        yield server


@pytest.fixture(scope="session")
def postgres_facts(postgres: Any) -> Any:
    """The server, with a database `facts` that `reader` may read and no more."""
    import psycopg

    with psycopg.connect(postgres.url(), autocommit=True) as owner:
        owner.execute("CREATE DATABASE facts")
        owner.execute(f"CREATE ROLE reader LOGIN PASSWORD '{postgres.password}'")
    with psycopg.connect(postgres.url("facts")) as owner:
        owner.execute(f"CREATE TABLE facts AS {FACTS}")
        owner.execute("GRANT SELECT ON facts TO reader")
    return postgres


@pytest.fixture(scope="session")
def spark_facts(spark: Any) -> Any:
    """The session, with a table `facts` in its schema."""
    spark.sql(f"CREATE TABLE facts USING parquet AS {FACTS}")
    return spark


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path) -> Place:
    return PLACES[request.param](request, tmp_path)
