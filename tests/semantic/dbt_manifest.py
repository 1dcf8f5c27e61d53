"""A small project as dbt writes it, in both of its forms, with a warehouse of a few rows for it."""

from __future__ import annotations

import copy
import datetime
import decimal
import json
from typing import Any

import duckdb

from goal_semantics.compile import compile_query
from goal_semantics.issues import Issues
from goal_semantics.load import Source
from goal_semantics.load.dbt import DbtQuery, GroupBy, Project, ask, open_project

AS_OF = datetime.datetime(2024, 6, 1, tzinfo=datetime.UTC)

ORDERS = {
    "name": "orders",
    "node_relation": {"schema_name": "main", "alias": "raw_orders", "database": None, "relation_name": None},
    "defaults": {"agg_time_dimension": "ordered_at"},
    "primary_entity": None,
    "entities": [
        {"name": "order_id", "type": "primary"},
        {"name": "customer", "type": "foreign", "expr": "customer_id"},
    ],
    "dimensions": [
        {"name": "ordered_at", "type": "time", "expr": "made_at", "type_params": {"time_granularity": "day"}},
        {"name": "paid_at", "type": "time", "type_params": {"time_granularity": "day"}},
        {"name": "online", "type": "categorical", "expr": "is_online"},
    ],
}
CUSTOMERS = {
    "name": "customers",
    "node_relation": {"schema_name": "main", "alias": "raw_customers"},
    "entities": [
        {"name": "customer", "type": "primary", "expr": "id"},
        {"name": "city", "type": "foreign", "expr": "city_id"},
    ],
    "dimensions": [{"name": "segment", "type": "categorical"}, {"name": "vip", "type": "categorical"}],
}
CITIES = {
    "name": "cities",
    "node_relation": {"schema_name": "main", "alias": "raw_cities"},
    "entities": [{"name": "city", "type": "primary", "expr": "id"}],
    "dimensions": [{"name": "country", "type": "categorical"}],
}
SPINE = {
    "node_relation": {"schema_name": "main", "alias": "days"},
    "primary_column": {"name": "day", "time_granularity": "day"},
    "custom_granularities": [{"name": "season", "column_name": "season"}],
}
MEASURES: list[dict[str, Any]] = [
    {"name": "revenue", "agg": "sum", "expr": "amount", "create_metric": True},
    {"name": "orders", "agg": "count", "expr": "1", "create_metric": True},
    {"name": "buyers", "agg": "count_distinct", "expr": "customer_id", "create_metric": True},
    {"name": "online_orders", "agg": "sum_boolean", "expr": "is_online", "create_metric": True},
    {"name": "paid", "agg": "sum", "expr": "amount", "agg_time_dimension": "paid_at", "create_metric": True},
]


def legacy(*metrics: dict[str, Any], measures: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """A manifest with measures."""
    orders = ORDERS | {"measures": MEASURES if measures is None else measures}
    return copy.deepcopy({
        "semantic_models": [orders, CUSTOMERS, CITIES], "metrics": list(metrics),
        "project_configuration": {"time_spines": [SPINE]}, "saved_queries": [], **more,
    })  # fmt: skip


def recent(*metrics: dict[str, Any]) -> dict[str, Any]:
    """A manifest of dbt 1.12: the same metrics aggregate by themselves."""
    own = [
        {
            "name": each["name"], "type": "simple", "description": None, "label": None, "filter": None, "metadata": None,
            "type_params": {
                "expr": each["expr"], "join_to_timespine": False, "fill_nulls_with": None, "is_private": False,
                "metric_aggregation_params": {
                    "semantic_model": "orders", "agg": each["agg"], "agg_params": None,
                    "agg_time_dimension": each.get("agg_time_dimension"), "non_additive_dimension": None,
                },
            },
        }
        for each in MEASURES
    ]  # fmt: skip
    return legacy(*own, *metrics, measures=[])


def project(manifest: dict[str, Any]) -> Project:
    """The manifest through the loader."""
    return open_project(Source(json.dumps(manifest, indent=1), "semantic_manifest.json"))


def warehouse() -> duckdb.DuckDBPyConnection:
    """Nine orders over four months with a gap, one of nobody and one of an unknown customer."""
    connection = duckdb.connect()
    connection.execute("""
        CREATE TABLE raw_orders AS SELECT * FROM (VALUES
            (1, 1, TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-03', 10.0, true),
            (2, 1, TIMESTAMP '2024-01-01', TIMESTAMP '2024-02-01', 20.0, false),
            (3, 2, TIMESTAMP '2024-01-05', TIMESTAMP '2024-01-05', 5.0, true),
            (4, 3, TIMESTAMP '2024-01-31', NULL, 7.0, NULL),
            (5, NULL, TIMESTAMP '2024-02-01', TIMESTAMP '2024-02-01', 3.0, false),
            (6, 99, TIMESTAMP '2024-02-02', TIMESTAMP '2024-02-03', 4.0, true),
            (7, 2, TIMESTAMP '2024-04-10', TIMESTAMP '2024-04-10', 50.0, false),
            (8, 2, TIMESTAMP '2024-04-11', TIMESTAMP '2024-04-12', 0.0, false),
            (9, 1, TIMESTAMP '2024-04-11', TIMESTAMP '2024-04-12', 1.0, true)
        ) AS t(order_id, customer_id, made_at, paid_at, amount, is_online);
        CREATE TABLE raw_customers AS SELECT * FROM (VALUES
            (1, 'A', true, 1), (2, 'B', false, 2), (3, NULL, NULL, NULL)) AS t(id, segment, vip, city_id);
        CREATE TABLE raw_cities AS SELECT * FROM (VALUES (1, 'CH'), (2, 'FR')) AS t(id, country);
        CREATE TABLE days AS SELECT day, CASE WHEN day < DATE '2024-03-01' THEN 'winter' ELSE 'spring' END AS season
            FROM (SELECT unnest(generate_series(TIMESTAMP '2023-12-25', TIMESTAMP '2024-06-30', INTERVAL 1 DAY)) AS day);
    """)
    return connection


def asked(manifest: dict[str, Any], connection: duckdb.DuckDBPyConnection, **question: Any) -> list[tuple[Any, ...]]:
    """The rows of a question in dbt's words, sorted."""
    question["group_by"] = tuple(GroupBy(name=name) for name in question.get("group_by", ()))
    opened = project(manifest)
    found = ask(opened, DbtQuery(**question))
    assert not isinstance(found, Issues), str(found)
    compiled = compile_query(found.query, opened.catalog, "duckdb", as_of=AS_OF)
    result = connection.execute(compiled.text, compiled.parameters)
    names = [each[0] for each in result.description or ()]
    at = [names.index(name) for name in found.columns]
    return sorted((tuple(_plain(row[each]) for each in at) for row in result.fetchall()), key=repr)


def refusal(manifest: dict[str, Any], **question: Any) -> str:
    """Why a question is refused."""
    question["group_by"] = tuple(GroupBy(name=name) for name in question.get("group_by", ()))
    found = ask(project(manifest), DbtQuery(**question))
    assert isinstance(found, Issues)
    return str(found)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return float(value) if isinstance(value, int | float | decimal.Decimal) and not isinstance(value, bool) else value
