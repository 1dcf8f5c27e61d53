"""Every aggregate of the closed set against plain Python, over NULLs, single rows, no rows and decimals."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from typing import Any, get_args

import duckdb
import pytest
import sqlglot
from pydantic import ValidationError

from goal_semantics.compile import compile_query
from goal_semantics.metrics import simple
from goal_semantics.model import Aggregate, Metric
from goal_semantics.query import Measure, SemanticQuery
from tests.semantic.shop import AS_OF, CATALOG, aggregated, compiled, rows
from tests.semantic.test_traps import refused

DIALECTS = ("duckdb", "snowflake", "databricks", "spark", "postgres")
FRACTIONS = (0, 0.07, 0.29, 0.5, 0.57, 0.9, 1)


def between(values: Sequence[float], fraction: float) -> float:
    ordered = sorted(values)
    place = fraction * (len(ordered) - 1)
    low = math.floor(place)
    high = math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def reached(values: Sequence[float], fraction: float) -> float:
    """The first value whose share of values up to it is at least the fraction, in whole numbers."""
    ordered, parts = sorted(values), round(fraction * 100)
    return next(value for at, value in enumerate(ordered, 1) if at * 100 >= parts * len(ordered))


def sample(of: Callable[[Sequence[float]], float]) -> Callable[[Sequence[float]], float | None]:
    return lambda values: of(values) if len(values) > 1 else None


TRUTH: dict[str, Callable[[Sequence[float]], float | None]] = {
    "sum": math.fsum, "avg": statistics.fmean, "min": min, "max": max, "median": statistics.median,
    "stddev": sample(statistics.stdev), "stddev_pop": statistics.pstdev, "variance": sample(statistics.variance),
    "variance_pop": statistics.pvariance,
}  # fmt: skip


def values_by_status(shop: duckdb.DuckDBPyConnection, column: str) -> dict[str | None, list[float]]:
    found: dict[str | None, list[float]] = {}
    for status, value in shop.execute(f"SELECT status, {column} FROM orders").fetchall():
        found.setdefault(status, []).extend([] if value is None else [float(value)])
    return found


def close(found: Any, expected: float | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return math.isclose(float(found), expected, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("column", ["amount", "weight", "quantity"])
@pytest.mark.parametrize("agg", sorted(TRUTH))
def test_equals_python_for_each_group(shop: duckdb.DuckDBPyConnection, agg: str, column: str) -> None:
    measure = {"agg": agg, "field": f"orders.{column}"}
    found = dict(rows(shop, {"measures": [measure], "groupings": [{"field": "orders.status"}]}))
    truth = values_by_status(shop, column)
    assert found.keys() == truth.keys()
    assert all(close(found[each], TRUTH[agg](values)) for each, values in truth.items()), found


@pytest.mark.parametrize("fraction", FRACTIONS)
@pytest.mark.parametrize("agg", ["percentile", "percentile_discrete"])
def test_percentiles_equal_python(shop: duckdb.DuckDBPyConnection, agg: str, fraction: float) -> None:
    query = {
        "measures": [{"agg": agg, "field": "orders.amount", "percentile": fraction}],
        "groupings": [{"field": "orders.status"}],
    }
    truth = between if agg == "percentile" else reached
    for status, found in rows(shop, query):
        assert close(found, truth(values_by_status(shop, "amount")[status], fraction))


def test_what_lies_between_two_decimals_is_not_rounded_to_them(shop: duckdb.DuckDBPyConnection) -> None:
    """DuckDB's own median of 0.25 and 10.50 would be 5.37: a decimal with the digits of the column."""
    chosen = {"kind": "condition", "field": "products.price", "op": "<", "values": [50]}
    query = {"measures": [{"agg": "median", "field": "products.price"}], "filter": chosen}
    assert rows(shop, query) == [(5.375,)]


@pytest.mark.parametrize("agg", [each for each in get_args(Aggregate) if each != "count"])
def test_no_rows_have_no_value_and_count_to_zero(shop: duckdb.DuckDBPyConnection, agg: str) -> None:
    extra = {"percentile": 0.5} if "percentile" in agg else {}
    nothing = {"kind": "condition", "field": "orders.status", "op": "=", "values": ["no such"]}
    query = {"measures": [{"agg": agg, "field": "orders.amount", **extra}], "filter": nothing}
    assert rows(shop, query) == [(0 if "count" in agg else None,)]


def test_one_row_has_no_spread_of_a_sample_but_one_of_all(shop: duckdb.DuckDBPyConnection) -> None:
    one = {"kind": "condition", "field": "orders.order_id", "op": "=", "values": [1]}
    names = ("stddev", "stddev_pop", "variance", "variance_pop")
    query = {"measures": [{"agg": each, "field": "orders.quantity"} for each in names], "filter": one}
    assert rows(shop, query) == [(None, 0, None, 0)]


