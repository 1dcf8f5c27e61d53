"""The shapes and probes on which semantic layers differ, on TPC-H: the numbers of hand-written SQL, or a refusal."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from goal_semantics.compile import compile_query
from goal_semantics.query import SemanticQuery
from goal_semantics.resolve import resolve_query
from tests.conftest import NotRun
from tests.tpc import generators, models
from tests.tpc.rows import difference, speaks

AS_OF = datetime.datetime(1999, 1, 1, tzinfo=datetime.UTC)
PROBES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("tpch.yaml").read_text(encoding="utf-8"))
SCALES = (0.01, pytest.param(0.1, marks=pytest.mark.slow))


@pytest.fixture(scope="module", params=SCALES)
def wholesaler(request: pytest.FixtureRequest, not_run: NotRun) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        folder = generators.tpch(request.param)
    except generators.NotMade as problem:
        not_run("TPC-H", str(problem))
    connection = models.warehouse(folder)
    yield connection
    connection.close()


@pytest.mark.parametrize("name", PROBES)
def test_the_numbers_of_hand_written_sql(name: str, wholesaler: duckdb.DuckDBPyConnection):
    probe = PROBES[name]
    query = SemanticQuery.model_validate(probe["query"])
    compiled = compile_query(query, models.wholesale(), "duckdb", as_of=AS_OF)
    found = wholesaler.execute(compiled.text, compiled.parameters).fetchall()
    expected = wholesaler.execute(probe["sql"]).fetchall()
    assert speaks(expected)
    assert difference(found, expected) is None, compiled.display
    if probe.get("ordered"):
        assert [row[0] for row in found] == [row[0] for row in expected]


def test_parts_reconcile_with_the_total(wholesaler: duckdb.DuckDBPyConnection):
    parts = SemanticQuery.model_validate(PROBES["rows without a part stay"]["query"])
    compiled = compile_query(parts, models.wholesale(), "duckdb", as_of=AS_OF)
    by_manufacturer = wholesaler.execute(compiled.text, compiled.parameters).fetchall()
    (total,) = wholesaler.execute("SELECT sum(l_extendedprice * (1 - l_discount)) FROM lineitem").fetchall()
    assert None in {name for name, _ in by_manufacturer}
    assert sum(value for _, value in by_manufacturer) == total[0]


def test_a_dimension_on_the_many_side_is_refused():
    issue = _refusal("order_total", "lineitem.part.manufacturer")
    assert "without multiplying its rows" in issue.message
    assert "customer, nation, region" in issue.hint


def test_two_paths_to_a_nation_are_never_chosen_between():
    issue = _refusal("revenue", "nation.name")
    assert "ambiguous" in issue.message
    assert set(issue.suggestions) == {"lineitem.order.customer.nation.name", "lineitem.supplier.nation.name"}


def _refusal(metric: str, field: str) -> Any:
    query = SemanticQuery.model_validate({"measures": [{"metric": metric}], "groupings": [{"field": field}]})
    (issue,) = resolve_query(query, models.wholesale())
    return issue
