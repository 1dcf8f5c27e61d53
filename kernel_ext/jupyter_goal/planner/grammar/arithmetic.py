"""Sums in words and signs: “revenue minus refunds”, “late flights / flights”. A quotient is read, all else is refused."""

from __future__ import annotations

from jupyter_goal.planner.grammar.clauses import Lost
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import field_of
from jupyter_goal.planner.grammar.terms import FieldRef, MetricRef, RowRef, ValueRef
from jupyter_goal.planner.grammar.tokens import Token

Tokens = tuple[Token, ...]

_SIGNS = {
    ("+",): "plus", ("plus",): "plus", ("added", "to"): "plus", ("-",): "minus", ("−",): "minus", ("–",): "minus",
    ("—",): "minus", ("minus",): "minus", ("less",): "minus", ("net", "of"): "minus", ("*",): "times", ("×",): "times",
    ("times",): "times", ("multiplied", "by"): "times", ("/",): "over", ("÷",): "over", ("over",): "over",
    ("in", "excess", "of"): "", ("less", "than"): "",
}  # fmt: skip
_FILLING = frozenset("the all of our its".split())
_WIDE = frozenset("-−–—/")
"""Between words without spaces they join rather than reckon."""
_FAR = 5
_WHY = "numbers cannot be added, subtracted or multiplied in words"
_HINT = "Ask for both numbers with “and”, or leave rows out with “excluding …”."


def reckoned(tokens: Tokens, lexicon: Lexicon) -> tuple[Tokens, tuple[str, ...]] | Lost:
    """The tokens with quotients in words; the sign that cannot be read."""
    said: list[str] = []
    at = 1
    while at < len(tokens):
        width, sign = _sign(tokens, at)
        if sign and _ends_number(tokens, at, lexicon) and _begins_number(tokens, at + width, lexicon):
            shown = " ".join(token.text for token in tokens[at : at + width])
            if sign != "over":
                return Lost(shown, _WHY, hint=_HINT)
            said.append(f"“{shown}” read as “divided by”")
            mark = tokens[at]
            divided = tuple(Token(word, mark.start, mark.end, "word") for word in ("divided", "by"))
            tokens = (*tokens[:at], *divided, *tokens[at + width :])
        at += width
    return tokens, tuple(said)


def _sign(tokens: Tokens, at: int) -> tuple[int, str]:
    for width in (3, 2, 1):
        words = tuple(token.low for token in tokens[at : at + width])
        if len(words) == width and words in _SIGNS:
            loose = (
                tokens[at].start > tokens[at - 1].end and at + 1 < len(tokens) and tokens[at + 1].start > tokens[at].end
            )
            return width, _SIGNS[words] if loose or words[0] not in _WIDE else ""
    return 1, ""


def _ends_number(tokens: Tokens, at: int, lexicon: Lexicon) -> bool:
    """A number of the catalog is named right before."""
    for start in range(max(0, at - _FAR), at):
        if any(_is_number(match.ref, lexicon) for match in lexicon.nouns(tokens, start).get(at, ())):
            return True
    return False


def _begins_number(tokens: Tokens, at: int, lexicon: Lexicon) -> bool:
    """A number of the catalog follows, perhaps behind values (“Delta flights”)."""
    while at < len(tokens) and tokens[at].low in _FILLING:
        at += 1
    found = lexicon.nouns(tokens, at) if at < len(tokens) else {}
    for end, matches in found.items():
        if any(_is_number(match.ref, lexicon) or isinstance(match.ref, RowRef) for match in matches):
            return True
        if any(isinstance(match.ref, ValueRef) for match in matches) and _begins_number(tokens, end, lexicon):
            return True
    return False


def _is_number(ref: object, lexicon: Lexicon) -> bool:
    return isinstance(ref, MetricRef) or (isinstance(ref, FieldRef) and field_of(ref, lexicon).role == "fact")
