"""What stands around a noun or a verb: a negation, a place, a share, another number. Looks at tokens, decides nothing."""

from __future__ import annotations

from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.terms import FieldRef, Match, MetricRef, RowRef, ValueRef
from jupyter_goal.planner.grammar.tokens import Token
from jupyter_goal.planner.grammar.vocabulary import STOP, phrases

Tokens = tuple[Token, ...]

_NEAR = 4
_EXACT = 0.05
_JOINS = frozenset("and or , vs versus & plus".split())
_FILLING = frozenset("the all those these any".split())


def covered(tokens: Tokens, at: int, lexicon: Lexicon) -> bool:
    """The word is part of a name of several words, or a name or value by itself."""
    for start in range(max(0, at - 3), at + 1):
        for end, matches in lexicon.nouns(tokens, start).items():
            names = any(not isinstance(m.ref, ValueRef) or end == at + 1 == start + 1 for m in matches)
            if end > at and names and (end - start > 1 or matches[0].cost < 0.1):
                return True
    for start in range(max(0, at - 3), at):
        between = [token.low for token in tokens[start + 1 : at]]
        if between and all(word in STOP for word in between):
            found = lexicon.nouns((tokens[start], tokens[at]), 0).get(2, ())
            if any(isinstance(match.ref, MetricRef) for match in found):
                return True
    return False


def is_negated(tokens: Tokens, at: int) -> bool:
    """“did not …”, “never …”."""
    for place in range(at - 1, max(-1, at - 4), -1):
        low = tokens[place].low
        if any(kind == "neg" and len(words) == 1 for words, kind, _ in phrases().get(low, ())):
            return True
        if low not in STOP:
            return False
    return False


def place_behind(tokens: Tokens, at: int, lexicon: Lexicon) -> int | None:
    """Where a value begins that follows with or without a preposition of place; None where something else follows."""
    start = at
    while (
        start < len(tokens) and start < at + 2 and tokens[start].low in {"at", "in", "from", "to", "into", "the", "for"}
    ):
        start += 1
    if start >= len(tokens):
        return None
    found = lexicon.nouns(tokens, start)
    return start if any(isinstance(m.ref, ValueRef) for matches in found.values() for m in matches) else None


def value_behind(tokens: Tokens, at: int, lexicon: Lexicon) -> bool:
    """A value follows that says where or by whom."""
    start = at + 1 if at < len(tokens) and tokens[at].low == "by" else at
    return place_behind(tokens, start, lexicon) is not None


def share_before(tokens: Tokens, at: int) -> int | None:
    """Where “what share of (all)” begins that stands right before a noun."""
    return _phrase_before(tokens, at, "share")


def is_listed(tokens: Tokens, at: int) -> bool:
    """“which flights”, “list flights”: rows are wanted."""
    return _phrase_before(tokens, at, "detail") is not None or (at > 0 and tokens[at - 1].low in {"which", "what"})


def is_counted_among_others(tokens: Tokens, at: int, lexicon: Lexicon) -> bool:
    """“average distance of flights”: the noun only says of what another number is; not so beside it (“and”)."""
    if at and tokens[at - 1].low in _JOINS:
        return False
    for start in range(at):
        for end, matches in lexicon.nouns(tokens, start).items():
            if end <= at and any(match.cost < _EXACT and _is_number(match, lexicon) for match in matches):
                return True
    return False


def _is_number(match: Match, lexicon: Lexicon) -> bool:
    ref = match.ref
    if isinstance(ref, RowRef):
        return False
    fact = isinstance(ref, FieldRef) and lexicon.catalog.dataset[ref.dataset].by_name[ref.field].role == "fact"
    return isinstance(ref, MetricRef) or fact


def _phrase_before(tokens: Tokens, at: int, kind: str) -> int | None:
    end = at
    while end and tokens[end - 1].low in _FILLING:
        end -= 1
    for start in range(max(0, end - _NEAR), end):
        spoken = tuple(token.low for token in tokens[start:end])
        if any(words == spoken and found == kind for words, found, _ in phrases().get(tokens[start].low, ())):
            return start
    return None
