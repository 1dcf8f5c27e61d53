"""Different things counted by verbs, rankings of identifiers, declared defaults, verbs that look like values, removals."""

from __future__ import annotations

import pytest

from goal_semantics.load.native import load
from goal_semantics.query import Condition
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Plan, Planned, Questions, Refusal
from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.edits import revise
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.read import plan
from tests.planner.asking import NOW, demo
from tests.planner.forms import Order, Q, Top, eq, g, m, ne

F = m("flights")
AIRLINE, TAIL, ORIGIN = "flights.airline.name", "flights.tail_number", "flights.origin_code"
MONTH = g("flights.scheduled_departure", "month")
UNITED = "United Air Lines Inc."
KNOWN = Condition(field=TAIL, op="is not null")

CASES: dict[str, Q] = {
    "how many destinations does each airline serve": Q(measures=(m("destinations_served"),), groupings=(g(AIRLINE),)),
    "how many airlines are operating": Q(measures=(m("airlines_operating"),)),
    "how many planes did United use": Q(measures=(m("planes_flown"),), filter=eq(AIRLINE, UNITED)),
    "how many flights does Delta operate": Q(measures=(F,), filter=eq(AIRLINE, "Delta Air Lines Inc.")),
    "carriers ranked by on-time rate, best first": Q(
        measures=(m("on_time_rate"),), groupings=(g(AIRLINE),), order=(Order(by="on_time_rate"),)),
    "carriers ranked by cancellation rate, best first": Q(
        measures=(m("cancellation_rate"),), groupings=(g(AIRLINE),), order=(Order(by="cancellation_rate", descending=False),)),
    "airlines by flights in descending order": Q(measures=(F,), groupings=(g(AIRLINE),), order=(Order(by="flights"),)),
    "which plane flew the most flights": Q(
        measures=(F,), groupings=(g(TAIL),), top=Top(n=1, by="flights"), filter=KNOWN),
    "top 5 planes by flights": Q(measures=(F,), groupings=(g(TAIL),), top=Top(n=5, by="flights"), filter=KNOWN),
    "average delay by carrier": Q(measures=(m("average_arrival_delay"),), groupings=(g(AIRLINE),)),
    "mean delay": Q(measures=(m("average_arrival_delay"),)),
    "flights of airlines other than United": Q(measures=(F,), filter=ne(AIRLINE, UNITED)),
    "flights are not cancelled": Q(measures=(F,), filter=ne("flights.status", "cancelled")),
    "Which carrier has the most flights? Give me the carrier name.": Q(
        measures=(F,), groupings=(g(AIRLINE),), top=Top(n=1, by="flights")),
}  # fmt: skip


@pytest.mark.parametrize("goal", CASES)
def test_reading(goal: str) -> None:
    assert demo().query(goal) == CASES[goal]


def test_rows_without_an_identifier_are_no_candidate_and_that_is_said() -> None:
    assert any("without" in said for said in demo().plan("which plane flew the most flights").assumptions)
    assert demo().query("which carrier has the most flights").filter is None


@pytest.mark.parametrize(
    "goal",
    ["carriers ranked by flights, worst first", "number of carriers, descending"],
)
def test_what_has_no_order_is_not_answered(goal: str) -> None:
    assert not isinstance(demo().ask(goal), Plan)


def test_bare_delay_is_asked_and_details_do_not_repeat_labels() -> None:
    planned = demo().ask("delay by carrier")
    assert isinstance(planned, Questions)
    for choice in planned.items[0].choices:
        assert choice.detail == ""
        assert choice.plan is not None
        assert choice.plan.assumptions


AWARDS = """
name: awards
datasets:
  - name: singers
    source: singers
    row: singer
    primary_key: [singer_id]
    fields:
      - {name: singer_id, type: integer, role: key}
      - {name: name, type: string}
      - {name: result, type: string}
"""


def of_singers(text: str) -> Planned:
    catalog = load(AWARDS)
    values = {"singers.result": ("Nominated", "Won")}
    return plan(Goal(text=text, as_of=NOW), catalog, PlanContext(values=values), Lexicon.build(catalog, values))


def test_a_participle_that_is_also_a_value_is_asked() -> None:
    assert not isinstance(of_singers("how many singers have been nominated"), Plan)
    assert isinstance(of_singers("how many singers with result Nominated"), Plan)


def changed(goal: str, instruction: str) -> Planned:
    asker = demo()
    return revise(instruction, asker.plan(goal), (), asker.catalog, asker.context, asker.lexicon)


@pytest.mark.parametrize(
    ("goal", "instruction", "left"),
    [
        ("United flights by month", "remove the filter", "flights by month"),
        ("United flights by month", "no filters", "flights by month"),
        ("United flights by month", "all carriers again", "flights by month"),
        ("United flights from JFK by month", "all carriers again", "flights from JFK by month"),
        ("United flights from JFK by month", "remove the origin filter", "United flights by month"),
        ("flights by month compared to the previous year", "without comparison", "flights by month"),
        ("flights by month compared to the previous year", "remove the comparison", "flights by month"),
        ("flights by month with totals", "without totals", "flights by month"),
        ("flights in March 2013 by carrier", "all dates", "flights by carrier"),
    ],
)
def test_taking_away(goal: str, instruction: str, left: str) -> None:
    made = changed(goal, instruction)
    assert isinstance(made, Plan), made
    assert made.steps[0].query == demo().query(left)


@pytest.mark.parametrize("instruction", ["remove the filter", "without comparison", "all carriers again"])
def test_nothing_to_take_away_is_said(instruction: str) -> None:
    assert isinstance(changed("flights by month", instruction), Refusal)
