"""Percentages: a ranking by one is refused, and a whole that is said is the whole that divides."""

from __future__ import annotations

import pytest

from goal_semantics.query import Measure
from jupyter_goal.core.plan import Plan, Refusal
from tests.planner.asking import Asker, demo, shop
from tests.planner.forms import Q, g, m
from tests.planner.parcels import courier

AIRLINE = "flights.airline.name"


def over(upper: str, lower: str) -> Measure:
    return Measure(metric=upper, over=Measure(metric=lower))


@pytest.mark.parametrize(
    ("asker", "goal"),
    [
        (demo, "top 10% of carriers by flights"),
        (demo, "bottom 5 percent of destinations by flights"),
        (demo, "top ten percent of airlines by distance flown"),
        (demo, "top quarter of carriers by flights"),
        (demo, "top half of the destinations by flights"),
        (demo, "bottom third of carriers by on-time rate"),
        (demo, "top decile of planes by flights"),
        (demo, "the 10% busiest destinations"),
        (demo, "first 20% of carriers by flights"),
        (shop, "top 20% of customers by revenue"),
        (shop, "top 5 % products by revenue"),
        (shop, "bottom quarter of countries by orders"),
    ],
)
def test_a_ranking_by_a_part_is_refused(asker: type[Asker], goal: str) -> None:
    planned = asker().ask(goal)
    assert isinstance(planned, Refusal), planned
    assert "top 5" in planned.hint


WHOLES: list[tuple[type[Asker], str, Q]] = [
    (demo, "on-time flights as a share of all flights", Q(measures=(over("on_time_flights", "flights"),))),
    (demo, "late flights as percentage of all flights", Q(measures=(over("late_flights", "flights"),))),
    (demo, "late flights as a % of flights by carrier", Q(measures=(over("late_flights", "flights"),), groupings=(g(AIRLINE),))),
    (demo, "diverted flights as a share of all flights", Q(measures=(over("diverted_flights", "flights"),))),
    (demo, "share of late flights in all flights by carrier", Q(
        measures=(over("late_flights", "flights"),), groupings=(g(AIRLINE),))),
    (demo, "percentage of delayed flights among all flights", Q(measures=(over("late_flights", "flights"),))),
    (demo, "share of diverted flights of all scheduled flights", Q(measures=(over("diverted_flights", "flights"),))),
    (demo, "proportion of on-time flights out of all flights", Q(measures=(over("on_time_flights", "flights"),))),
    (demo, "late flights out of all flights by carrier", Q(measures=(over("late_flights", "flights"),), groupings=(g(AIRLINE),))),
    (demo, "late flights as a share of arrived flights", Q(measures=(m("late_rate"),))),
    (demo, "share of cancelled flights in all flights", Q(measures=(m("cancellation_rate"),))),
    (demo, "share of late flights", Q(measures=(m("late_rate"),))),
    (courier, "share of late parcels in all parcels", Q(measures=(over("late_parcels", "parcels"),))),
    (courier, "late parcels as a percentage of parcels by driver", Q(
        measures=(over("late_parcels", "parcels"),), groupings=(g("parcels.driver"),))),
    (courier, "late parcels as a share of delivered parcels", Q(measures=(m("late_rate"),))),
    (shop, "refunds as a share of orders", Q(measures=(over("refund_count", "orders"),))),
]  # fmt: skip


@pytest.mark.parametrize(("asker", "goal", "query"), WHOLES)
def test_the_whole_that_is_said_divides(asker: type[Asker], goal: str, query: Q) -> None:
    assert asker().query(goal) == query


@pytest.mark.parametrize(
    ("asker", "goal"),
    [
        (demo, "late flights from JFK as a share of all flights"),
        (demo, "late flights by carrier as a share of all flights"),
        (demo, "late United flights as a share of all flights"),
        (demo, "late United flights / flights"),
        (demo, "flights as a share of flights"),
        (shop, "online orders from Japan as a percentage of orders"),
        (shop, "retail orders / orders"),
        (demo, "what percentage of all flights were late"),
        (demo, "of all flights, what percentage were late"),
        (courier, "late parcels of Kim as a share of all parcels"),
    ],
)
def test_an_unclear_whole_is_asked_or_refused(asker: type[Asker], goal: str) -> None:
    assert not isinstance(asker().ask(goal), Plan)
