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


def test_the_extent_is_of_all_rows_and_stands_alone(shop: duckdb.DuckDBPyConnection) -> None:
    window = {"window": {"kind": "between", "start": "2023-02-01", "end": "2023-03-01"}}
    asked = {"measures": [{"metric": "revenue"}], "groupings": [{"field": "orders.status"}], "time": window}
    [fact] = reading(shop, asked).facts
    extent = shop.execute("SELECT min(ordered_at), max(ordered_at) FROM orders").fetchone()
    assert (fact.time_min, fact.time_max) == extent


BY_HAND = """
WITH o AS (SELECT * FROM orders WHERE quantity > 3)
SELECT
  (SELECT count(*) FROM o),
  (SELECT count(*) FROM o LEFT JOIN customers c USING (customer_id) LEFT JOIN nations n USING (nation_id)
     LEFT JOIN products p USING (product_id) LEFT JOIN suppliers s USING (supplier_id)),
  (SELECT count(*) FROM o WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.customer_id = o.customer_id)),
  (SELECT count(*) FROM o LEFT JOIN customers c USING (customer_id)
     WHERE NOT EXISTS (SELECT 1 FROM nations n WHERE n.nation_id = c.nation_id)),
  (SELECT count(*) FROM o WHERE NOT EXISTS (SELECT 1 FROM products p WHERE p.product_id = o.product_id)),
  (SELECT count(*) FROM o LEFT JOIN products p USING (product_id)
     WHERE NOT EXISTS (SELECT 1 FROM suppliers s WHERE s.supplier_id = p.supplier_id))
"""


@pytest.mark.parametrize("beyond", ["quantity", "customer", "product.supplier"])
def test_counting_by_key_is_counting_rows(shop: duckdb.DuckDBPyConnection, beyond: str) -> None:
    """Also where the filter reads some of the joins, and where one dataset is reached by two paths."""
    more = {"customer": "orders.customer.name", "product.supplier": "orders.product.supplier.name"}
    condition: dict[str, Any] = {"kind": "condition", "field": "orders.quantity", "op": ">", "values": [3]}
    if beyond in more:
        kept = {"kind": "condition", "field": more[beyond], "op": "!=", "values": ["no such name"]}
        condition = {"kind": "and", "items": [condition, kept]}
    asked = {
        "measures": [{"metric": "orders"}],
        "groupings": [
            {"field": "orders.customer.nation.name"},
            {"field": "orders.product.supplier.name", "alias": "by"},
        ],
        "filter": condition,
    }
    [fact] = reading(shop, asked).facts
    expected = shop.execute(BY_HAND).fetchone()
    assert expected is not None
    lost = dict(fact.unmatched)
    names = ("customer", "customer.nation", "product", "product.supplier")
    assert (fact.rows_in, fact.rows_joined, *(lost[name] for name in names)) == expected


def test_a_promise_of_partners_that_is_broken_shows_as_lost_rows(shop: duckdb.DuckDBPyConnection) -> None:
    others = tuple(each for each in CATALOG.relationships if (each.from_dataset, each.name) != ("orders", "customer"))
    promised = step("customer", "orders", "customers", "customer_id", total=True)
    catalog = CATALOG.model_copy(update={"relationships": (*others, promised)})
    asked = {"measures": [{"metric": "orders"}], "groupings": [{"field": "orders.customer.name"}]}
    [fact] = reading(shop, asked, catalog).facts
    expected = shop.execute(
        "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM orders JOIN customers USING (customer_id))"
    ).fetchone()
    assert (fact.rows_in, fact.rows_joined) == expected
    assert fact.rows_in > fact.rows_joined


def test_nothing_chosen_is_counted_as_nothing(shop: duckdb.DuckDBPyConnection) -> None:
    nobody = {"kind": "condition", "field": "orders.status", "op": "=", "values": ["nobody"]}
    asked = {"measures": [{"metric": "orders"}], "groupings": [{"field": "orders.customer.name"}], "filter": nobody}
    [fact] = reading(shop, asked).facts
    assert (fact.rows_in, fact.rows_joined, fact.unmatched) == (0, 0, (("customer", 0),))
    assert fact.time_max is not None


def test_every_row_without_a_partner_is_missed(shop: duckdb.DuckDBPyConnection) -> None:
    wrong = step("buyer", "orders", "nations", "order_id", "nation_id")
    catalog = CATALOG.model_copy(update={"relationships": (*CATALOG.relationships, wrong)})
    far = {"kind": "condition", "field": "orders.order_id", "op": ">", "values": [100]}
    asked = {"measures": [{"metric": "orders"}], "groupings": [{"field": "orders.buyer.name"}], "filter": far}
    [fact] = reading(shop, asked, catalog).facts
    assert fact.unmatched == (("buyer", fact.rows_in),)
    assert fact.rows_in == fact.rows_joined > 0


def test_what_never_adds_up_and_costs_as_much_is_not_totalled(shop: duckdb.DuckDBPyConnection) -> None:
    asked: dict[str, Any] = {"measures": [{"metric": "buyers"}, {"metric": "middle_amount"}, {"metric": "orders"}]}
    assert all(each.total is not None for each in reading(shop, asked).measures)
    grouped = reading(shop, asked | {"groupings": [{"field": "orders.status"}]})
    assert [each.total is None for each in grouped.measures] == [True, True, False]
    assert grouped.measures[0].nulls > 0
