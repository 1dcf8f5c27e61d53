"""Several values or numbers named together are shown apart; pooled only where the goal says so; never one dropped."""

from __future__ import annotations

import pytest

from goal_semantics.query import Condition
from jupyter_goal.core.plan import Plan, Questions
from tests.planner.asking import demo, shop
from tests.planner.forms import Order, Q, eq, g, m, ne

F = m("flights")
AIRLINE, ORIGIN, DEST = "flights.airline.name", "flights.origin_code", "flights.destination_code"
TIME, HAUL, WEEKDAY = "flights.scheduled_departure", "flights.haul", "flights.weekday"
MONTH = g(TIME, "month")
UNITED, DELTA, JETBLUE = "United Air Lines Inc.", "Delta Air Lines Inc.", "JetBlue Airways"
HAULS = eq(HAUL, "short", "medium", "long")
BOTH = eq(AIRLINE, UNITED, DELTA)

APART: dict[str, Q] = {
    "short, medium and long haul flights by month": Q(measures=(F,), groupings=(MONTH, g(HAUL)), filter=HAULS),
    "flights by month for short, medium and long haul": Q(measures=(F,), groupings=(MONTH, g(HAUL)), filter=HAULS),
    "United, Delta and JetBlue flights by month": Q(
        measures=(F,), groupings=(MONTH, g(AIRLINE)), filter=eq(AIRLINE, UNITED, DELTA, JETBLUE)),
    "compare on-time rate of United and Delta": Q(measures=(m("on_time_rate"),), groupings=(g(AIRLINE),), filter=BOTH),
    "compare on-time rate of United with Delta": Q(measures=(m("on_time_rate"),), groupings=(g(AIRLINE),), filter=BOTH),
    "compare United with Delta by on-time rate": Q(
        measures=(m("on_time_rate"),), groupings=(g(AIRLINE),), filter=BOTH, order=(Order(by="on_time_rate"),)),
    "on-time rate of United vs Delta by month": Q(
        measures=(m("on_time_rate"),), groupings=(MONTH, g(AIRLINE)), filter=BOTH),
    "flights by carrier for United and Delta": Q(measures=(F,), groupings=(g(AIRLINE),), filter=BOTH),
    "flights to Boston, Miami by month": Q(
        measures=(F,), groupings=(MONTH, g(DEST)), filter=eq(DEST, "BOS", "MIA")),
    "flights on Saturday and Sunday by carrier": Q(
        measures=(F,), groupings=(g(AIRLINE), g(WEEKDAY)), filter=eq(WEEKDAY, "Saturday", "Sunday")),
}  # fmt: skip

POOLED: dict[str, Q] = {
    "flights of United and Delta combined by month": Q(measures=(F,), groupings=(MONTH,), filter=BOTH),
    "total flights of United and Delta together": Q(measures=(F,), filter=BOTH),
    "on-time rate of United and Delta in total": Q(measures=(m("on_time_rate"),), filter=BOTH),
    "flights of United or Delta by month": Q(measures=(F,), groupings=(MONTH,), filter=BOTH),
    "flights excluding United and Delta by month": Q(
        measures=(F,), groupings=(MONTH,), filter=ne(AIRLINE, UNITED, DELTA)),
}  # fmt: skip

NUMBERS: dict[str, Q] = {
    "diverted or cancelled flights by month": Q(
        measures=(m("diverted_flights"), m("cancelled_flights")), groupings=(MONTH,)),
    "cancelled or diverted flights by carrier": Q(
        measures=(m("cancelled_flights"), m("diverted_flights")), groupings=(g(AIRLINE),)),
    "cancelled and diverted flights by month": Q(
        measures=(m("cancelled_flights"), m("diverted_flights")), groupings=(MONTH,)),
    "on time and late flights by month": Q(
        measures=(m("on_time_flights"), m("late_flights")), groupings=(MONTH,)),
    "cancellation and diversion rate by month": Q(
        measures=(m("cancellation_rate"), m("diversion_rate")), groupings=(MONTH,)),
}  # fmt: skip


@pytest.mark.parametrize("goal", [*APART, *POOLED, *NUMBERS])
def test_reading(goal: str) -> None:
    assert demo().query(goal) == (APART | POOLED | NUMBERS)[goal]


@pytest.mark.parametrize("goal", ["United and Delta flights by month", "on-time rate for JFK, LGA and EWR"])
def test_that_they_are_apart_is_said(goal: str) -> None:
    assert any("side by side" in said for said in demo().plan(goal).assumptions)


def test_in_another_catalog() -> None:
    country = "orders.customer.country"
    assert shop().query("revenue of France and Japan by month") == Q(
        measures=(m("revenue"),),
        groupings=(g("orders.ordered_at", "month"), g(country)),
        filter=eq(country, "France", "Japan"),
    )
    assert shop().query("revenue in toys or tools").groupings == ()


@pytest.mark.parametrize(
    "goal",
    [
        "top 5 destinations by flights for United and Delta",
        "which destination has the most flights for United and Delta",
        "destinations with more than 1000 flights for United and Delta",
    ],
)
def test_a_ranking_of_several_is_asked(goal: str) -> None:
    planned = demo().ask(goal)
    assert isinstance(planned, Questions)
    groupings = [len(c.plan.steps[0].query.groupings) for c in planned.items[0].choices if c.plan is not None]
    assert sorted(groupings) == [1, 2]


@pytest.mark.parametrize(
    "goal",
    [
        "United flights or flights to Boston",
        "on time and late flights for carriers of vegetarians",
        "late or cancelled or diverted flights by month",
    ],
)
def test_what_cannot_be_set_side_by_side_is_not_answered(goal: str) -> None:
    assert not isinstance(demo().ask(goal), Plan)


@pytest.mark.parametrize("goal", ["flights for United with Delta", "list flights of United with Delta"])
def test_two_values_that_no_row_can_have_are_not_a_filter(goal: str) -> None:
    assert not isinstance(demo().ask(goal), Plan)


def test_a_list_in_an_edit_only_filters() -> None:
    from jupyter_goal.planner.edits import revise

    asker = demo()
    made = revise("only United and Delta", asker.plan("flights by month"), (), asker.catalog, asker.context)
    assert isinstance(made, Plan)
    assert made.steps[0].query.groupings == (MONTH,)
    assert made.steps[0].query.filter == Condition(field=AIRLINE, op="in", values=(UNITED, DELTA))
