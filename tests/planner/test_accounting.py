"""Properties: an unknown word never vanishes, a negation never vanishes, and every answer resolves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goal_semantics.query import And, Condition, Exists, Filter, MetricCondition, Not, Or
from goal_semantics.resolve import resolve_query
from jupyter_goal.core.plan import Plan
from tests.planner.asking import demo, shop
from tests.planner.test_demo_readings import CASES as DEMO
from tests.planner.test_shop_readings import CASES as SHOP

_WORDS = st.sampled_from(
    "zebra quantum umbrella lobster violet plumbing nebula crocodile pyjamas marmalade philosophical yodelling haphazard "
    "turquoise bicycle mortgage vaccine cathedral wizard democracy".split()
)


@settings(max_examples=150, deadline=None)
@given(goal=st.sampled_from(sorted(DEMO)), word=_WORDS, place=st.floats(0, 1))
def test_an_unknown_word_in_a_demo_goal_never_vanishes(goal: str, word: str, place: float) -> None:
    words = goal.split()
    at = round(place * len(words))
    planned = demo().ask(" ".join([*words[:at], word, *words[at:]]))
    if isinstance(planned, Plan):
        assert any(word in said for said in planned.assumptions) or planned.steps != demo().plan(goal).steps
        assert any(word in said for said in planned.assumptions) or any(
            word in str(step.query) for step in planned.steps
        )


@settings(max_examples=100, deadline=None)
@given(goal=st.sampled_from(sorted(SHOP)), word=_WORDS, place=st.floats(0, 1))
def test_an_unknown_word_in_a_shop_goal_never_vanishes(goal: str, word: str, place: float) -> None:
    words = goal.split()
    at = round(place * len(words))
    planned = shop().ask(" ".join([*words[:at], word, *words[at:]]))
    if isinstance(planned, Plan):
        assert any(word in said for said in planned.assumptions) or any(
            word in str(step.query) for step in planned.steps
        )


_NEGATIONS = ["not", "excluding", "except", "without", "other than", "no", "but not", "apart from"]
_THINGS = ["cancelled", "United", "JFK", "Delta or United", "late", "from JFK", "Boeing", "diverted", "to Boston"]


def negated(item: Filter | None) -> bool:
    match item:
        case Not():
            return True
        case Condition(op=op):
            return op in {"!=", "not in", "is null", "not contains"}
        case And(items=items) | Or(items=items):
            return any(negated(each) for each in items)
        case Exists(negate=negate):
            return negate
        case MetricCondition() | None:
            return False


@pytest.mark.parametrize("negation", _NEGATIONS)
@pytest.mark.parametrize("thing", _THINGS)
@pytest.mark.parametrize("frame", ["flights {} {}", "flights {} {} by month", "number of flights by carrier {} {}"])
def test_a_negation_never_vanishes(negation: str, thing: str, frame: str) -> None:
    planned = demo().ask(frame.format(negation, thing))
    if isinstance(planned, Plan):
        assert all(negated(step.query.filter) for step in planned.steps), planned.interpretation


@pytest.mark.parametrize(
    "goal",
    ["flights not by carrier", "no flights", "not flights", "flights without delay", "carriers without flights",
     "flights by carrier not", "do not show flights", "flights except"],
)  # fmt: skip
def test_a_negation_of_something_else_is_not_read_away(goal: str) -> None:
    planned = demo().ask(goal)
    assert not isinstance(planned, Plan) or all(negated(step.query.filter) for step in planned.steps)


@pytest.mark.parametrize("goal", [*DEMO])
def test_every_answer_resolves_and_says_itself(goal: str) -> None:
    made = demo().plan(goal)
    for step in made.steps:
        assert not resolve_query(step.query, demo().catalog)
        assert step.interpretation
    assert 0 < made.confidence <= 1
    assert made.planner == "grammar"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "flights carrier by month top 5 average delay JFK not from to in 2013 most share of and or sorted bottom rolling 3 "
            "last year compared with previous excluding over 100 minutes list total distance highest each worst".split()
        ),
        max_size=9,
    )
)
def test_word_salad_is_answered_validly_or_not_at_all(words: list[str]) -> None:
    planned = demo().ask(" ".join(words))
    if isinstance(planned, Plan):
        for step in planned.steps:
            assert not resolve_query(step.query, demo().catalog)
            if {"not", "excluding"} & set(words):
                assert negated(step.query.filter)
