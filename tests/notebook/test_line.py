"""What stands behind `%goal` is read once, and what cannot be read is said in two lines."""

from __future__ import annotations

import datetime

import pytest

from jupyter_goal.errors import UsageError
from jupyter_goal.notebook.acts import builtin_verbs
from jupyter_goal.notebook.line import read_line


def test_options_end_where_the_goal_begins():
    line = read_line("--connection demo --as-of=2013-10-01 --debug flights where --debug is a word", None)
    assert (line.connection, line.debug) == ("demo", True)
    assert line.as_of == datetime.datetime(2013, 10, 1)
    assert line.text == "flights where --debug is a word"


def test_lines_below_become_contract_lines_and_may_hold_the_goal():
    assert read_line("flights by month", "busiest month\n\n  quietest\n").lines == ("busiest month", "quietest")
    alone = read_line("", "\nflights by month\nbusiest month\n")
    assert (alone.text, alone.lines) == ("flights by month", ("busiest month",))


@pytest.mark.parametrize("typed", ["--background flights", "--detach flights", "--bogus flights", "--as-of soon flights",
                                   "--connection", "--as-of= flights"])  # fmt: skip
def test_a_wrong_option_is_two_lines(typed: str):
    with pytest.raises(UsageError) as raised:
        read_line(typed, None)
    assert len(str(raised.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("typed", "verb"),
    [
        ("status", "status"),
        ("connect duckdb:///x.duckdb", "connect"),
        ("connect", "connect"),
        ("undo", "undo"),
        ("cancel rate by carrier", None),
        ("status of flights", None),
        ("model year by manufacturer", None),
        ("explain this drop", None),
        ("connect flights with planes", None),
        ("flights by month", None),
        ("", None),
    ],
)
def test_a_goal_may_begin_with_the_word_of_a_verb(typed: str, verb: str | None):
    found = builtin_verbs().find(typed)
    assert (found[0].name if found else None) == verb
