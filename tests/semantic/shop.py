"""A small warehouse with every trap in it, and its catalog: NULL and dangling keys, two paths, gaps, negative amounts."""

from __future__ import annotations

import datetime
from typing import Any

import duckdb

from goal_semantics.compile import compile_query
from goal_semantics.compiled import CompiledQuery
from goal_semantics.metrics import ratio, simple
from goal_semantics.model import Calendar, Catalog, Dataset, DataType, Field, Metric, Relationship
from goal_semantics.policy import Viewer
from goal_semantics.query import SemanticQuery
from tests.semantic.kinds import KINDS

AS_OF = datetime.datetime(2024, 4, 15, 12, 30, tzinfo=datetime.UTC)

TABLES = """
CREATE TABLE nations (nation_id INTEGER, name VARCHAR, region VARCHAR);
INSERT INTO nations VALUES (1, 'France', 'Europe'), (2, 'Japan', 'Asia'), (3, 'Spain', 'Europe'), (4, 'Nowhere', NULL);
CREATE TABLE customers (customer_id INTEGER, name VARCHAR, nation_id INTEGER, segment VARCHAR, joined DATE);
INSERT INTO customers VALUES
  (1, 'Ann', 1, 'retail', '2022-05-01'), (2, 'Bob', 2, 'retail', '2022-06-01'), (3, 'Cem', 3, 'whole''sale', '2023-01-15'),
  (4, 'Dee', NULL, NULL, '2023-02-01'), (5, 'Eve', 1, 'retail', NULL);
CREATE TABLE suppliers (supplier_id INTEGER, name VARCHAR, nation_id INTEGER);
INSERT INTO suppliers VALUES (1, 'Acme', 2), (2, 'Bolt', 1);
CREATE TABLE products (product_id INTEGER, name VARCHAR, supplier_id INTEGER, price DECIMAL(10,2));
INSERT INTO products VALUES (1, 'anvil', 1, 10.50), (2, 'bolt', 2, 0.25), (3, 'crate', NULL, 99.99);
CREATE TABLE orders (
  order_id INTEGER, customer_id INTEGER, product_id INTEGER, ordered_at TIMESTAMP, placed_at TIMESTAMPTZ,
  shipped_on DATE, status VARCHAR, quantity INTEGER, amount DECIMAL(12,2), weight DOUBLE);
INSERT INTO orders
SELECT
  i,
  CASE WHEN i % 11 = 0 THEN NULL WHEN i % 17 = 0 THEN 99 ELSE 1 + i % 5 END,
  CASE WHEN i % 13 = 0 THEN NULL ELSE 1 + i % 3 END,
  CASE WHEN i % 29 = 0 THEN NULL ELSE TIMESTAMP '2022-11-03 09:15:00' + INTERVAL (i * 40) HOUR END,
  CASE WHEN i % 29 = 0 THEN NULL ELSE TIMESTAMPTZ '2022-11-03 22:15:00+00' + INTERVAL (i * 40) HOUR END,
  CASE WHEN i % 7 = 0 THEN NULL ELSE DATE '2022-11-05' + (i * 40 // 24)::INTEGER END,
  CASE i % 4 WHEN 0 THEN 'paid' WHEN 1 THEN 'open' WHEN 2 THEN NULL ELSE 'lost' END,
  i % 9,
  CASE WHEN i % 19 = 0 THEN NULL ELSE ((i * 37) % 500 - 40) / 4.0 END,
  CASE WHEN i % 23 = 0 THEN NULL ELSE i * 0.1 END
FROM range(1, 320) t(i);
DELETE FROM orders WHERE ordered_at >= '2023-06-01' AND ordered_at < '2023-08-01';
CREATE TABLE refunds (refund_id INTEGER, customer_id INTEGER, refunded_on DATE, amount DECIMAL(12,2));
INSERT INTO refunds
SELECT i, CASE WHEN i % 5 = 0 THEN NULL ELSE 1 + i % 4 END, DATE '2023-01-10' + (i * 9)::INTEGER, i * 1.5
FROM range(1, 50) t(i);
CREATE TABLE accounts (account_id INTEGER, region VARCHAR);
INSERT INTO accounts VALUES (1, 'north'), (2, 'north'), (3, 'south'), (4, NULL);
CREATE TABLE balances (account_id INTEGER, day DATE, balance DECIMAL(12,2), kind VARCHAR);
INSERT INTO balances
SELECT CASE WHEN a = 5 THEN NULL ELSE a END, DATE '2023-01-01' + (d * 3)::INTEGER,
  CASE WHEN (a * d) % 17 = 5 THEN NULL ELSE a * 100 + d * (3 - a) END, CASE WHEN a % 2 = 0 THEN 'savings' ELSE 'current' END
FROM range(1, 6) x(a), range(0, 80) y(d)
WHERE NOT (a = 3 AND d > 35) AND NOT (a = 2 AND d % 5 = 0) AND NOT (d BETWEEN 40 AND 52);
INSERT INTO balances VALUES (1, NULL, 1000000, 'current');
CREATE TABLE visits (visit_id INTEGER, customer_id INTEGER, visited_at TIMESTAMP, channel VARCHAR, product_id INTEGER);
INSERT INTO visits
SELECT i, CASE WHEN i % 13 = 0 THEN NULL ELSE 1 + i % 6 END,
  CASE WHEN i % 31 = 0 THEN NULL ELSE TIMESTAMP '2022-11-01 07:00:00' + INTERVAL (i * 53) HOUR END,
  CASE i % 3 WHEN 0 THEN 'mail' WHEN 1 THEN 'web' END, 1 + i % 4
FROM range(1, 260) t(i);
INSERT INTO visits VALUES (900, 2, '2022-11-03 09:15:00', 'web', 1), (901, 3, '2022-11-05 01:15:00', 'mail', 3);
CREATE TABLE staff (staff_id INTEGER, name VARCHAR, manager_id INTEGER);
INSERT INTO staff VALUES (1, 'Top', NULL), (2, 'Mid', 1), (3, 'Low', 2);
"""


