"""One measure divided by another that the query names, against SQL written by hand."""

from __future__ import annotations

import duckdb
import pytest

from goal_semantics.query import Measure, SemanticQuery
from goal_semantics.resolve import resolve_query
from tests.semantic.shop import CATALOG, compiled, rows

PAID = {"kind": "condition", "field": "orders.status", "op": "=", "values": ["paid"]}
SHARE = {"agg": "count", "field": "orders", "filter": PAID, "over": {"agg": "count", "field": "orders"}}


def test_a_part_does_not_narrow_its_whole(shop: duckdb.DuckDBPyConnection) -> None:
    expected = shop.execute("SELECT count(*) FILTER (status = 'paid') / count(*)::DOUBLE FROM orders").fetchall()
    assert 0 < expected[0][0] < 1
    assert rows(shop, {"measures": [SHARE]}) == expected


def test_a_part_is_taken_within_each_group_and_the_filter_of_the_query_narrows_both(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    expected = shop.execute(
        "SELECT date_trunc('month', ordered_at)::DATE, count(*) FILTER (status = 'paid') / count(*)::DOUBLE "
        "FROM orders WHERE quantity > 2 GROUP BY 1 ORDER BY 1 NULLS LAST"
    ).fetchall()
    asked = {
        "measures": [SHARE],
        "groupings": [{"field": "orders.ordered_at", "grain": "month"}],
        "filter": {"kind": "condition", "field": "orders.quantity", "op": ">", "values": [2]},
    }
    assert [(str(a)[:10], b) for a, b in rows(shop, asked)] == [(str(a)[:10], b) for a, b in expected]


def test_two_facts_are_aggregated_apart(shop: duckdb.DuckDBPyConnection) -> None:
    expected = shop.execute(
        "SELECT (SELECT sum(amount) FROM refunds)::DOUBLE / (SELECT count(*) FROM orders)"
    ).fetchall()
    asked = {"measures": [{"agg": "sum", "field": "refunds.amount", "over": {"agg": "count", "field": "orders"}}]}
    assert rows(shop, asked) == [pytest.approx(row) for row in expected]


def test_nothing_below_gives_nothing(shop: duckdb.DuckDBPyConnection) -> None:
    none = {"kind": "condition", "field": "orders.status", "op": "=", "values": ["never"]}
    asked = {"measures": [{**SHARE, "over": {"agg": "count", "field": "orders", "filter": none}}]}
    assert rows(shop, asked) == [(None,)]


def test_the_parts_of_the_name_and_column() -> None:
    share = Measure.model_validate(SHARE)
    assert share.name == "count_orders_share"
    column = compiled({"measures": [SHARE]}).columns[0]
    assert column.format is not None
    assert (column.format.style, column.additive, column.range) == ("percent", False, (0, 1))
    per = Measure(agg="sum", field="refunds.amount", over=Measure(agg="count", field="orders"))
    assert per.name == "sum_refunds_amount_per_count_orders"


def test_what_is_wrong_on_either_side_is_said() -> None:
    for part in (
        {"agg": "count", "field": "orders", "over": {"metric": "nothing"}},
        {"metric": "nothing", "over": {"agg": "count", "field": "orders"}},
    ):
        problems = resolve_query(SemanticQuery.model_validate({"measures": [part]}), CATALOG)
        assert "nothing" in str(next(iter(problems)))


def test_what_is_no_number_is_not_divided() -> None:
    for aside in (
        {"agg": "max", "field": "orders.status"},
        {"agg": "min", "field": "orders.shipped_on"},
        {"metric": "paid_label"},
    ):
        for part in (aside | {"over": {"metric": "orders"}}, {"metric": "orders", "over": aside}):
            problems = resolve_query(SemanticQuery.model_validate({"measures": [part]}), CATALOG)
            assert "cannot be divided" in str(next(iter(problems)))
