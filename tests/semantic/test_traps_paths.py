"""Paths, facts and gaps: five hops and more, two ways to one dataset, roles, facts at different grains, missing periods."""

from __future__ import annotations

import datetime
from typing import Any

import duckdb
import pytest

from goal_semantics.model import Catalog, Dataset
from tests.semantic.shop import CATALOG, counted, divided, field, rows, step
from tests.semantic.test_traps import issues

HOPS = 6
TABLES = "".join(
    f"CREATE TABLE t{at} (id INTEGER, next_id INTEGER, other_id INTEGER, name VARCHAR);"
    f"INSERT INTO t{at} VALUES (1, 1, 2, 'a{at}'), (2, 2, 1, 'b{at}'), (3, NULL, 3, 'c{at}'), (4, 9, NULL, 'd{at}');"
    for at in range(HOPS + 1)
)


def chain() -> Catalog:
    """t0 -> t1 -> … -> t6 by `next`, and t0 -> t6 by `shortcut`: two paths, one of six steps."""
    datasets = tuple(
        Dataset(
            name=f"t{at}", source=f"t{at}", primary_key=("id",),
            fields=(field("id", "integer"), field("next_id", "integer"), field("other_id", "integer"), field("name", "string")),
        )
        for at in range(HOPS + 1)
    )  # fmt: skip
    along = tuple(step("next", f"t{at}", f"t{at + 1}", "next_id", "id") for at in range(HOPS))
    return Catalog(
        name="chain", datasets=datasets, relationships=(*along, step("shortcut", "t0", f"t{HOPS}", "other_id", "id")),
        metrics=(counted("rows", "t0"), counted("far", "t0", filter=".".join(["next"] * HOPS) + ".name = 'a6'")),
    )  # fmt: skip


@pytest.fixture(scope="module")
def hops() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(TABLES)
    return connection


ALONG = "t0." + "next." * HOPS + "name"


def test_six_hops_keep_every_row(hops: duckdb.DuckDBPyConnection) -> None:
    found = rows(hops, {"measures": [{"metric": "rows"}], "groupings": [{"field": ALONG}]}, chain())
    assert found == [("a6", 1), ("b6", 1), (None, 2)]
    assert rows(hops, {"measures": [{"metric": "far"}]}, chain()) == [(1,)]


def test_a_short_and_a_long_path_are_never_chosen_between(hops: duckdb.DuckDBPyConnection) -> None:
    text = str(issues({"measures": [{"metric": "rows"}], "groupings": [{"field": "t6.name"}]}, chain()))
    assert "ambiguous" in text
    assert ALONG in text
    assert "t0.shortcut.name" in text
    both = {"measures": [{"metric": "rows"}], "groupings": [{"field": ALONG}, {"field": "t0.shortcut.name"}]}
    assert rows(hops, both, chain()) == [("a6", "b6", 1), ("b6", "a6", 1), (None, "c6", 1), (None, None, 1)]


def test_only_names_of_what_is_asked_tell_roles_apart(shop: duckdb.DuckDBPyConnection) -> None:
    """One dataset in two roles: the nation of the customer and that of the supplier, side by side in one row."""
    paths = ("orders.customer.nation.name", "orders.product.supplier.nation.name")
    found = rows(shop, {"measures": [{"metric": "orders"}], "groupings": [{"field": each} for each in paths]})
    assert sum(row[2] for row in found) == shop.execute("SELECT count(*) FROM orders").fetchall()[0][0]
    assert any(row[0] != row[1] for row in found)


def test_facts_of_different_grains_meet_at_the_grain_of_the_question(shop: duckdb.DuckDBPyConnection) -> None:
    """Orders have moments, refunds days: months of both stand side by side, each added up on its own."""
    query = {
        "measures": [{"metric": "revenue"}, {"metric": "refunded"}, {"metric": "refund_rate"}],
        "groupings": [{"field": "orders.ordered_at", "grain": "month"}],
    }
    found = rows(shop, query)
    whole = shop.execute("SELECT (SELECT sum(amount) FROM orders), (SELECT sum(amount) FROM refunds)").fetchone()
    assert whole is not None
    assert (sum(row[1] or 0 for row in found), sum(row[2] or 0 for row in found)) == whole
    assert len({row[0] for row in found}) == len(found)
    text = str(
        issues({"measures": [{"metric": "refunded"}], "groupings": [{"field": "refunds.refunded_on", "grain": "hour"}]})
    )
    assert "one value per day" in text


def test_a_ratio_of_sums_is_not_an_average_of_ratios(shop: duckdb.DuckDBPyConnection) -> None:
    """Also in subtotals and in the row of others."""
    catalog = CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, divided("per_order", "revenue", "orders"))})
    asked: dict[str, Any] = {"measures": [{"metric": "per_order"}], "groupings": [{"field": "orders.status"}]}
    parts = rows(shop, asked, catalog)
    [(right,)] = shop.execute("SELECT sum(amount)::DOUBLE / count(*) FROM orders").fetchall()
    [total] = [row[1] for row in rows(shop, asked | {"totals": True}, catalog) if row[-1] == 1]
    assert total == pytest.approx(right)
    assert total != pytest.approx(sum(row[1] for row in parts) / len(parts))


def test_a_gap_stays_a_gap_and_a_fill_stays_inside_the_data(shop: duckdb.DuckDBPyConnection) -> None:
    month = {"field": "orders.ordered_at", "grain": "month"}
    window = {"window": {"kind": "between", "start": "2020-01-01", "end": "2030-01-01"}}
    asked: dict[str, Any] = {"measures": [{"metric": "orders"}], "groupings": [month], "time": window}
    plain = [row[0] for row in rows(shop, asked)]
    filled = [row[0] for row in rows(shop, asked | {"fill": True})]
    assert datetime.date(2023, 6, 1) not in plain
    assert datetime.date(2023, 6, 1) in filled
    assert (filled[0], filled[-1]) == (plain[0], plain[-1]), "no period before the first or after the last row"


def test_a_chasm_of_three_facts_does_not_multiply(shop: duckdb.DuckDBPyConnection) -> None:
    query = {
        "measures": [{"metric": "orders"}, {"agg": "count", "field": "refunds"}, {"metric": "customers"}],
        "groupings": [{"field": "customers.nation.region"}],
    }
    found = rows(shop, query)
    counts = [
        shop.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in ("orders", "refunds", "customers")
    ]
    assert [sum(row[at] or 0 for row in found) for at in (1, 2, 3)] == counts
