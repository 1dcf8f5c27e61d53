"""Verified queries, follow-ups, and the model planner over a scripted model."""

from __future__ import annotations

import json
from typing import Any

import pytest

from goal_semantics.query import Between, Condition, Share
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Plan, Questions, Refusal
from jupyter_goal.llm.scripted import ScriptedModel
from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.model import plan_with_model
from jupyter_goal.planner.offers import offers
from jupyter_goal.planner.route import route
from tests.planner.asking import NOW, demo, shop
from tests.planner.forms import Q, Top, day, eq, g, m

AIRLINE, TIME = "flights.airline.name", "flights.scheduled_departure"
EMPTY: dict[str, Any] = {
    "measures": [], "groupings": [], "filters": [], "group_filters": [], "time": None, "comparison": None, "share": False,
    "cumulative": False, "rolling": None, "top": None, "sort": None, "limit": None, "totals": False, "detail": None,
    "chart": None,
}  # fmt: skip


def goal(text: str) -> Goal:
    return Goal(text=text, as_of=NOW)


def reply(**step: Any) -> str:
    return json.dumps({"steps": [EMPTY | step], "cannot": None, "question": None})


def metric(name: str) -> dict[str, Any]:
    return {"metric": name, "agg": None, "field": None}


@pytest.mark.parametrize("words", ["Who are our best customers?", "best customers", "Show me the best customers!"])
def test_a_verified_question_is_answered_as_blessed(words: str) -> None:
    asker = shop()
    planned = route(goal(words), asker.catalog, asker.context, asker.lexicon, model=None)
    assert isinstance(planned, Plan)
    assert planned.planner == "verified"
    assert planned.steps[0].query == Q(
        measures=(m("revenue"),), groupings=(g("orders.customer.name"),), top=Top(n=10, by="revenue")
    )


def test_a_similar_question_is_not_the_verified_one() -> None:
    asker = shop()
    planned = route(goal("best customers in Japan"), asker.catalog, asker.context, asker.lexicon, model=None)
    assert not isinstance(planned, Plan) or planned.planner != "verified"


@pytest.mark.parametrize(
    ("words", "part", "value"),
    [
        ("and by month?", "groupings", (g(TIME, "month"), g(AIRLINE))),
        ("only for JFK", "filter", eq("flights.origin_code", "JFK")),
        ("what about JFK?", "filter", eq("flights.origin_code", "JFK")),
        ("as % of total", "calculations", (Share(measure="flights"),)),
    ],
)
def test_follow_ups_change_the_goal_before(words: str, part: str, value: Any) -> None:
    asker = demo()
    before = asker.plan("flights by carrier")
    context = PlanContext(values=asker.context.values, previous=before)
    planned = route(goal(words), asker.catalog, context, asker.lexicon, model=None)
    assert isinstance(planned, Plan)
    assert getattr(planned.steps[0].query, part) == value
    assert "goal before" in " ".join(planned.assumptions)


def test_a_goal_of_its_own_is_no_follow_up() -> None:
    asker = demo()
    context = PlanContext(values=asker.context.values, previous=asker.plan("flights by carrier"))
    planned = route(goal("only United flights by month"), asker.catalog, context, asker.lexicon, model=None)
    assert isinstance(planned, Plan)
    assert planned.planner == "grammar"


def test_the_model_is_asked_only_when_the_grammar_refuses() -> None:
    asker, model = (
        demo(),
        ScriptedModel([reply(measures=[metric("flights")], groupings=[{"field": AIRLINE, "grain": None}])]),
    )
    planned = route(goal("flights by carrier"), asker.catalog, asker.context, asker.lexicon, model=model)
    assert isinstance(planned, Plan) and planned.planner == "grammar" and not model.requests
    planned = route(goal("who flies the busiest schedule"), asker.catalog, asker.context, asker.lexicon, model=model)
    assert isinstance(planned, Plan) and planned.planner == "model" and len(model.requests) == 1
    assert planned.steps[0].query == Q(measures=(m("flights"),), groupings=(g(AIRLINE),))
    assert planned.steps[0].interpretation == "flights, by airline"


