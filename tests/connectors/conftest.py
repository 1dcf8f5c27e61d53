"""Servers are started once and only when a test asks for them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest

from tests.conftest import NotRun
from tests.connectors.places import FACTS, PLACES, Place
from tests.servers.databricks_server import Warehouse, databricks_server
from tests.servers.snowflake_server import Loopback, Unavailable, snowflake_server


def installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@pytest.fixture(scope="session")
def snowflake_loopback(not_run: NotRun) -> Iterator[Loopback]:
    if not installed("snowflake.connector"):
        not_run("Snowflake", "the driver is not installed (extra snowflake)")
    try:
        with snowflake_server() as server:
            yield server
    except Unavailable as why:
        not_run("Snowflake", str(why))


@pytest.fixture
def databricks_loopback(not_run: NotRun) -> Iterator[Warehouse]:
    if not installed("databricks.sql"):
        not_run("Databricks", "the driver is not installed (extra databricks)")
    with databricks_server() as server:
        server.engine.execute(f"CREATE TABLE facts AS {FACTS}")
        yield server


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path) -> Place:
    return PLACES[request.param](request, tmp_path)
