"""Metrics that are read through a time spine, in the native format: the options that loaders set, on every dialect."""

from __future__ import annotations

import datetime
import json
from typing import Any

import duckdb
import pytest
import sqlglot

from goal_semantics.compile import compile_query
from goal_semantics.dialects import Dialect
from goal_semantics.errors import QueryError
from goal_semantics.load.native import load
from goal_semantics.model import Catalog
from goal_semantics.probe import compile_probe
from goal_semantics.query import SemanticQuery

AS_OF = datetime.datetime(2024, 6, 1, tzinfo=datetime.UTC)
CATALOG = """\
name: spine
calendar: {spines: [days.day, months.month]}
datasets:
  - name: sales
    source: sales
    primary_key: id
    default_time: at
    fields:
      - {name: id, type: integer, role: key}
      - {name: shop, type: integer, role: key, entity: shop}
      - {name: at, type: timestamp, role: time, grain: day, expression: sold_at}
      - {name: entered, type: timestamp, role: time, grain: day}
      - {name: online, type: boolean}
      - {name: desk, type: string}
  - name: visits
    source: visits
    default_time: day
    fields:
      - {name: place, type: integer, role: key, entity: shop}
      - {name: day, type: date, role: time, grain: day}
  - name: plans
    source: plans
    default_time: month
    fields: [{name: month, type: date, role: time, grain: month}, {name: target, type: integer}]
  - name: days
    source: days
    primary_key: day
    default_time: day
    fields: [{name: day, type: date, role: time, grain: day}, {name: season, type: string}]
  - {name: months, source: months, primary_key: month, fields: [{name: month, type: date, role: time, grain: month}]}
  - name: desks
    source: desks
    fields:
      - {name: desk, type: string}
      - {name: since, type: timestamp, role: time}
      - {name: until, type: timestamp, role: time}
      - {name: room, type: string}
    primary_key: [desk, since]
  - {name: labelled, source: labelled, fields: [{name: room, type: string}, {name: label, type: string}]}
  - {name: labels, source: labels, primary_key: label, fields: [{name: label, type: string}, {name: colour, type: string}]}
relationships:
  - {name: place, from: sales, to: desks, from_columns: [desk], to_columns: [desk],
     validity: {time: "@time", valid_from: since, valid_to: until}}
  - {name: labels, from: desks, to: labels, from_columns: [room], to_columns: [label],
     bridge: {dataset: labelled, near: [room], far: [label], allocate: full}}
metrics:
  - {name: revenue, dataset: sales, expression: amount}
  - {name: entered, dataset: sales, expression: amount, time: sales.entered}
  - {name: guests, dataset: visits, agg: count}
  - {name: target, dataset: plans, expression: target}
  - {name: online, dataset: sales, expression: amount, filter: online, narrows: true}
  - {name: every, dataset: sales, expression: amount, spine: true, fill: 0}
  - {name: before, kind: offset, metric: revenue, by: 1 month, spine: true}
  - {name: start, kind: offset, metric: revenue, to: month, spine: true}
  - {name: before_before, kind: offset, metric: before, by: 1 day, spine: true}
  - {name: total, kind: cumulative, metric: revenue, spine: true}
  - {name: total_before, kind: offset, metric: total, by: 1 day, spine: true}
  - {name: two_days, kind: cumulative, metric: revenue, window: 2 days, spine: true, every: true, fill: -1}
  - {name: planned, kind: cumulative, metric: target, spine: true}
  - {name: stock, kind: semi_additive, dataset: sales, expression: amount, over: sales.at, moment: asked}
  - {name: apart, kind: derived, expression: "10000 * COALESCE(revenue, 0) + 100 * COALESCE(before, 0) + total"}
  - {name: earlier_total, kind: offset, metric: total, by: 1 day}
  - {name: running_stock, kind: cumulative, metric: stock}
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(CATALOG)


@pytest.fixture(scope="module")
def rows() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("""
        CREATE TABLE sales AS SELECT * FROM (VALUES
            (1, 1, TIMESTAMP '2024-01-01 09:00', TIMESTAMP '2024-01-02', 10, true, 'd'),
            (2, 1, TIMESTAMP '2024-01-01 17:00', TIMESTAMP '2024-02-01', 1, false, 'e'),
            (3, 2, TIMESTAMP '2024-01-03', TIMESTAMP '2024-01-03', 5, false, 'd'),
            (4, NULL, NULL, TIMESTAMP '2024-01-03', 100, true, 'd')) AS t(id, shop, sold_at, entered, amount, online, desk);
        CREATE TABLE desks AS SELECT * FROM (VALUES
            ('d', TIMESTAMP '2023-01-01', TIMESTAMP '2024-01-02', 'old'), ('d', TIMESTAMP '2024-01-02', NULL, 'new'),
            ('e', TIMESTAMP '2023-01-01', NULL, 'old')) AS t(desk, since, until, room);
        CREATE TABLE labelled AS SELECT * FROM (VALUES ('old', 'x'), ('old', 'y'), ('old', 'x'), ('new', 'y')) AS t(room, label);
        CREATE TABLE labels AS SELECT * FROM (VALUES ('x', 'red'), ('y', 'blue')) AS t(label, colour);
        CREATE TABLE visits AS SELECT * FROM (VALUES (1, DATE '2024-01-01'), (3, DATE '2024-01-02')) AS t(place, day);
        CREATE TABLE plans AS SELECT * FROM (VALUES (DATE '2024-01-01', 7), (DATE '2024-03-01', 2)) AS t(month, target);
        CREATE TABLE days AS SELECT d::DATE AS day, CASE WHEN d < DATE '2024-01-03' THEN 'a' ELSE 'b' END AS season
            FROM (SELECT unnest(generate_series(TIMESTAMP '2023-12-31', TIMESTAMP '2024-02-05', INTERVAL 1 DAY)) AS d);
        CREATE TABLE months AS SELECT * FROM (VALUES (DATE '2024-01-01'), (DATE '2024-02-01'), (DATE '2024-03-01'),
            (DATE '2024-04-01')) AS t(month);
    """)
    return connection


def answer(catalog: Catalog, rows: duckdb.DuckDBPyConnection, metric: str, **more: Any) -> list[tuple[Any, ...]]:
    by = more.pop("by", {"field": "@time", "grain": "day"})
    groupings = by if isinstance(by, list) else [by]
    names = metric if isinstance(metric, list) else [metric]
    query = SemanticQuery.model_validate(
        {"measures": [{"metric": each} for each in names], "groupings": groupings, **more}
    )
    compiled = compile_query(query, catalog, "duckdb", as_of=AS_OF)
    assert rows.execute(compiled.display).fetchall() == rows.execute(compiled.text, compiled.parameters).fetchall()
    found = rows.execute(compiled.text, compiled.parameters).fetchall()
    return [tuple(str(each) if isinstance(each, datetime.date) else each for each in row) for row in found]


def window(start: str, end: str) -> dict[str, Any]:
    return {"time": {"window": {"kind": "between", "start": start, "end": end}}}


def test_the_own_time_of_each_metric(catalog, rows):
    found = answer(catalog, rows, ["revenue", "entered", "guests"])
    assert found == [
        ("2024-01-01", 11, None, 1), ("2024-01-02", None, 10, 1), ("2024-01-03", 5, 105, None), ("2024-02-01", None, 1, None),
        (None, 100, None, None),
    ]  # fmt: skip


def test_an_offset_counts_rows_of_any_time_of_the_day_and_shows_its_own_periods(catalog, rows):
    assert answer(catalog, rows, "before") == [("2024-02-01", 11), ("2024-02-03", 5)]
    assert answer(catalog, rows, ["revenue", "before"], **window("2024-01-03", "2024-02-02")) == [
        ("2024-01-03", 5, None), ("2024-02-01", None, 11),
    ]  # fmt: skip
    assert answer(catalog, rows, "before", by={"field": "@time", "part": "day_of_week"}) == [(4, 11), (6, 5)]
    assert answer(catalog, rows, "before_before") == [("2024-02-02", 11), ("2024-02-04", 5)]


def test_the_start_of_a_period_for_longer_periods_is_that_of_their_first_day(catalog, rows):
    assert answer(catalog, rows, "start", **window("2024-01-02", "2024-01-04")) == [
        ("2024-01-02", 11),
        ("2024-01-03", 11),
    ]
    assert answer(catalog, rows, "start", by={"field": "@time", "grain": "month"}) == [("2024-01-01", 11)]


def test_a_running_value_goes_on_to_the_end_of_the_spine_and_no_further_back_than_the_data(catalog, rows):
    found = dict(answer(catalog, rows, "total"))
    assert (found["2024-01-02"], found["2024-01-03"], found["2024-02-05"]) == (11, 16, 16)
    assert "2023-12-31" not in found
    assert answer(catalog, rows, "total", **window("2024-02-04", "2024-02-06")) == [
        ("2024-02-04", 16),
        ("2024-02-05", 16),
    ]
    assert answer(catalog, rows, "total", by=[]) == [(116,)]
    assert answer(catalog, rows, "total", by={"field": "@time.season"}) == [("a", 11), ("b", 16)]


def test_a_window_limits_what_accumulates_also_where_something_looks_back_at_it(catalog, rows):
    assert answer(catalog, rows, "total_before", **window("2024-01-03", "2024-01-06")) == [
        ("2024-01-04", 16), ("2024-01-05", 16),
    ]  # fmt: skip


def test_every_period_and_what_it_shows(catalog, rows):
    found = answer(catalog, rows, "two_days", **window("2023-12-31", "2024-01-06"))
    assert found == [("2023-12-31", -1), ("2024-01-01", 11), ("2024-01-02", 11), ("2024-01-03", 5), ("2024-01-04", 5),
                     ("2024-01-05", -1)]  # fmt: skip
    assert answer(catalog, rows, "every", by={"field": "@time", "grain": "month"}) == [
        ("2024-01-01", 16), ("2024-02-01", 0), ("2024-03-01", 0), ("2024-04-01", 0), (None, 100),
    ]  # fmt: skip
    assert answer(catalog, rows, "every", by={"field": "sales.shop"}) == [(1, 11), (2, 5), (None, 100)]


def test_longer_periods_come_from_their_own_spine(catalog, rows):
    assert answer(catalog, rows, "planned", by={"field": "@time", "grain": "month"}) == [
        ("2024-01-01", 7), ("2024-02-01", 7), ("2024-03-01", 9), ("2024-04-01", 9),
    ]  # fmt: skip
    assert answer(catalog, rows, "planned", by={"field": "@time", "grain": "quarter"}) == [
        ("2024-01-01", 9),
        ("2024-04-01", 9),
    ]


def test_groups_without_rows_of_the_filter_do_not_exist(catalog, rows):
    assert answer(catalog, rows, "online", by={"field": "sales.shop"}) == [(1, 10), (None, 100)]
    assert answer(catalog, rows, ["online", "revenue"], by={"field": "sales.shop"}) == [
        (1, 10, 11),
        (2, None, 5),
        (None, 100, 100),
    ]


def test_the_moment_of_the_rows_that_are_asked_for(catalog, rows):
    offline = {"filter": {"kind": "condition", "field": "sales.online", "op": "=", "values": [True]}}
    assert answer(catalog, rows, "stock", by=[]) == [(5,)]
    assert answer(catalog, rows, "stock", by=[], **offline) == [(10,)]
    assert answer(catalog, rows, "stock", by={"field": "sales.shop"}) == [(2, 5)]


def test_two_facts_are_asked_by_a_key_of_both(catalog, rows):
    assert answer(catalog, rows, ["revenue", "guests"], by={"field": "sales.shop"}) == [
        (1, 11, 1), (2, 5, None), (3, None, 1), (None, 100, None),
    ]  # fmt: skip


def test_periods_are_counted_and_have_a_first_one(catalog, rows):
    measures = [
        {"agg": "count_distinct", "field": "sales.at", "grain": "day"},
        {"agg": "min", "field": "sales.at", "grain": "month"},
    ]
    query = SemanticQuery.model_validate({"measures": measures})
    compiled = compile_query(query, catalog, "duckdb", as_of=AS_OF)
    assert rows.execute(compiled.text, compiled.parameters).fetchall() == [(2, datetime.date(2024, 1, 1))]


@pytest.mark.parametrize(
    ("metric", "by", "said"),
    [
        ("before", [], "needs its time as a grouping"),
        ("before", [{"field": "sales.online"}], "needs its time as a grouping"),
        ("revenue", [{"field": "@time.seasn", "grain": None}], "has no “seasn”"),
        ("revenue", [{"field": "sales.online", "part": "day_of_week"}], "has no day of week"),
        ("guests", [{"field": "@time", "part": "hour"}], "one value per day; it has no hour"),
        ("revenue", [{"field": "@time", "part": "month", "grain": "month"}], "either a grain or a part"),
        ("revenue", [{"field": "sales.id", "grain": "day", "bins": {"width": 2}}], "in two ways"),
        ("earlier_total", [{"field": "@time", "grain": "day"}], "looks at other times itself"),
        ("running_stock", [{"field": "@time", "grain": "day"}], "looks at other times itself"),
        ("total", [{"field": "@time", "grain": "day"}, {"field": "sales.place.labels.colour"}], "many-to-many"),
        ("stock", [{"field": "sales.place.labels.colour"}], "many-to-many"),
    ],
)
def test_what_cannot_be_read_is_refused(catalog, rows, metric, by, said):
    with pytest.raises(QueryError) as caught:
        answer(catalog, rows, metric, by=by)
    assert said in str(caught.value.issues)


BY_SHOP = [{"field": "@time", "grain": "day", "alias": "day"}, {"field": "sales.shop"}]


@pytest.mark.parametrize("metric", ["total", "stock", "two_days"])
@pytest.mark.parametrize(
    "more",
    [
        {"totals": True},
        {"top": {"n": 1, "by": "METRIC"}},
        {"calculations": [{"kind": "cumulative", "measure": "METRIC"}]},
    ],
)
def test_what_holds_at_several_times_is_never_added_up_over_them(catalog, rows, metric, more):
    text = json.dumps(more).replace("METRIC", metric)
    with pytest.raises(QueryError) as caught:
        answer(catalog, rows, metric, by=BY_SHOP, **json.loads(text))
    assert "does not add up over time" in str(caught.value.issues)


@pytest.mark.parametrize("metric", ["before", "every"])
def test_others_of_what_moves_are_refused(catalog, rows, metric):
    with pytest.raises(QueryError, match="Others of") as caught:
        answer(catalog, rows, metric, by=BY_SHOP, top={"n": 1, "by": metric, "others": True})
    assert len(caught.value.issues.items) >= 1


def test_one_metric_that_is_read_in_three_ways_is_three_numbers(catalog, rows):
    found = dict(answer(catalog, rows, "apart"))
    assert (found["2024-01-01"], found["2024-01-02"], found["2024-02-01"]) == (110011, 11, 1116)


def test_versions_at_the_time_of_the_rows_lead_on_over_a_bridge(catalog, rows):
    red = {"kind": "condition", "field": "sales.place.labels.colour", "op": "=", "values": ["red"]}
    assert answer(catalog, rows, "revenue", by=[], filter=red) == [(11,)]
    assert answer(catalog, rows, "revenue", by={"field": "sales.place.labels.colour"}) == [
        ("blue", 16),
        ("red", 11),
        (None, 100),
    ]
    assert answer(catalog, rows, "entered", by={"field": "sales.place.labels.colour"}) == [
        ("blue", 116),
        ("red", 1),
    ]
    assert answer(catalog, rows, "online", by={"field": "sales.place.labels.colour"}) == [
        ("blue", 10),
        ("red", 10),
        (None, 100),
    ]


@pytest.mark.parametrize(
    ("metric", "adds_up"), [("total", False), ("stock", False), ("before", True), ("revenue", True)]
)
def test_what_holds_at_several_times_is_told_to_those_who_stack_and_share(catalog, metric, adds_up):
    query = SemanticQuery.model_validate({"measures": [{"metric": metric}], "groupings": BY_SHOP})
    [column] = [each for each in compile_query(query, catalog, "duckdb", as_of=AS_OF).columns if each.name == metric]
    assert column.additive == adds_up


def test_what_moves_once_may_be_totalled(catalog, rows):
    found = answer(catalog, rows, "before", by=BY_SHOP, totals=True)
    assert found[-1] == (None, None, 16, 2)


@pytest.mark.parametrize("dialect", ["snowflake", "databricks", "spark", "postgres"])
@pytest.mark.parametrize("metric", ["before", "start", "total", "two_days", "every", "total_before", "stock"])
def test_every_dialect_says_it_in_sql_that_parses_back(catalog, dialect: Dialect, metric: str):
    query = SemanticQuery.model_validate({
        "measures": [{"metric": metric}],
        "groupings": [{"field": "@time", "grain": "month"}, {"field": "@time", "part": "day_of_week"}],
    })  # fmt: skip
    compiled = compile_query(query, catalog, dialect, as_of=AS_OF)
    assert sqlglot.parse_one(compiled.display, dialect=dialect) is not None


@pytest.mark.parametrize(
    "metric", ["before", "start", "total", "two_days", "every", "total_before", "stock", "online", "planned"]
)
def test_checks_read_the_rows_themselves_and_expect_no_total_of_what_moves(catalog, rows, metric: str):
    query = SemanticQuery.model_validate({
        "measures": [{"metric": metric}], "groupings": [{"field": "@time", "grain": "month"}], **window("2024-01-01", "2024-03-01"),
    })  # fmt: skip
    probe = compile_probe(query, catalog, "duckdb", as_of=AS_OF)
    [found] = rows.execute(probe.compiled.text, probe.compiled.parameters).fetchall()
    assert found[0] >= 1
    names = [column.name for column in probe.compiled.columns]
    assert (f"total_{metric}" in names) == (metric in {"every", "online"})
