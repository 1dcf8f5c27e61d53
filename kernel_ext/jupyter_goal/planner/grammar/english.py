"""Words of everyday English: whoever types one means it, so it is never read as a misspelt name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jupyter_goal.planner.grammar.tokens import singular


def is_english(word: str) -> bool:
    """A common English word, in lower case, in the form that was typed or its singular."""
    return word in _words() or singular(word) in _words()


@cache
def _words() -> frozenset[str]:
    text = files("jupyter_goal.planner.grammar").joinpath("english.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
