"""Every way to group: periods of every grain, fiscal ones, parts of time, bins by width and by count over several facts."""

from __future__ import annotations

from typing import Any, get_args

import duckdb
import pytest
import sqlglot

from goal_semantics.compile import compile_query
from goal_semantics.model import Grain, TimePart
from goal_semantics.query import SemanticQuery
from tests.semantic.shop import AS_OF, CATALOG, compiled, field, rows
from tests.semantic.test_author_paths import with_fields
from tests.semantic.test_traps import refused

ORDERS: dict[str, Any] = {"metric": "orders"}
PARTS = {
    "second": "second(t)", "minute": "minute(t)", "hour": "hour(t)", "day": "day(t)", "day_of_week": "isodow(t)",
    "day_of_year": "dayofyear(t)", "week": "week(t)", "month": "month(t)", "quarter": "quarter(t)", "year": "year(t)",
    "iso_year": "isoyear(t)",
}  # fmt: skip


def by(path: str = "orders.ordered_at", **extra: Any) -> dict[str, Any]:
    return {"measures": [ORDERS], "groupings": [{"field": path, **extra}]}


def counted(shop: duckdb.DuckDBPyConnection, key: str) -> list[tuple[Any, ...]]:
    local = "SELECT *, ordered_at AS t, placed_at AT TIME ZONE 'America/New_York' AS z FROM orders"
    return shop.execute(f"SELECT {key}, count(*) FROM ({local}) GROUP BY 1 ORDER BY 1 NULLS LAST").fetchall()


@pytest.mark.parametrize("grain", get_args(Grain))
def test_every_grain(shop: duckdb.DuckDBPyConnection, grain: str) -> None:
    if grain == "week":
        key = "(date_trunc('week', t + INTERVAL 1 DAY) - INTERVAL 1 DAY)::DATE"
    else:
        key = f"date_trunc('{grain}', t)" + ("" if grain in {"second", "minute", "hour"} else "::DATE")
    assert rows(shop, by(grain=grain)) == counted(shop, key)


@pytest.mark.parametrize(("grain", "months"), [("year", 12), ("quarter", 3), ("month", 1)])
def test_fiscal_periods_start_in_february(shop: duckdb.DuckDBPyConnection, grain: str, months: int) -> None:
    found = rows(shop, by(grain=grain, fiscal=True))
    key = f"(date_trunc('{grain}', t - INTERVAL 1 MONTH) + INTERVAL 1 MONTH)::DATE"
    assert found == counted(shop, key)
    assert all((each[0].month - 2) % months == 0 for each in found if each[0] is not None)


@pytest.mark.parametrize("part", get_args(TimePart))
def test_every_part_of_a_time(shop: duckdb.DuckDBPyConnection, part: str) -> None:
    query = compiled(by(part=part))
    assert query.columns[0].name == f"ordered_at_{part}"
    assert query.columns[0].type == "integer"
    assert rows(shop, by(part=part)) == counted(shop, PARTS[part])
    assert rows(shop, by("orders.placed_at", part=part)) == counted(shop, PARTS[part].replace("(t)", "(z)"))


def test_parts_of_a_fiscal_year(shop: duckdb.DuckDBPyConnection) -> None:
    assert rows(shop, by(part="month", fiscal=True)) == counted(shop, "(month(t) + 10) % 12 + 1")
    assert rows(shop, by(part="quarter", fiscal=True)) == counted(shop, "((month(t) + 10) % 12) // 3 + 1")
    refused(by(part="year", fiscal=True), "by its first or by its last", "grain")
    refused(by(part="hour", fiscal=True), "no fiscal hour")


def test_iso_weeks_and_their_year_go_together(shop: duckdb.DuckDBPyConnection) -> None:
    """1 January 2023 is in week 52 of 2022, whatever day weeks start on in the catalog."""
    parts = [{"field": "orders.ordered_at", "part": each} for each in ("iso_year", "week")]
    found = {row[:2]: row[2] for row in rows(shop, {"measures": [ORDERS], "groupings": parts})}
    assert (2022, 52) in found
    assert (2023, 52) in found
    whole = shop.execute("SELECT isoyear(ordered_at), week(ordered_at), count(*) FROM orders GROUP BY 1, 2").fetchall()
    assert found == {row[:2]: row[2] for row in whole}


