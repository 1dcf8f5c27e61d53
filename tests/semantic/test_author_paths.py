"""SQL of the author that names fields over relationships: joined, guarded, masked and explained like any other field."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
import sqlglot

from goal_semantics.compile import compile_query
from goal_semantics.errors import QueryError
from goal_semantics.model import Catalog, DataType, Field, Policy
from goal_semantics.policy import Viewer
from goal_semantics.query import SemanticQuery
from goal_semantics.resolve.validate import validate
from tests.semantic.shop import AS_OF, CATALOG, aggregated, compiled, counted, rows, step
from tests.semantic.test_probe import reading

JOINED = (
    "orders o LEFT JOIN customers c ON c.customer_id = o.customer_id LEFT JOIN nations n ON n.nation_id = c.nation_id "
    "LEFT JOIN products p ON p.product_id = o.product_id LEFT JOIN suppliers s ON s.supplier_id = p.supplier_id "
    "LEFT JOIN nations m ON m.nation_id = s.nation_id"
)


def with_fields(dataset: str, *fields: Field, catalog: Catalog = CATALOG) -> Catalog:
    changed = tuple(
        each.model_copy(update={"fields": (*each.fields, *fields)}) if each.name == dataset else each
        for each in catalog.datasets
    )
    return catalog.model_copy(update={"datasets": changed})


def made(name: str, expression: str, kind: DataType = "string") -> Field:
    return Field.model_validate({"name": name, "type": kind, "expression": expression})


def with_metrics(*metrics: Any, catalog: Catalog = CATALOG) -> Catalog:
    return catalog.model_copy(update={"metrics": (*catalog.metrics, *metrics)})


def value(shop: duckdb.DuckDBPyConnection, sql: str) -> Any:
    found = shop.execute(sql).fetchone()
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("condition", "by_hand"),
    [
        ("customer.name = 'Ann'", "c.name = 'Ann'"),
        ("customer.nation.region = 'Europe' AND status = 'paid'", "n.region = 'Europe' AND o.status = 'paid'"),
        ("customer.nation.name <> product.supplier.nation.name", "n.name <> m.name"),
        ("customer.segment IS NULL", "c.segment IS NULL"),
        ("NOT (customer.name = 'Ann')", "NOT (c.name = 'Ann')"),
        ("coalesce(product.label, 'none') = 'none'", "coalesce(upper(p.name), 'none') = 'none'"),
        ("orders.status = 'paid' AND Customer.Name = 'Ann'", "o.status = 'paid' AND c.name = 'Ann'"),
    ],
)
def test_a_filter_reads_what_the_fact_points_at(shop: duckdb.DuckDBPyConnection, condition: str, by_hand: str) -> None:
    catalog = with_metrics(counted("chosen", "orders", filter=condition))
    assert not validate(catalog).errors
    expected = value(shop, f"SELECT count(*) FROM {JOINED} WHERE {by_hand}")
    assert rows(shop, {"measures": [{"metric": "chosen"}]}, catalog) == [(expected,)]
    by_status = rows(shop, {"measures": [{"metric": "chosen"}], "groupings": [{"field": "orders.status"}]}, catalog)
    assert sum(row[1] for row in by_status) == expected


def test_an_expression_multiplies_with_a_field_of_another_dataset(shop: duckdb.DuckDBPyConnection) -> None:
    catalog = with_metrics(aggregated("listed", "orders", "sum", "quantity * product.price"))
    query = compiled({"measures": [{"metric": "listed"}]}, catalog)
    assert query.columns[0].type == "decimal"
    expected = value(shop, f"SELECT sum(o.quantity * p.price) FROM {JOINED}")
    assert shop.execute(query.text, query.parameters).fetchall() == [(expected,)]


def test_a_field_over_a_relationship_is_grouped_filtered_and_listed(shop: duckdb.DuckDBPyConnection) -> None:
    catalog = with_fields(
        "orders", made("home", "CASE WHEN customer.nation.region = 'Europe' THEN 'home' ELSE 'abroad' END")
    )
    case = "CASE WHEN n.region = 'Europe' THEN 'home' ELSE 'abroad' END"
    expected = shop.execute(f"SELECT {case}, count(*) FROM {JOINED} GROUP BY 1 ORDER BY 1").fetchall()
    asked: dict[str, Any] = {"measures": [{"metric": "orders"}], "groupings": [{"field": "orders.home"}]}
    assert rows(shop, asked, catalog) == expected
    chosen = {"kind": "condition", "field": "orders.home", "op": "=", "values": ["home"]}
    assert rows(shop, {"measures": [{"metric": "orders"}], "filter": chosen}, catalog) == [(dict(expected)["home"],)]
    listed = rows(shop, {"detail": {"dataset": "orders", "fields": ["orders.home"]}, "filter": chosen}, catalog)
    assert len(listed) == dict(expected)["home"]
    [fact] = reading(shop, asked, catalog).facts
    assert fact.rows_in == fact.rows_joined


def test_a_path_field_of_a_missing_row_is_missing(shop: duckdb.DuckDBPyConnection) -> None:
    """Orders without a customer are neither home nor abroad: nobody is there to be either."""
    catalog = with_fields("customers", made("home", "CASE WHEN nation.region = 'Europe' THEN 'home' ELSE 'abroad' END"))
    case = "CASE WHEN c.customer_id IS NOT NULL THEN CASE WHEN n.region = 'Europe' THEN 'home' ELSE 'abroad' END END"
    expected = shop.execute(f"SELECT {case}, count(*) FROM {JOINED} GROUP BY 1 ORDER BY 1 NULLS LAST").fetchall()
    assert expected[-1][0] is None
    asked = {"measures": [{"metric": "orders"}], "groupings": [{"field": "orders.customer.home"}]}
    assert rows(shop, asked, catalog) == expected
    counts = counted("at_home", "orders", filter="customer.home = 'abroad'")
    assert rows(shop, {"measures": [{"metric": "at_home"}]}, with_metrics(counts, catalog=catalog)) == [
        (dict(expected)["abroad"],)
    ]


def test_paths_lead_through_path_fields(shop: duckdb.DuckDBPyConnection) -> None:
    catalog = with_fields("customers", made("region", "nation.region"))
    catalog = with_fields("orders", made("area", "coalesce(customer.region, 'nowhere')"), catalog=catalog)
    catalog = with_metrics(counted("local", "orders", filter="area = 'Europe'"), catalog=catalog)
    assert not validate(catalog).errors
    expected = value(shop, f"SELECT count(*) FROM {JOINED} WHERE n.region = 'Europe'")
    assert rows(shop, {"measures": [{"metric": "local"}]}, catalog) == [(expected,)]
    found = dict(rows(shop, {"measures": [{"metric": "orders"}], "groupings": [{"field": "orders.area"}]}, catalog))
    assert found["nowhere"] == value(shop, f"SELECT count(*) FROM {JOINED} WHERE n.region IS NULL")


def test_a_path_of_six_steps(shop: duckdb.DuckDBPyConnection) -> None:
    """`staff` is its own manager's dataset: every step is a join of its own."""
    path = ".".join(["manager"] * 6)
    catalog = with_metrics(counted("deep", "staff", filter=f"{path}.name IS NULL AND manager.manager.name = 'Top'"))
    assert rows(shop, {"measures": [{"metric": "deep"}]}, catalog) == [(1,)]
    text = compiled({"measures": [{"metric": "deep"}]}, catalog).text
    assert text.count("JOIN") == 6


