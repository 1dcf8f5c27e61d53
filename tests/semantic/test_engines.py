"""The same question has the same answer on every engine, in the same order: PostgreSQL and Spark against DuckDB."""

from __future__ import annotations

import pytest

from tests.semantic.engines import Engine, differences
from tests.semantic.test_cases import CASES


@pytest.mark.parametrize("name", CASES)
def test_the_same_rows_in_the_same_order(name: str, here: Engine, there: Engine) -> None:
    query = CASES[name]["query"]
    assert differences(there.ask(query), here.ask(query)) == []


@pytest.mark.parametrize("name", CASES)
def test_what_is_pasted_gives_the_same_rows(name: str, here: Engine, on_postgres: Engine) -> None:
    query = CASES[name]["query"]
    assert differences(on_postgres.pasted(query), here.ask(query)) == []
