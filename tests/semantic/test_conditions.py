"""Conditions of every sort in any tree: on rows, on groups, on rows elsewhere, on a measure at a grain of its own."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from goal_semantics.compile import compile_query
from goal_semantics.model import Policy
from goal_semantics.policy import Viewer
from goal_semantics.query import SemanticQuery
from tests.semantic.shop import AS_OF, CATALOG, compiled, rows
from tests.semantic.test_traps import issues, refused

ORDERS: dict[str, Any] = {"metric": "orders"}
REVENUE: dict[str, Any] = {"metric": "revenue"}
PAID: dict[str, Any] = {"kind": "condition", "field": "orders.status", "op": "=", "values": ["paid"]}
REFUNDED: dict[str, Any] = {
    "kind": "exists", "dataset": "refunds", "through": "orders.customer_id", "key": "refunds.customer_id",
    "filter": {"kind": "condition", "field": "refunds.amount", "op": ">", "values": [70]},
}  # fmt: skip
HAS_REFUND = "EXISTS (SELECT 1 FROM refunds r WHERE r.customer_id = o.customer_id AND r.amount > 70)"


def at(
    op: str, *values: Any, measure: dict[str, Any] = ORDERS, by: str = "orders.customer_id", **extra: Any
) -> dict[str, Any]:
    return {"kind": "metric at", "measure": measure, "by": [by], "op": op, "values": list(values), **extra}


def count(shop: duckdb.DuckDBPyConnection, where: str) -> int:
    found = shop.execute(f"SELECT count(*) FROM orders o WHERE {where}").fetchone()
    assert found is not None
    return int(found[0])


NUMBER = "(SELECT count(*) FROM orders i WHERE i.customer_id = o.customer_id)"
VALUE = f"CASE WHEN {NUMBER} > 0 THEN {NUMBER} END"


@pytest.mark.parametrize(
    ("op", "values", "where"),
    [
        (">", [48], f"{VALUE} > 48"), ("<=", [48], f"{VALUE} <= 48"), ("between", [15, 48], f"{VALUE} BETWEEN 15 AND 48"),
        ("=", [49], f"{VALUE} = 49"), ("in", [49, 15], f"{VALUE} IN (49, 15)"),
        ("!=", [49], f"{VALUE} IS DISTINCT FROM 49"), ("not in", [49, 15], f"coalesce({VALUE} NOT IN (49, 15), TRUE)"),
        ("is null", [], f"{VALUE} IS NULL"), ("is not null", [], f"{VALUE} IS NOT NULL"),
        ("in", [49, None], f"({VALUE} = 49 OR {VALUE} IS NULL)"), ("not in", [49, None], f"{VALUE} <> 49"),
    ],
)  # fmt: skip
def test_rows_of_groups_by_a_measure(shop: duckdb.DuckDBPyConnection, op: str, values: list[Any], where: str) -> None:
    """Rows without a customer are in no group: they have no such value."""
    assert rows(shop, {"measures": [ORDERS], "filter": at(op, *values)}) == [(count(shop, where),)]
    opposite = {"kind": "not", "item": at(op, *values)}
    assert rows(shop, {"measures": [ORDERS], "filter": opposite}) == [(count(shop, f"NOT coalesce({where}, FALSE)"),)]


def test_a_measure_of_another_fact_chooses_rows(shop: duckdb.DuckDBPyConnection) -> None:
    """dbt's `{{ Metric('refunded', group_by=['customer']) }} > 400`; the key may stand on the far side of a join."""
    refunded = "(SELECT sum(r.amount) FROM refunds r WHERE r.customer_id = c.customer_id)"
    expected = shop.execute(
        f"SELECT status, count(*) FROM orders o LEFT JOIN customers c USING (customer_id) WHERE {refunded} > 360 GROUP BY 1 ORDER BY 1"
    ).fetchall()
    condition = at(">", 360, measure={"metric": "refunded"}, by="customers.customer_id")
    found = rows(shop, {"measures": [ORDERS], "groupings": [{"field": "orders.status"}], "filter": condition})
    assert found == expected


