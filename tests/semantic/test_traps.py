"""How a number could be silently wrong, and that it is refused or right instead."""

from __future__ import annotations

import datetime
from typing import Any

import duckdb
import pytest

from goal_semantics.compile import compile_query
from goal_semantics.errors import QueryError
from goal_semantics.issues import Issues
from goal_semantics.joins import reachable
from goal_semantics.model import Catalog, Field
from goal_semantics.query import SemanticQuery
from goal_semantics.resolve import resolve_query, validate
from tests.semantic.shop import AS_OF, CATALOG, compiled, counted, rows, step


def issues(query: dict[str, Any], catalog: Catalog = CATALOG) -> Issues:
    asked = SemanticQuery.model_validate(query)
    found = resolve_query(asked, catalog)
    if found:
        with pytest.raises(QueryError) as raised:
            compile_query(asked, catalog, "duckdb", as_of=AS_OF)
        assert raised.value.issues == found
    return found


def refused(query: dict[str, Any], *words: str) -> None:
    text = str(issues(query))
    assert text, "it was answered"
    for word in words:
        assert word in text, text


ORDERS: dict[str, Any] = {"metric": "orders"}
BY_MONTH: dict[str, Any] = {"field": "orders.ordered_at", "grain": "month"}


def test_a_dimension_on_the_many_side_is_refused_and_what_is_reachable_is_named() -> None:
    refused(
        {"measures": [{"metric": "customers"}], "groupings": [{"field": "orders.status"}]},
        "cannot be reached from “customers”", "nations",
    )  # fmt: skip


def test_two_paths_are_never_chosen_between() -> None:
    refused(
        {"measures": [ORDERS], "groupings": [{"field": "nations.name"}]},
        "ambiguous", "orders.customer.nation.name", "orders.product.supplier.nation.name",
    )  # fmt: skip


def test_a_filter_that_one_of_two_facts_cannot_reach_is_refused() -> None:
    condition = {"kind": "condition", "field": "orders.status", "op": "=", "values": ["paid"]}
    refused({"measures": [{"metric": "revenue"}, {"metric": "refunded"}], "filter": condition}, "“refunds”")


def test_every_problem_is_told_at_once_with_what_was_meant() -> None:
    found = issues(
        {
            "measures": [{"metric": "revenu"}, {"agg": "sum", "field": "orders.statuss"}],
            "groupings": [{"field": "orders.custmer.name"}],
        }
    )
    text = str(found)
    assert len(found) >= 3, text
    assert "“revenue”" in text
    assert "“orders.status”" in text
    assert "“customer”" in text


def test_a_synonym_is_suggested_by_its_metric() -> None:
    refused({"measures": [{"metric": "turnovr"}]}, "“revenue”")


def test_a_chasm_does_not_multiply(shop: duckdb.DuckDBPyConnection) -> None:
    query = {"measures": [{"metric": "revenue"}, {"metric": "refunded"}], "groupings": [{"field": "customers.name"}]}
    found = rows(shop, query)
    whole = shop.execute("SELECT (SELECT sum(amount) FROM orders), (SELECT sum(amount) FROM refunds)").fetchone()
    assert whole is not None
    assert (sum(row[1] or 0 for row in found), sum(row[2] or 0 for row in found)) == whole
    assert len({row[0] for row in found}) == len(found), "the groups of missing keys are one group"


def test_parts_reconcile_with_the_total_despite_null_and_dangling_keys(shop: duckdb.DuckDBPyConnection) -> None:
    total = shop.execute("SELECT count(*) FROM orders").fetchone()
    parts = rows(shop, {"measures": [ORDERS], "groupings": [{"field": "orders.customer.nation.region"}]})
    assert total is not None
    assert sum(row[1] for row in parts) == total[0]


