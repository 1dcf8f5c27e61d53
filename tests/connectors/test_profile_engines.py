"""What is measured of other engines than DuckDB, and the first catalog that comes of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goal_semantics.compile import compile_query
from goal_semantics.drift import compare
from goal_semantics.infer import infer
from goal_semantics.load.native import dump, load
from goal_semantics.profile import ColumnProfile, Profile, TableProfile
from goal_semantics.query import Grouping, Measure, SemanticQuery
from jupyter_goal.connectors import ConnectOptions, Connector, _measure
from jupyter_goal.errors import QueryFailed
from tests.connectors.queries import open_connector
from tests.servers.databricks_server import Warehouse
from tests.servers.snowflake_server import Loopback

SHOP = """
CREATE TABLE customers (id integer PRIMARY KEY, name text, region text, "homeTown" varchar(20));
INSERT INTO customers SELECT i, 'c' || i, (ARRAY['north', 'south', NULL])[i % 3 + 1], 'Zürich' FROM generate_series(1, 100) i;
CREATE TABLE orders (order_id bigint, customer_id integer REFERENCES customers (id), day date, at timestamptz, amount numeric(10, 2));
INSERT INTO orders SELECT i, CASE WHEN i % 10 = 0 THEN NULL ELSE i % 100 + 1 END, DATE '2024-01-01' + i % 366, now(), i / 7
FROM generate_series(0, 4999) i;
COMMENT ON TABLE orders IS 'what was sold';
CREATE SCHEMA hr;
CREATE TYPE hr.mood AS ENUM ('good', 'bad');
CREATE VIEW hr."Odd Name" AS SELECT 1 AS "a b", 'good'::hr.mood AS mood, '{}'::json AS doc, TRUE AS yes, ARRAY[1] AS list;
CREATE TABLE hr.secret (x integer);
GRANT USAGE ON SCHEMA hr TO reader;
GRANT SELECT ON customers, orders, hr."Odd Name" TO reader;
"""


@pytest.fixture(scope="module")
def postgres_shop(postgres_facts: Any) -> Iterator[Connector]:
    import psycopg

    with psycopg.connect(postgres_facts.url(), autocommit=True) as owner:
        owner.execute("CREATE DATABASE bought")
    with psycopg.connect(postgres_facts.url("bought")) as owner:
        owner.execute(SHOP)
    connector = open_connector(postgres_facts.url("bought", "reader"), ConnectOptions())
    yield connector
    connector.close()


def table(profile: Profile, name: str) -> TableProfile:
    (found,) = [each for each in profile.tables if each.name == name]
    return found


def column(profile: Profile, table_name: str, name: str) -> ColumnProfile:
    (found,) = [each for each in table(profile, table_name).columns if each.name == name]
    return found


def test_postgres_tables_are_named_as_sql_names_them(postgres_shop: Connector) -> None:
    profile = postgres_shop.profile()
    assert profile.name == "bought"
    assert {each.source for each in profile.tables} == {"customers", "orders", 'hr."Odd Name"'}, "only what may be read"
    assert table(profile, "orders").comment == "what was sold"
    assert [each.type for each in table(profile, "Odd Name").columns] == [
        "integer",
        "string",
        "opaque",
        "boolean",
        "opaque",
    ]
    assert [table.source for table in postgres_shop.profile(("orders",)).tables] == ["orders"]


def test_postgres_rows_keys_and_references(postgres_shop: Connector) -> None:
    profile = postgres_shop.profile()
    region = column(profile, "customers", "region")
    assert (region.rows, region.nulls, region.distinct, set(region.samples)) == (100, 33, 2, {"north", "south"})
    assert (region.minimum, region.maximum) == ("north", "south")
    assert column(profile, "orders", "order_id").unique
    assert (column(profile, "orders", "amount").type, column(profile, "orders", "at").type) == (
        "decimal",
        "timestamp_tz",
    )
    assert table(profile, "customers").primary_key == ("id",), "a reader sees declared keys"
    assert table(profile, "orders").primary_key == ("order_id",)
    [found] = [each for each in profile.inclusions if each.child_table == "orders"]
    assert (found.parent_table, found.coverage, found.declared) == ("customers", 1.0, True)


def test_postgres_large_tables_are_sampled_and_say_so(
    postgres_shop: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_measure, "SAMPLE_ABOVE", 1_000)
    monkeypatch.setattr(_measure, "MEASURED_ROWS", 500)
    profile = postgres_shop.profile(("orders",))
    assert "sample of about 500 of 5,000 rows" in "".join(profile.notes)
    assert table(profile, "orders").rows == 5_000
    assert column(profile, "orders", "order_id").distinct == 5_000, "keys are counted on all rows"


def test_a_catalog_of_postgres_answers(postgres_shop: Connector, tmp_path: Path) -> None:
    inferred = infer(postgres_shop.profile()).catalog
    file = tmp_path / "catalog.yaml"
    file.write_text(dump(inferred), encoding="utf-8")
    catalog = load(file.read_text(encoding="utf-8"), file=str(file))
    assert not compare(catalog, postgres_shop.columns())
    asked = SemanticQuery(
        measures=(Measure(agg="count", field="orders"),), groupings=(Grouping(field="orders.customer.homeTown"),)
    )
    compiled = compile_query(asked, catalog, "postgres", as_of=datetime.datetime.now(datetime.UTC))
    rows = postgres_shop.prepare(compiled).run().frame.table.to_pylist()
    assert [tuple(row.values()) for row in rows] == [("Zürich", 4_500), (None, 500)]


def test_spark_tables_are_measured(spark: Any) -> None:
    spark.sql("CREATE DATABASE bought")
    session = spark.newSession()
    session.sql("USE bought")
    session.sql(
        "CREATE TABLE customers USING parquet AS SELECT CAST(id + 1 AS INT) AS id, concat('c', id) AS name, "
        "element_at(array('north', 'south', NULL), CAST(id % 3 + 1 AS INT)) AS region FROM range(100)"
    )
    session.sql(
        "CREATE TABLE orders USING parquet AS SELECT id AS order_id, CAST(if(id % 10 = 0, NULL, id % 100 + 1) AS INT) AS customer_id, "
        "CAST(id AS DECIMAL(10, 2)) AS amount, TIMESTAMP_NTZ '2024-01-01' AS at FROM range(5000)"
    )
    connector = open_connector("spark://", ConnectOptions(live=session))
    profile = connector.profile()
    assert {each.source: each.primary_key for each in profile.tables} == {"customers": ("id",), "orders": ("order_id",)}
    assert [each.type for each in table(profile, "orders").columns] == ["integer", "integer", "decimal", "timestamp"]
    region = column(profile, "customers", "region")
    assert (region.rows, region.nulls, region.distinct, set(region.samples)) == (100, 33, 2, {"north", "south"})
    [found] = profile.inclusions
    assert (found.child_columns, found.parent_table, found.coverage) == (("customer_id",), "customers", 1.0)
    assert not compare(infer(profile).catalog, connector.columns())


def test_a_metered_warehouse_is_measured_by_sketches_and_samples(
    databricks_loopback: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(databricks_loopback.write_settings(tmp_path)))
    databricks_loopback.engine.execute(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR); INSERT INTO customers SELECT i, 'c' || i FROM range(20) t(i);"
        "CREATE TABLE orders (order_id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), status VARCHAR);"
        "INSERT INTO orders SELECT i, i % 20, ['open', 'paid'][i % 2 + 1] FROM range(500) t(i)"
    )
    connector = open_connector("databricks://loop", ConnectOptions())
    profile = connector.profile()
    connector.close()
    assert table(profile, "customers").primary_key == ("id",)
    assert set(column(profile, "orders", "status").samples) == {"open", "paid"}
    [found] = [each for each in profile.inclusions if each.child_table.endswith("orders")]
    assert (found.child_columns, found.parent_columns, found.coverage) == (("customer_id",), ("id",), 1.0)
    assert "paid for" in "".join(profile.notes)


def test_snowflake_is_measured(snowflake_loopback: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNOWFLAKE_HOME", str(snowflake_loopback.write_settings(tmp_path)))
    connector = open_connector("snowflake://loop", ConnectOptions())
    profile = connector.profile(("FACTS",))
    connector.close()
    assert [(each.name, each.samples) for each in table(profile, "FACTS").columns][1] == ("NAME", ("blue", "red"))
    assert table(profile, "FACTS").primary_key == ("ID",)
    assert profile.dialect == "snowflake"


def test_a_write_is_refused_by_postgres_itself(postgres_facts: Any) -> None:
    from tests.connectors.queries import ask

    connector = open_connector(postgres_facts.url("facts", "owner"), ConnectOptions())
    for text in (
        "DELETE FROM facts",
        "CREATE TABLE t (a integer)",
        "SELECT 1; DROP TABLE facts",
        "SET TimeZone = 'UTC'",
    ):
        with pytest.raises(QueryFailed, match=r"refused|read-only"):
            ask(connector, text, {"a": "integer"})
    connector.close()


def test_a_command_is_not_sent_to_spark(spark_facts: Any) -> None:
    from tests.connectors.queries import ask

    connector = open_connector("spark://", ConnectOptions())
    for text in (
        "DROP TABLE facts",
        "SELECT 1; DROP TABLE facts",
        "INSERT INTO facts SELECT 1, 'a', 2",
        "CACHE TABLE facts",
    ):
        with pytest.raises(QueryFailed, match="SELECT"):
            ask(connector, text, {"a": "integer"})
    assert ask(connector, "SELECT count(*) AS a FROM facts", {"a": "integer"}).frame.rows == 1
    connector.close()
