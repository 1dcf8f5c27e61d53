"""Relative windows stay relative in a plan, and are dated where they are shown."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest

from jupyter_goal.planner.windows import dated
from tests.planner.asking import demo

AS_OF = datetime.datetime(2013, 12, 15, 12, tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("goal", "shown"),
    [
        ("flights last month", "flights, last month (Nov 2013)"),
        ("flights last 3 months by carrier", "flights, by airline, last 3 months (Sep–Nov 2013)"),
        ("flights yesterday", "flights, yesterday (14 Dec 2013)"),
        ("flights this week", "flights, this week (9 Dec 2013 to 15 Dec 2013)"),
        ("flights this month to date", "flights, month to date (1 Dec 2013 to 15 Dec 2013)"),
        ("flights in March 2013", "flights, Mar 2013"),
    ],
)
def test_a_relative_window_is_shown_with_its_dates(goal: str, shown: str) -> None:
    (step,) = demo().plan(goal).steps
    assert dated(step.interpretation, step.query, demo().catalog, AS_OF) == shown
