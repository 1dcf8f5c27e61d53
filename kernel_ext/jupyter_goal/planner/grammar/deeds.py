"""What a verb says of rows: “flights that departed” and “parcels delivered late” name the number that counts just those.

A verb, and how it was done, is never dropped where the catalog tells such rows apart. Works on tokens: the noun is replaced by the name
of the number, and the verb goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_goal.planner.grammar.clauses import Lost
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.surroundings import (
    covered,
    is_counted_among_others,
    is_listed,
    is_negated,
    place_behind,
    share_before,
    value_behind,
)
from jupyter_goal.planner.grammar.tokens import Token, words_of
from jupyter_goal.planner.grammar.verbs import ARRIVE, DEPART, Verb, read_verb, root_of
from jupyter_goal.planner.grammar.vocabulary import SECONDS, UNITS

Tokens = tuple[Token, ...]
Told = tuple[Tokens, tuple[str, ...]]
"""The tokens to go on with, and what was read into them."""

_ADVERBS = frozenset("actually really indeed ever already finally eventually".split())
_WHEN = frozenset("before after at by between until from around".split())
_HOUR = re.compile(r"\d{1,2} ?(?:am|pm|a|p|o'?clock|:)")
_HOW_LONG = frozenset({"late", "delayed"})
_WHY = "it says what became of the rows, and they cannot be narrowed by that here"
_HINT = "Leave the verb out to keep all rows, or name the condition by its value."


@dataclass(frozen=True, slots=True)
class _Deed:
    """A verb with its manner (“departed late”) and the noun it is said of."""

    verb: Verb
    end: int
    """After the manner."""
    manner: frozenset[str]
    head: int
    """Where the noun stands."""
    metric: str | None
    """The number of the catalog that counts such rows."""


def told_of_rows(tokens: Tokens, lexicon: Lexicon) -> Told | Lost:
    """The tokens with verbs turned into the numbers they name; or the verb that no number stands for."""
    said: list[str] = []
    at = 0
    while at < len(tokens):
        tokens = _closer(tokens, at, lexicon)
        deed = _deed(tokens, at, lexicon)
        if deed is None:
            at += 1
            continue
        made = _rewritten(tokens, deed, lexicon)
        if isinstance(made, Lost):
            return made
        if made is None or isinstance(made, str):
            said += [made] if made is not None else []
            at = deed.verb.end
            continue
        tokens, words = made
        said.append(words)
        at = 0
    return tokens, tuple(said)


def _closer(tokens: Tokens, at: int, lexicon: Lexicon) -> Tokens:
    """“departing from JFK on time”: the manner right behind the verb, the place behind both."""
    verb = read_verb(tokens, at)
    if verb is None or verb.root not in {DEPART, ARRIVE}:
        return tokens
    place = place_behind(tokens, verb.end, lexicon)
    if place is None or _manner(tokens, verb.end, lexicon)[1]:
        return tokens
    for start in sorted(lexicon.nouns(tokens, place), reverse=True):
        end, manner = _manner(tokens, start, lexicon)
        if manner and (end == len(tokens) or not lexicon.counted.is_rows(tokens[end].low)):
            return (*tokens[: verb.end], *tokens[start:end], *tokens[verb.end : start], *tokens[end:])
    return tokens


def _deed(tokens: Tokens, at: int, lexicon: Lexicon) -> _Deed | None:
    verb = read_verb(tokens, at)
    if verb is None:
        return None
    end, behind = _manner(tokens, verb.end, lexicon)
    _, ahead = _manner_before(tokens, at, lexicon)
    manner = behind | ahead
    if ahead and at + 1 < len(tokens) and lexicon.counted.is_rows(tokens[at + 1].low):
        return _Deed(verb, end, manner, at + 1, lexicon.counted.metric(tokens[at + 1].low, manner | {verb.root}))
    manner = behind
    if not manner and covered(tokens, at, lexicon):
        return None
    heads = [*_leftward(tokens, at, lexicon), *_rightward(tokens, verb, lexicon)]
    for head in heads:
        metric = lexicon.counted.metric(tokens[head].low, manner | {verb.root})
        if metric is not None:
            return _Deed(verb, end, manner, head, metric)
    known = [head for head in heads if lexicon.counted.tells(tokens[head].low, verb.root)]
    moving = verb.root in {DEPART, ARRIVE}
    lacking = manner and (known or moving)
    dropped = moving and verb.past and heads and frozenset({verb.root}) in lexicon.counted.manners
    return _Deed(verb, end, manner, (*known, *heads, at)[0], None) if lacking or dropped else None


def _manner(tokens: Tokens, at: int, lexicon: Lexicon) -> tuple[int, frozenset[str]]:
    """“late”, “on time”: words that name a number of rows by themselves, behind the verb."""
    for end in range(min(at + 3, len(tokens)), at, -1):
        words = frozenset(root_of(token.low) for token in tokens[at:end])
        if words in lexicon.counted.manners:
            return end, words
    return at, frozenset()


def _manner_before(tokens: Tokens, at: int, lexicon: Lexicon) -> tuple[int, frozenset[str]]:
    for start in range(max(at - 3, 0), at):
        words = frozenset(root_of(token.low) for token in tokens[start:at])
        if words in lexicon.counted.manners:
            return start, words
    return at, frozenset()


def _leftward(tokens: Tokens, at: int, lexicon: Lexicon) -> Iterator[int]:
    yield from (place for place in range(at - 1, -1, -1) if lexicon.counted.is_rows(tokens[place].low))


def _rightward(tokens: Tokens, verb: Verb, lexicon: Lexicon) -> Iterator[int]:
    """“which carrier flew the most flights”: the rows are what the verb is done to."""
    if verb.root not in {DEPART, ARRIVE}:
        places = range(verb.end, min(verb.end + 4, len(tokens)))
        yield from (place for place in places if lexicon.counted.is_rows(tokens[place].low))


def _rewritten(tokens: Tokens, deed: _Deed, lexicon: Lexicon) -> tuple[Tokens, str] | Lost | str | None:
    """The tokens with the number in place of the noun; only words to say, or nothing, where the verb is read otherwise."""
    verb, head = deed.verb, deed.head
    shown = " ".join(token.text for token in tokens[verb.at : deed.end])
    told = value_behind(tokens, deed.end, lexicon) and not deed.manner
    if is_negated(tokens, verb.at):
        return None if told else Lost(shown, "what did not happen has no number of its own here", hint=_HINT)
    if not deed.manner and (not verb.past or _is_passive(tokens, verb) or _measured_behind(tokens, verb)):
        return _lateness(tokens, verb, lexicon)
    if _timed(tokens, verb):
        return Lost(
            shown, "at which hour that was is not known", hint="Leave the verb out to go by the usual time of the rows."
        )
    if deed.metric is None:
        return Lost(shown, f"no number of the catalog counts such {tokens[head].text}", hint=_HINT)
    if is_listed(tokens, head):
        return Lost(shown, _WHY, hint=_HINT)
    specific = bool(_manner_before(tokens, head, lexicon)[1]) and head < verb.at
    if specific or is_counted_among_others(tokens, head, lexicon):
        return f"“{shown}” taken as the side only, whatever happened" if told else Lost(shown, _WHY, hint=_HINT)
    ratio = share_before(tokens, head)
    if ratio is not None and told:
        return None
    title = lexicon.catalog.metric[deed.metric].title
    return _replaced(tokens, deed, title, ratio, lexicon), f"“{shown}” read as {title}"


def _timed(tokens: Tokens, verb: Verb) -> bool:
    """“arrived before 9am”: the hour of the deed, which is not that of the row."""
    behind = [token.low for token in tokens[verb.end : verb.end + 4]]
    return len(behind) > 1 and behind[0] in _WHEN and any(_HOUR.fullmatch(" ".join(behind[1:end])) for end in (2, 3))


def _is_passive(tokens: Tokens, verb: Verb) -> bool:
    """“are operated by”: the present says nothing of what happened."""
    before = tokens[verb.at - 1].low if verb.at else ""
    behind = tokens[verb.end].low if verb.end < len(tokens) else ""
    return before in {"is", "are", "be", "being"} and behind == "by"


def _measured_behind(tokens: Tokens, verb: Verb) -> bool:
    """“delayed more than 60 minutes”: a number of each row decides."""
    behind = [token.low for token in tokens[verb.end : verb.end + 5]]
    return any(word in UNITS and UNITS[word] in SECONDS for word in behind[1:])


def _lateness(tokens: Tokens, verb: Verb, lexicon: Lexicon) -> tuple[Tokens, str] | None:
    """“departed more than 60 minutes late”: by the delay of that side."""
    side = {DEPART: "departure", ARRIVE: "arrival"}.get(verb.root)
    late = next((i for i in range(verb.end + 2, min(verb.end + 6, len(tokens))) if tokens[i].low in _HOW_LONG), None)
    if side is None or late is None or tokens[late - 1].low not in UNITS:
        return None
    words = tuple(Token(word, tokens[late].start, tokens[late].end, "word") for word in (side, "delay"))
    if 2 not in lexicon.nouns(words, 0):
        return None
    kept = (*tokens[: verb.at], *tokens[verb.end : late], *words, *tokens[late + 1 :])
    return kept, f"“{tokens[verb.at].text} … {tokens[late].text}” read as {side} delay"


def _replaced(tokens: Tokens, deed: _Deed, title: str, ratio: int | None, lexicon: Lexicon) -> Tokens:
    verb, head = deed.verb, deed.head
    noun = tokens[head]
    named = tuple(Token(word, noun.start, noun.end, "word") for word in words_of(title))
    if ratio is not None:
        named = (*_words("ratio of", noun), *named, *_words("to", noun), noun)
    start = verb.at
    if deed.manner and head == verb.end and deed.end == verb.end:
        start = _manner_before(tokens, verb.at, lexicon)[0]
    while start and tokens[start - 1].low in _ADVERBS:
        start -= 1
    if head > start:
        return (*tokens[:start], *tokens[deed.end : head], *named, *tokens[head + 1 :])
    begin = ratio if ratio is not None else head
    return (*tokens[:begin], *named, *tokens[head + 1 : start], *_sided(tokens, deed, lexicon))


def _sided(tokens: Tokens, deed: _Deed, lexicon: Lexicon) -> Tokens:
    """What follows the verb, with the side that the verb named (“arrived in Boston”: to Boston)."""
    rest = tokens[deed.end :]
    side = {DEPART: "from", ARRIVE: "to"}.get(deed.verb.root)
    place = place_behind(tokens, deed.end, lexicon)
    if side is None or place is None or any(token.low in {"from", "to", "into"} for token in tokens[deed.end : place]):
        return rest
    return (Token(side, rest[0].start, rest[0].start, "word"), *tokens[place:])


def _words(text: str, near: Token) -> Tokens:
    return tuple(Token(word, near.start, near.end, "word") for word in text.split())