def test_the_first_period_has_no_previous_one(shop: duckdb.DuckDBPyConnection) -> None:
    query = {"measures": [ORDERS], "groupings": [BY_MONTH], "comparison": {"to": "previous_period"}}
    found = {row[0]: row for row in rows(shop, query)}
    assert found[datetime.date(2022, 11, 1)][2:] == (None, None, None)
    assert found[datetime.date(2023, 8, 1)][2] is None, "the month before the gap is not the month before"
    assert datetime.date(2023, 7, 1) not in found, "no period is invented"
    assert found[None][2] is None, "rows without a time are not compared with themselves"


def test_the_29th_of_february_has_no_previous_year(shop: duckdb.DuckDBPyConnection) -> None:
    query = {
        "measures": [ORDERS], "groupings": [{"field": "orders.ordered_at", "grain": "day"}],
        "comparison": {"to": "previous_year"},
        "time": {"window": {"kind": "between", "start": "2024-02-27", "end": "2024-03-03"}},
    }  # fmt: skip
    found = rows(shop, query)
    assert len({row[0] for row in found}) == len(found)
    assert all(row[2] is None for row in found if row[0] == datetime.date(2024, 2, 29))


def test_a_ratio_over_nothing_is_missing_not_zero(shop: duckdb.DuckDBPyConnection) -> None:
    condition = {"kind": "condition", "field": "orders.status", "op": "=", "values": ["no such"]}
    query = {"measures": [{"metric": "paid_rate"}, ORDERS, {"metric": "revenue"}], "filter": condition}
    assert rows(shop, query) == [(None, 0, None)]


def test_a_ratio_of_whole_numbers_is_not_rounded(shop: duckdb.DuckDBPyConnection) -> None:
    [(rate,)] = rows(shop, {"measures": [{"metric": "paid_rate"}]})
    assert 0 < rate < 1


def test_only_sums_and_counts_are_additive() -> None:
    names = ("orders", "revenue", "buyers", "mean_weight", "paid_rate", "heaviest", "cheapest", "middle_amount")
    query = compiled({"measures": [{"metric": name} for name in names], "groupings": [{"field": "orders.status"}]})
    assert [column.name for column in query.columns if column.additive] == ["orders", "revenue"]


@pytest.mark.parametrize(
    ("extra", "word"),
    [
        ({"calculations": [{"kind": "share", "measure": "buyers"}]}, "no shares"),
        ({"calculations": [{"kind": "cumulative", "measure": "buyers"}]}, "not yet supported"),
        ({"calculations": [{"kind": "rolling", "measure": "buyers", "count": 3}]}, "not yet supported"),
        ({"calculations": [{"kind": "cumulative", "measure": "nothing"}]}, "no measure"),
        ({"top": {"n": 2, "by": "buyers", "others": True}}, "is not text"),
        ({"top": {"n": 2, "by": "buyer"}}, "“buyers”"),
        ({"order": [{"by": "revenue"}]}, "no column “revenue”"),
        ({"totals": True, "fill": True}, "which periods"),
    ],
)
def test_what_cannot_be_computed_is_refused(extra: dict[str, Any], word: str) -> None:
    refused({"measures": [{"metric": "buyers"}], "groupings": [BY_MONTH], **extra}, word)


