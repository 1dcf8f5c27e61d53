"""Instructions on a plan: what changes, what stays, and what is refused."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from goal_semantics.query import Comparison, Condition, Cumulative, Filter, Grouping, Share, Top
from goal_semantics.resolve import resolve_query
from jupyter_goal.core.annotation import Anchor, AnchorKey
from jupyter_goal.core.plan import Plan, Planned, Questions, Refusal, Step
from jupyter_goal.planner.edits import revise
from tests.planner.asking import demo
from tests.planner.forms import both, eq, g, gt, m, ne, span

AIRLINE, ORIGIN, TIME = "flights.airline.name", "flights.origin_code", "flights.scheduled_departure"
UNITED, DELTA = "United Air Lines Inc.", "Delta Air Lines Inc."


def pointed(*keys: tuple[str, Any]) -> Anchor:
    return Anchor(artifact="a", keys=tuple(AnchorKey(field=f, column="c", value=value) for f, value in keys))


def edited(goal: str, instruction: str, *anchors: Anchor) -> Planned:
    asker = demo()
    return revise(instruction, asker.plan(goal), anchors, asker.catalog, asker.context, asker.lexicon)


def step(goal: str, instruction: str, *anchors: Anchor) -> Step:
    planned = edited(goal, instruction, *anchors)
    assert isinstance(planned, Plan), planned
    assert planned.planner == "edit"
    assert not resolve_query(planned.steps[-1].query, demo().catalog)
    assert planned.steps[-1].interpretation != "" and planned.steps[-1] != demo().plan(goal).steps[-1]
    return planned.steps[-1]


@pytest.mark.parametrize(
    ("instruction", "changes"),
    [
        ("bar chart", {"kind": "bar"}),
        ("make it a pie chart", {"kind": "pie"}),
        ("as a line chart please", {"kind": "line"}),
        ("table", {"kind": "table"}),
        ("show it as a stacked bar chart", {"kind": "bar", "stacked": True}),
        ("log scale", {"log": True}),
        ("horizontal", {"horizontal": True}),
        ("with labels", {"labels": True}),
        ("title: Who flies", {"title": "Who flies"}),
        ("rename to “Who flies”", {"title": "Who flies"}),
    ],
)
def test_drawing(instruction: str, changes: dict[str, Any]) -> None:
    made = step("flights by carrier", instruction)
    assert made.chart.model_dump(exclude_defaults=True) == changes
    assert made.query == demo().query("flights by carrier")


@pytest.mark.parametrize(
    "words", ["only this", "keep only these", "just this", "zoom in", "focus on this", "filter to this"]
)
def test_only_this(words: str) -> None:
    assert step("flights by carrier", words, pointed((AIRLINE, UNITED))).query.filter == eq(AIRLINE, UNITED)


@pytest.mark.parametrize("words", ["exclude this", "drop these", "without this", "remove this", "hide this"])
def test_exclude_this(words: str) -> None:
    assert step("flights by carrier", words, pointed((AIRLINE, UNITED))).query.filter == ne(AIRLINE, UNITED)


def test_several_marks_are_alternatives() -> None:
    marks = (pointed((AIRLINE, UNITED)), pointed((AIRLINE, DELTA)))
    assert step("flights by carrier", "only these", *marks).query.filter == eq(AIRLINE, UNITED, DELTA)
    assert step("flights by carrier", "exclude these", *marks).query.filter == ne(AIRLINE, UNITED, DELTA)


def test_a_mark_of_two_dimensions_keeps_both() -> None:
    mark = pointed((AIRLINE, UNITED), (ORIGIN, "JFK"))
    made = step("flights by carrier and origin", "only this", mark)
    assert made.query.filter == both(eq(AIRLINE, UNITED), eq(ORIGIN, "JFK"))


def test_excluding_a_mark_of_two_dimensions_drops_that_cell_only() -> None:
    mark = pointed((AIRLINE, UNITED), (ORIGIN, "JFK"))
    made = step("flights by carrier and origin", "exclude this", mark).query.filter
    assert made is not None and made.kind == "not"
    assert made.item == both(eq(AIRLINE, UNITED), eq(ORIGIN, "JFK"))


@pytest.mark.parametrize("value", ["2013-03-01", datetime.date(2013, 3, 1)])
def test_a_time_keeps_its_grain(value: Any) -> None:
    made = step("flights by month", "only this", pointed((TIME, value)))
    expected: Filter = Condition(field=TIME, op="=", values=(datetime.date(2013, 3, 1),), grain="month")
    assert made.query.filter == expected


def test_a_mark_without_a_value_is_a_missing_value() -> None:
    made = step("flights by plane manufacturer", "only this", pointed(("flights.plane.manufacturer", None)))
    assert made.query.filter == Condition(field="flights.plane.manufacturer", op="is null")


def test_the_old_filter_stays() -> None:
    made = step("flights from JFK by carrier", "only this", pointed((AIRLINE, UNITED)))
    assert made.query.filter == both(eq(ORIGIN, "JFK"), eq(AIRLINE, UNITED))


@pytest.mark.parametrize(
    ("goal", "instruction", "groupings"),
    [
        ("flights by carrier", "by month", (g(TIME, "month"), g(AIRLINE))),
        ("flights by month", "by week", (g(TIME, "week"),)),
        ("flights by month", "weekly", (g(TIME, "week"),)),
        ("flights by month", "by carrier", (g(TIME, "month"), g(AIRLINE))),
        ("flights by carrier", "by origin", (g(ORIGIN),)),
        ("flights by carrier", "also by origin", (g(AIRLINE), g(ORIGIN))),
        ("flights by carrier", "split by origin", (g(AIRLINE), g(ORIGIN))),
        ("flights by month", "by carrier instead", (g(AIRLINE),)),
    ],
)
def test_grouping(goal: str, instruction: str, groupings: tuple[Grouping, ...]) -> None:
    assert step(goal, instruction).query.groupings == groupings


@pytest.mark.parametrize(
    ("instruction", "part", "value"),
    [
        ("top 5", "top", Top(n=5, by="flights")),
        ("bottom 3", "top", Top(n=3, by="flights", ascending=True)),
        ("as % of total", "calculations", (Share(measure="flights"),)),
        ("with totals", "totals", True),
        ("limit 4", "limit", 4),
        ("only JFK", "filter", eq(ORIGIN, "JFK")),
        ("not from JFK", "filter", ne(ORIGIN, "JFK")),
        ("exclude United", "filter", ne(AIRLINE, UNITED)),
        ("with distance over 1000 miles", "filter", gt("flights.distance", 1000)),
        ("in the first half of 2013", "time", span("2013-01-01", "2013-07-01")),
        ("show cancellations instead", "measures", (m("cancelled_flights"),)),
        ("what about cancellations?", "measures", (m("cancelled_flights"),)),
        ("add on-time rate", "measures", (m("flights"), m("on_time_rate"))),
    ],
)
def test_query(instruction: str, part: str, value: Any) -> None:
    assert getattr(step("flights by carrier", instruction).query, part) == value


def test_comparison_and_running_total() -> None:
    assert step("flights by month", "compare with last year").query.comparison == Comparison(to="previous_year")
    assert step("flights by month", "cumulative").query.calculations == (Cumulative(measure="flights"),)


def test_sorting() -> None:
    made = step("flights by carrier", "sort ascending").query.order
    assert [(order.by, order.descending) for order in made] == [("flights", False)]
    by_name = step("flights by carrier", "sort alphabetically").query.order
    assert [(order.by, order.descending) for order in by_name] == [("airline_name", False)]


def test_another_value_of_the_same_field_replaces_it() -> None:
    assert step("flights from JFK by month", "only LGA").query.filter == eq(ORIGIN, "LGA")


def test_the_step_that_is_pointed_at_changes_alone() -> None:
    asker = demo()
    plan = asker.plan("flights by carrier; flights by month")
    changed = revise("only this", plan, (pointed((AIRLINE, UNITED)),), asker.catalog, asker.context, asker.lexicon)
    assert isinstance(changed, Plan)
    assert changed.steps[0].query.filter == eq(AIRLINE, UNITED)
    assert changed.steps[1] == plan.steps[1]


def test_rows_can_be_filtered() -> None:
    made = step("list the flights from JFK to LAX", "only United")
    assert made.query.filter == both(eq(ORIGIN, "JFK"), eq("flights.destination_code", "LAX"), eq(AIRLINE, UNITED))


@pytest.mark.parametrize(
    "instruction",
    ["", "asdf", "only this", "by manager", "compare with the previous week", "sorted by on-time rate", "x" * 999],
)
def test_refusals(instruction: str) -> None:
    planned = edited("flights by month", instruction)
    assert isinstance(planned, Refusal)
    assert planned.reason and planned.hint


def test_a_change_that_changes_nothing_is_said() -> None:
    planned = edited("flights by carrier", "by carrier")
    assert isinstance(planned, Refusal)
    assert "changes nothing" in planned.reason


def test_an_ambiguous_change_is_asked() -> None:
    planned = edited("flights by carrier", "by airport")
    assert isinstance(planned, Questions)
    assert all(choice.plan is not None and choice.plan.planner == "edit" for choice in planned.items[0].choices)
