"""Abbreviations, beginnings of words, codes and units: read where one thing can be meant, and said."""

from __future__ import annotations

import pytest

from goal_semantics.query import Condition
from jupyter_goal.core.plan import Plan, Questions
from tests.planner.asking import demo, shop
from tests.planner.forms import Q, agg, eq, g, gt, m

F = m("flights")
AIRLINE, ORIGIN, DEST = "flights.airline.name", "flights.origin_code", "flights.destination_code"
MONTH = g("flights.scheduled_departure", "month")

CASES: dict[str, Q] = {
    "avg dep delay by carrier": Q(measures=(m("average_departure_delay"),), groupings=(g(AIRLINE),)),
    "avg arr delay by origin": Q(measures=(m("average_arrival_delay"),), groupings=(g(ORIGIN),)),
    "num flights by dest": Q(measures=(F,), groupings=(g(DEST),)),
    "no. of flights by carrier": Q(measures=(F,), groupings=(g(AIRLINE),)),
    "flight cnt by carrier": Q(measures=(F,), groupings=(g(AIRLINE),)),
    "max dist by carrier": Q(measures=(agg("max", "flights.distance"),), groupings=(g(AIRLINE),)),
    "avg temp by month": Q(measures=(m("average_temperature"),), groupings=(g("weather.observed", "month"),)),
    "b6 flights by month": Q(measures=(F,), groupings=(MONTH,), filter=eq(AIRLINE, "JetBlue Airways")),
    "flights from jfk to lax": demo().query("flights from JFK to LAX"),
    "FLIGHTS FROM JFK BY MONTH": Q(measures=(F,), groupings=(MONTH,), filter=eq(ORIGIN, "JFK")),
    "JetBlue's on-time rate": Q(measures=(m("on_time_rate"),), filter=eq(AIRLINE, "JetBlue Airways")),
    "flights over 2000 miles": Q(measures=(F,), filter=gt("flights.distance", 2000)),
    "flights of 2000 miles or more": Q(
        measures=(F,), filter=Condition(field="flights.distance", op=">=", values=(2000,))),
    "planes with over 2000 seats": Q(measures=(m("registered_planes"),), filter=gt("planes.seats", 2000)),
    "flights on weekends by carrier": Q(
        measures=(F,), groupings=(g(AIRLINE),), filter=eq("flights.weekday", "Saturday", "Sunday")),
    "flights by weekday": Q(measures=(F,), groupings=(g("flights.weekday"),)),
}  # fmt: skip


@pytest.mark.parametrize("goal", CASES)
def test_reading(goal: str) -> None:
    assert demo().query(goal) == CASES[goal]


@pytest.mark.parametrize("goal", ["avg dep delay by carrier", "flights on weekends", "b6 flights", "flight cnt"])
def test_what_was_written_out_is_said(goal: str) -> None:
    assert any("read as" in said for said in demo().plan(goal).assumptions)


@pytest.mark.parametrize("goal", ["flights by car", "flights by cat", "flights by man", "flights by de"])
def test_a_word_of_its_own_or_of_many_is_not_written_out(goal: str) -> None:
    assert not isinstance(demo().ask(goal), Plan)


@pytest.mark.parametrize(
    "goal",
    [
        "flights delayed more than an hour",
        "flights more than 2 hours late by carrier",
        "flights more than an hour late",
        "flights that took longer than 5 hours",
        "flights per route",
    ],
)
def test_several_fields_of_the_unit_are_asked(goal: str) -> None:
    assert isinstance(demo().ask(goal), Questions)


def test_hours_become_minutes() -> None:
    planned = demo().ask("flights delayed more than an hour")
    assert isinstance(planned, Questions)
    filters = [c.plan.steps[0].query.filter for c in planned.items[0].choices if c.plan is not None]
    assert set(filters) == {gt("flights.departure_delay", 60), gt("flights.arrival_delay", 60)}


def test_days_become_hours_in_another_catalog() -> None:
    assert shop().query("orders with lead time over 2 days").filter == gt("orders.lead_time", 48)
    assert shop().query("rev by month").measures == (m("revenue"),)