def field(name: str, kind: DataType, **extra: Any) -> Field:
    return Field(name=name, type=kind, **extra)


def step(name: str, source: str, target: str, key: str, to: str | None = None, **extra: Any) -> Relationship:
    return Relationship(
        name=name, from_dataset=source, to_dataset=target, from_fields=(key,), to_fields=(to or key,), **extra
    )


def counted(name: str, dataset: str, **extra: Any) -> Metric:
    return Metric(name=name, spec=simple.Spec(dataset=dataset, agg="count", **extra))


def aggregated(name: str, dataset: str, agg: str, expression: str, **extra: Any) -> Metric:
    header = {key: extra.pop(key) for key in ("time", "label", "synonyms") if key in extra}
    spec = simple.Spec.model_validate({"dataset": dataset, "agg": agg, "expression": expression, **extra})
    return Metric(name=name, spec=spec, **header)


def divided(name: str, numerator: str, denominator: str) -> Metric:
    return Metric(name=name, spec=ratio.Spec.model_validate({"numerator": numerator, "denominator": denominator}))


DATASETS = (
    Dataset(
        name="orders", source="orders", primary_key=("order_id",), default_time="ordered_at", row="order",
        fields=(
            field("order_id", "integer", role="key"), field("customer_id", "integer"), field("product_id", "integer"),
            field("ordered_at", "timestamp", role="time"), field("placed_at", "timestamp_tz", role="time"),
            field("shipped_on", "date", role="time"), field("status", "string"), field("quantity", "integer"),
            field("amount", "decimal", role="fact"), field("weight", "float", role="fact"),
            field("is_large", "boolean", expression="quantity >= 5"),
            field("net", "decimal", role="fact", expression="amount - 1"),
        ),
    ),
    Dataset(
        name="customers", source="customers", primary_key=("customer_id",), default_time="joined",
        fields=(
            field("customer_id", "integer"), field("name", "string"), field("segment", "string"),
            field("nation_id", "integer"), field("joined", "date", role="time"),
        ),
    ),
    Dataset(
        name="nations", source="(SELECT * FROM nations)", primary_key=("nation_id",),
        fields=(field("nation_id", "integer"), field("name", "string"), field("region", "string")),
    ),
    Dataset(
        name="suppliers", source="suppliers", primary_key=("supplier_id",),
        fields=(field("supplier_id", "integer"), field("name", "string"), field("nation_id", "integer")),
    ),
    Dataset(
        name="products", source="main.products", primary_key=("product_id",),
        fields=(
            field("product_id", "integer"), field("label", "string", expression="upper(name)"),
            field("supplier_id", "integer"), field("price", "decimal"),
        ),
    ),
    Dataset(
        name="refunds", source="refunds", primary_key=("refund_id",), default_time="refunded_on",
        fields=(
            field("refund_id", "integer"), field("customer_id", "integer"),
            field("refunded_on", "date", role="time"), field("amount", "decimal"),
        ),
    ),
    Dataset(
        name="accounts", source="accounts", primary_key=("account_id",),
        fields=(field("account_id", "integer"), field("region", "string")),
    ),
    Dataset(
        name="balances", source="balances", default_time="day",
        fields=(
            field("account_id", "integer"), field("day", "date", role="time"), field("balance", "decimal"),
            field("kind", "string"),
        ),
    ),
    Dataset(
        name="visits", source="visits", primary_key=("visit_id",), default_time="visited_at",
        fields=(
            field("visit_id", "integer"), field("customer_id", "integer"), field("visited_at", "timestamp", role="time"),
            field("channel", "string"), field("product_id", "integer"),
        ),
    ),
    Dataset(
        name="staff", source="staff", primary_key=("staff_id",),
        fields=(field("staff_id", "integer"), field("name", "string"), field("manager_id", "integer")),
    ),
)  # fmt: skip