def test_joins_that_only_a_definition_needs_are_made_once_and_explained() -> None:
    catalog = with_metrics(counted("french", "orders", filter="customer.nation.name = 'France'"))
    query = compiled(
        {"measures": [{"metric": "french"}], "groupings": [{"field": "orders.customer.nation.region"}]}, catalog
    )
    assert query.text.count("JOIN") == 2
    [entry] = [each for each in query.lineage if each.column == "french"]
    assert "nations.name" in entry.fields
    assert entry.joins == ("customer", "nation")
    assert set(query.datasets) == {"orders", "customers", "nations"}
    assert compiled({"measures": [{"metric": "orders"}]}, catalog).text.count("JOIN") == 0


def test_a_policy_of_the_other_dataset_holds(shop: duckdb.DuckDBPyConnection) -> None:
    policies = (Policy(dataset="customers", rows="segment = {segment}", masks={"name": "'***'"}),)
    catalog = with_metrics(
        counted("anns", "orders", filter="customer.name = 'Ann'"),
        counted("known", "orders", filter="customer.name IS NOT NULL"),
        catalog=CATALOG.model_copy(update={"policies": policies}),
    )
    asked = SemanticQuery.model_validate({"measures": [{"metric": "anns"}, {"metric": "known"}]})

    def seen(viewer: Viewer | None) -> Any:
        query = compile_query(asked, catalog, "duckdb", as_of=AS_OF, viewer=viewer)
        return shop.execute(query.text, query.parameters).fetchall()

    retail = value(shop, f"SELECT count(*) FROM {JOINED} WHERE c.segment = 'retail'")
    assert seen(None) == [(0, 0)]
    assert seen(Viewer(attributes={"segment": "retail"})) == [(0, retail)], "the mask is compared, not the name"


