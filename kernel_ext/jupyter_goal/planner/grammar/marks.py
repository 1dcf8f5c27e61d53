"""Marks and small words between others: which carry nothing, and which count, sign, reckon or place and so must be read."""

from __future__ import annotations

from jupyter_goal.planner.grammar.tokens import Token
from jupyter_goal.planner.grammar.vocabulary import NUMBER_WORDS, phrases

_OPERATORS = frozenset("*×÷^~≈@±√\\¬§°")
_DASHES = frozenset("-−–—")
_MONEY = frozenset("$€£")
_PERCENT = frozenset({"%", "percent", "pct", "per cent"})


def is_silent(tokens: tuple[Token, ...], at: int) -> bool:
    """A mark that only parts or adorns words. A dash glued to the next word, but not to the one before, is a sign."""
    token = tokens[at]
    if token.kind != "mark" or token.text in _OPERATORS:
        return False
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if token.text in _MONEY:
        return following is not None and following.kind == "number"
    glued = following is not None and following.kind != "mark" and following.start == token.end
    return not (token.text in _DASHES and glued and (at == 0 or tokens[at - 1].end < token.start))


def counts_percent(tokens: tuple[Token, ...], at: int) -> bool:
    """“10%”, “ten percent”: the unit of the number before, never a share."""
    if not at or tokens[at].low not in _PERCENT:
        return False
    before = tokens[at - 1]
    return before.kind == "number" or before.low in NUMBER_WORDS


def is_ordinal(tokens: tuple[Token, ...], at: int) -> bool:
    """“second busiest”: a place, not a unit of time."""
    behind = tokens[at + 1].low if at + 1 < len(tokens) else ""
    kinds = {kind for words, kind, _ in phrases().get(behind, ()) if len(words) == 1}
    return tokens[at].low == "second" and bool(kinds & {"super", "most", "extreme"})
