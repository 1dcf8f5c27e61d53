"""A catalog against the columns its database has now: what is gone is named, what is there is not."""

from __future__ import annotations

from goal_semantics.drift import compare
from goal_semantics.load.native import load

CATALOG = load(
    """\
name: shop
datasets:
  - name: orders
    source: sales.orders
    fields:
      - {name: id, type: integer}
      - {name: total, expression: "amount - COALESCE(rebate, 0)", type: decimal}
      - {name: Order Date, type: date}
      - {name: amount, type: decimal}
  - name: recent
    source: (WITH last AS (SELECT * FROM sales.orders) SELECT * FROM last JOIN customers USING (id))
    fields:
      - {name: anything, type: string}
metrics:
  - {name: revenue, dataset: orders, agg: sum, expression: total, filter: "state = 'paid'"}
  - {name: orders, dataset: orders, agg: count}
policies:
  - {dataset: orders, rows: "region = {region}"}
"""
)
WHOLE = {
    "sales.orders": {"id": "INTEGER", "amount": "DECIMAL(9,2)", "rebate": "DECIMAL(9,2)", "order date": "DATE", "state": "VARCHAR",
                     "region": "VARCHAR"},
    "customers": {"id": "INTEGER"},
}  # fmt: skip


def without(table: str, column: str) -> dict[str, dict[str, str]]:
    return {
        name: {c: kind for c, kind in columns.items() if (name, c) != (table, column)}
        for name, columns in WHOLE.items()
    }


def test_nothing_is_said_about_a_catalog_that_fits():
    assert not compare(CATALOG, WHOLE)


def test_a_dropped_column_is_named_wherever_it_is_used():
    (issue,) = compare(CATALOG, without("sales.orders", "rebate"))
    assert issue.path == "datasets.orders.fields.total"
    assert "the table “sales.orders” has no column “rebate”" in str(issue)
    (issue,) = compare(CATALOG, without("sales.orders", "state"))
    assert issue.path == "metrics.revenue.filter"
    (issue,) = compare(CATALOG, without("sales.orders", "region"))
    assert issue.path == "policies.0.rows"


def test_a_field_does_not_hide_that_its_own_column_is_gone():
    assert [issue.path for issue in compare(CATALOG, without("sales.orders", "amount"))] == [
        "datasets.orders.fields.amount"
    ]


def test_a_renamed_column_is_suggested():
    columns = without("sales.orders", "rebate")
    columns["sales.orders"]["rebates"] = "DECIMAL(9,2)"
    (issue,) = compare(CATALOG, columns)
    assert issue.suggestions[0] == "rebates"


def test_a_missing_table_is_named_once_with_near_names():
    issues = compare(CATALOG, {"sales.order": WHOLE["sales.orders"], "customers": {"id": "INTEGER"}})
    assert [(issue.path, issue.suggestions[:1]) for issue in issues] == [
        ("datasets.orders.source", ("sales.order",)),
        ("datasets.recent.source", ("sales.order",)),
    ]


def test_tables_inside_a_query_are_checked_but_not_its_own_names():
    issues = compare(CATALOG, {"sales.orders": WHOLE["sales.orders"]})
    assert [issue.message for issue in issues] == ["the database has no table “customers”."]


def test_a_database_without_tables_is_said():
    assert "It has no tables." in str(compare(CATALOG, {}))


def test_qualified_and_bare_names_mean_the_same_table():
    columns = {"shop.sales.Orders": WHOLE["sales.orders"], "main.customers": {"id": "INTEGER"}}
    assert not compare(CATALOG, columns)
