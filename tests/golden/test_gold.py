"""The golden file and its comparator hold what they promise, without an agent."""

import re

import pytest

from tests.golden import score

AS_OF, GOALS = score.load()
ANSWERABLE = [one for one in GOALS if one.expect == "answer"]


def test_the_goals_are_150_and_differ() -> None:
    assert len(GOALS) == len({one.goal for one in GOALS}) == len({one.id for one in GOALS}) == 150
    assert len(ANSWERABLE) == 125
    assert AS_OF.isoformat() == "2014-01-01T00:00:00-05:00"


@pytest.mark.parametrize("golden", ANSWERABLE, ids=lambda one: one.id)
def test_every_gold_query_has_rows_and_matches_itself(golden: score.Golden) -> None:
    for sql in (golden.sql, *golden.alternatives):
        gold = score.expected(sql)
        assert gold and gold[0], sql
        assert any(value is not None for value in gold[-1]), sql
        assert score.contains(gold, [*reversed(gold), gold[0]], ordered=golden.ordered), sql
        if limit := re.search(r" LIMIT (\d+)$", sql):
            cut = int(limit[1])
            longer = score.expected(f"{sql[: limit.start()]} LIMIT {cut + 1}")
            assert longer[-1][cut - 1] != longer[-1][cut], f"a tie at the cut: {sql}"


def test_the_comparator_sees_differences() -> None:
    gold = [["a", "b", None], [1.0, 2.0, 3.0]]
    assert score.contains(gold, [[3.0, 1.0, 2.0 + 1e-9], [None, "a", "b"], [0.0, 0.0, 0.0]], ordered=False)
    assert not score.contains(gold, [[3.0, 1.0, 2.0], [None, "a", "b"]], ordered=True)
    assert not score.contains(gold, [[3.0, 2.0, 1.0], [None, "a", "b"]], ordered=False), "crossed rows"
    assert not score.contains(gold, [["a", "b", "(none)"], [1.0, 2.0, 3.0]], ordered=False), "NULL group renamed"
    assert not score.contains(gold, [["a", "b"], [1.0, 2.0]], ordered=False), "NULL group lost"
    assert not score.contains(gold, [["a", "b", None], [1.0, 2.0, 3.1]], ordered=False), "another number"


def test_a_goal_of_several_measures_may_be_spread_over_frames() -> None:
    golden = next(one for one in ANSWERABLE if one.measures == 2 and len(score.expected(one.sql)) == 3)
    name, first, second = score.expected(golden.sql)
    assert score.matches(golden, [[name, first], [name, second]])
    assert not score.matches(golden, [[name, first]])


@pytest.mark.parametrize(
    ("status", "frames", "outcome"),
    [
        ("done", ([[1.0]],), "wrong"),
        ("done", ([[]],), "refused"),
        ("done", ([[None]],), "refused"),
        ("waiting", (), "asked"),
        ("refused", (), "refused"),
        ("cancelled", (), "failed"),
    ],
)
def test_a_number_for_a_goal_without_answer_is_wrong(
    status: str, frames: tuple[list[list[float | None]], ...], outcome: str
) -> None:
    golden = next(one for one in GOALS if one.expect == "ask_or_refuse")
    assert score.judge(golden, score.Reply(status, frames)) == outcome
