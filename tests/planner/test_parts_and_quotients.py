"""A part narrows the upper number and never the whole; a quotient is the catalog's own where there is one."""

from __future__ import annotations

import duckdb
import pytest

from goal_semantics.compile import compile_query
from goal_semantics.query import Condition, Filter, Measure
from jupyter_goal.connectors import ConnectOptions
from jupyter_goal.connectors.duckdb import connect
from jupyter_goal.core.plan import Plan, Questions
from tests.data import flights
from tests.planner.asking import NOW, demo, shop
from tests.planner.forms import Q, agg, eq, g, gt, m, ne

F = m("flights")
AIRLINE, ORIGIN, DEST = "flights.airline.name", "flights.origin_code", "flights.destination_code"
MONTH = g("flights.scheduled_departure", "month")
UNITED, DELTA = "United Air Lines Inc.", "Delta Air Lines Inc."


def part(condition: Filter, metric: str = "flights") -> Measure:
    return Measure(metric=metric, filter=condition, over=m(metric))


def per(above: str, below: str) -> Measure:
    return Measure(metric=above, over=m(below))


CASES: dict[str, Q] = {
    "what percentage of flights leave from Newark": Q(measures=(part(eq(ORIGIN, "EWR")),)),
    "share of United flights": Q(measures=(part(eq(AIRLINE, UNITED)),)),
    "United's share of flights by month": Q(measures=(part(eq(AIRLINE, UNITED)),), groupings=(MONTH,)),
    "United's share of flights by origin": Q(measures=(part(eq(AIRLINE, UNITED)),), groupings=(g(ORIGIN),)),
    "United flights as % of total": Q(measures=(part(eq(AIRLINE, UNITED)),)),
    "share of flights by United or Delta": Q(measures=(part(eq(AIRLINE, UNITED, DELTA)),)),
    "what share of flights from JFK are operated by United": Q(
        measures=(part(eq(AIRLINE, UNITED)),), filter=eq(ORIGIN, "JFK")),
    "what percentage of flights are over 1000 miles": Q(measures=(part(gt("flights.distance", 1000)),)),
    "what percentage of planes have more than 200 seats": Q(
        measures=(part(gt("planes.seats", 200), "registered_planes"),)),
    "share of flights without tail number": Q(
        measures=(part(Condition(field="flights.tail_number", op="is null")),)),
    "what percentage of flights were not cancelled": Q(measures=(part(ne("flights.status", "cancelled")),)),
    "what share of distance flown is by Delta": Q(measures=(part(eq(AIRLINE, DELTA), "distance_flown"),)),
    "what fraction of flights were cancelled": Q(measures=(m("cancellation_rate"),)),
    "what percent of Delta flights were cancelled": Q(
        measures=(m("cancellation_rate"),), filter=eq(AIRLINE, DELTA)),
    "percentage of late flights": Q(measures=(m("late_rate"),)),
    "share of flights by carrier": Q(
        measures=(F,), groupings=(g(AIRLINE),), calculations=demo().query("share of flights per carrier").calculations),
    # quotients
    "cancelled flights divided by departed flights": Q(measures=(per("cancelled_flights", "departed_flights"),)),
    "cancelled flights divided by flights": Q(measures=(m("cancellation_rate"),)),
    "ratio of late flights to arrived flights by carrier": Q(measures=(m("late_rate"),), groupings=(g(AIRLINE),)),
    "diverted flights per departed flight": Q(measures=(m("diversion_rate"),)),
    "distance flown per flight by carrier": Q(measures=(per("distance_flown", "flights"),), groupings=(g(AIRLINE),)),
    "distance per flight": Q(measures=(agg("avg", "flights.distance"),)),
    "average delay per flight": Q(measures=(m("average_arrival_delay"),)),
    "seats per plane": Q(measures=(m("average_seats"),)),
    "flights per carrier": Q(measures=(F,), groupings=(g(AIRLINE),)),
    "flights per day": Q(measures=(F,), groupings=(g("flights.scheduled_departure", "day"),)),
}  # fmt: skip


@pytest.mark.parametrize("goal", CASES)
def test_reading(goal: str) -> None:
    made = demo().query(goal)
    if goal == "distance per flight":
        assert made.measures in (CASES[goal].measures, (m("average_distance"),))
        return
    assert made == CASES[goal]


@pytest.mark.parametrize(
    ("goal", "readings"),
    [
        ("flights per plane", 2),
        ("percentage of late flights by carrier", 2),
        ("what percentage of flights were late", 2),
        ("share of JFK flights by carrier", 2),
        ("United's share of flights from JFK", 1),
    ],
)
def test_what_may_be_a_part_or_parts_is_asked(goal: str, readings: int) -> None:
    planned = demo().ask(goal)
    if readings == 1:
        assert isinstance(planned, Questions) or planned == demo().plan(goal)
        return
    assert isinstance(planned, Questions), planned
    assert len(planned.items[0].choices) >= readings


@pytest.mark.parametrize("goal", ["share of United and Delta", "share of on-time rate for United"])
def test_what_has_no_part_is_not_answered(goal: str) -> None:
    assert not isinstance(demo().ask(goal), Plan)


def test_in_another_catalog() -> None:
    country = "orders.customer.country"
    assert shop().query("share of revenue from France").measures == (part(eq(country, "France"), "revenue"),)
    assert shop().query("what share of orders is online").measures == (m("online_share"),)
    assert shop().query("revenue per order").measures == (per("revenue", "orders"),)


NUMBERS = {
    "what percentage of flights leave from Newark":
        "SELECT count(*) FILTER (origin = 'EWR') / count(*)::DOUBLE FROM flights",
    "what percentage of flights to Boston are operated by JetBlue":
        "SELECT count(*) FILTER (carrier = 'B6') / count(*)::DOUBLE FROM flights WHERE dest = 'BOS'",
    "distance flown per flight":
        "SELECT sum(distance) FILTER (air_time IS NOT NULL) / count(*)::DOUBLE FROM flights",
}  # fmt: skip


@pytest.mark.parametrize("goal", NUMBERS)
def test_the_numbers_are_those_of_the_data(goal: str) -> None:
    with duckdb.connect(str(flights.warehouse()), read_only=True) as connection:
        [(expected,)] = connection.execute(NUMBERS[goal]).fetchall()
    connector = connect(f"duckdb:///{flights.warehouse()}", ConnectOptions())
    try:
        compiled = compile_query(demo().query(goal), demo().catalog, "duckdb", as_of=NOW)
        shown = connector.prepare(compiled).run().frame.table.to_pylist()
    finally:
        connector.close()
    assert [list(row.values()) for row in shown] == [[pytest.approx(expected)]]
    assert expected > 0


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ("share of United flights", "flights with airline United Air Lines Inc. as a share of all flights"),
        ("distance flown per flight", "distance flown divided by flights"),
    ],
)
def test_the_interpretation_says_what_is_divided(goal: str, words: str) -> None:
    assert demo().plan(goal).interpretation == words
