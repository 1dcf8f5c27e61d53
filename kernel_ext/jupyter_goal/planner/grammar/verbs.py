"""Verbs: which words are one, in which tense, and what their forms share. Closed lists and endings; no catalog."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_goal.planner.grammar.tokens import Token, stem

DEPART, ARRIVE = "depart", "arrive"

_ROOTS = {
    DEPART: "depart departs departed departing departure departures leave leaves left leaving takeoff takeoffs",
    ARRIVE: "arrive arrives arrived arriving arrival arrivals land lands landed landing landings",
    "fly": "fly flies flew flown flying",
    "sell": "sell sells sold selling sale sales", "send": "send sends sent sending", "pay": "pay pays paid paying",
    "buy": "buy buys bought buying", "make": "make makes made making", "build": "build builds built building",
    "lose": "lose loses lost losing", "win": "win wins won winning", "write": "write writes wrote written writing",
    "give": "give gives gave given giving", "take": "take takes took taken taking", "hold": "hold holds held holding",
    "begin": "begin begins began begun beginning", "break": "break breaks broke broken breaking",
    "choose": "choose chooses chose chosen choosing", "drive": "drive drives drove driven driving",
    "steal": "steal steals stole stolen stealing", "teach": "teach teaches taught teaching",
    "deliver": "deliver delivers delivered delivering delivery deliveries",
}  # fmt: skip
_ROOT_OF = {word: root for root, words in _ROOTS.items() for word in words.split()}
_PAST = frozenset(
    "left flew flown sold sent paid bought made built lost won wrote written gave given took taken held began begun broke broken"
    " chose chosen drove driven stole stolen taught".split()
)
_BESIDE_NOUN = frozenset(
    "departure departures arrival arrivals landings sale sales takeoff takeoffs delivery deliveries".split()
)
_NO_VERBS = frozenset(
    "need speed feed seed weed breed bed red shed indeed hundred united limited based used united".split()
)


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb at a place. `past`: it says that something happened."""

    at: int
    end: int
    root: str
    past: bool


def root_of(word: str) -> str:
    """What the forms of a verb and its noun share (“departed”, “departures”, “leaving”)."""
    return _ROOT_OF.get(word) or stem(word)


def read_verb(tokens: tuple[Token, ...], at: int) -> Verb | None:
    """The verb at a place; None where no verb stands."""
    token = tokens[at]
    low = token.low
    if token.kind != "word" or low in _BESIDE_NOUN or low in _NO_VERBS or (at and token.text[:1].isupper()):
        return None
    behind = tokens[at + 1].low if at + 1 < len(tokens) else ""
    if behind == "off" and low in {"take", "takes", "took", "taken", "taking"}:
        return Verb(at, at + 2, DEPART, low in _PAST)
    did = any(each.low in {"did", "didn't"} for each in tokens[max(0, at - 6) : at])
    past = low in _PAST or (low.endswith("ed") and len(low) > 4)
    if past or did or low in _ROOT_OF or low.endswith("ing"):
        return Verb(at, at + 1, root_of(low), past or did)
    return None
