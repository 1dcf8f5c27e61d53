"""Tab replaces exactly the words it completes."""

from __future__ import annotations

import pytest

from jupyter_goal.notebook.complete import Candidate, complete_goal, goal_words

KNOWN = (
    Candidate("flights", "metric"),
    Candidate("on-time rate", "metric"),
    Candidate("arrival delay", "metric"),
    Candidate("carrier", "dimension"),
    Candidate("New York", "value"),
    Candidate("status", "verb"),
    Candidate("catalog", "verb"),
)


@pytest.mark.parametrize(
    ("typed", "fragment", "found"),
    [
        (" on-", "on-", ["on-time rate"]),
        (" flights by on-time r", "on-time r", ["on-time rate"]),
        (" flights by car", "car", ["carrier"]),
        (" flights in new y", "new y", ["New York"]),
        (" st", "st", ["status"]),
        (" flights st", "", []),
        (" flights by carrier", "", []),
        (" c", "c", ["carrier", "catalog"]),
        (" flights by c", "c", ["carrier"]),
    ],
)
def test_the_longest_end_of_the_typed_words_is_completed(typed: str, fragment: str, found: list[str]):
    done = complete_goal(typed, KNOWN)
    assert (done.fragment, [each.text for each in done.candidates]) == (fragment, found)


def test_a_new_word_offers_everything_but_verbs():
    done = complete_goal(" flights by ", KNOWN)
    assert done.fragment == ""
    assert {each.kind for each in done.candidates} == {"metric", "dimension", "value"}
    assert "status" in [each.text for each in complete_goal(" ", KNOWN).candidates]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("%goal fl", 0, " fl"),
        ("x = 1\nrun = %goal fl", 1, " fl"),
        ("    %goal fl", 0, " fl"),
        ("%%goal flights\nbusi", 1, " busi"),
        ("%%goal fl\nx", 0, " fl"),
        ("%goal", 0, None),
        ("%goals fl", 0, None),
        ("print(fl", 0, None),
        ("%goal flights\npri", 1, None),
    ],
)
def test_only_the_lines_of_a_goal_are_completed(text: str, line: int, words: str | None):
    assert goal_words(text, line, len(text.split("\n")[line])) == words