def test_the_question_does_not_narrow_the_groups_but_a_window_of_their_own_does(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    in_2022 = {"window": {"kind": "between", "start": "2022-01-01", "end": "2023-01-01"}}
    late = {"window": {"kind": "between", "start": "2023-01-01", "end": "2024-01-01"}}
    inner = "(SELECT count(*) FROM orders i WHERE i.customer_id = o.customer_id AND i.ordered_at < '2023-01-01')"
    outer = "o.ordered_at >= '2023-01-01' AND o.ordered_at < '2024-01-01'"
    asked = {"measures": [ORDERS], "filter": at(">=", 7, time=in_2022), "time": late}
    assert rows(shop, asked) == [(count(shop, f"{outer} AND {inner} >= 7"),)]
    everywhere = {"measures": [ORDERS], "filter": {"kind": "and", "items": [PAID, at(">", 48)]}, "time": late}
    assert rows(shop, everywhere) == [(count(shop, f"{outer} AND o.status = 'paid' AND {NUMBER} > 48"),)]


@pytest.mark.parametrize(
    ("condition", "where"),
    [
        ({"kind": "or", "items": [PAID, REFUNDED]}, f"o.status = 'paid' OR {HAS_REFUND}"),
        ({"kind": "not", "item": {"kind": "or", "items": [PAID, REFUNDED]}}, f"NOT (coalesce(o.status = 'paid', FALSE) OR {HAS_REFUND})"),
        ({"kind": "or", "items": [PAID, at(">", 48)]}, f"o.status = 'paid' OR {NUMBER} > 48"),
        ({"kind": "or", "items": [{"kind": "and", "items": [PAID, at("<", 20)]}, REFUNDED]},
         f"(o.status = 'paid' AND {NUMBER} < 20 AND o.customer_id IS NOT NULL) OR {HAS_REFUND}"),
    ],
)  # fmt: skip
def test_semi_joins_stand_in_any_tree(shop: duckdb.DuckDBPyConnection, condition: Any, where: str) -> None:
    assert rows(shop, {"measures": [ORDERS], "filter": condition}) == [(count(shop, where),)]
    only = {"metric": "orders", "filter": condition, "alias": "only"}
    assert rows(shop, {"measures": [ORDERS, only]}) == [(count(shop, "TRUE"), count(shop, where))]
    listed = {"detail": {"dataset": "orders", "fields": ["orders.order_id"]}, "filter": condition}
    assert len(rows(shop, listed)) == count(shop, where)


def test_a_policy_holds_inside_of_a_condition(shop: duckdb.DuckDBPyConnection) -> None:
    policies = (Policy(dataset="refunds", rows="amount <= {most}"),)
    catalog = CATALOG.model_copy(update={"policies": policies})
    asked = SemanticQuery.model_validate(
        {"measures": [ORDERS], "filter": at(">", 100, measure={"metric": "refunded"}, by="customers.customer_id")}
    )
    found = compile_query(asked, catalog, "duckdb", as_of=AS_OF, viewer=Viewer(attributes={"most": 30}))
    where = "(SELECT sum(r.amount) FROM refunds r WHERE r.customer_id = o.customer_id AND r.amount <= 30) > 100"
    assert shop.execute(found.text, found.parameters).fetchall() == [(count(shop, where),)]
    nobody = compile_query(asked, catalog, "duckdb", as_of=AS_OF)
    assert shop.execute(nobody.text, nobody.parameters).fetchall() == [(0,)]


def test_groups_are_computed_once_and_apart() -> None:
    text = compiled({"measures": [ORDERS], "filter": at(">", 48)}).text
    assert text.startswith("WITH")
    assert text.count("EXISTS") == 1
    assert "HAVING" in text


GROUPS = "SELECT status, count(*), sum(amount) FROM orders GROUP BY 1 HAVING"


@pytest.mark.parametrize(
    ("condition", "having"),
    [
        ({"kind": "or", "items": [
            {"kind": "metric", "measure": ORDERS, "op": "<", "values": [70]},
            {"kind": "not", "item": {"kind": "metric", "measure": REVENUE, "op": ">", "values": [3500]}},
        ]}, "count(*) < 70 OR NOT coalesce(sum(amount) > 3500, FALSE)"),
        ({"kind": "and", "items": [
            {"kind": "or", "items": [
                {"kind": "metric", "measure": {"metric": "buyers"}, "op": "=", "values": [6]},
                {"kind": "metric", "measure": ORDERS, "op": "between", "values": [70, 75]},
            ]}, {"kind": "metric", "measure": REVENUE, "op": "is not null", "values": []},
        ]}, "(count(DISTINCT customer_id) = 6 OR count(*) BETWEEN 70 AND 75) AND sum(amount) IS NOT NULL"),
    ],
)  # fmt: skip
def test_measure_conditions_stand_in_any_tree(shop: duckdb.DuckDBPyConnection, condition: Any, having: str) -> None:
    query = {"measures": [ORDERS, REVENUE], "groupings": [{"field": "orders.status"}], "filter": condition}
    assert rows(shop, query) == shop.execute(f"{GROUPS} {having} ORDER BY 1").fetchall()


def test_alternatives_of_rows_and_groups_are_refused_with_what_can_be_said() -> None:
    having = {"kind": "metric", "measure": ORDERS, "op": ">", "values": [1]}
    refused({"measures": [ORDERS], "filter": {"kind": "or", "items": [PAID, having]}}, "alternatives", "metric at")


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (at(">", 5, by="orders.custmer_id"), "“custmer_id” is not a field"),
        (at(">", 5, measure={"metric": "ordrs"}), "“orders”"),
        (at(">", 5, by="refunds.refund_id"), "cannot be reached"),
        (at(">", "many"), "is not a number"),
        (at(">"), "needs 1 value"),
        (at(">", 5) | {"by": []}, "needs at least one field"),
    ],
)
def test_what_leads_nowhere_is_refused(condition: dict[str, Any], words: str) -> None:
    assert words in str(issues({"measures": [ORDERS], "filter": condition}))
