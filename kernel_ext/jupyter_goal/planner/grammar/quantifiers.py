"""“never”, “only”, “both”, “every” of things that have many rows each: “airlines that don't fly to Boston”.

A condition on rows would answer another question (airlines with some flight elsewhere), so these are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_goal.planner.facts import aggregate_of
from jupyter_goal.planner.grammar.clauses import Lost
from jupyter_goal.planner.grammar.dates import MONTHS
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import field_of
from jupyter_goal.planner.grammar.terms import FieldRef, Match, MetricRef, RoleRef, RowRef, ValueRef
from jupyter_goal.planner.grammar.tokens import Token
from jupyter_goal.planner.grammar.verbs import read_verb
from jupyter_goal.planner.grammar.vocabulary import LINKING

Tokens = tuple[Token, ...]
Told = tuple[Tokens, tuple[str, ...]]

_VERBAL = frozenset("never don't doesn't didn't hasn't haven't hadn't won't isn't aren't wasn't weren't".split())
_ONLY = frozenset("only just solely exclusively always".split())
_ALL = frozenset("every all".split())
_TOLD = frozenset(
    "that which who whose do does did have has had are were is was fly flies buy buys sell sells used".split()
)
_OWNING = frozenset("with having whose".split())
_REACH = 6
_TIME = re.compile(r"(?:19|20)\d\d|q[1-4]")
_WHY = "it would have to hold for all rows of each, which cannot be asked yet"
_HINT = "Ask for the numbers “by …” and look for those with none, or leave rows out with “excluding …”."


def quantified(tokens: Tokens, lexicon: Lexicon) -> Told | Lost:
    """The tokens unchanged; or the word that quantifies over the rows of a thing."""
    for at, token in enumerate(tokens):
        if token.low in {"those", "ones"} and at > 1 and tokens[at - 1].low in {"than", "except", "excluding", "not"}:
            return Lost(f"{tokens[at - 1].text} {token.text}", _WHY, hint=_HINT)
        thing = _thing_before(tokens, at, lexicon) if _quantifies(token) else None
        if thing is not None and _holds_of_rows(tokens, at, thing, lexicon):
            return Lost(token.text, _WHY, hint=_HINT)
    return tokens, ()


def _quantifies(token: Token) -> bool:
    return token.low in _VERBAL | _ONLY | _ALL | {"not", "both"}


def _thing_before(tokens: Tokens, at: int, lexicon: Lexicon) -> tuple[Match, ...] | None:
    """The nearest noun before, where a verb links it to what follows; behind “with” and rows, the noun before those."""
    linked = tokens[at].low in _VERBAL
    skipped = False
    for place in range(at - 1, -1, -1):
        nouns = tuple(_nouns(tokens, place, at, lexicon))
        if nouns:
            owned = place and tokens[place - 1].low in _OWNING and tokens[at].low != "not"
            if owned and not skipped:
                linked, skipped = True, True
                continue
            return nouns if linked or _is_linked(tokens, at, lexicon) else None
        linked = linked or tokens[place].low in _TOLD or tokens[place].low in LINKING or _is_verb(tokens, place)
    return None


def _is_linked(tokens: Tokens, at: int, lexicon: Lexicon) -> bool:
    """A verb follows at once (“destinations not served by”)."""
    if at + 1 >= len(tokens) or at + 2 in lexicon.nouns(tokens, at + 1):
        return False
    return tokens[at + 1].low in LINKING or _is_verb(tokens, at + 1)


def _is_verb(tokens: Tokens, at: int) -> bool:
    verb = read_verb(tokens, at)
    return verb is not None and (verb.past or tokens[at].low.endswith("ing"))


def _nouns(tokens: Tokens, place: int, before: int, lexicon: Lexicon) -> Iterator[Match]:
    for end, matches in lexicon.nouns(tokens, place).items():
        if end <= before:
            yield from (match for match in matches if not isinstance(match.ref, ValueRef))


def _holds_of_rows(tokens: Tokens, at: int, thing: tuple[Match, ...], lexicon: Lexicon) -> bool:
    """What is said behind is about the rows of the thing, not about the thing itself."""
    if not _is_thing(thing, lexicon):
        return False
    behind = range(at + 1, min(at + 1 + _REACH, len(tokens)))
    if tokens[at].low in _ALL:
        return at > 0 and tokens[at - 1].low in {"to", "from", "in", "at", "by"} and at + 1 < len(tokens)
    if tokens[at].low != "both" and any(tokens[i].low in MONTHS or _TIME.fullmatch(tokens[i].low) for i in behind):
        return True
    values = [
        m.ref
        for i in behind
        for found in lexicon.nouns(tokens, i).values()
        for m in found
        if isinstance(m.ref, ValueRef)
    ]
    return bool(values) and not any(_describes(ref, match, lexicon) for ref in values for match in thing)


def _is_thing(thing: tuple[Match, ...], lexicon: Lexicon) -> bool:
    """A dimension, rows that other rows point at, or a number of different ones."""
    pointed = {step.to_dataset for step in lexicon.catalog.relationships}
    for known in thing:
        match known.ref:
            case RowRef(dataset=dataset) if dataset not in pointed:
                return False
            case MetricRef(metric=name) if (
                known.cost == 0 and aggregate_of(lexicon.catalog.metric[name]) != "count_distinct"
            ):
                return False
            case FieldRef() as ref if field_of(ref, lexicon).role in {"fact", "time"}:
                return False
            case _:
                continue
    return True


def _describes(value: ValueRef, match: Match, lexicon: Lexicon) -> bool:
    """Each of the things has one such value."""
    match match.ref:
        case RowRef(dataset=dataset) | RoleRef(to=dataset):
            return bool(lexicon.reach.steps(dataset, value.dataset))
        case FieldRef(dataset=dataset, field=field):
            return (dataset, field) == (value.dataset, value.field)
        case _:
            return False
