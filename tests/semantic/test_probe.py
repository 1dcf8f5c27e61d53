"""What checks measure equals SQL written by hand."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from goal_semantics.model import Catalog
from goal_semantics.probe import ProbeReading, compile_probe
from goal_semantics.query import SemanticQuery
from tests.semantic.shop import AS_OF, CATALOG, step
from tests.semantic.test_cases import CASES


def reading(shop: duckdb.DuckDBPyConnection, query: dict[str, Any], catalog: Catalog = CATALOG) -> ProbeReading:
    probe = compile_probe(SemanticQuery.model_validate(query), catalog, "duckdb", as_of=AS_OF)
    assert probe is not None
    row = shop.execute(probe.compiled.text, probe.compiled.parameters).fetchone()
    assert row is not None
    assert [column.name for column in probe.compiled.columns] == [each[0] for each in shop.description or ()]
    return probe.read(row)


def test_rows_partners_extent_totals_and_missing_inputs(shop: duckdb.DuckDBPyConnection) -> None:
    query = {
        "measures": [{"metric": "orders"}, {"metric": "mean_weight"}, {"metric": "paid_rate"}],
        "groupings": [{"field": "orders.customer.nation.name"}],
        "filter": {"kind": "condition", "field": "orders.quantity", "op": ">", "values": [3]},
    }
    found = reading(shop, query)
    rows, lost, far, mean, nulls, rate = shop.execute(
        "SELECT count(*), count(*) FILTER (WHERE c.customer_id IS NULL), count(*) FILTER (WHERE n.nation_id IS NULL),"
        " avg(weight), count(*) - count(weight), count(*) FILTER (WHERE status = 'paid') / count(*) FROM orders o"
        " LEFT JOIN customers c USING (customer_id) LEFT JOIN nations n ON n.nation_id = c.nation_id WHERE quantity > 3"
    ).fetchall()[0]
    extent = shop.execute("SELECT min(ordered_at), max(ordered_at) FROM orders").fetchone()
    [fact] = found.facts
    assert (fact.rows_in, fact.rows_joined, fact.unmatched) == (
        rows,
        rows,
        (("customer", lost), ("customer.nation", far)),
    )
    assert (fact.time_min, fact.time_max) == extent
    assert [each.total for each in found.measures] == [rows, pytest.approx(mean), pytest.approx(rate)]
    assert (found.measures[1].inputs, found.measures[1].nulls) == (rows, nulls)


def test_a_join_that_multiplies_shows(shop: duckdb.DuckDBPyConnection) -> None:
    wrong = step("buyer", "orders", "refunds", "customer_id")
    catalog = CATALOG.model_copy(update={"relationships": (*CATALOG.relationships, wrong)})
    query = {"measures": [{"metric": "orders"}], "groupings": [{"field": "orders.buyer.refund_id"}]}
    [fact] = reading(shop, query, catalog).facts
    assert fact.rows_joined > fact.rows_in


def test_two_facts_and_a_zero_denominator(shop: duckdb.DuckDBPyConnection) -> None:
    nobody = {"kind": "condition", "field": "customers.segment", "op": "=", "values": ["nobody"]}
    query = {"measures": [{"metric": "refund_rate"}, {"metric": "paid_rate"}], "filter": nobody}
    found = reading(shop, query)
    assert {fact.dataset for fact in found.facts} == {"orders", "refunds"}
    assert [each.denominator_zero for each in found.measures] == [False, True]
    assert [each.total for each in found.measures] == [None, None]


@pytest.mark.parametrize("name", CASES)
def test_every_case_can_be_probed(name: str, shop: duckdb.DuckDBPyConnection) -> None:
    query = CASES[name]["query"]
    if "detail" in query:
        assert compile_probe(SemanticQuery.model_validate(query), CATALOG, "duckdb", as_of=AS_OF) is None
        return
    found = reading(shop, query)
    assert all(fact.rows_joined == fact.rows_in for fact in found.facts)


@pytest.mark.parametrize("name", [name for name in CASES if "groupings" in CASES[name]["query"]])
def test_additive_parts_equal_the_probed_total(name: str, shop: duckdb.DuckDBPyConnection) -> None:
    from tests.semantic.shop import compiled

    query = CASES[name]["query"]
    if "top" in query and not query["top"].get("others"):
        return
    answer = compiled(query)
    rows = shop.execute(answer.text, answer.parameters).fetchall()
    totals = {each.measure: each.total for each in reading(shop, query).measures}
    if "limit" in query:
        return
    for at, column in enumerate(answer.columns):
        if column.additive and column.role == "measure" and totals[column.name] is not None:
            assert sum(row[at] or 0 for row in rows) == totals[column.name], column.name
