"""Everyday English is never a misspelt name, and no word is offered in place of itself."""

from __future__ import annotations

import pytest

from jupyter_goal.core.plan import Plan, Questions, Refusal
from jupyter_goal.planner.grammar.english import is_english
from tests.planner.asking import Asker, demo, shop

GOALS = [
    (demo, "early flights by month", "early"),
    (demo, "flights actually by month", "actually"),
    (demo, "bins of distance by month", "bins"),
    (demo, "flights to other", "other"),
    (demo, "international flights", "international"),
    (demo, "flights last Monday", "last"),
    (demo, "average temperature in Celsius", "Celsius"),
    (demo, "average rein by month", "rein"),
    (shop, "revenue of the tolls category", "tolls"),
    (shop, "revenue by county", "county"),
    (shop, "stork by category", "stork"),
]


@pytest.mark.parametrize(("asker", "goal", "word"), GOALS)
def test_a_word_of_english_is_named_and_not_corrected(asker: type[Asker], goal: str, word: str) -> None:
    planned = asker().ask(goal)
    assert not isinstance(planned, Plan)
    assert isinstance(planned, Refusal), planned
    assert word in planned.reason
    assert f"“{word.casefold()}”" not in planned.hint.casefold()


@pytest.mark.parametrize(("asker", "goal"), [(demo, "flihgts by carier"), (shop, "reveneu by contry")])
def test_a_slip_is_still_corrected_or_asked(asker: type[Asker], goal: str) -> None:
    assert isinstance(asker().ask(goal), Plan | Questions)


@pytest.mark.parametrize("word", ["actually", "early", "fights", "clearly"])
def test_the_list_knows_everyday_words(word: str) -> None:
    assert is_english(word)
    assert not is_english(f"{word[:-1]}q")