@pytest.mark.parametrize(
    ("field", "op", "values"),
    [
        ("orders.quantity", "=", ["3.5"]), ("orders.quantity", "=", ["three"]), ("orders.amount", ">", [True]),
        ("orders.ordered_at", ">", ["soon"]), ("orders.shipped_on", "=", ["2023-01-01 10:00"]),
        ("orders.is_large", "=", ["maybe"]), ("orders.amount", ">", ["NaN"]), ("orders.status", "=", []),
        ("orders.amount", "between", [1]), ("orders.amount", "contains", ["1"]), ("orders.amount", "<", [None]),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused(field: str, op: str, values: list[Any]) -> None:
    condition = {"kind": "condition", "field": field, "op": op, "values": values}
    refused({"measures": [ORDERS], "filter": condition}, field.rsplit(".", 1)[0])


def test_hours_of_a_date_are_refused() -> None:
    refused({"measures": [ORDERS], "groupings": [{"field": "orders.shipped_on", "grain": "hour"}]}, "one value per day")


def test_a_window_without_a_time_is_refused() -> None:
    window = {"window": {"kind": "between", "start": "2023-01-01"}}
    refused({"measures": [{"agg": "count", "field": "staff"}], "time": window}, "no default time")


def test_a_comparison_without_any_period_is_refused() -> None:
    refused({"measures": [ORDERS], "comparison": {"to": "previous_year"}}, "time grouping or a window")


def test_text_has_no_change(shop: duckdb.DuckDBPyConnection) -> None:
    latest = {"agg": "max", "field": "orders.status"}
    query = {"measures": [latest], "groupings": [BY_MONTH], "comparison": {"to": "previous_period"}}
    refused(query, "of type string", "previous value")
    assert rows(shop, query | {"comparison": {"to": "previous_period", "show": ["previous"]}})


def test_a_grouping_asked_for_twice_has_no_subtotals() -> None:
    twice = [{"field": "orders.customer.name"}, {"field": "customers.name", "alias": "buyer"}]
    refused({"measures": [ORDERS], "groupings": twice, "totals": True}, "“customer_name” and “buyer” are the same")
    assert not issues({"measures": [ORDERS], "groupings": twice})


def test_rows_without_a_time_are_in_no_running_total(shop: duckdb.DuckDBPyConnection) -> None:
    running = [{"kind": "cumulative", "measure": "orders"}]
    found = {
        row[0]: row[1:] for row in rows(shop, {"measures": [ORDERS], "groupings": [BY_MONTH], "calculations": running})
    }
    dated = sum(row[0] for month, row in found.items() if month is not None)
    assert found[None][0] > 0
    assert found[None][1] is None
    assert max(row[1] for row in found.values() if row[1] is not None) == dated


def test_conditions_on_rows_and_groups_cannot_be_alternatives() -> None:
    items = [
        {"kind": "condition", "field": "orders.status", "op": "=", "values": ["paid"]},
        {"kind": "metric", "measure": ORDERS, "op": ">", "values": [1]},
    ]
    refused({"measures": [ORDERS], "filter": {"kind": "or", "items": items}}, "alternatives")


def test_groupings_of_one_name_are_told_apart(shop: duckdb.DuckDBPyConnection) -> None:
    query = {
        "measures": [{"metric": "orders"}],
        "groupings": [{"field": "customers.name"}, {"field": "suppliers.name"}],
    }
    assert [column.name for column in compiled(query).columns] == ["name", "suppliers_name", "orders"]
    assert rows(shop, query)


def test_a_top_is_exact_and_repeatable_under_ties(shop: duckdb.DuckDBPyConnection) -> None:
    query = {
        "measures": [{"metric": "paid_orders"}],
        "groupings": [{"field": "orders.order_id"}],
        "top": {"n": 5, "by": "paid_orders"},
    }
    found = rows(shop, query)
    assert len(found) == 5
    assert found == sorted(found)


def test_a_total_relationship_joins_inner_and_a_plain_one_left() -> None:
    query = {"measures": [ORDERS], "groupings": [{"field": "orders.customer.name"}]}
    promised = step("customer", "orders", "customers", "customer_id", total=True)
    others = tuple(each for each in CATALOG.relationships if (each.from_dataset, each.name) != ("orders", "customer"))
    total = CATALOG.model_copy(update={"relationships": (*others, promised)})
    assert "LEFT JOIN" in compiled(query).text
    assert "LEFT JOIN" not in compiled(query, total).text


def test_a_copy_of_a_catalog_does_not_keep_indexes_of_the_old_one() -> None:
    assert "orders" in CATALOG.metric
    assert list(reachable(CATALOG, "orders"))
    copied = CATALOG.model_copy(update={"metrics": (), "relationships": ()})
    assert copied.metric == {}
    assert {each.dataset for each in reachable(copied, "orders")} == {"orders"}


def test_nothing_is_joined_or_selected_that_was_not_asked_for() -> None:
    text = compiled({"measures": [ORDERS], "groupings": [{"field": "orders.customer.name"}]}).text
    assert text.count("JOIN") == 1
    assert "amount" not in text


def test_the_cap_is_one_more_than_asked_and_a_limit_is_exact() -> None:
    query = SemanticQuery.model_validate({"measures": [ORDERS], "groupings": [{"field": "orders.order_id"}]})
    capped = compile_query(query, CATALOG, "duckdb", as_of=AS_OF, row_cap=10)
    assert capped.limit == 11
    assert capped.text.rstrip().endswith("LIMIT 11")
    exact = compile_query(query.model_copy(update={"limit": 3}), CATALOG, "duckdb", as_of=AS_OF, row_cap=10)
    assert exact.limit == 4
    assert exact.text.rstrip().endswith("LIMIT 3")


def test_the_window_is_resolved_and_recorded() -> None:
    query = {"measures": [ORDERS], "time": {"window": {"kind": "relative", "unit": "quarter", "count": 1}}}
    [window] = compiled(query).windows
    assert (window.field, window.start, window.end) == (
        "orders.ordered_at", datetime.datetime(2024, 1, 1), datetime.datetime(2024, 4, 1),
    )  # fmt: skip


def test_reachable_names_fields_with_their_paths() -> None:
    paths = {each.path for each in reachable(CATALOG, "orders")}
    assert {"orders.status", "orders.customer.nation.name", "orders.product.supplier.nation.name"} <= paths


def test_the_catalog_itself_is_sound() -> None:
    assert not validate(CATALOG).errors


def test_a_join_to_something_that_is_not_a_key_is_refused() -> None:
    wrong = step("buyer", "orders", "customers", "customer_id", "nation_id")
    found = validate(CATALOG.model_copy(update={"relationships": (*CATALOG.relationships, wrong)}))
    assert "would multiply rows" in str(found.errors)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("sum(amount)", "aggregates"), ("(SELECT 1)", "query of its own"), ("amount +", "cannot be read"),
        ("customers.name", "“customers”"), ("amount; DROP TABLE orders", "single expression"), ("?", "placeholder"),
    ],
)  # fmt: skip
def test_author_sql_that_is_no_expression_is_refused(expression: str, words: str) -> None:
    field = Field(name="odd", type="decimal", expression=expression)
    orders = CATALOG.dataset["orders"].model_copy(update={"fields": (*CATALOG.dataset["orders"].fields, field)})
    datasets = tuple(orders if each.name == "orders" else each for each in CATALOG.datasets)
    assert words in str(validate(CATALOG.model_copy(update={"datasets": datasets})))


