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


@pytest.fixture(scope="session")
def spark_remote(not_run: NotRun) -> Iterator[str]:
    """The address of a Spark Connect server with a table `facts`."""
    from tests.servers.spark_connect_server import Unavailable, spark_connect_server

    try:
        with spark_connect_server(f"CREATE TABLE facts USING parquet AS {FACTS}") as address:
            yield address
    except Unavailable as why:
        not_run("Spark Connect", str(why))


SLOW = {"spark_connect"}
"""A second Java virtual machine for one place."""


@pytest.fixture(params=[pytest.param(each, marks=[pytest.mark.slow] if each in SLOW else []) for each in PLACES])
def place(request: pytest.FixtureRequest, tmp_path) -> Place:
    return PLACES[request.param](request, tmp_path)