def test_the_column_behind_a_mask_is_not_read_over_a_path() -> None:
    catalog = with_fields("customers", made("initial", "left(name, 1)"))
    policies = (Policy(dataset="customers", masks={"name": "'***'"}),)
    catalog = catalog.model_copy(update={"policies": policies})
    catalog = with_metrics(counted("anns", "orders", filter="customer.initial = 'A'"), catalog=catalog)
    for asked in (
        {"measures": [{"metric": "anns"}]},
        {"measures": [{"metric": "orders"}], "groupings": [{"field": "orders.customer.initial"}]},
    ):
        with pytest.raises(QueryError, match="masked"):
            compiled(asked, catalog)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("custmer.name = 'Ann'", ("“custmer” is not a relationship", "“customer”")),
        ("customer.nam = 'Ann'", ("“nam” is not a field of “customers”", "name")),
        ("customer.nation.suburb = 'x'", ("“suburb” is not a field of “nations”",)),
        ("customers.name = 'Ann'", ("“customers”", "customer")),
        ("nations.name = 'France'", ("“nations”",)),
        ("customer.name.lower() = 'ann'", ("method",)),
        ("customer.name = ", ("cannot be read",)),
    ],
)
def test_a_path_that_leads_nowhere_is_refused_with_what_was_meant(condition: str, words: tuple[str, ...]) -> None:
    catalog = with_metrics(counted("odd", "orders", filter=condition))
    text = str(validate(catalog).errors)
    assert all(word in text for word in words), text
    with pytest.raises(QueryError) as raised:
        compiled({"measures": [{"metric": "odd"}]}, catalog)
    assert words[0] in str(raised.value.issues)


def test_a_path_against_the_direction_of_a_relationship_is_refused() -> None:
    """Customers have many orders: reading a field of them would multiply customers."""
    text = str(validate(with_metrics(counted("odd", "customers", filter="orders.status = 'paid'"))).errors)
    assert "“orders” is not a relationship of “customers”" in text


@pytest.mark.parametrize("fields", [
    (made("loop", "manager.loop"),), (made("a", "manager.b"), made("b", "manager.a")),
])  # fmt: skip
def test_a_field_made_of_itself_is_refused(fields: tuple[Field, ...]) -> None:
    catalog = with_fields("staff", *fields)
    assert "defined by itself" in str(validate(catalog).errors)
    asked = {"measures": [{"agg": "count", "field": "staff"}], "groupings": [{"field": f"staff.{fields[0].name}"}]}
    with pytest.raises(QueryError, match="defined by itself"):
        compiled(asked, catalog)


def test_policies_and_keys_of_joins_cannot_lead_elsewhere() -> None:
    policy = Policy(dataset="orders", rows="customer.name = {name}")
    assert "only use columns of “orders”" in str(validate(CATALOG.model_copy(update={"policies": (policy,)})).errors)
    catalog = with_fields("orders", made("nation_id", "customer.nation_id", "integer"))
    joined = (*CATALOG.relationships, step("nation", "orders", "nations", "nation_id"))
    text = str(validate(catalog.model_copy(update={"relationships": joined})).errors)
    assert "leads over a relationship itself" in text


@pytest.mark.parametrize("dialect", ["duckdb", "snowflake", "databricks", "spark", "postgres"])
def test_every_dialect_reads_it_back(dialect: Any) -> None:
    catalog = with_metrics(counted("chosen", "orders", filter="customer.nation.name = 'France' OR status = 'paid'"))
    asked = SemanticQuery.model_validate({"measures": [{"metric": "chosen"}]})
    text = compile_query(asked, catalog, dialect, as_of=AS_OF).text
    assert sqlglot.parse_one(text, dialect=dialect).find(sqlglot.exp.Join)
    assert '"customer.nation"."' in text.replace("`", '"')