RELATIONSHIPS = (
    step("customer", "orders", "customers", "customer_id"),
    step("product", "orders", "products", "product_id"),
    step("nation", "customers", "nations", "nation_id"),
    step("supplier", "products", "suppliers", "supplier_id"),
    step("nation", "suppliers", "nations", "nation_id"),
    step("customer", "refunds", "customers", "customer_id"),
    step("account", "balances", "accounts", "account_id"),
    step("customer", "visits", "customers", "customer_id"),
    step("manager", "staff", "staff", "manager_id", "staff_id"),
)

METRICS = (
    counted("orders", "orders"),
    counted("paid_orders", "orders", filter="status = 'paid'"),
    counted("customers", "customers"),
    aggregated("revenue", "orders", "sum", "amount", synonyms=("turnover",)),
    aggregated("paid_revenue", "orders", "sum", "amount", filter="status = 'paid' OR is_large"),
    aggregated("shipped_revenue", "orders", "sum", "amount", time="shipped_on"),
    aggregated("gross", "orders", "sum", "net * 2 + quantity"),
    aggregated("mean_weight", "orders", "avg", "weight"),
    aggregated("middle_amount", "orders", "median", "amount"),
    aggregated("buyers", "orders", "count_distinct", "customer_id"),
    aggregated("heaviest", "orders", "max", "weight"),
    aggregated("cheapest", "orders", "min", "amount"),
    aggregated("refunded", "refunds", "sum", "amount"),
    divided("paid_rate", "paid_orders", "orders"),
    divided("refund_rate", "refunded", "revenue"),
    divided("revenue_per_buyer", "revenue", "buyers"),
    counted("visits", "visits"),
    *KINDS,
)

CATALOG = Catalog(
    name="shop", datasets=DATASETS, relationships=RELATIONSHIPS, metrics=METRICS,
    calendar=Calendar(time_zone="America/New_York", week_start="sunday", fiscal_year_start=2),
)  # fmt: skip


def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(TABLES)
    return connection


def compiled(
    query: SemanticQuery | dict[str, Any], catalog: Catalog = CATALOG, viewer: Viewer | None = None
) -> CompiledQuery:
    asked = query if isinstance(query, SemanticQuery) else SemanticQuery.model_validate(query)
    return compile_query(asked, catalog, "duckdb", as_of=AS_OF, viewer=viewer)


def rows(
    connection: duckdb.DuckDBPyConnection, query: SemanticQuery | dict[str, Any], catalog: Catalog = CATALOG
) -> list[tuple[Any, ...]]:
    found = compiled(query, catalog)
    return connection.execute(found.text, found.parameters).fetchall()
