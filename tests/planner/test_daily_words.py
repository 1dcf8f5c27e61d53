"""What analysts ask every day: units, hours of the clock, quarters side by side, routes, rows with the longest."""

from __future__ import annotations

import datetime

import pytest

from goal_semantics.query import Between, Condition, Detail, MetricCondition
from jupyter_goal.core.plan import Plan, Questions, Refusal
from tests.planner.asking import Asker, demo, shop
from tests.planner.forms import Comparison, Order, Q, TimeWindow, both, eq, g, m
from tests.planner.parcels import courier

F = m("flights")
AIRLINE, ORIGIN, DEST, TIME = (
    "flights.airline.name", "flights.origin_code", "flights.destination_code", "flights.scheduled_departure")  # fmt: skip


def hour(op: str, *hours: int, field: str = TIME) -> Condition:
    return Condition(field=field, op=op, values=hours, grain="hour")  # type: ignore[arg-type]


def months(*numbers: int) -> Condition:
    return Condition(field=TIME, op="in", values=numbers, grain="month")


QUARTER_2 = TimeWindow(window=Between(start=datetime.date(2013, 4, 1), end=datetime.date(2013, 7, 1)))

CASES: list[tuple[type[Asker], str, Q]] = [
    (demo, "flights before 9am", Q(measures=(F,), filter=hour("<", 9))),
    (demo, "flights after 5 pm by carrier", Q(measures=(F,), groupings=(g(AIRLINE),), filter=hour(">=", 17))),
    (demo, "cancelled flights between 6am and 9am", Q(
        measures=(m("cancelled_flights"),), filter=both(hour(">=", 6), hour("<", 9)))),
    (demo, "flights at 12 noon", Q(measures=(F,), filter=hour("=", 12))),
    (courier, "late parcels before 10am by driver", Q(
        measures=(m("late_parcels"),), groupings=(g("parcels.driver"),), filter=hour("<", 10, field="parcels.posted_at"))),
    (demo, "flights Q2 vs Q1", Q(measures=(F,), time=QUARTER_2, comparison=Comparison(to="previous_period"))),
    (demo, "flights in Q1 and Q3", Q(
        measures=(F,), groupings=(g(TIME, "quarter"),),
        filter=Condition(field=TIME, op="in", values=(datetime.date(2013, 1, 1), datetime.date(2013, 7, 1)), grain="quarter"))),
    (demo, "flights between JFK and LAX", Q(measures=(F,), filter=both(eq(ORIGIN, "JFK"), eq(DEST, "LAX")))),
    (demo, "flights between Boston and Newark by month", Q(
        measures=(F,), groupings=(g(TIME, "month"),), filter=both(eq(ORIGIN, "EWR"), eq(DEST, "BOS")))),
    (courier, "parcels between Leeds and Bath", Q(
        measures=(m("parcels"),), filter=both(eq("parcels.source_depot", "Leeds"), eq("parcels.target_depot", "Bath")))),
    (demo, "flights in January or March by carrier", Q(measures=(F,), groupings=(g(AIRLINE),), filter=months(1, 3))),
    (demo, "flights in January and March", Q(measures=(F,), groupings=(g(TIME, "month"),), filter=months(1, 3))),
    (demo, "days with more than 100 cancellations", Q(
        measures=(m("cancelled_flights"),), groupings=(g(TIME, "day"),),
        filter=MetricCondition(measure=m("cancelled_flights"), op=">", values=(100,)))),
    (demo, "average arrival delay minutes by month", Q(
        measures=(m("average_arrival_delay"),), groupings=(g(TIME, "month"),))),
    (courier, "average transit time hours by driver", demo().query and courier().query("average transit time by driver")),
    (demo, "list 10 flights with the longest arrival delay", Q(
        detail=Detail(dataset="flights"), order=(Order(by="arrival_delay"),), limit=10)),
]  # fmt: skip


@pytest.mark.parametrize(("asker", "goal", "query"), CASES)
def test_reading(asker: type[Asker], goal: str, query: Q) -> None:
    assert asker().query(goal) == query


@pytest.mark.parametrize(
    ("asker", "goal"),
    [
        (demo, "flights that arrived before 9am"),
        (demo, "flights that departed after 5pm by carrier"),
        (demo, "flights before 9:20am"),
        (demo, "flights between JFK and LGA"),
        (demo, "flights between United and Boston"),
        (demo, "average arrival delay hours by month"),
        (demo, "flights before 25 am"),
        (shop, "refunds before 9am"),
    ],
)
def test_what_is_not_clear_is_not_answered(asker: type[Asker], goal: str) -> None:
    assert not isinstance(asker().ask(goal), Plan)


def test_a_city_with_two_airports_is_asked_for_the_airports() -> None:
    planned = demo().ask("flights to Chicago")
    assert isinstance(planned, Questions)
    assert any("Midway" in choice.label and "Ohare" in choice.label for choice in planned.items[0].choices)


def test_what_a_reading_says_is_english() -> None:
    assert demo().plan("flights not in February").interpretation == "flights, except Feb"
    assert demo().plan("flights in rain").interpretation == "flights, only rain (weather rain or dry)"
    refused = demo().ask("airlines to Boston by month from Atlantis")
    assert not isinstance(refused, Refusal) or " a a" not in refused.reason
