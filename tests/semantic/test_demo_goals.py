"""The goals that the demo offers, and those of the first notebook, have one reading and give rows."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import duckdb
import nbformat
import pytest

from goal_semantics.compile import compile_query
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Plan
from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.grammar.read import plan
from tests.data import flights

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "01_first_goal.ipynb"
NOW = datetime.datetime(2014, 1, 1, tzinfo=datetime.UTC)


def notebook_goals() -> list[str]:
    code = "\n".join(cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code")
    found = re.findall(r"%goal (.+)|goal\(\"(.+?)\"\)", code)
    return [magic or call for magic, call in found if not magic.startswith("connect")]


@pytest.mark.parametrize("text", dict.fromkeys([*flights.catalog().questions, *notebook_goals()]))
def test_a_goal_has_one_reading_without_a_leftover_word_and_rows(text):
    planned = plan(Goal(text=text, as_of=NOW), flights.catalog(), PlanContext())
    assert isinstance(planned, Plan), planned
    with duckdb.connect(str(flights.warehouse()), read_only=True) as connection:
        for step in planned.steps:
            compiled = compile_query(step.query, flights.catalog(), "duckdb", as_of=NOW)
            assert len(connection.execute(compiled.text, list(compiled.parameters)).fetchall()) > 1


def test_a_word_with_two_meanings_is_asked_back():
    planned = plan(Goal(text="delay by carrier", as_of=NOW), flights.catalog(), PlanContext())
    assert not isinstance(planned, Plan)
