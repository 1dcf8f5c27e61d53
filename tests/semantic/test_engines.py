"""The same question has the same answer on every engine, in the same order: PostgreSQL and Spark against DuckDB."""

from __future__ import annotations

import pytest

from tests.semantic.engines import Engine, differences, in_floats
from tests.semantic.test_cases import CASES
from tests.semantic.test_golden import CHOSEN

ON_SPARK = [pytest.param("on_spark", name, marks=() if name in CHOSEN.values() else pytest.mark.slow) for name in CASES]
"""Spark takes a second for each: one case of each kind is asked of it always, all of them in the slow suite."""


@pytest.mark.parametrize(("there", "name"), [*(("on_postgres", name) for name in CASES), *ON_SPARK], indirect=["there"])
def test_the_same_rows_in_the_same_order(name: str, here: Engine, there: Engine) -> None:
    query = CASES[name]["query"]
    assert differences(there.ask(query), here.ask(query)) == []


@pytest.mark.parametrize("name", CASES)
def test_what_is_pasted_gives_the_same_rows(name: str, here: Engine, on_postgres: Engine) -> None:
    query = CASES[name]["query"]
    assert differences(on_postgres.pasted(query), here.ask(query)) == []


BROKEN = {"time: by hour", "offset: totals of a window are those of the window a year before"}
"""The stand-in cannot send a time stamp that is missing (“unmasked nulls for non-nullable … epoch”)."""


@pytest.mark.parametrize("name", [name for name in CASES if name not in BROKEN])
def test_a_stand_in_for_snowflake_reads_it_the_same_way(name: str, here: Engine, on_snowflake: Engine) -> None:
    query = CASES[name]["query"]
    assert differences(in_floats(on_snowflake.ask(query)), in_floats(here.ask(query))) == []
