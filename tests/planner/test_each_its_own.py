"""What belongs to one of two numbers is not given to both, and a condition is no breakdown."""

from __future__ import annotations

import pytest

from goal_semantics.query import Condition
from jupyter_goal.core.plan import Plan, Refusal
from tests.planner.asking import Asker, demo, shop
from tests.planner.forms import Q, eq, g, m
from tests.planner.parcels import courier

AIRLINE = "flights.airline.name"
RAIN = eq("flights.weather.rain", "rain")


@pytest.mark.parametrize(
    ("asker", "goal"),
    [
        (demo, "flights by carrier and cancelled flights by origin"),
        (demo, "average delay by month and number of flights by carrier"),
        (demo, "flights from JFK and cancelled flights from LGA"),
        (demo, "flights in March 2013 and cancellations in April 2013"),
        (demo, "United flights and Delta cancellations"),
        (shop, "revenue by country and orders by channel"),
        (shop, "revenue in Japan and refunds in France"),
        (shop, "orders in May 2024 and revenue in April 2024"),
    ],
)
def test_two_questions_in_one_are_refused(asker: type[Asker], goal: str) -> None:
    planned = asker().ask(goal)
    assert isinstance(planned, Refusal), planned


@pytest.mark.parametrize(
    ("asker", "goal", "query"),
    [
        (demo, "flights by carrier and cancelled flights by carrier", Q(
            measures=(m("flights"), m("cancelled_flights")), groupings=(g(AIRLINE),))),
        (demo, "flights and cancelled flights by carrier and month", Q(
            measures=(m("flights"), m("cancelled_flights")),
            groupings=(g(AIRLINE), g("flights.scheduled_departure", "month")))),
        (demo, "average delay when it rains", Q(measures=(m("average_arrival_delay"),), filter=RAIN)),
        (demo, "cancelled flights when it was raining", Q(measures=(m("cancelled_flights"),), filter=RAIN)),
        (demo, "flights while it rained by carrier", Q(measures=(m("flights"),), groupings=(g(AIRLINE),), filter=RAIN)),
        (demo, "average delay if it is dry", Q(
            measures=(m("average_arrival_delay"),), filter=eq("flights.weather.rain", "dry"))),
        (demo, "average delay when the distance is over 1000 miles", Q(
            measures=(m("average_arrival_delay"),),
            filter=Condition(field="flights.distance", op=">", values=(1000,)))),
        (demo, "average delay on departure by carrier", Q(
            measures=(m("average_departure_delay"),), groupings=(g(AIRLINE),))),
        (demo, "average delay at arrival", Q(measures=(m("average_arrival_delay"),))),
        (courier, "late parcels when there is fog", Q(
            measures=(m("late_parcels"),), filter=eq("parcels.weather", "fog"))),
    ],
)  # fmt: skip
def test_one_question_is_answered(asker: type[Asker], goal: str, query: Q) -> None:
    assert asker().query(goal) == query


@pytest.mark.parametrize(
    ("asker", "goal"),
    [
        (demo, "average delay when it snows"),
        (demo, "average delay when the carrier"),
        (demo, "flights if origin"),
        (demo, "flights with a tail number"),
        (demo, "average distance at departure"),
        (demo, "flights in airline"),
        (demo, "cancelled flights during weather station"),
        (shop, "revenue for channel"),
        (shop, "orders in category"),
        (courier, "late parcels at driver"),
        (demo, "cancellations while weather station"),
        (shop, "revenue when the channel"),
        (courier, "late parcels if size"),
    ],
)
def test_a_condition_that_names_none_is_no_breakdown(asker: type[Asker], goal: str) -> None:
    assert not isinstance(asker().ask(goal), Plan)


@pytest.mark.parametrize(
    "goal", ["second busiest destination", "third highest on-time rate by carrier", "2nd largest carrier by flights"]
)
def test_a_place_further_down_is_refused(goal: str) -> None:
    assert isinstance(demo().ask(goal), Refusal)
