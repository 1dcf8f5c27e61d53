"""The reading in words is complete: every part of a query leaves a trace in it."""

from __future__ import annotations

import datetime

import pytest

from goal_semantics.query import (
    Between,
    Bins,
    Comparison,
    Condition,
    Cumulative,
    Detail,
    Exists,
    Grouping,
    Measure,
    MetricCondition,
    Not,
    Or,
    Order,
    Rank,
    Relative,
    Rolling,
    SemanticQuery,
    Share,
    TimeWindow,
    Top,
)
from jupyter_goal.planner.interpret import interpret
from tests.planner.asking import demo
from tests.planner.forms import eq, g, gt, m, span

TIME = "flights.scheduled_departure"


def test_the_example() -> None:
    query = SemanticQuery(
        measures=(m("flights"),), groupings=(g("flights.origin_code"), g(TIME, "month")),
        filter=eq("flights.airline.name", "United Air Lines Inc."), time=span("2013-01-01", "2013-07-01"),
        top=Top(n=5, by="flights"),
    )  # fmt: skip
    words = "flights, by origin and month, Jan–Jun 2013, only airline United Air Lines Inc., top 5 by flights"
    assert interpret(query, demo().catalog) == words


BASE = SemanticQuery(measures=(m("flights"),), groupings=(g("flights.airline.name"), g(TIME, "month")))

PARTS: list[tuple[dict[str, object], str]] = [
    ({"filter": eq("flights.origin_code", "JFK", "LGA")}, "only origin JFK or LGA"),
    ({"filter": Condition(field="flights.origin_code", op="!=", values=("JFK",))}, "only origin other than JFK"),
    (
        {"filter": Condition(field="flights.origin_code", op="not in", values=("JFK", "LGA"))},
        "only origin other than JFK or LGA",
    ),
    ({"filter": Condition(field="flights.tail_number", op="is null")}, "only rows without tail number"),
    ({"filter": Condition(field="flights.tail_number", op="starts with", values=("N1",))}, "starting with N1"),
    ({"filter": gt("flights.departure_delay", 60)}, "only departure delay over 60 min"),
    ({"filter": Condition(field="flights.distance", op="between", values=(5, 10))}, "distance between 5 and 10 mi"),
    ({"filter": Condition(field=TIME, op="=", values=(3,), grain="month")}, "only Mar"),
    ({"filter": Condition(field=TIME, op="=", values=(datetime.date(2013, 3, 1),), grain="month")}, "only Mar 2013"),
    ({"filter": Not(item=gt("flights.distance", 1000))}, "except distance over 1,000 mi"),
    (
        {"filter": Or(items=(gt("flights.distance", 1), eq("flights.origin_code", "JFK")))},
        "(distance over 1 mi or origin JFK)",
    ),
    (
        {"filter": MetricCondition(measure=m("on_time_rate"), op="<", values=(0.8,))},
        "groups with on-time rate under 80%",
    ),
    (
        {"filter": Exists(dataset="planes", through="flights.tail_number", key="planes.tail_number", negate=True)},
        "without planes",
    ),
    ({"time": TimeWindow(window=Relative(unit="month", count=3))}, "last 3 months"),
    ({"time": TimeWindow(window=Relative(unit="year", current=True, to_date=True))}, "year to date"),
    ({"time": TimeWindow(window=Relative(unit="quarter", fiscal=True))}, "last fiscal quarter"),
    ({"time": TimeWindow(window=Relative(unit="month", offset=2))}, "moved back by 2 months"),
    ({"time": TimeWindow(window=Between(start=datetime.date(2013, 3, 1)))}, "since 1 Mar 2013"),
    ({"time": TimeWindow(window=Between(end=datetime.date(2013, 3, 1)))}, "until 28 Feb 2013"),
    ({"time": span("2013-01-01", "2014-01-01")}, "2013"),
    ({"time": span("2013-04-01", "2013-07-01")}, "Q2 2013"),
    ({"time": span("2012-11-01", "2013-02-01")}, "Nov 2012–Jan 2013"),
    ({"time": span("2013-03-05", "2013-03-06")}, "5 Mar 2013"),
    ({"comparison": Comparison(to="previous_year")}, "compared with the same time a year before"),
    ({"comparison": Comparison(to="previous_period")}, "compared with the month before"),
    (
        {"calculations": (Share(measure="flights", within=("scheduled_departure_month",)),)},
        "share of flights within each month",
    ),
    ({"calculations": (Share(measure="flights"),)}, "share of flights in the total"),
    (
        {"calculations": (Cumulative(measure="flights", reset="year"),)},
        "running total of flights, starting over each year",
    ),
    ({"calculations": (Rolling(measure="flights", count=3, agg="sum"),)}, "3-month rolling total of flights"),
    ({"calculations": (Rank(measure="flights", ascending=True),)}, "rank by flights from the lowest"),
    ({"totals": True}, "with totals"),
    ({"fill": True}, "periods without data shown"),
    ({"top": Top(n=3, by="flights", ascending=True, others=True)}, "bottom 3 by flights, the others together"),
    ({"top": Top(n=3, by="flights", within=("scheduled_departure_month",))}, "top 3 by flights in each month"),
    ({"order": (Order(by="airline_name", descending=False),)}, "sorted by airline ascending"),
    ({"limit": 7}, "first 7 rows"),
    ({"groupings": (Grouping(field="flights.distance", bins=Bins(width=500)),)}, "by distance in steps of 500"),
    ({"groupings": (Grouping(field=TIME, grain="year", fiscal=True),)}, "by fiscal year"),
    ({"groupings": (g("flights.destination.name"),)}, "by destination airport name"),
    ({"measures": (Measure(agg="count", field="planes"),)}, "number of planes"),
    ({"measures": (Measure(metric="flights", filter=eq("flights.origin_code", "JFK")),)}, "flights (only origin JFK)"),
    ({"measures": (), "groupings": (), "detail": Detail(dataset="flights")}, "list of flights"),
]


@pytest.mark.parametrize(("change", "words"), PARTS, ids=[words for _, words in PARTS])
def test_every_part_is_said(change: dict[str, object], words: str) -> None:
    assert words in interpret(BASE.model_copy(update=change), demo().catalog)


@pytest.mark.parametrize(("change", "words"), PARTS, ids=[words for _, words in PARTS])
def test_parts_do_not_hide_each_other(change: dict[str, object], words: str) -> None:
    said = interpret(BASE.model_copy(update=change), demo().catalog)
    more = interpret(BASE.model_copy(update=change | {"limit": 99}), demo().catalog)
    assert more == (f"{said}, first 99 rows" if "limit" not in change else said.replace("first 7", "first 99"))


def test_names_that_the_catalog_lacks_do_not_raise() -> None:
    query = SemanticQuery(measures=(m("gone"),), groupings=(g("lost.step.field"),), filter=eq("lost.x", 1))
    assert interpret(query, demo().catalog) == "gone, by step field, only x 1"
