"""A time whose year was not said is that of the data where there is one, else it is asked or refused, never guessed."""

from __future__ import annotations

import datetime

import pytest

from goal_semantics.query import Between, Condition, TimeWindow
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Plan, Planned, Questions
from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.grammar.read import plan
from tests.planner.asking import NOW, demo
from tests.planner.forms import Q, Top, g, m, span

F = m("flights")
TIME = "flights.scheduled_departure"
MONTH = g(TIME, "month")


def within(goal: str, first: str, last: str) -> Planned:
    asker = demo()
    extents = {TIME: (datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))}
    context = PlanContext(values=asker.context.values, extents=extents)
    return plan(Goal(text=goal, as_of=NOW), asker.catalog, context, asker.lexicon)


WINDOWS: dict[str, TimeWindow] = {
    "flights since October": span("2013-10-01", None),
    "flights before March": span(None, "2013-03-01"),
    "flights until June": span(None, "2013-07-01"),
    "flights after 4 July": span("2013-07-05", None),
    "flights on July 4th": span("2013-07-04", "2013-07-05"),
    "flights on the 4th of July": span("2013-07-04", "2013-07-05"),
    "flights in Q2": span("2013-04-01", "2013-07-01"),
    "flights in the first quarter": span("2013-01-01", "2013-04-01"),
    "flights in the second half of the year": span("2013-07-01", "2014-01-01"),
    "flights from March 3 to March 7": span("2013-03-03", "2013-03-08"),
    "flights in May": span("2013-05-01", "2013-06-01"),
    "may flights": span("2013-05-01", "2013-06-01"),
    "flights between January and March": span("2013-01-01", "2013-04-01"),
}


@pytest.mark.parametrize("goal", WINDOWS)
def test_the_only_year_of_the_data(goal: str) -> None:
    made = demo().plan(goal)
    assert made.steps[0].query == Q(measures=(F,), time=WINDOWS[goal])
    assert any("2013" in said for said in made.assumptions)


@pytest.mark.parametrize("goal", ["flights on July 4th", "flights in Q2", "flights since October"])
def test_several_years_are_asked(goal: str) -> None:
    planned = within(goal, "2012-01-01", "2013-12-31")
    assert isinstance(planned, Questions)
    assert len(planned.items[0].choices) == 2


@pytest.mark.parametrize("goal", ["flights on July 4th", "flights since October", "flights in Q2"])
def test_an_unknown_span_is_not_guessed(goal: str) -> None:
    asker = demo()
    context = PlanContext(values=asker.context.values)
    assert not isinstance(plan(Goal(text=goal, as_of=NOW), asker.catalog, context, asker.lexicon), Plan)


def test_a_day_that_the_data_does_not_have_is_said() -> None:
    assert not isinstance(within("flights on July 4th", "2013-08-01", "2013-12-31"), Plan)
    assert not isinstance(within("flights since October", "2013-01-01", "2013-06-30"), Plan)


def test_the_year_in_which_it_lies() -> None:
    planned = within("flights on July 4th", "2012-08-01", "2013-07-31")
    assert isinstance(planned, Plan)
    window = planned.steps[0].query.time
    assert window is not None
    assert window.window == Between(start=datetime.date(2013, 7, 4), end=datetime.date(2013, 7, 5))


def test_two_months_stand_side_by_side() -> None:
    assert demo().query("December vs November flights") == Q(
        measures=(F,), groupings=(MONTH,), time=span("2013-11-01", "2014-01-01")
    )
    apart = Condition(field=TIME, op="in", values=(1, 7), grain="month")
    assert demo().query("flights in January and July") == Q(measures=(F,), groupings=(MONTH,), filter=apart)
    assert demo().query("flights in January and July combined") == Q(measures=(F,), filter=apart)


def test_two_months_of_a_year_stand_side_by_side() -> None:
    months = (datetime.date(2013, 1, 1), datetime.date(2013, 7, 1))
    assert demo().query("flights in January 2013 vs July 2013") == Q(
        measures=(F,), groupings=(MONTH,), filter=Condition(field=TIME, op="in", values=months, grain="month")
    )


def test_the_busiest_day_of_the_year() -> None:
    planned = demo().ask("busiest day of the year")
    assert isinstance(planned, Questions)
    first = planned.items[0].choices[0].plan
    assert first is not None
    assert first.steps[0].query == Q(measures=(F,), groupings=(g(TIME, "day"),), top=Top(n=1, by="flights"))


@pytest.mark.parametrize("goal", ["flights in the morning", "flights on Christmas", "flights over 2013"])
def test_what_has_no_exact_hours_or_days_is_not_answered(goal: str) -> None:
    assert not isinstance(demo().ask(goal), Plan)
