"""Tokens made ready to be read: shorthand and slips written out, verbs turned into the numbers they name, sums refused."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_goal.planner.grammar.arithmetic import reckoned
from jupyter_goal.planner.grammar.clauses import Lost, Unplaced
from jupyter_goal.planner.grammar.compounds import turned
from jupyter_goal.planner.grammar.deeds import told_of_rows
from jupyter_goal.planner.grammar.lattice import is_idle, is_linking
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.quantifiers import quantified
from jupyter_goal.planner.grammar.shorthand import written_out
from jupyter_goal.planner.grammar.tokens import Token

Tokens = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The tokens to go on with, and what was changed in them."""

    tokens: Tokens
    said: tuple[str, ...]


def prepare(tokens: Tokens, lexicon: Lexicon) -> Prepared | Unplaced:
    """The tokens as they are meant; or what in them nothing in a query can say."""
    said: tuple[str, ...] = ()
    for step in (_spelled, turned, reckoned, quantified, told_of_rows):
        made = step(tokens, lexicon)
        if isinstance(made, Lost):
            return Unplaced((made,))
        tokens, words = made
        said += words
    return Prepared(tokens, (*said, *_idle(tokens, lexicon)))


def _spelled(tokens: Tokens, lexicon: Lexicon) -> tuple[Tokens, tuple[str, ...]]:
    """Shorthand written out, and slips of the keyboard undone where only one word can be meant."""
    tokens, changed = written_out(tokens, lexicon)
    said: list[str] = list(changed)
    fixed: list[Token] = []
    for token in tokens:
        unknown = token.kind == "word" and not lexicon.knows(token) and not is_linking(token, lexicon)
        slips = lexicon.respell(token.low) if unknown else ()
        if len(slips) == 1:
            said.append(f"“{token.text}” read as “{slips[0]}”")
            token = Token(slips[0], token.start, token.end, token.kind)
        fixed.append(token)
    return tuple(fixed), tuple(said)


def _idle(tokens: Tokens, lexicon: Lexicon) -> tuple[str, ...]:
    """Verbs that say only that the rows exist."""
    return tuple(
        f"“{token.text}” taken to select nothing"
        for at, token in enumerate(tokens)
        if is_linking(token, lexicon) or is_idle(tokens, at, lexicon)
    )
