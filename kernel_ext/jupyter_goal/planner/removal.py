"""Taking something away from a query: its filters, one of them, a comparison, shares, totals, a limit. Adds nothing."""

from __future__ import annotations

import re

from goal_semantics.query import And, Condition, Filter, Not, SemanticQuery, Share
from jupyter_goal.planner.facts import roots_of_measure
from jupyter_goal.planner.grammar.ground import dimensions
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.options import Trouble
from jupyter_goal.planner.grammar.terms import Noun
from jupyter_goal.planner.grammar.tokens import tokenise

_TAKE = r"(?:remove|clear|drop|delete|reset|hide|no|without|take (?:away|off|out)|lose|stop)"
_THE = r"(?: (?:the|any|all|all the|every|these|those))?"
_FILTERS = re.compile(rf"^{_TAKE}{_THE} filters?$|^unfiltered$|^(?:all|everything) again$", re.IGNORECASE)
_TIMES = re.compile(
    rf"^{_TAKE}{_THE} (?:time|date|period)(?: window| filter| range)?s?$|^all (?:time|dates|periods)(?: again)?$",
    re.IGNORECASE,
)
_COMPARISON = re.compile(rf"^{_TAKE}{_THE} (?:comparisons?|comparing)$", re.IGNORECASE)
_SHARES = re.compile(rf"^{_TAKE}{_THE} (?:shares?|percentages?|percent)$", re.IGNORECASE)
_TOTALS = re.compile(rf"^{_TAKE}{_THE} (?:sub)?totals?$", re.IGNORECASE)
_LIMIT = re.compile(rf"^{_TAKE}{_THE} (?:limit|top|ranking|top \d+)$", re.IGNORECASE)
_ONE = re.compile(
    rf"^(?:all(?: the)?|every) (?P<again>.+?) again$|^{_TAKE}{_THE} filter (?:on|for|by|of)(?: the)? (?P<on>.+)$"
    rf"|^{_TAKE}{_THE} (?P<before>.+?) filter$",
    re.IGNORECASE,
)


def without(text: str, query: SemanticQuery, lexicon: Lexicon) -> SemanticQuery | Trouble | None:
    """The query without what the words name; None where they take nothing away."""
    if _FILTERS.match(text):
        if query.filter is None and query.time is None:
            return Trouble(text, "there is no filter")
        return query.model_copy(update={"filter": None} if query.filter is not None else {"time": None})
    if _TIMES.match(text):
        return query.model_copy(update={"time": None}) if query.time else Trouble(text, "there is no time window")
    if _COMPARISON.match(text):
        gone = query.model_copy(update={"comparison": None})
        return gone if query.comparison else Trouble(text, "nothing is compared")
    if _SHARES.match(text):
        kept = tuple(each for each in query.calculations if not isinstance(each, Share))
        changed = len(kept) < len(query.calculations)
        return query.model_copy(update={"calculations": kept}) if changed else Trouble(text, "there are no shares")
    if _TOTALS.match(text):
        return query.model_copy(update={"totals": False}) if query.totals else Trouble(text, "there are no totals")
    if _LIMIT.match(text):
        changed = query.top is not None or query.limit is not None
        return query.model_copy(update={"top": None, "limit": None}) if changed else Trouble(text, "all is shown")
    one = _ONE.match(text)
    return _without_one(text, one["again"] or one["on"] or one["before"], query, lexicon) if one else None


def _without_one(text: str, words: str, query: SemanticQuery, lexicon: Lexicon) -> SemanticQuery | Trouble | None:
    tokens = tokenise(words)
    matches = lexicon.nouns(tokens, 0).get(len(tokens), ()) if tokens else ()
    root = query.detail.dataset if query.detail else roots_of_measure(query.measures[0], lexicon.catalog)[0]
    spots = dimensions(Noun(words, matches), root, "", lexicon)
    if not spots:
        return None
    entities = {spot.entity for spot in spots}
    paths = {spot.path for spot in spots}
    items = query.filter.items if isinstance(query.filter, And) else (query.filter,) if query.filter else ()
    kept = tuple(item for item in items if not _is_on(item, paths, entities, lexicon))
    if len(kept) == len(items):
        return Trouble(text, f"there is no filter on {words}")
    left: Filter | None = None if not kept else kept[0] if len(kept) == 1 else And(items=kept)
    return query.model_copy(update={"filter": left})


def _is_on(item: Filter, paths: set[str], entities: set[tuple[tuple[str, ...], str]], lexicon: Lexicon) -> bool:
    inner = item.item if isinstance(item, Not) else item
    if not isinstance(inner, Condition):
        return False
    root, *steps, field = inner.field.split(".")
    entity = lexicon.reach.entity(root, tuple(steps), field)
    return (
        inner.field in paths
        or entity in entities
        or (bool(steps) and _pointing(root, tuple(steps), lexicon) in entities)
    )


def _pointing(root: str, steps: tuple[str, ...], lexicon: Lexicon) -> tuple[tuple[str, ...], str]:
    """The key on the near side of the last step: a filter on an airline's name is one on the airline."""
    last = lexicon.reach.chain(root, steps)[-1]
    return steps[:-1], last.from_fields[0]
