"""What is not clear is asked, what cannot be placed is named; nothing is guessed and nothing is dropped."""

from __future__ import annotations

import datetime
import time

import pytest

from goal_semantics.query import Between, Condition
from goal_semantics.resolve import resolve_query
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Plan, Planned, Questions, Refusal
from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.grammar.read import plan
from tests.planner.asking import NOW, Asker, demo, shop


def labels(planned: Planned) -> list[str]:
    assert isinstance(planned, Questions), planned
    return [choice.label for choice in planned.items[0].choices]


def refused(planned: Planned) -> Refusal:
    assert isinstance(planned, Refusal), planned
    return planned


@pytest.mark.parametrize(
    ("asker", "goal", "readings"),
    [
        (demo, "flights by airport", 2),
        (demo, "what is the busiest airport", 2),
        (demo, "flights delayed more than 60 minutes", 2),
        (demo, "departure delay by carrier", 2),
        (demo, "flights on 3/4/2013", 2),
        (demo, "sum of distance by carrier", 2),
        (shop, "revenue in Georgia", 2),
        (shop, "revenue by name", 2),
        (shop, "lead time by country", 3),
        (demo, "which carrier has the highest departure delay", 2),
    ],
)
def test_ambiguous_words_are_asked(asker: type[Asker], goal: str, readings: int) -> None:
    planned = asker().ask(goal)
    shown = labels(planned)
    assert len(shown) >= readings
    assert len(set(shown)) == len(shown)
    assert isinstance(planned, Questions)
    for choice in planned.items[0].choices:
        assert choice.plan is not None
        for step in choice.plan.steps:
            assert not resolve_query(step.query, asker().catalog)


def test_a_part_of_a_value_is_asked_when_it_says_little() -> None:
    assert isinstance(demo().ask("flights to Georgia"), Questions)
    assert isinstance(demo().ask("flights to Washington"), Questions)


def test_a_preposition_decides_between_roles() -> None:
    assert "only destination LGA" in demo().plan("flights to LGA").interpretation
    assert "only origin LGA" in demo().plan("flights from LGA").interpretation


def test_the_side_that_has_no_such_value_is_not_taken() -> None:
    assert not isinstance(demo().ask("flights to Kennedy"), Plan)


@pytest.mark.parametrize(
    ("asker", "goal", "word"),
    [
        (demo, "flights by manager", "manager"),
        (demo, "profit by carrier", "profit"),
        (demo, "flights by carrier for vegetarians", "vegetarians"),
        (demo, "flights in summer", "summer"),
        (demo, "flights at night by carrier", "night"),
        (demo, "why did cancellations rise in February 2013", "why"),
        (demo, "forecast flights for next year", "forecast"),
        (demo, "standard deviation of distance", "standard deviation"),
        (demo, "select * from flights", "select"),
        (demo, "' OR 1=1 --", "OR"),
        (demo, "DROP TABLE flights", "TABLE"),
        (demo, "asdf qwer", "asdf"),
        (shop, "flights by month", "flights"),
        (shop, "revenue by month in Atlantis", "Atlantis"),
        (shop, "revenue of orders made by robots", "robots"),
        (shop, "longest order", "longest"),
        (shop, "revenue without toys or joy", "joy"),
    ],
)
def test_unplaced_words_are_named(asker: type[Asker], goal: str, word: str) -> None:
    planned = asker().ask(goal)
    assert not isinstance(planned, Plan)
    text = planned.reason if isinstance(planned, Refusal) else planned.items[0].text
    assert word.casefold() in text.casefold()


def test_near_names_are_offered() -> None:
    assert "number of flights" not in refused(demo().ask("profit by carrier")).reason
    planned = demo().ask("flights by mnth")
    assert labels(planned) == ["flights, by month"]
    assert refused(shop().ask("reveneu of nothing")).hint


