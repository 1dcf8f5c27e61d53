"""Names said the other way round: “delay on departure” is the “departure delay” of the catalog."""

from __future__ import annotations

from jupyter_goal.planner.grammar.lexicon import STEMMED, Lexicon
from jupyter_goal.planner.grammar.look import field_of
from jupyter_goal.planner.grammar.terms import FieldRef, Match, MetricRef
from jupyter_goal.planner.grammar.tokens import Token

Tokens = tuple[Token, ...]

_BETWEEN = frozenset("on at upon".split())


def turned(tokens: Tokens, lexicon: Lexicon) -> tuple[Tokens, tuple[str, ...]]:
    """The tokens with “X on Y” as “Y X” where that names a number, and what was turned."""
    said: list[str] = []
    at = 1
    while at + 1 < len(tokens):
        head, owner = tokens[at - 1], tokens[at + 1]
        found = lexicon.nouns((owner, head), 0).get(2, ()) if tokens[at].low in _BETWEEN else ()
        if any(match.cost < STEMMED and _is_number(match, lexicon) for match in found):
            said.append(f"“{head.text} {tokens[at].text} {owner.text}” read as {owner.text} {head.text}")
            tokens = (*tokens[: at - 1], owner, head, *tokens[at + 2 :])
        at += 1
    return tokens, tuple(said)


def _is_number(match: Match, lexicon: Lexicon) -> bool:
    ref = match.ref
    return isinstance(ref, MetricRef) or (isinstance(ref, FieldRef) and field_of(ref, lexicon).role == "fact")