def test_a_metric_cannot_be_made_of_itself() -> None:
    from tests.semantic.shop import divided

    loop = (divided("a", "b", "orders"), divided("b", "a", "orders"), counted("orders", "orders"))
    assert "defined by itself" in str(validate(CATALOG.model_copy(update={"metrics": loop})))


def test_a_source_is_a_table_or_a_query_and_nothing_else() -> None:
    orders = CATALOG.dataset["orders"].model_copy(update={"source": "orders; DROP TABLE orders"})
    datasets = tuple(orders if each.name == "orders" else each for each in CATALOG.datasets)
    assert "neither a table nor a SELECT" in str(validate(CATALOG.model_copy(update={"datasets": datasets})))


@pytest.mark.parametrize("extra", [{"comparison": {"to": "previous_year"}},
                                   {"calculations": [{"kind": "cumulative", "measure": "revenue"}]}])  # fmt: skip
@pytest.mark.parametrize("grain", [None, "month"])
def test_a_condition_on_the_time_that_is_looked_back_over_is_refused(extra: dict[str, Any], grain: str | None) -> None:
    condition = {
        "kind": "condition",
        "field": "orders.ordered_at",
        "op": ">=",
        "values": ["2024-01-01"],
        "grain": grain,
    }
    query = {
        "measures": [{"metric": "revenue"}],
        "groupings": [{"field": "orders.ordered_at", "grain": "month"}],
        "filter": condition,
    }
    assert not resolve_query(SemanticQuery.model_validate(query), CATALOG)
    assert "hides what earlier periods" in str(resolve_query(SemanticQuery.model_validate(query | extra), CATALOG))
