"""Constructions that the grammar would read as something else are not answered."""

from __future__ import annotations

import pytest

from jupyter_goal.core.plan import Plan, Refusal
from tests.planner.asking import demo


@pytest.mark.parametrize(
    "text",
    [
        "average arrival delay of late flights",
        "average distance of cancelled flights",
        "hours flown by carrier",
        "total departure delay in hours",
        "change in on-time rate from June to July 2013",
        "share of flights by carrier in each origin",
        "flights by carrier as percent of origin",
        "top 3 destinations by flights per origin",
    ],
)
def test_it_is_refused_with_the_next_step(text: str) -> None:
    planned = demo().ask(text)
    assert isinstance(planned, Refusal)
    assert planned.hint


@pytest.mark.parametrize(
    "text",
    [
        "flights and cancelled flights by month",
        "number of flights by hour",
        "average departure delay by hour of day",
        "share of flights by carrier",
        "top 3 destinations by flights for each origin",
        "on-time rate July 2013 compared to June 2013",
    ],
)
def test_what_is_understood_stays_answered(text: str) -> None:
    assert isinstance(demo().ask(text), Plan)
