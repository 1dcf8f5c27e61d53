"""A row without a partner has no value in any field of the joined dataset, whatever SQL the author wrote for it."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from goal_semantics.compile import compile_query
from goal_semantics.errors import QueryError
from goal_semantics.model import Catalog, Dataset, DataType, Expression, Field, Policy
from goal_semantics.policy import Viewer
from goal_semantics.query import SemanticQuery
from goal_semantics.resolve.nulls import vanishes
from goal_semantics.resolve.validate import validate
from tests.semantic.shop import AS_OF, CATALOG, compiled, rows, step
from tests.semantic.test_probe import reading

ORDERS: dict[str, Any] = {"metric": "orders"}
LOST = "SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.customer_id = o.customer_id)"


def with_field(dataset: str, expression: str, kind: DataType = "string", catalog: Catalog = CATALOG) -> Catalog:
    added = Field.model_validate({"name": "made_up", "type": kind, "expression": expression})
    changed = tuple(
        each.model_copy(update={"fields": (*each.fields, added)}) if each.name == dataset else each
        for each in catalog.datasets
    )
    return catalog.model_copy(update={"datasets": changed})


def lost(shop: duckdb.DuckDBPyConnection) -> int:
    found = shop.execute(LOST).fetchone()
    assert found is not None
    assert found[0] > 0
    return int(found[0])


VALUES = [
    "CASE WHEN segment = 'retail' THEN 'retail' ELSE 'other' END", "coalesce(segment, 'none')", "'constant'",
    "segment IS NULL", "concat('a', segment)", "greatest(segment, 'a')", "CASE segment WHEN 'retail' THEN 1 ELSE 0 END",
    "if(segment = 'retail', 'yes', 'no')", "coalesce(joined, DATE '2000-01-01')", "hash(segment)", "name IN ('Ann') OR TRUE",
    "segment = 'x' OR segment IS NULL", "CASE WHEN segment IS NULL THEN 'nobody' END", "nullif(coalesce(segment, 'a'), 'b')",
    "segment IS DISTINCT FROM 'retail'", "5 BETWEEN length(segment) AND 3",
]  # fmt: skip


@pytest.mark.parametrize("expression", VALUES)
def test_a_field_made_of_nulls_is_missing_where_the_row_is(shop: duckdb.DuckDBPyConnection, expression: str) -> None:
    catalog = with_field("customers", expression, "opaque")
    asked = {"measures": [ORDERS], "groupings": [{"field": "orders.customer.made_up"}]}
    by_hand = shop.execute(
        f"SELECT c.made_up, count(*) FROM orders o LEFT JOIN (SELECT *, {expression} AS made_up FROM customers) c"
        " USING (customer_id) GROUP BY 1 ORDER BY 1 NULLS LAST"
    ).fetchall()
    assert rows(shop, asked, catalog) == by_hand
    assert by_hand[-1][0] is None
    assert by_hand[-1][1] >= lost(shop)


@pytest.mark.parametrize(
    ("expression", "strict"),
    [
        ("segment", True), ("upper(segment) || '!'", True), ("segment = 'retail'", True), ("customer_id + 1", True),
        ("CASE WHEN segment = 'a' THEN 1 WHEN segment = 'b' THEN 2 END", True), ("nullif(segment, 'x')", True),
        ("CASE WHEN segment LIKE 'A%' THEN 'A' ELSE segment END", True), ("date_trunc('month', joined)", True),
        ("dayname(joined)", True), ("CAST(customer_id AS VARCHAR)", True), ("coalesce(segment, name)", True),
        ("CASE WHEN joined IS NULL THEN NULL ELSE name END", True), ("segment IN ('a', 'b')", True),
        *((expression, False) for expression in VALUES), ("CURRENT_DATE", False), ("unheard_of(segment)", False),
    ],
)  # fmt: skip
def test_what_keeps_null_is_left_as_it_is(expression: str, strict: bool) -> None:
    catalog = with_field("customers", expression, "opaque")
    assert vanishes(catalog.dataset["customers"], "made_up", "duckdb") is strict
    asked = SemanticQuery.model_validate({"measures": [ORDERS], "groupings": [{"field": "orders.customer.made_up"}]})
    if "unheard_of" not in expression:
        text = " ".join(compiled(asked, catalog).text.split())
        guard = 'CASE WHEN "customer"."customer_id" = "customer"."customer_id" THEN'
        assert (guard in text) is not strict


def test_the_text_of_the_dialect_decides() -> None:
    two = Expression(text="segment", dialects={"snowflake": "coalesce(segment, 'none')"})
    dataset = CATALOG.dataset["customers"]
    fields = (*dataset.fields, Field(name="made_up", type="string", expression=two))
    changed = dataset.model_copy(update={"fields": fields})
    assert vanishes(changed, "made_up", "duckdb")
    assert not vanishes(changed, "made_up", "snowflake")


OTHER = "CASE WHEN segment = 'retail' THEN 'retail' ELSE 'other' END"


@pytest.mark.parametrize(
    ("condition", "by_hand"),
    [
        ({"op": "=", "values": ["other"]}, "made_up = 'other'"),
        ({"op": "!=", "values": ["retail"]}, "made_up <> 'retail' OR made_up IS NULL"),
        ({"op": "is null"}, "made_up IS NULL"),
        ({"op": "is not null"}, "made_up IS NOT NULL"),
        ({"op": "contains", "values": ["TH"]}, "made_up ILIKE '%th%'"),
        ({"op": "not in", "values": ["other", None]}, "made_up NOT IN ('other') AND made_up IS NOT NULL"),
    ],
)
def test_filters_see_what_groupings_see(shop: duckdb.DuckDBPyConnection, condition: Any, by_hand: str) -> None:
    catalog = with_field("customers", OTHER)
    chosen = {"kind": "condition", "field": "orders.customer.made_up", **condition}
    whole = (
        f"SELECT count(*) FROM orders o LEFT JOIN (SELECT *, {OTHER} AS made_up FROM customers) c USING (customer_id) "
        f"WHERE {by_hand}"
    )
    expected = shop.execute(whole).fetchall()
    assert rows(shop, {"measures": [ORDERS], "filter": chosen}, catalog) == expected
    only = {"metric": "orders", "filter": chosen, "alias": "only"}
    assert rows(shop, {"measures": [only]}, catalog) == expected
    [fact] = reading(shop, {"measures": [ORDERS], "filter": chosen}, catalog).facts
    assert [(fact.rows_joined,)] == expected


def test_aggregates_details_and_subqueries_see_it_too(shop: duckdb.DuckDBPyConnection) -> None:
    catalog = with_field("customers", "coalesce(nation_id, 0)", "integer")
    made = "(SELECT *, coalesce(nation_id, 0) AS made_up FROM customers) c USING (customer_id)"
    counts = [{"agg": "count", "field": "orders.customer.made_up"}, {"agg": "avg", "field": "orders.customer.made_up"}]
    by_hand = shop.execute(f"SELECT count(made_up), avg(made_up) FROM orders LEFT JOIN {made}").fetchall()
    assert rows(shop, {"measures": counts}, catalog) == by_hand
    listed = {"detail": {"dataset": "orders", "fields": ["orders.order_id", "orders.customer.made_up"]}}
    by_hand = shop.execute(f"SELECT order_id, made_up FROM orders LEFT JOIN {made} ORDER BY 1").fetchall()
    assert rows(shop, listed, catalog) == by_hand
    refunded = {
        "kind": "exists", "dataset": "refunds", "through": "orders.customer.customer_id", "key": "refunds.customer_id",
        "filter": {"kind": "condition", "field": "refunds.customer.made_up", "op": "=", "values": [0]},
    }  # fmt: skip
    by_hand = shop.execute(
        f"SELECT count(*) FROM orders WHERE customer_id IN (SELECT customer_id FROM refunds JOIN {made} WHERE made_up = 0)"
        " AND customer_id IN (SELECT customer_id FROM customers)"
    ).fetchall()
    assert rows(shop, {"measures": [ORDERS], "filter": refunded}, catalog) == by_hand


@pytest.mark.parametrize("negate", [False, True])
def test_a_missing_row_is_found_nowhere(shop: duckdb.DuckDBPyConnection, negate: bool) -> None:
    catalog = with_field("customers", "coalesce(customer_id, 1)", "integer")
    refunded = {
        "kind": "exists", "dataset": "refunds", "through": "orders.customer.made_up", "key": "refunds.customer_id",
        "negate": negate,
    }  # fmt: skip
    by_hand = shop.execute(
        "SELECT count(*) FROM orders o WHERE EXISTS (SELECT 1 FROM refunds r JOIN customers c USING (customer_id)"
        f" WHERE c.customer_id = o.customer_id) = {not negate}"
    ).fetchall()
    assert rows(shop, {"measures": [ORDERS], "filter": refunded}, catalog) == by_hand


def test_a_missing_row_finds_no_partner_of_its_own(shop: duckdb.DuckDBPyConnection) -> None:
    catalog = with_field("customers", "coalesce(nation_id, 1)", "integer")
    others = tuple(e for e in catalog.relationships if (e.from_dataset, e.name) != ("customers", "nation"))
    by_default = step("nation", "customers", "nations", "made_up", "nation_id")
    catalog = catalog.model_copy(update={"relationships": (*others, by_default)})
    asked = {"measures": [ORDERS], "groupings": [{"field": "orders.customer.nation.name"}]}
    by_hand = shop.execute(
        "SELECT n.name, count(*) FROM orders o LEFT JOIN customers c USING (customer_id) LEFT JOIN nations n"
        " ON n.nation_id = CASE WHEN c.customer_id IS NOT NULL THEN coalesce(c.nation_id, 1) END GROUP BY 1"
        " ORDER BY 1 NULLS LAST"
    ).fetchall()
    assert rows(shop, asked, catalog) == by_hand
    [fact] = reading(shop, asked, catalog).facts
    assert dict(fact.unmatched) == {"customer": lost(shop), "customer.nation": lost(shop)}


def test_a_key_that_is_never_missing_is_refused_where_it_would_have_to_tell() -> None:
    catalog = with_field("customers", "coalesce(customer_id, 0)", "integer")
    catalog = with_field("nations", "coalesce(region, 'none')", "string", catalog)
    by_default = step("buyer", "orders", "customers", "customer_id", "made_up")
    catalog = catalog.model_copy(update={"relationships": (*CATALOG.relationships, by_default)})
    plain = {"measures": [ORDERS], "groupings": [{"field": "orders.buyer.name"}]}
    assert "CASE" not in compiled(plain, catalog).text
    asked = SemanticQuery.model_validate({"measures": [ORDERS], "groupings": [{"field": "orders.buyer.made_up"}]})
    with pytest.raises(QueryError) as raised:
        compile_query(asked, catalog, "duckdb", as_of=AS_OF)
    assert "also where no customers row exists" in str(raised.value.issues)


def test_a_promised_partner_needs_no_guard_until_a_policy_hides_it(shop: duckdb.DuckDBPyConnection) -> None:
    catalog = with_field("nations", "coalesce(region, 'none')", "string", with_field("customers", OTHER))
    keys = {("orders", "customer"), ("customers", "nation")}
    others = tuple(each for each in catalog.relationships if (each.from_dataset, each.name) not in keys)
    promised = (
        step("customer", "orders", "customers", "customer_id", total=True),
        step("nation", "customers", "nations", "nation_id", total=True),
    )
    total = catalog.model_copy(update={"relationships": (*others, *promised)})
    asked = {
        "measures": [ORDERS],
        "groupings": [{"field": "orders.customer.made_up"}, {"field": "orders.customer.nation.made_up"}],
    }
    assert '"customer_id" IS NULL' not in compiled(asked, total).text
    closed = total.model_copy(update={"policies": (Policy(dataset="customers", rows="segment = {segment}"),)})
    text = compiled(asked, closed, Viewer(attributes={"segment": "retail"}))
    found = shop.execute(text.text, text.parameters).fetchall()
    [(whole,)] = shop.execute("SELECT count(*) FROM orders").fetchall()
    assert sum(row[2] for row in found) == whole, "rows behind a hidden partner were lost"
    assert {row[0] for row in found} == {"retail", None}
    assert all(row[1] is None for row in found if row[0] is None)


def test_a_mask_is_not_the_value_of_a_missing_row(shop: duckdb.DuckDBPyConnection) -> None:
    masked = CATALOG.model_copy(update={"policies": (Policy(dataset="customers", masks={"name": "'***'"}),)})
    asked = {"measures": [ORDERS], "groupings": [{"field": "orders.customer.name"}]}
    found = compiled(asked, masked, Viewer())
    shown = dict(shop.execute(found.text, found.parameters).fetchall())
    assert shown[None] == lost(shop)


@pytest.mark.parametrize("name", ["ORDERS", "Orders"])
def test_a_step_called_like_its_fact_in_other_letters(shop: duckdb.DuckDBPyConnection, name: str) -> None:
    relationship = step(name, "orders", "customers", "customer_id")
    catalog = CATALOG.model_copy(update={"relationships": (*CATALOG.relationships, relationship)})
    asked = {"measures": [ORDERS], "groupings": [{"field": f"orders.{name}.name"}]}
    plain = {"measures": [ORDERS], "groupings": [{"field": "orders.customer.name"}]}
    assert rows(shop, asked, catalog) == rows(shop, plain)


def test_two_paths_of_the_same_words_are_two_joins(shop: duckdb.DuckDBPyConnection) -> None:
    short = step("customer_nation", "orders", "nations", "product_id", "nation_id")
    catalog = CATALOG.model_copy(update={"relationships": (*CATALOG.relationships, short)})
    asked = {
        "measures": [ORDERS],
        "groupings": [
            {"field": "orders.customer_nation.name", "alias": "one"},
            {"field": "orders.customer.nation.name", "alias": "two"},
        ],
    }
    assert sum(row[2] for row in rows(shop, asked, catalog)) == rows(shop, {"measures": [ORDERS]})[0][0]


def test_steps_that_differ_only_in_case_are_refused() -> None:
    twice = (step("buyer", "orders", "customers", "customer_id"), step("Buyer", "orders", "customers", "customer_id"))
    found = validate(CATALOG.model_copy(update={"relationships": (*CATALOG.relationships, *twice)}))
    assert "“buyer” and “Buyer” differ in nothing but case" in str(found.errors)


def test_no_step_of_a_query_takes_the_name_of_a_table_that_a_source_reads(shop: duckdb.DuckDBPyConnection) -> None:
    asked = {"measures": [ORDERS], "groupings": [{"field": "orders.order_id"}], "top": {"n": 2, "by": "orders"}}
    asked["order"] = [{"by": "orders"}]
    assert '"placed" AS (' in compiled(asked).text
    inside = Dataset(name="notes", source="(SELECT * FROM notes n JOIN placed USING (id))", primary_key=("id",))
    catalog = CATALOG.model_copy(update={"datasets": (*CATALOG.datasets, inside)})
    assert '"placed" AS (' not in compiled(asked, catalog).text


def test_a_field_of_a_dataset_without_rows_can_be_excluded() -> None:
    """DuckDB 2.0 fails on a text that its optimizer finds to be missing; when it no longer does, `_there` can go."""
    empty = duckdb.connect()
    empty.execute(
        "CREATE TABLE customers (customer_id INTEGER, name VARCHAR, segment VARCHAR, nation_id INTEGER, joined DATE)"
    )
    empty.execute("CREATE TABLE orders AS SELECT 1 AS order_id, 7 AS customer_id")
    missing = "CASE WHEN NOT c.customer_id IS NULL THEN 'here' END"
    joined = "SELECT sum(o.order_id) FROM orders o LEFT JOIN customers c ON c.customer_id = o.customer_id"
    with pytest.raises(duckdb.InvalidInputException, match="BindBuiltinScalarFunction"):
        empty.execute(f"{joined} WHERE {missing} <> 'x' OR {missing} IS NULL")
    condition = {"kind": "condition", "field": "orders.customer.made_up", "op": "!=", "values": ["x"]}
    asked = {"measures": [{"agg": "sum", "field": "orders.order_id"}], "filter": condition}
    assert rows(empty, asked, with_field("customers", "coalesce(segment, 'none')")) == [(1,)]