@pytest.mark.parametrize(
    ("op", "values", "where"),
    [("=", [1], "isodow(t) = 1"), ("in", [6, 7], "isodow(t) IN (6, 7)"), ("not in", [6, 7], "isodow(t) NOT IN (6, 7) OR t IS NULL")],
)  # fmt: skip
def test_a_part_is_a_condition_too(shop: duckdb.DuckDBPyConnection, op: str, values: list[int], where: str) -> None:
    condition = {"kind": "condition", "field": "orders.ordered_at", "part": "day_of_week", "op": op, "values": values}
    expected = shop.execute(f"SELECT count(*) FROM (SELECT ordered_at AS t FROM orders) WHERE {where}").fetchall()
    assert rows(shop, {"measures": [ORDERS], "filter": condition}) == expected


@pytest.mark.parametrize(
    ("grouping", "words"),
    [
        ({"field": "orders.shipped_on", "part": "hour"}, "one value per day"),
        ({"field": "orders.status", "part": "hour"}, "it is of type string"),
        ({"field": "orders.ordered_at", "part": "hour", "grain": "day"}, "either a grain or a part"),
        ({"field": "orders.amount", "bins": {"width": 5, "count": 5}}, "either a positive width or a positive count"),
        ({"field": "orders.amount", "bins": {"width": -5}}, "positive"),
        ({"field": "orders.status", "bins": {"width": 5}}, "Bins need numbers"),
    ],
)
def test_what_has_no_such_groups_is_refused(grouping: dict[str, Any], words: str) -> None:
    refused({"measures": [ORDERS], "groupings": [grouping]}, words)


def test_a_part_is_not_a_period(shop: duckdb.DuckDBPyConnection) -> None:
    """Hours of the day have no previous year: only the window is compared."""
    refused(by(part="hour") | {"comparison": {"to": "previous_period"}}, "time grouping or a window")
    refused(by(part="hour") | {"fill": True}, "time grouping")


def test_a_count_of_bins_over_two_facts_has_the_same_bins(shop: duckdb.DuckDBPyConnection) -> None:
    """Each fact reaches other customers; bins from its own extremes would not be those of the other."""
    catalog = with_fields("customers", field("size", "integer", expression="customer_id * customer_id"))
    query = {
        "measures": [ORDERS, {"agg": "count", "field": "refunds"}],
        "groupings": [{"field": "customers.size", "bins": {"count": 4}}],
    }
    low, high = 1, 25
    width = (high - low) / 4
    bin_of = f"CASE WHEN s IS NOT NULL THEN least(floor((s - {low}) / {width}), 3) * {width} + {low} END"
    sized = "LEFT JOIN (SELECT customer_id, customer_id * customer_id AS s FROM customers) c USING (customer_id)"
    expected = shop.execute(
        f"WITH o AS (SELECT {bin_of} AS k, count(*) n FROM orders {sized} GROUP BY 1), "
        f"r AS (SELECT {bin_of} AS k, count(*) n FROM refunds {sized} GROUP BY 1) "
        "SELECT coalesce(o.k, r.k), o.n, r.n FROM o FULL JOIN r ON o.k IS NOT DISTINCT FROM r.k ORDER BY 1 NULLS LAST"
    ).fetchall()
    assert rows(shop, query, catalog) == expected
    assert [row[2] for row in expected][-2] is None, "no refund is in the last bin"


def test_bins_of_a_count_are_not_those_of_other_periods() -> None:
    binned = by("orders.weight", bins={"count": 3})
    window = {"window": {"kind": "between", "start": "2023-03-05", "end": "2023-05-01"}}
    compared = {"comparison": {"to": "previous_period"}, "time": window}
    refused(binned | compared, "their bins would be others", "width")
    month = {"field": "orders.ordered_at", "grain": "month"}
    running = {
        "groupings": [*binned["groupings"], month],
        "calculations": [{"kind": "cumulative", "measure": "orders"}],
    }
    refused(binned | running, "their bins would be others")


def test_bins_of_no_rows_and_of_one_value(shop: duckdb.DuckDBPyConnection) -> None:
    nothing = {"kind": "condition", "field": "orders.status", "op": "=", "values": ["no such"]}
    assert rows(shop, by("orders.weight", bins={"count": 3}) | {"filter": nothing}) == []
    one = {"kind": "condition", "field": "orders.order_id", "op": "=", "values": [5]}
    assert rows(shop, by("orders.weight", bins={"count": 3}) | {"filter": one}) == [(0.5, 1)]


@pytest.mark.parametrize("dialect", ["duckdb", "snowflake", "databricks", "spark", "postgres"])
def test_every_engine_has_a_spelling(dialect: Any) -> None:
    for part in get_args(TimePart):
        asked = SemanticQuery.model_validate(by(part=part))
        text = compile_query(asked, CATALOG, dialect, as_of=AS_OF).text
        assert sqlglot.parse_one(text, dialect=dialect)
