"""The row of others is made of their rows: averages, distinct counts and ratios of it are recomputed, never added up."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from tests.semantic.shop import compiled, rows
from tests.semantic.test_conditions import PAID
from tests.semantic.test_traps import refused

MEASURES = ["orders", "buyers", "mean_weight", "paid_rate", "middle_amount", "heaviest", "revenue"]
SQL = (
    "count(*), count(DISTINCT o.customer_id), avg(weight), (count(*) FILTER (WHERE o.status = 'paid')) / count(*), "
    "median(amount::DOUBLE), max(weight), sum(amount)"
)
JOINED = (
    "orders o LEFT JOIN customers c ON c.customer_id = o.customer_id "
    "LEFT JOIN products p ON p.product_id = o.product_id"
)


def asked(*paths: str, **extra: Any) -> dict[str, Any]:
    return {
        "measures": [{"metric": each} for each in MEASURES],
        "groupings": [{"field": path} for path in paths],
        **extra,
    }


def near(found: list[tuple[Any, ...]], expected: list[tuple[Any, ...]]) -> bool:
    def plain(row: tuple[Any, ...]) -> list[Any]:
        return [value if value is None or isinstance(value, str) else round(float(value), 9) for value in row]

    return [plain(row) for row in found] == [plain(row) for row in expected]


def test_others_are_recomputed_from_their_rows(shop: duckdb.DuckDBPyConnection) -> None:
    query = asked("orders.customer.name", top={"n": 2, "by": "orders", "others": True})
    found = rows(shop, query)
    best = [
        row[0]
        for row in shop.execute(
            f"SELECT c.name FROM {JOINED} GROUP BY 1 ORDER BY count(*) DESC, 1 NULLS LAST LIMIT 2"
        ).fetchall()
    ]
    names = ", ".join("NULL" if name is None else f"'{name}'" for name in best)
    kept = f"list_contains([{names}], c.name) OR (c.name IS NULL AND {None in best})"
    [others] = shop.execute(f"SELECT 'Others', {SQL} FROM {JOINED} WHERE NOT coalesce({kept}, FALSE)").fetchall()
    assert [row[-1] for row in found] == [0, 0, 1]
    assert near([found[-1][:-1]], [others])
    assert not any(column.additive for column in compiled(query).columns if column.name == "buyers")


def test_a_group_without_a_key_can_be_among_the_others(shop: duckdb.DuckDBPyConnection) -> None:
    query = asked("orders.status", top={"n": 1, "by": "paid_rate", "others": True})
    found = rows(shop, query)
    [others] = shop.execute(f"SELECT 'Others', {SQL} FROM {JOINED} WHERE status IS DISTINCT FROM 'paid'").fetchall()
    assert [row[0] for row in found] == ["paid", "Others"]
    assert near([found[-1][:-1]], [others])


def test_others_within_each_stratum(shop: duckdb.DuckDBPyConnection) -> None:
    top = {"n": 1, "by": "orders", "within": ["status"], "others": True}
    found = [row for row in rows(shop, asked("orders.status", "orders.customer.name", top=top)) if row[-1] == 1]
    ranked = f"SELECT status, c.name, row_number() OVER (PARTITION BY status ORDER BY count(*) DESC, c.name NULLS LAST) AS place FROM {JOINED} GROUP BY 1, 2"
    expected = shop.execute(
        f"SELECT o.status, 'Others', {SQL} FROM {JOINED} JOIN ({ranked}) r ON r.status IS NOT DISTINCT FROM o.status "
        "AND r.name IS NOT DISTINCT FROM c.name WHERE place > 1 GROUP BY 1 ORDER BY 1 NULLS LAST"
    ).fetchall()
    assert near([row[:-1] for row in found], expected)


def test_others_of_each_month_beside_those_that_are_followed(shop: duckdb.DuckDBPyConnection) -> None:
    query = asked("orders.customer.name", top={"n": 2, "by": "orders", "others": True})
    query["groupings"].insert(0, {"field": "orders.ordered_at", "grain": "quarter"})
    query["time"] = {"window": {"kind": "between", "start": "2023-01-01", "end": "2023-06-01"}}
    window = "ordered_at >= '2023-01-01' AND ordered_at < '2023-06-01'"
    best = f"SELECT c.name FROM {JOINED} WHERE {window} GROUP BY 1 ORDER BY count(*) DESC, 1 NULLS LAST LIMIT 2"
    expected = shop.execute(
        f"SELECT date_trunc('quarter', ordered_at)::DATE::VARCHAR, 'Others', {SQL} FROM {JOINED} WHERE {window} "
        f"AND NOT EXISTS (SELECT 1 FROM ({best}) b WHERE b.name IS NOT DISTINCT FROM c.name) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    found = [(str(row[0]), *row[1:-1]) for row in rows(shop, query) if row[-1] == 1]
    assert near(found, expected)


def test_groups_that_a_condition_hides_are_not_among_the_others(shop: duckdb.DuckDBPyConnection) -> None:
    having = {"kind": "metric", "measure": {"metric": "orders"}, "op": ">", "values": [45]}
    query = asked(
        "orders.customer.name", top={"n": 1, "by": "revenue", "others": True}, filter={"kind": "and", "items": [having]}
    )
    found = rows(shop, query)
    shown = rows(shop, asked("orders.customer.name", filter=having, order=[{"by": "revenue"}]))
    assert found[-1][1] == sum(row[1] for row in shown[1:])
    names = ", ".join(f"'{row[0]}'" for row in shown[1:])
    [others] = shop.execute(f"SELECT 'Others', {SQL} FROM {JOINED} WHERE c.name IN ({names})").fetchall()
    assert near([found[-1][:-1]], [others])


def test_two_facts_have_others_of_their_own_rows(shop: duckdb.DuckDBPyConnection) -> None:
    query = {
        "measures": [{"metric": "buyers"}, {"metric": "refund_rate"}], "groupings": [{"field": "customers.name"}],
        "top": {"n": 3, "by": "buyers", "others": True},
    }  # fmt: skip
    found = rows(shop, query)
    rest = "c.name IS NOT NULL AND c.name NOT IN (" + ", ".join(f"'{row[0]}'" for row in found[:3] if row[0]) + ")"
    expected = shop.execute(
        "SELECT (SELECT sum(r.amount) FROM refunds r LEFT JOIN customers c USING (customer_id) "
        f"WHERE {rest} OR c.name IS NULL) / (SELECT sum(o.amount) FROM orders o LEFT JOIN customers c USING (customer_id) WHERE {rest} OR c.name IS NULL)::DOUBLE"
    ).fetchall()
    assert found[-1][0] == "Others"
    assert round(float(found[-1][2]), 9) == round(float(expected[0][0]), 9)


def test_no_others_where_all_groups_are_kept(shop: duckdb.DuckDBPyConnection) -> None:
    found = rows(shop, asked("orders.status", top={"n": 9, "by": "orders", "others": True}))
    assert [row[-1] for row in found] == [0, 0, 0, 0]
    nothing = {"kind": "condition", "field": "orders.status", "op": "=", "values": ["no such"]}
    assert rows(shop, asked("orders.status", top={"n": 1, "by": "orders", "others": True}, filter=nothing)) == []


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ({"totals": True, "top": {"n": 1, "by": "orders"}}, "of all groups, not of those that are shown"),
        ({"totals": True, "fill": True}, "which periods"),
        ({"totals": True, "comparison": {"to": "previous_period"}}, "no earlier period"),
        ({"totals": True, "calculations": [{"kind": "cumulative", "measure": "orders"}]}, "runs over periods"),
    ],
)  # fmt: skip
def test_totals_beside_what_they_contradict_are_refused_with_the_reason(extra: dict[str, Any], why: str) -> None:
    groupings = [{"field": "orders.ordered_at", "grain": "month"}, {"field": "orders.status"}]
    refused({"measures": [{"metric": "orders"}], "groupings": groupings, "filter": PAID, **extra}, why)
