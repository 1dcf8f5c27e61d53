"""Numbers of imported catalogs against SQL written by hand: where a format means something else than it seems to."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from goal_semantics.compile import compile_query
from goal_semantics.errors import CatalogError
from goal_semantics.load import Loaded, Source, find
from goal_semantics.policy import Viewer
from goal_semantics.query import SemanticQuery

FORMATS = Path(__file__).parent / "formats"
AS_OF = datetime.datetime(2024, 6, 1, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def shop() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute("""
        CREATE TABLE nations AS SELECT i AS nation_id, chr(65 + i::INT) AS n_name FROM range(2) t(i);
        CREATE TABLE customers AS SELECT i AS customer_id, 'Customer ' || i AS c_name, chr(65 + (i % 2)::INT) AS c_segment,
               i * 10 AS c_balance, i % 2 AS nation_id FROM range(4) t(i);
        CREATE TABLE orders AS SELECT i AS order_id, CASE WHEN i % 7 > 0 THEN i % 5 END AS customer_id,
               CASE WHEN i % 3 = 0 THEN 'paid' ELSE 'open' END AS status, DATE '2024-01-01' + i::INT AS o_date,
               i * 7 AS price, i AS discount FROM range(60) t(i);
        CREATE TABLE lines AS SELECT i AS line_id, i // 2 AS order_id, i % 4 AS quantity FROM range(150) t(i);
    """)
    yield connection
    connection.close()


def imported(name: str) -> Loaded:
    return find(name).read(Source((FORMATS / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml"))


def asked(
    connection: duckdb.DuckDBPyConnection, loaded: Loaded, *metrics: str, by: str = "", groups: tuple[str, ...] = ()
) -> list[tuple[Any, ...]]:
    query = SemanticQuery.model_validate(
        {"measures": [{"metric": name} for name in metrics], "groupings": [{"field": by}] if by else []}
    )
    viewer = Viewer(groups=frozenset(groups)) if groups else None
    compiled = compile_query(query, loaded.catalog, "duckdb", as_of=AS_OF, viewer=viewer)
    return connection.execute(compiled.text, compiled.parameters).fetchall()


def by_hand(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def test_snowflake_facts_of_facts_and_names_that_hide_columns(shop):
    loaded = imported("snowflake")
    assert asked(shop, loaded, "revenue", "paid", "per_order", by="orders.status") == by_hand(shop, """
        SELECT upper(status), sum(price - discount), count(CASE WHEN upper(status) = 'PAID' THEN 1 END),
               sum(price - discount) / count(*) FROM orders GROUP BY 1 ORDER BY 1""")  # fmt: skip
    assert asked(shop, loaded, "revenue", by="orders.late") == by_hand(
        shop, "SELECT o_date >= DATE '2024-02-10', sum(price - discount) FROM orders GROUP BY 1 ORDER BY 1"
    )


def test_a_snowflake_metric_of_two_tables_counts_each_by_itself(shop):
    loaded = imported("snowflake")
    assert asked(shop, loaded, "per_customer") == by_hand(
        shop, "SELECT (SELECT sum(price - discount) FROM orders) / (SELECT count(*) FROM customers)"
    )


def test_a_databricks_filter_is_on_every_number_also_of_joins_to_many(shop):
    loaded = imported("databricks")
    assert asked(shop, loaded, "Total Price", "pieces") == by_hand(shop, """
        SELECT (SELECT sum(price) FROM orders WHERE o_date >= DATE '2024-01-11'),
               (SELECT sum(quantity) FROM lines JOIN orders USING (order_id) WHERE o_date >= DATE '2024-01-11')""")  # fmt: skip


def test_a_databricks_measure_reads_the_column_that_a_dimension_has_redefined(shop):
    assert asked(shop, imported("databricks"), "paid") == by_hand(
        shop, "SELECT count(*) FROM orders WHERE status = 'paid' AND o_date >= DATE '2024-01-11'"
    )


def test_a_databricks_measure_over_a_joined_column_is_of_the_rows_of_the_view(shop):
    """The balance counts once per order; a sum per customer would be another number."""
    assert asked(shop, imported("databricks"), "balances") == by_hand(shop, """
        SELECT sum(c_balance) FROM orders LEFT JOIN customers USING (customer_id)
        WHERE o_date >= DATE '2024-01-11'""")  # fmt: skip


def test_databricks_nested_joins_are_paths(shop):
    loaded = imported("databricks")
    assert asked(shop, loaded, "mean", by="databricks.customer.nation.nation_name") == by_hand(shop, """
        SELECT n_name, sum(price) / count(*) FROM orders LEFT JOIN customers USING (customer_id) LEFT JOIN nations
        USING (nation_id) WHERE o_date >= DATE '2024-01-11' GROUP BY 1 ORDER BY 1 NULLS LAST""")  # fmt: skip


def test_cube_columns_are_not_the_dimensions_of_their_name(shop):
    loaded = imported("cube")
    assert asked(shop, loaded, "total", "total_in_units", "paid_count") == by_hand(
        shop,
        "SELECT sum(price), sum(price / 100), count(CASE WHEN status = 'paid' AND price > 1 THEN 1 END) FROM orders",
    )
    assert asked(shop, loaded, "orders_count", by="orders.size") == by_hand(
        shop,
        "SELECT CASE WHEN price / 100 > 0.5 THEN 'big' ELSE 'small' END, count(*) FROM orders GROUP BY 1 ORDER BY 1",
    )


def test_a_cube_join_to_many_is_turned_round_and_never_multiplies(shop):
    loaded = imported("cube")
    (step,) = [each for each in loaded.catalog.relationships if "lines" in (each.from_dataset, each.to_dataset)]
    assert (step.from_dataset, step.to_dataset) == ("lines", "orders")
    assert asked(shop, loaded, "total", "quantity") == by_hand(
        shop, "SELECT (SELECT sum(price) FROM orders), (SELECT sum(quantity) FROM lines)"
    )


def test_a_cube_dimension_of_another_cube_is_a_field_over_the_join(shop):
    """Seen by somebody who sees every customer: without a viewer the guarded cube is closed."""
    loaded = imported("cube")
    assert asked(shop, loaded, "orders_count", by="orders.segment", groups=("admin",)) == by_hand(shop, """
        SELECT c_segment, count(*) FROM orders LEFT JOIN (SELECT * FROM customers WHERE c_balance > 0) USING (customer_id)
        GROUP BY 1 ORDER BY 1 NULLS LAST""")  # fmt: skip
    assert asked(shop, loaded, "orders_count", by="orders.segment") == [(None, 60)]


def test_cube_rows_that_a_policy_guards_are_closed_but_to_those_who_see_all(shop):
    loaded = imported("cube")
    assert asked(shop, loaded, "customers_count") == [(0,)]
    assert asked(shop, loaded, "customers_count", groups=("sales",)) == [(0,)]
    assert asked(shop, loaded, "customers_count", groups=("admin",)) == [(3,)]


def test_cube_policies_are_inherited_and_a_view_never_opens_what_its_cube_closes():
    text = """
        cubes:
          - {name: a, sql_table: t, access_policy: [{role: boss, row_level: {allow_all: true}}], dimensions: []}
          - {name: b, extends: a, sql_table: t}
          - {name: open, sql_table: t, access_policy: [{role: "*"}]}
        views:
          - {name: v, cubes: [{join_path: b, includes: "*"}], access_policy: [{group: staff}, {role: boss}]}
    """
    policies = find("cube").read(Source(text)).catalog.policies
    assert {each.dataset: (each.rows, each.exempt_groups) for each in policies} == {
        "a": ("FALSE", ("boss",)),
        "b": ("FALSE", ("boss",)),
    }


def test_cube_members_are_hidden_unless_their_cube_or_a_view_shows_them():
    catalog = imported("cube").catalog
    hidden = {field.name: field.hidden for field in catalog.dataset["rows"].fields}
    assert hidden == {"order_id": True, "status": False}
    assert not catalog.metric["rows_count"].hidden
    assert catalog.metric["customers_count"].synonyms == ("customers people",)


def test_what_extends_a_cube_has_its_members_over_its_own_rows(shop):
    loaded = imported("cube")
    assert asked(shop, loaded, "orders_count", by="orders.status") == by_hand(
        shop, "SELECT upper(status), count(*) FROM orders GROUP BY 1 ORDER BY 1"
    )


def test_ossie_fields_before_columns_and_each_part_of_its_own_dataset(shop):
    loaded = imported("ossie")
    assert asked(shop, loaded, "revenue", "per_customer", by="orders.customer.segment") == by_hand(shop, """
        SELECT c_segment, sum(price - discount), sum(price - discount) / nullif(count(DISTINCT orders.customer_id), 0)
        FROM orders LEFT JOIN customers USING (customer_id) GROUP BY 1 ORDER BY 1 NULLS LAST""")  # fmt: skip


def test_an_ossie_metric_over_two_datasets_is_of_the_many_side(shop):
    assert asked(shop, imported("ossie"), "weighed") == by_hand(
        shop, "SELECT sum((price - discount) * c_balance) FROM orders LEFT JOIN customers USING (customer_id)"
    )


def test_an_ossie_expression_that_somebody_changed_is_not_overruled_by_what_we_wrote():
    ossie = find("ossie")
    catalog = imported("ossie").catalog
    text = ossie.dump(catalog)  # type: ignore[attr-defined]
    changed = text.replace("expression: SUM(orders.net)\n", "expression: AVG(orders.net)\n")
    assert changed != text
    loaded = ossie.read(Source(changed, "o.yaml"))
    assert loaded.catalog.metric["revenue"].spec.model_dump()["agg"] == "avg"
    assert any("was changed" in note.message for note in loaded.notes)


def test_what_other_vendors_wrote_survives():
    ossie = find("ossie")
    text = ossie.dump(imported("ossie").catalog)  # type: ignore[attr-defined]
    for kept in ("SALESFORCE", "TABLEAU", "DBT", "MAQL", "MDX", "[Order].[Date]", "tone: dry", "who bought",
                 "orders.net * customers.c_balance"):  # fmt: skip
        assert kept in text


def test_files_of_a_cube_model_are_one_catalog():
    text = (FORMATS / "cube.yaml").read_text(encoding="utf-8")
    cubes, views = text.split("views:\n")
    both = find("cube").read(Source(cubes, "cubes/a.yml"), Source(f"views:\n{views}", "views/b.yml"))
    assert both.catalog == imported("cube").catalog
    assert any(note.place and note.place.file == "views/b.yml" for note in both.notes)


def test_two_metric_views_are_two_datasets():
    first = "version: 0.1\nsource: a.b.orders\nmeasures:\n- {name: total, expr: SUM(x)}\n"
    second = "version: 1.1\nsource: a.b.visits\nmeasures:\n- {name: visits, expr: COUNT(*)}\n"
    catalog = find("databricks").read(Source(first, "sales.yaml"), Source(second, "web-visits.yaml")).catalog
    assert [dataset.name for dataset in catalog.datasets] == ["sales", "web_visits"]
    assert [metric.name for metric in catalog.metrics] == ["total", "visits"]


def test_an_aggregate_of_a_metric_is_left_out_not_taken_for_a_column():
    text = (FORMATS / "snowflake.yaml").read_text(encoding="utf-8")
    nested = text.replace("{name: paid, expr: COUNT_IF(status = 'PAID')}", "{name: paid, expr: AVG(revenue)}")
    loaded = find("snowflake").read(Source(nested, "s.yaml"))
    assert "paid" not in loaded.catalog.metric
    assert any("aggregated already" in note.message for note in loaded.notes)


def test_metrics_whose_names_differ_in_case_only_are_an_error():
    text = "version: 1.1\nsource: t\nmeasures:\n- {name: total, expr: SUM(x)}\n- {name: Total, expr: SUM(y)}\n"
    with pytest.raises(CatalogError, match=r"m.yaml:5:3: measures.Total: the name “Total” is taken"):
        find("databricks").read(Source(text, "m.yaml"))


@pytest.mark.parametrize(
    ("name", "written", "wrong", "said"),
    [
        ("snowflake", "left_table: orders", "left_table: ordrs", "ordrs”. Did you mean “orders”"),
        ("snowflake", "expr: SUM(c_balance)", "expr: SUM(c_balance", "the SQL cannot be read"),
        ("databricks", "version: 1.1", "version: 2.0", "version 2.0 is unknown"),
        ("databricks", "cardinality: one_to_many", "cardinality: one_to_mny", "Did you mean “one_to_many”"),
        ("cube", "- name: lines\n        relationship", "- name: lnes\n        relationship", "Did you mean “lines”"),
        ("cube", "relationship: many_to_one", "relationship: many_to_many", "expected one of many_to_one"),
        ("cube", "sql_table: lines", "sql_table: lines\n    sql: SELECT 1", "either “sql” or “sql_table”"),
        ("ossie", "from: orders, to: customers", "from: orders, to: customer", "Did you mean “customers”"),
        ("ossie", "datatype: Integer", "datatype: Int", "Did you mean “Integer”"),
        ("ossie", "from_columns: [customer_id]", "from_columns: [customer_id, x]", "the same number of columns"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_what_was_meant(name, written, wrong, said):
    text = (FORMATS / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.count(written) >= 1
    with pytest.raises(CatalogError) as caught:
        find(name).read(Source(text.replace(written, wrong, 1), "f.yaml"))
    assert said in str(caught.value)
    assert all(issue.place for issue in caught.value.issues)
