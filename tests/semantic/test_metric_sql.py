"""Author SQL of metrics: fields before columns, with their own SQL; a filter that is NULL does not hold."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from goal_semantics.compile import compile_query
from goal_semantics.model import Catalog, Expression, Field
from goal_semantics.query import SemanticQuery
from tests.semantic.shop import AS_OF, CATALOG, aggregated, counted, rows

SIZE = "CASE WHEN quantity >= 5 THEN 'large' WHEN quantity < 2 THEN 'small' END"
CLEAN = "CASE WHEN amount < 100 THEN amount END"


def catalog() -> Catalog:
    orders = CATALOG.dataset["orders"]
    fields = (
        *(each for each in orders.fields if each.name != "amount"),
        Field(name="size", type="string", expression=Expression(text=SIZE)),
        Field(name="amount", type="decimal", expression=Expression(text=CLEAN)),
        Field(name="Net Amount", type="decimal", expression=Expression(text="amount * 2")),
    )
    metrics = (
        counted("large_orders", "orders", filter="size = 'large'"),
        counted("other_orders", "orders", filter="size <> 'large'"),
        counted("not_large", "orders", filter="NOT (SIZE = 'large')"),
        counted("large_or_paid", "orders", filter="size = 'large' OR status = 'paid'"),
        aggregated("clean", "orders", "sum", "amount"),
        aggregated("clean_large", "orders", "sum", "amount + 1", filter="Size = 'large' AND amount > 10"),
        aggregated("weighted", "orders", "sum", "CASE WHEN size = 'large' THEN amount * quantity END"),
        aggregated("doubled", "orders", "sum", '"Net Amount"'),
    )
    changed = orders.model_copy(update={"fields": fields})
    others = tuple(each for each in CATALOG.datasets if each.name != "orders")
    return CATALOG.model_copy(update={"datasets": (changed, *others), "metrics": metrics})


TRUTH = {
    "large_orders": "count(*) FILTER (WHERE size = 'large')",
    "other_orders": "count(*) FILTER (WHERE size = 'small')",
    "not_large": "count(*) FILTER (WHERE size = 'small')",
    "large_or_paid": "sum(CASE WHEN size = 'large' THEN 1 WHEN status = 'paid' THEN 1 ELSE 0 END)",
    "clean": "sum(clean)",
    "clean_large": "sum(CASE WHEN size = 'large' AND clean > 10 THEN clean + 1 END)",
    "weighted": "sum(CASE WHEN size = 'large' THEN clean * quantity END)",
    "doubled": "sum(amount * 2)",
}


@pytest.mark.parametrize("name", TRUTH)
def test_fields_mean_their_own_sql(shop: duckdb.DuckDBPyConnection, name: str) -> None:
    source = f"(SELECT *, {SIZE} AS size, {CLEAN} AS clean FROM orders)"
    expected = shop.execute(f"SELECT status, {TRUTH[name]} FROM {source} GROUP BY 1 ORDER BY 1 NULLS LAST").fetchall()
    asked: dict[str, Any] = {"measures": [{"metric": name}], "groupings": [{"field": "orders.status"}]}
    assert rows(shop, asked, catalog()) == expected


def test_a_filter_that_is_null_does_not_hold(shop: duckdb.DuckDBPyConnection) -> None:
    """Three kinds of rows: the parts that hold, that do not, and the rest that is neither."""
    asked = {"measures": [{"metric": "large_orders"}, {"metric": "other_orders"}, {"agg": "count", "field": "orders"}]}
    [(large, other, everything)] = rows(shop, asked, catalog())
    neither = shop.execute(f"SELECT count(*) FROM orders WHERE ({SIZE}) IS NULL").fetchone()
    assert neither is not None
    assert neither[0] > 0
    assert large + other + neither[0] == everything


@pytest.mark.parametrize("dialect", ["snowflake", "databricks"])
def test_a_filter_is_a_case_where_the_engine_has_no_filter(dialect: Any) -> None:
    asked = SemanticQuery.model_validate({"measures": [{"metric": "large_orders"}]})
    text = " ".join(compile_query(asked, catalog(), dialect, as_of=AS_OF).text.split())
    assert ("CASE WHEN CASE WHEN" in text) == (dialect == "snowflake")
    assert "ELSE" not in text, "a row for which the filter is NULL would count"
