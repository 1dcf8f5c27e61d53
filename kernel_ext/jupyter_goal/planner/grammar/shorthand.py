"""Shorthand written out: abbreviations, beginnings of catalog words, weekends. Every change is said."""

from __future__ import annotations

from jupyter_goal.planner.grammar.english import is_english
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.terms import ValueRef
from jupyter_goal.planner.grammar.tokens import Token, stem
from jupyter_goal.planner.grammar.vocabulary import LINKING, STOP, own_words

Written = tuple[tuple[Token, ...], tuple[str, ...]]
"""The tokens to go on with, and what was changed."""

_SHORT = {
    "cnt": "count", "qty": "quantity", "amt": "amount", "pct": "percentage", "yr": "year", "yrs": "years", "mo": "month",
    "mos": "months", "wk": "week", "wks": "weeks", "qtr": "quarter", "qtrs": "quarters", "dept": "department",
    "mgr": "manager", "cust": "customer", "custs": "customers", "mfr": "manufacturer", "temp": "temperature",
    "avg": "average", "avge": "average", "approx": "about",
}  # fmt: skip
_KNOWN = frozenset({"avg", "approx"})
"""Everybody reads them the same."""
_ENDS = {
    "weekend": ("saturday", "sunday"),
    "weekday": ("monday", "tuesday", "wednesday", "thursday", "friday"),
    "workday": ("monday", "tuesday", "wednesday", "thursday", "friday"),
}
_GROUPS = frozenset("by per each every vs versus and or than of".split())
_LOCAL = frozenset("on during at over in".split())


def written_out(tokens: tuple[Token, ...], lexicon: Lexicon) -> Written:
    """The tokens without shorthand."""
    made: list[Token] = []
    said: list[str] = []
    for at, token in enumerate(tokens):
        longer = _longer(tokens, at, lexicon)
        days = _days(tokens, at, lexicon)
        if days:
            said.append(f"“{token.text}” read as {' and '.join(day.capitalize() for day in days)}")
            for index, day in enumerate(days):
                made += [Token("or", token.start, token.end, "word")] if index else []
                made.append(Token(day, token.start, token.end, "word"))
        elif longer is not None:
            said += [] if token.low in _KNOWN else [f"“{token.text}” read as “{longer}”"]
            made.append(Token(longer, token.start, token.end, "word"))
        else:
            made.append(token)
    return tuple(made), tuple(said)


def _longer(tokens: tuple[Token, ...], at: int, lexicon: Lexicon) -> str | None:
    """What an unknown word is short for, where only one word can be meant."""
    token = tokens[at]
    if token.kind != "word" or not token.low.isalpha() or token.text.isupper() or token.low in STOP:
        return None
    short = _SHORT.get(token.low)
    if short is not None and not lexicon.names_word(token) and (at == 0 or tokens[at - 1].kind != "number"):
        return short
    if lexicon.knows(token) or is_english(token.low) or token.low in LINKING:
        return None
    if len(token.low) < 3:
        return None
    found = [
        word
        for word in lexicon.named
        if word.startswith(token.low) and len(word) > len(token.low) and word not in own_words()
    ]
    fitting = [word for word in found if _completes(tokens, at, word, lexicon)]
    if len({stem(word) for word in fitting}) == 1:
        return min(fitting, key=len)
    if fitting or len({stem(word) for word in found}) != 1:
        return None
    return min(found, key=len)


def _completes(tokens: tuple[Token, ...], at: int, word: str, lexicon: Lexicon) -> bool:
    """With the word before or behind it is a name of two words ("dep delay")."""
    token = Token(word, tokens[at].start, tokens[at].end, "word")
    around = ((token, *tokens[at + 1 : at + 2]), (*tokens[max(at - 1, 0) : at], token))
    return any(len(pair) == 2 and 2 in lexicon.nouns(pair, 0) for pair in around)


def _days(tokens: tuple[Token, ...], at: int, lexicon: Lexicon) -> tuple[str, ...]:
    """The days of the week that a word stands for, where some field has all of them."""
    low = tokens[at].low.removesuffix("s")
    days = _ENDS.get(low, ())
    before = tokens[at - 1].low if at else ""
    behind = tokens[at + 1].low if at + 1 < len(tokens) else ""
    if not days or before in _GROUPS or behind in {"vs", "versus"}:
        return ()
    if low == "weekday" and (before not in _LOCAL or not tokens[at].low.endswith("s")):
        return ()
    fields = [_having(day, lexicon) for day in days]
    return days if set.intersection(*fields) else ()


def _having(day: str, lexicon: Lexicon) -> set[tuple[str, str]]:
    refs = [match.ref for match in lexicon.nouns((Token(day, 0, len(day), "word"),), 0).get(1, ())]
    return {(ref.dataset, ref.field) for ref in refs if isinstance(ref, ValueRef)}