def test_what_the_model_says_becomes_a_query() -> None:
    said = reply(
        measures=[metric("flights")], groupings=[{"field": TIME, "grain": "month"}],
        filters=[{"field": AIRLINE, "op": "!=", "values": ["Delta Air Lines Inc."]}], share=True, chart="line",
        time={"kind": "between", "unit": None, "count": None, "current": False, "to_date": False,
              "start": "2013-01-01", "end": "2013-07-01"},
    )  # fmt: skip
    asker = demo()
    planned = plan_with_model(goal("x"), asker.catalog, asker.context, ScriptedModel([said]))
    assert isinstance(planned, Plan)
    query = planned.steps[0].query
    assert query.filter == Condition(field=AIRLINE, op="!=", values=("Delta Air Lines Inc.",))
    assert query.time is not None and query.time.window == Between(start=day("2013-01-01"), end=day("2013-07-01"))
    assert query.calculations == (Share(measure="flights"),)
    assert planned.steps[0].chart.kind == "line"


def test_unknown_names_are_repaired_at_most_twice() -> None:
    asker = demo()
    wrong, right = reply(measures=[metric("profit")]), reply(measures=[metric("flights")])
    model = ScriptedModel([wrong, right])
    assert isinstance(plan_with_model(goal("x"), asker.catalog, asker.context, model), Plan)
    assert "profit" in model.requests[1].user
    model = ScriptedModel([wrong, wrong, wrong, right])
    assert isinstance(plan_with_model(goal("x"), asker.catalog, asker.context, model), Refusal)
    assert len(model.requests) == 3


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "{}",
        "[]",
        '{"steps": [{}], "cannot": null, "question": null}',
        reply(sql="DROP TABLE flights"),
        reply(),
    ],
)
def test_replies_that_do_not_fit_are_never_used(text: str) -> None:
    asker = demo()
    assert isinstance(plan_with_model(goal("x"), asker.catalog, asker.context, ScriptedModel([text] * 3)), Refusal)


def test_the_model_may_decline_or_ask() -> None:
    asker = demo()
    declined = json.dumps({"steps": [], "cannot": "“profit” is not in the catalog.", "question": None})
    asked = json.dumps({"steps": [], "cannot": None, "question": "Which delay?"})
    refusal = plan_with_model(goal("x"), asker.catalog, asker.context, ScriptedModel([declined]))
    assert isinstance(refusal, Refusal) and "profit" in refusal.reason
    questions = plan_with_model(goal("x"), asker.catalog, asker.context, ScriptedModel([asked]))
    assert isinstance(questions, Questions) and questions.items[0].text == "Which delay?"


def test_the_schema_is_strict_and_closed() -> None:
    asker, model = demo(), ScriptedModel([reply(measures=[metric("flights")])])
    plan_with_model(goal("flights by carrier"), asker.catalog, asker.context, model)
    schema = model.requests[0].schema

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            if node.get("type") == "object":
                assert node["additionalProperties"] is False
                assert sorted(node["required"]) == sorted(node["properties"])
            assert not {"default", "minimum", "title"} & set(node) or "properties" not in node
            for value in node.values():
                walk(value)

    walk(schema)
    metrics = schema["$defs"]["SaidMeasure"]["properties"]["metric"]["anyOf"][0]["enum"]
    assert set(metrics) <= set(asker.catalog.metric)
    assert "SELECT" not in model.requests[0].user


def test_offers_come_from_the_author_or_from_the_catalog() -> None:
    assert offers(demo().catalog) == demo().catalog.questions
    bare = shop().catalog.model_copy(update={"questions": ()})
    made = offers(bare)
    assert made
    for text in made:
        assert isinstance(shop().ask(text), Plan), text
