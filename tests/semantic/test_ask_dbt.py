"""Questions in dbt's words, answered from the small project: each number was worked out by hand or by plain SQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.semantic.dbt_manifest import asked, legacy, recent, refusal, warehouse


@pytest.fixture(scope="module")
def rows() -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse() as connection:
        yield connection


def derived(name: str, expr: str, *metrics: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "type": "derived", "type_params": {"expr": expr, "metrics": list(metrics)}}


def simple(name: str, measure: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "simple", "type_params": {"measure": measure}, **more}


def cumulative(name: str, **params: Any) -> dict[str, Any]:
    return {"name": name, "type": "cumulative", "type_params": {"measure": "revenue", "cumulative_type_params": params}}


@pytest.mark.parametrize("form", [legacy, recent])
def test_metrics_by_month_and_by_joined_dimensions(rows, form):
    found = asked(form(), rows, metrics=("revenue", "orders", "online_orders"), group_by=("metric_time__month",))
    assert found == [("2024-01-01", 42.0, 4.0, 2.0), ("2024-02-01", 7.0, 2.0, 1.0), ("2024-04-01", 51.0, 3.0, 1.0)]
    by_country = asked(form(), rows, metrics=("revenue",), group_by=("customer__city__country",))
    assert by_country == [("CH", 31.0), ("FR", 55.0), (None, 14.0)]


def test_a_name_without_its_first_entities_is_found_by_the_shortest_way(rows):
    assert asked(legacy(), rows, metrics=("revenue",), group_by=("city__country",)) == asked(
        legacy(), rows, metrics=("revenue",), group_by=("customer__city__country",)
    )


def test_each_metric_is_read_by_its_own_time(rows):
    found = asked(legacy(), rows, metrics=("revenue", "paid"), group_by=("metric_time__month",))
    assert found == [
        ("2024-01-01", 42.0, 15.0),
        ("2024-02-01", 7.0, 27.0),
        ("2024-04-01", 51.0, 51.0),
        (None, None, 7.0),
    ]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("{{ Dimension('order_id__online') }}", 20.0),
        ("NOT {{ Dimension('order_id__online') }}", 73.0),
        ("{{ Dimension('order_id__online') }} IS NULL", 7.0),
        ("NOT ({{ Dimension('order_id__online') }} OR {{ Dimension('customer__segment') }} = 'A')", 50.0),
        ("{{ Dimension('customer__segment') }} != 'A'", 55.0),
        ("{{ Dimension('segment', entity_path=['customer']) }} NOT IN ('A', 'C')", 55.0),
        ("{{ Entity('customer') }} IS NOT NULL AND {{ Dimension('customer__segment') }} IS NULL", 11.0),
        ("{{ TimeDimension('metric_time', 'month') }} >= '2024-02-01'", 58.0),
        ("{{ TimeDimension('metric_time', 'month') }} > '2024-01-15'", 58.0),
        ("{{ Dimension('metric_time').grain('month') }} = '2024-02-01'", 7.0),
        ("{{ TimeDimension('order_id__paid_at', 'month') }} != '2024-02-01'", 66.0),
        ("{{ TimeDimension('metric_time', 'day') }} BETWEEN '2024-01-05' AND '2024-02-01'", 15.0),
        ("metric_time__day < '2024-01-02' OR metric_time__day = CAST('2024-04-10' AS TIMESTAMP)", 80.0),
        ("{{ Metric('orders', group_by=['customer']) }} >= 3", 86.0),
    ],
)
def test_conditions_mean_what_sql_means(rows, where, expected):
    assert asked(legacy(), rows, metrics=("revenue",), where=(where,)) == [(expected,)]


def test_a_filter_of_a_metric_makes_groups_without_its_rows_vanish(rows):
    narrowed = simple("online_revenue", "revenue", filter="{{ Dimension('order_id__online') }}")
    joined = simple(
        "vip_revenue", "revenue", filter="{{ Dimension('customer__vip') }} AND {{ Dimension('order_id__online') }}"
    )
    manifest = legacy(narrowed, joined)
    assert asked(manifest, rows, metrics=("online_revenue",), group_by=("metric_time__day",)) == [
        ("2024-01-01", 10.0), ("2024-01-05", 5.0), ("2024-02-02", 4.0), ("2024-04-11", 1.0),
    ]  # fmt: skip
    assert asked(manifest, rows, metrics=("vip_revenue",)) == [(11.0,)]


def test_a_metric_in_the_filter_of_a_metric(rows):
    loyal = simple("loyal_revenue", "revenue", filter="{{ Metric('orders', ['customer']) }} >= 3")
    assert asked(legacy(loyal), rows, metrics=("loyal_revenue",), group_by=("metric_time__month",)) == [
        ("2024-01-01", 35.0), ("2024-02-01", None), ("2024-04-01", 51.0),
    ]  # fmt: skip


def test_an_offset_moves_rows_and_shows_periods_that_only_they_reach(rows):
    earlier = derived("three_days_ago", "before", {"name": "revenue", "offset_window": "3 days", "alias": "before"})
    change = derived("change", "revenue - before", {"name": "revenue"},
                     {"name": "revenue", "offset_window": "1 month", "alias": "before"})  # fmt: skip
    manifest = legacy(earlier, change)
    assert asked(manifest, rows, metrics=("three_days_ago",), group_by=("metric_time__month",)) == [
        ("2024-01-01", 35.0), ("2024-02-01", 14.0), ("2024-04-01", 51.0),
    ]  # fmt: skip
    found = dict(asked(manifest, rows, metrics=("change",), group_by=("metric_time__day",)))
    assert (found["2024-02-01"], found["2024-01-01"]) == (-27.0, None)
    assert "2024-02-29" not in found, "no day of February is a month after 31 January"
    window = {"where": ("{{ TimeDimension('metric_time', 'day') }} >= '2024-02-01'",)}
    assert (
        dict(asked(manifest, rows, metrics=("change",), group_by=("metric_time__day",), **window))["2024-02-01"]
        == -27.0
    )


def test_an_offset_to_the_start_of_the_month(rows):
    start = derived("since_start", "revenue - start", {"name": "revenue"},
                    {"name": "revenue", "offset_to_grain": "month", "alias": "start"})  # fmt: skip
    found = dict(asked(legacy(start), rows, metrics=("since_start",), group_by=("metric_time",)))
    assert (found["2024-01-05"], found["2024-02-02"], found["2024-04-10"]) == (-25.0, 1.0, None)
    assert found["2024-01-20"] is None


def test_running_values_reach_over_gaps_and_beyond_the_data(rows):
    manifest = legacy(
        cumulative("total"), cumulative("last_week", window="7 days"), cumulative("mtd", grain_to_date="month")
    )
    found = dict(asked(manifest, rows, metrics=("total",), group_by=("metric_time__day",)))
    assert (found["2024-01-01"], found["2024-03-15"], found["2024-06-30"]) == (30.0, 49.0, 100.0)
    assert "2023-12-31" not in found
    week = dict(asked(manifest, rows, metrics=("last_week",), group_by=("metric_time",)))
    assert (week["2024-01-07"], week["2024-01-08"], week["2024-01-11"]) == (35.0, 5.0, 5.0)
    assert "2024-01-12" not in week
    month = dict(asked(manifest, rows, metrics=("mtd",), group_by=("metric_time",)))
    assert (month["2024-01-31"], month["2024-02-01"], month["2024-02-29"]) == (42.0, 3.0, 7.0)
    assert asked(manifest, rows, metrics=("total",)) == [(100.0,)]


@pytest.mark.parametrize(
    ("period", "january"), [("first", 30.0), ("last", 42.0), ("average", (30 * 4 + 35 * 26 + 42) / 31)]
)
def test_the_period_agg_chooses_the_moment_of_a_longer_period(rows, period, january):
    manifest = legacy(cumulative("total", period_agg=period))
    found = dict(asked(manifest, rows, metrics=("total",), group_by=("metric_time__month",)))
    assert found["2024-01-01"] == pytest.approx(january)
    both = asked(manifest, rows, metrics=("total",), group_by=("metric_time__month", "metric_time__week"))
    assert (
        "2024-01-01",
        "2024-01-01",
        {"first": 30.0, "last": 35.0}.get(period, pytest.approx((30 * 4 + 35 * 3) / 7)),
    ) in both


def test_the_default_of_the_period_agg_is_the_first(rows):
    plain = dict(asked(legacy(cumulative("total")), rows, metrics=("total",), group_by=("metric_time__month",)))
    assert plain["2024-01-01"] == 30.0


def test_a_running_value_of_a_moved_one(rows):
    moved = derived("total_before", "before", {"name": "total", "offset_window": "1 month", "alias": "before"})
    found = dict(
        asked(legacy(cumulative("total"), moved), rows, metrics=("total_before",), group_by=("metric_time__day",))
    )
    assert (found["2024-02-01"], found["2024-03-05"]) == (30.0, 49.0)


def test_joined_to_the_time_spine_and_filled(rows):
    every = simple("every_day", {"name": "revenue", "join_to_timespine": True, "fill_nulls_with": 0})
    bare = simple("bare", {"name": "revenue", "join_to_timespine": True})
    manifest = legacy(every, bare)
    found = asked(manifest, rows, metrics=("every_day",), group_by=("metric_time__month",))
    assert found == [("2023-12-01", 0.0), ("2024-01-01", 42.0), ("2024-02-01", 7.0), ("2024-03-01", 0.0),
                     ("2024-04-01", 51.0), ("2024-05-01", 0.0), ("2024-06-01", 0.0)]  # fmt: skip
    assert asked(manifest, rows, metrics=("every_day",), group_by=("customer__segment",))[0] == ("A", 31.0)
    spring = {"where": ("{{ TimeDimension('metric_time', 'month') }} = '2024-03-01'",)}
    days = asked(manifest, rows, metrics=("bare",), group_by=("metric_time__day",), **spring)
    assert (len(days), {value for _, value in days}) == (31, {None})


def test_a_condition_on_a_shown_dimension_holds_for_periods_without_rows_too(rows):
    bare = legacy(simple("bare", {"name": "revenue", "join_to_timespine": True}))
    where = ("{{ Dimension('order_id__online') }}",)
    shown = asked(bare, rows, metrics=("bare",), group_by=("metric_time__month", "order_id__online"), where=where)
    assert shown == [("2024-01-01", True, 15.0), ("2024-02-01", True, 4.0), ("2024-04-01", True, 1.0)]
    hidden = asked(bare, rows, metrics=("bare",), group_by=("metric_time__month",), where=where)
    assert ("2024-03-01", None) in hidden


def test_grains_that_the_spine_defines(rows):
    earlier = derived("month_ago", "before", {"name": "revenue", "offset_window": "1 month", "alias": "before"})
    manifest = legacy(earlier, cumulative("total", period_agg="last"))
    assert asked(manifest, rows, metrics=("revenue",), group_by=("metric_time__season",)) == [
        ("spring", 51.0),
        ("winter", 49.0),
    ]
    assert asked(manifest, rows, metrics=("month_ago",), group_by=("metric_time__season",)) == [
        ("spring", 58.0),
        ("winter", 35.0),
    ]
    assert asked(manifest, rows, metrics=("total",), group_by=("metric_time__season",)) == [
        ("spring", 100.0),
        ("winter", 49.0),
    ]


def test_date_parts_and_values_without_metrics(rows):
    assert asked(legacy(), rows, group_by=("customer__segment",)) == [("A",), ("B",), (None,)]
    assert asked(legacy(), rows, group_by=("metric_time__month",))[0] == ("2023-12-01",)
    assert asked(legacy(), rows, group_by=("order_id__paid_at__month",), extremes=True) == [
        ("2024-01-01", "2024-04-01")
    ]


def test_conversions_of_the_same_entity(rows):
    rate = {"name": "paid_rate", "type": "conversion", "type_params": {"conversion_type_params": {
        "base_measure": "orders", "conversion_measure": "again", "entity": "customer", "window": "10 days"}}}  # fmt: skip
    manifest = legacy(rate)
    again = {
        "name": "payments", "node_relation": {"schema_name": "main", "alias": "raw_orders"}, "primary_entity": "payment",
        "defaults": {"agg_time_dimension": "paid_at"}, "measures": [{"name": "again", "agg": "count", "expr": "1"}],
        "entities": [{"name": "customer", "type": "foreign", "expr": "customer_id"}],
        "dimensions": [{"name": "paid_at", "type": "time", "type_params": {"time_granularity": "day"}}],
    }  # fmt: skip
    manifest["semantic_models"].append(again)
    assert asked(manifest, rows, metrics=("paid_rate",)) == [(pytest.approx(6 / 9),)]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"metrics": ("revenu",)}, "Did you mean “revenue”?"),
        ({"metrics": ("revenue",), "group_by": ("customer__segmnt",)}, "customer__segment"),
        (
            {"metrics": ("revenue",), "where": ("{{ Dimension('customer__segment') }} LIKE 'A%'",)},
            "no comparison of a name",
        ),
        ({"metrics": ("revenue",), "where": ("{{ Dimension('online') > 3",)}, "no SQL condition"),
        ({"metrics": ("revenue",), "where": ("{{ Dimenson('online') }}",)}, "none of Dimension"),
        ({"metrics": ("revenue",), "order_by": ("-orders",)}, "orders"),
        ({"group_by": ("order_id__online", "customer__segment")}, "values of several models"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_next_step(question, said):
    assert said in refusal(legacy(), **question)
