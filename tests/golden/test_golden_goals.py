"""The golden goals: a wrong answer is worse than none, and enough of them must be answered.

`python tests/golden/score.py` prints the same figures per tag.
"""

import pytest

from tests.golden import score

FLOOR = 118  # answerable goals answered rightly; it may only rise


def told(verdicts: list[score.Verdict]) -> str:
    return "\n".join(f"  {one.golden.id} ({one.outcome}) {one.golden.goal}" for one in verdicts)


@pytest.fixture(scope="module")
def verdicts() -> list[score.Verdict]:
    as_of, goals = score.load()
    return score.score(goals, as_of)


def test_no_goal_is_answered_wrongly(verdicts: list[score.Verdict]) -> None:
    wrong = [one for one in verdicts if one.outcome == "wrong"]
    assert not wrong, (
        f"{len(wrong)} goals got a wrong answer (asking or refusing would have been better):\n{told(wrong)}"
    )


def test_enough_goals_are_answered(verdicts: list[score.Verdict]) -> None:
    answerable = [one for one in verdicts if one.golden.expect == "answer"]
    missing = [one for one in answerable if one.outcome != "right"]
    right = len(answerable) - len(missing)
    assert right >= FLOOR, (
        f"{right} of {len(answerable)} goals were answered rightly, fewer than {FLOOR}:\n{told(missing)}"
    )
