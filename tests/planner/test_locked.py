"""A lock's plan is executed; its words are not believed."""

from __future__ import annotations

from goal_semantics.query import Condition, Measure, SemanticQuery
from jupyter_goal.core.lock import Lock
from jupyter_goal.core.plan import ChartIntent, Plan, Step
from jupyter_goal.planner.interpret import interpret
from jupyter_goal.planner.locked import renewed
from tests.planner.asking import demo


def lock(query: SemanticQuery, **plan: object) -> Lock:
    step = Step(query=query, chart=ChartIntent(kind="bar", title="Total amount"), interpretation="total amount")
    return Lock(goal="h", text="total amount", plan=Plan(steps=(step,), planner="verified", **plan))


def test_the_reading_is_made_from_the_query_and_not_from_the_lock():
    catalog = demo().catalog
    query = SemanticQuery(measures=(Measure(metric="flights"),))
    plan = renewed(lock(query), catalog)
    (step,) = plan.steps
    assert (step.query, plan.planner) == (query, "lock")
    assert step.interpretation == interpret(query, catalog) != "total amount"
    assert step.chart == ChartIntent(kind="bar")


def test_what_was_assumed_is_said_as_the_words_of_the_lock_and_once():
    catalog = demo().catalog
    given = lock(SemanticQuery(measures=(Measure(metric="flights"),)), assumptions=("verified answer to “profit”",))
    plan = renewed(given, catalog)
    (said,) = plan.assumptions
    assert said.startswith("when it was locked: ")
    assert renewed(given.model_copy(update={"plan": plan}), catalog) == plan


def test_a_query_that_no_longer_fits_has_no_reading():
    query = SemanticQuery(
        measures=(Measure(metric="profit"),), filter=Condition(field="flights.nowhere", op="=", values=("x",))
    )
    (step,) = renewed(lock(query), demo().catalog).steps
    assert step.interpretation == ""
