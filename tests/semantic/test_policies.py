"""What a viewer may not see is not in the scan, whatever the query does above it."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from goal_semantics.errors import QueryError
from goal_semantics.model import Policy
from goal_semantics.policy import Viewer
from tests.semantic.shop import CATALOG, aggregated, compiled

POLICY = Policy(
    dataset="customers", rows="nation_id IN ({nations}) AND segment = {segment}",
    masks={"name": "left(name, 1) || '…'"}, exempt_groups=("owners",),
)  # fmt: skip
GUARDED = CATALOG.model_copy(update={"policies": (POLICY,)})
FRENCH = Viewer(attributes={"nations": (1, 2), "segment": "retail"})
BY_NAME: dict[str, Any] = {"measures": [{"metric": "customers"}], "groupings": [{"field": "customers.name"}]}


def answer(shop: duckdb.DuckDBPyConnection, query: dict[str, Any], viewer: Viewer | None) -> list[tuple[Any, ...]]:
    found = compiled(query, GUARDED, viewer)
    executed = shop.execute(found.text, found.parameters).fetchall()
    assert shop.execute(found.display).fetchall() == executed
    return executed


def test_rows_and_masks_replace_the_scan(shop: duckdb.DuckDBPyConnection) -> None:
    assert answer(shop, BY_NAME, FRENCH) == [("A…", 1), ("B…", 1), ("E…", 1)]


def test_attributes_are_bound_never_written(shop: duckdb.DuckDBPyConnection) -> None:
    found = compiled(BY_NAME, GUARDED, Viewer(attributes={"nations": (1, 2), "segment": "x' OR '1'='1"}))
    assert "'1'" not in found.text
    assert "x' OR '1'='1" in found.parameters
    assert shop.execute(found.text, found.parameters).fetchall() == []
    assert found.policies


@pytest.mark.parametrize(
    "viewer",
    [None, Viewer(), Viewer(attributes={"nations": (1,)}), Viewer(attributes={"nations": (), "segment": "retail"}),
     Viewer(attributes={"nations": (1, None), "segment": "retail"})],
)  # fmt: skip
def test_a_missing_attribute_shows_nothing(shop: duckdb.DuckDBPyConnection, viewer: Viewer | None) -> None:
    assert answer(shop, BY_NAME, viewer) == []


def test_exempt_groups_see_everything(shop: duckdb.DuckDBPyConnection) -> None:
    found = answer(shop, BY_NAME, Viewer(groups=frozenset({"owners"})))
    assert [row[0] for row in found] == ["Ann", "Bob", "Cem", "Dee", "Eve"]


def test_a_guarded_dimension_hides_values_but_not_rows_of_the_fact(shop: duckdb.DuckDBPyConnection) -> None:
    query = {"measures": [{"metric": "orders"}], "groupings": [{"field": "orders.customer.name"}]}
    found = dict(answer(shop, query, FRENCH))
    total = shop.execute("SELECT count(*) FROM orders").fetchone()
    assert total is not None
    assert set(found) == {"A…", "B…", "E…", None}
    assert sum(found.values()) == total[0]


def test_existence_sees_only_what_the_viewer_sees(shop: duckdb.DuckDBPyConnection) -> None:
    exists = {"kind": "exists", "dataset": "customers", "through": "orders.customer_id", "key": "customers.customer_id"}
    query = {"measures": [{"metric": "orders"}], "filter": exists}
    expected = shop.execute("SELECT count(*) FROM orders WHERE customer_id IN (1, 2, 5)").fetchall()
    assert answer(shop, query, FRENCH) == expected


def test_a_mask_cannot_be_filtered_around(shop: duckdb.DuckDBPyConnection) -> None:
    condition = {"kind": "condition", "field": "customers.name", "op": "=", "values": ["Ann"]}
    assert answer(shop, {"measures": [{"metric": "customers"}], "filter": condition}, FRENCH) == [(0,)]


def test_a_definition_that_reads_behind_a_mask_is_refused() -> None:
    masked = CATALOG.dataset["products"]
    policy = Policy(dataset="products", masks={"label": "'hidden'"})
    peeking = aggregated("peek", masked.name, "max", "name")
    catalog = CATALOG.model_copy(update={"policies": (policy,), "metrics": (peeking,)})
    with pytest.raises(QueryError, match="masked"):
        compiled({"measures": [{"metric": "peek"}]}, catalog, FRENCH)
