from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.semantic.shop import warehouse


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden SQL anew instead of comparing with it")


@pytest.fixture(scope="session")
def shop() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = warehouse()
    yield connection
    connection.close()
