"""A governed question, compiled for each dialect and asked through each real driver, has one answer."""

from __future__ import annotations

import datetime
import decimal

from goal_semantics.compile import compile_query
from goal_semantics.metrics.simple import Spec
from goal_semantics.model import Catalog, Dataset, Expression, Field, Metric
from goal_semantics.query import Condition, Detail, Grouping, Measure, SemanticQuery
from tests.connectors.places import Place

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def catalog(place: Place) -> Catalog:
    def column(name: str) -> Expression:
        return Expression(text=name.upper() if place.dialect == "snowflake" else name)

    exact = Expression(text=f"CAST({column('amount').text} AS DECIMAL(10, 2))")
    fields = (
        Field(name="id", type="integer", role="key", expression=column("id")),
        Field(name="name", type="string", expression=column("name")),
        Field(name="amount", type="decimal", role="fact", expression=exact),
    )
    facts = Dataset(name="facts", source=place.source, primary_key=("id",), fields=fields)
    revenue = Metric(name="revenue", spec=Spec(dataset="facts", agg="sum", expression=Expression(text="amount")))
    rows = Metric(name="rows", spec=Spec(dataset="facts", agg="count"))
    return Catalog(name="c", datasets=(facts,), metrics=(revenue, rows))


def answer(place: Place, query: SemanticQuery) -> list[dict]:
    compiled = compile_query(query, catalog(place), place.dialect, as_of=NOW)
    with place.open() as connector:
        rows = connector.prepare(compiled).run().frame.table.to_pylist()
    return sorted(rows, key=str)


def test_metrics_by_group(place: Place):
    measures = (Measure(metric="revenue"), Measure(metric="rows"))
    rows = answer(place, SemanticQuery(measures=measures, groupings=(Grouping(field="facts.name"),)))
    assert [tuple(row.values()) for row in rows] == [
        ("blue", decimal.Decimal("0.25"), 1), ("red", decimal.Decimal("10.50"), 1), (None, None, 1),
    ]  # fmt: skip


def test_filtered_by_a_value_that_is_not_sql(place: Place):
    total = (Measure(metric="rows"),)
    for value, expected in (("red", 1), ("red' OR '1'='1", 0)):
        condition = Condition(field="facts.name", op="=", values=(value,))
        assert [tuple(row.values()) for row in answer(place, SemanticQuery(measures=total, filter=condition))] == [
            (expected,)
        ]


def test_rows_in_detail(place: Place):
    rows = answer(place, SemanticQuery(detail=Detail(dataset="facts", fields=("facts.id", "facts.amount"))))
    assert [list(row.values()) for row in rows] == [
        [1, decimal.Decimal("10.50")],
        [2, None],
        [3, decimal.Decimal("0.25")],
    ]