def test_approximate_forms_are_near(shop: duckdb.DuckDBPyConnection) -> None:
    query = {"measures": [
        {"agg": "approx_count_distinct", "field": "orders.order_id"},
        {"agg": "approx_percentile", "field": "orders.amount", "percentile": 0.5},
        {"agg": "count_distinct", "field": "orders.order_id"}, {"agg": "median", "field": "orders.amount"},
    ]}  # fmt: skip
    [(distinct, middle, exact_distinct, exact_middle)] = rows(shop, query)
    assert abs(distinct - exact_distinct) <= 0.2 * exact_distinct
    assert abs(middle - exact_middle) <= 5


@pytest.mark.parametrize("agg", get_args(Aggregate))
def test_nothing_but_sums_and_counts_of_rows_adds_up(agg: str) -> None:
    extra = {"percentile": 0.5} if "percentile" in agg else {}
    query = compiled({"measures": [{"agg": agg, "field": "orders.amount", **extra}]})
    assert query.columns[0].additive is (agg in {"count", "sum"})
    assert query.columns[0].type == (
        "integer" if "count" in agg else "decimal" if agg in {"sum", "min", "max"} else "float"
    )


def test_two_percentiles_of_one_field_have_names_of_their_own() -> None:
    fractions = (0.5, 0.9, 0.999)
    measures = [{"agg": "percentile", "field": "orders.amount", "percentile": each} for each in fractions]
    assert [each.name for each in compiled({"measures": measures}).columns] == [
        "percentile_50_orders_amount", "percentile_90_orders_amount", "percentile_99_9_orders_amount",
    ]  # fmt: skip


def test_a_percentile_of_a_metric_is_filtered_and_divided_like_every_aggregate(shop: duckdb.DuckDBPyConnection) -> None:
    late = aggregated("p90", "orders", "percentile", "amount", percentile=0.9, filter="status = 'paid'")
    catalog = CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, late)})
    [(found,)] = rows(shop, {"measures": [{"metric": "p90"}]}, catalog)
    assert close(found, between(values_by_status(shop, "amount")["paid"], 0.9))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("agg", get_args(Aggregate))
def test_every_engine_has_a_spelling_that_it_reads_back(agg: Any, dialect: Any) -> None:
    extra = {"percentile": 0.07} if "percentile" in agg else {}
    spec = simple.Spec(dataset="orders", agg=agg, expression="amount", filter="status = 'paid'", **extra)
    catalog = CATALOG.model_copy(update={"metrics": (Metric(name="asked", spec=spec),)})
    query = SemanticQuery(measures=(Measure(metric="asked"),))
    text = compile_query(query, catalog, dialect, as_of=AS_OF).text
    [tree] = sqlglot.parse(text.replace("%s", "1"), dialect=dialect)
    assert tree is not None
    assert ("FILTER" in text) is (dialect != "snowflake")


def test_engines_that_count_in_floats_are_asked_for_a_hair_less() -> None:
    """0.07 of 100 rows is the 7th row; PostgreSQL and Spark would take the 8th."""
    measure = Measure(agg="percentile_discrete", field="orders.amount", percentile=0.07)
    texts = {
        each: compile_query(SemanticQuery(measures=(measure,)), CATALOG, each, as_of=AS_OF).text for each in DIALECTS
    }
    assert all(
        ("0.06999999999999" in text) is (each in {"databricks", "spark", "postgres"}) for each, text in texts.items()
    )


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ({"agg": "percentile", "field": "orders.amount"}, "needs a fraction"),
        ({"agg": "sum", "field": "orders.amount", "percentile": 0.5}, "has no meaning"),
        ({"agg": "stddev", "field": "orders.status"}, "needs numbers"),
        ({"agg": "percentile_discrete", "field": "orders.ordered_at", "percentile": 0.5}, "needs numbers"),
        ({"agg": "approx_count_distinct", "field": "orders"}, "needs a field"),
    ],
)  # fmt: skip
def test_what_has_no_meaning_is_refused(measure: dict[str, Any], words: str) -> None:
    refused({"measures": [measure]}, words)


@pytest.mark.parametrize(
    "spec", [{"agg": "percentile"}, {"agg": "sum", "percentile": 0.5}, {"agg": "percentile", "percentile": 2}]
)
def test_a_metric_says_its_fraction_or_is_refused(spec: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        simple.Spec.model_validate({"dataset": "orders", "expression": "amount", **spec})