@pytest.mark.parametrize(
    ("asker", "goal"),
    [
        (demo, "average flights per day"),
        (demo, "average flights by month"),
        (demo, "total on-time rate"),
        (demo, "maximum of average delay"),
        (demo, "share of on-time rate by carrier"),
        (demo, "cumulative on-time rate by month"),
        (demo, "registered planes by carrier"),
        (demo, "average temperature by airline"),
        (demo, "flights by day vs previous month"),
        (demo, "flights growth"),
        (demo, "rolling average of flights by month"),
        (demo, "3-month rolling average of flights by week"),
        (demo, "10 flights"),
        (demo, "flights with more than 100"),
        (demo, "number of flights under 40 by carrier"),
        (demo, "United flights or flights to Boston"),
        (demo, "second highest departure delay"),
        (demo, "flights with distance over 1000 km"),
        (shop, "average orders per customer"),
        (shop, "how many orders in the US"),
        (shop, "details of revenue by country"),
        (shop, "how many product orders have quantity"),
        (shop, "customers pricing"),
        (shop, "oldest age"),
        (shop, "average number of orders"),
        (shop, "revenue and orders by refunds"),
        (shop, "products by country"),
        (shop, "stock by month"),
        (shop, "refunds by channel"),
        (shop, "customers without orders"),
        (shop, "best channel by orders"),
        (shop, "revenue by weekday"),
        (shop, "revenue by hour of day"),
        (shop, "top 3 products and countries by revenue"),
    ],
)
def test_what_cannot_be_answered_rightly_is_not_answered(asker: type[Asker], goal: str) -> None:
    assert not isinstance(asker().ask(goal), Plan)


def test_reachable_dimensions_are_named() -> None:
    assert "weather station" in refused(demo().ask("average temperature by airline")).hint


@pytest.mark.parametrize("goal", ["", "   ", "?", "...", "!!!"])
def test_an_empty_goal_offers_the_catalogs_questions(goal: str) -> None:
    planned = demo().ask(goal)
    assert labels(planned) == list(demo().catalog.questions)
    assert isinstance(planned, Questions)
    assert all(choice.goal for choice in planned.items[0].choices)


@pytest.mark.parametrize("goal", ["top 5 carriers", "by carrier", "worst airline", "JFK"])
def test_a_goal_without_a_number_asks_for_one(goal: str) -> None:
    planned = demo().ask(goal)
    assert isinstance(planned, Questions)
    assert planned.items[0].text == "Which number?"
    assert all(choice.plan is not None and choice.plan.steps for choice in planned.items[0].choices)


@pytest.mark.parametrize("text", ["flights by carrier " * 600, "x" * 10_000, "🛩 " * 3_000, "a " * 5_000, "(" * 10_000])
def test_a_very_long_goal_is_refused_at_once(text: str) -> None:
    started = time.process_time()
    assert isinstance(demo().ask(text), Refusal)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "text",
    ["\x00flights", "flights\tby\ncarrier", "{flights}", "<script>alert(1)</script>", "flights by carrier; DELETE FROM x",
     "%s %d {0}", "flights where name = ''", "“flights", "flights by \"", "ﬂights", "flights bу carrier"],
)  # fmt: skip
def test_odd_characters_never_raise(text: str) -> None:
    assert isinstance(demo().ask(text), Plan | Questions | Refusal)


def test_a_month_without_a_year_is_the_one_the_data_has() -> None:
    asker = demo()
    path = "flights.scheduled_departure"
    extent = {path: (datetime.date(2013, 1, 1), datetime.date(2013, 12, 31))}
    context = PlanContext(values=asker.context.values, extents=extent)
    planned = plan(Goal(text="flights in March", as_of=NOW), asker.catalog, context, asker.lexicon)
    assert isinstance(planned, Plan)
    window = planned.steps[0].query.time
    assert window is not None
    assert window.window == Between(start=datetime.date(2013, 3, 1), end=datetime.date(2013, 4, 1))
    assert planned.assumptions


def test_a_month_without_a_year_says_that_it_is_every_years() -> None:
    asker = demo()
    context = PlanContext(values=asker.context.values)
    made = plan(Goal(text="flights in March", as_of=NOW), asker.catalog, context, asker.lexicon)
    assert isinstance(made, Plan)
    assert made.steps[0].query.filter == Condition(
        field="flights.scheduled_departure", op="=", values=(3,), grain="month"
    )
    assert "every year" in " ".join(made.assumptions)
