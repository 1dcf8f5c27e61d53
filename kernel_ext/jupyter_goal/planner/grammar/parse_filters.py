"""Rules for negation and missing values. A negation is taken or lost, never skipped."""

from __future__ import annotations

from dataclasses import replace

from jupyter_goal.planner.grammar.clauses import Clause, Compared, Lost, Missing, Subject, Timed, Valued
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import (
    Nodes,
    is_fact,
    is_measurable,
    is_metric,
    is_numeric,
    noun,
    skip,
    word,
)
from jupyter_goal.planner.grammar.parse_conditions import conditioned
from jupyter_goal.planner.grammar.parse_values import LINKS, belongs, side_of, values_at
from jupyter_goal.planner.grammar.rule import Taken
from jupyter_goal.planner.grammar.terms import (
    FieldRef,
    Noun,
    When,
)

_EXCLUDING = frozenset(
    "excluding|exclude|excludes|except|omitting|omit|ignoring|ignore|without|besides|except for|other than|apart from|aside from"
    "|leaving out|neither|nor".split("|")
)
_TOO = "whether it is left out too is not clear"
_ABSENT = frozenset({"without", "no", "missing"})


def negated(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“not …”, “excluding …”, “without …”, and what else is left out with it."""
    taken = _negated(nodes, at, before, lexicon)
    if taken is None or not isinstance(taken.clauses[-1], Valued):
        return taken
    return _left_out_too(nodes, taken, nodes[at].text.casefold(), lexicon)


def _left_out_too(nodes: Nodes, taken: Taken, said: str, lexicon: Lexicon) -> Taken:
    """“excluding weekends and cancelled ones”: the second is left out as well."""
    while word(nodes, taken.end, "and", "or"):
        after = skip(nodes, taken.end, "and", "or")
        item = noun(nodes, after)
        if item is not None and is_metric(item) and said in _EXCLUDING and nodes[taken.end].text != ",":
            lost = Lost(item.text, "whether it is left out or shown too is not clear")
            return Taken(after + 1, (*taken.clauses, lost), taken.replaces)
        more = values_at(nodes, after, "", lexicon)
        first = more.clauses[0] if more is not None else None
        if more is None or not isinstance(first, Valued):
            break
        either = replace(first, negated=True) if said in _EXCLUDING else Lost(first.values[0].text, _TOO)
        taken = Taken(more.end, (*taken.clauses, either, *more.clauses[1:]), taken.replaces)
    return taken


def _negated(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    said = word(nodes, at, "neg")
    if said is None:
        return None
    start = skip(nodes, at + 1, *LINKS, "by")
    start = (
        skip(nodes, start, "neg") if word(nodes, start, "neg") and said.text.casefold() in {"but", "all but"} else start
    )
    node = nodes[start] if start < len(nodes) else None
    if isinstance(node, When):
        return Taken(start + 1, (Timed(node, negated=True),))
    if word(nodes, start, "null"):
        item = noun(nodes, start + 1)
        last = before[-1] if before else None
        if item is not None and is_measurable(item, lexicon):
            return Taken(start + 2, (Missing(item, missing=False),))
        if isinstance(last, Subject):
            return Taken(start + 1, (Missing(last.noun, missing=False),), replaces=1)
    found = _negated_condition(nodes, start, before, lexicon) or values_at(
        nodes, start, side_of(nodes, at + 1, start), lexicon
    )
    if found is not None and isinstance(found.clauses[0], Valued) and word(nodes, at - 1, "is") and before:
        last = before[-1]
        if (
            isinstance(last, Subject)
            and found.clauses[0].of is None
            and not is_metric(last.noun)
            and belongs(found.clauses[0], last.noun, lexicon)
        ):
            left = replace(found.clauses[0], negated=True, of=last.noun)
            asked = (last,) if last.lead in {"start", "which"} and len(before) == 1 else ()
            return Taken(found.end, (*asked, left, *found.clauses[1:]), replaces=1)
    owner = before[-1] if before else None
    if (
        found is not None
        and isinstance(owner, Subject)
        and owner.lead == "prep"
        and len(before) > 1
        and noun(nodes, at - 1) is not None
        and isinstance(found.clauses[0], Valued)
        and found.clauses[0].of is None
        and belongs(found.clauses[0], owner.noun, lexicon)
    ):
        of = replace(found.clauses[0], negated=True, of=owner.noun)
        return Taken(found.end, (of, *found.clauses[1:]), replaces=1)
    if found is not None and found.clauses and isinstance(found.clauses[0], Valued | Compared):
        return Taken(found.end, (replace(found.clauses[0], negated=True), *found.clauses[1:]), found.replaces)
    item = noun(nodes, start)
    if item is not None and said.text.casefold() in _ABSENT and _can_be_missing(item, lexicon):
        return Taken(start + 1, (Missing(item),))
    return Taken(at + 1, (Lost(said.text, "what it excludes is not clear"),))


def _negated_condition(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    if word(nodes, at, "op"):
        return conditioned(nodes, at, before, lexicon)
    item = noun(nodes, at)
    operator = skip(nodes, at + 1, "is", "by", "prep")
    if item is not None and is_numeric(item, lexicon) and word(nodes, operator, "op"):
        found = conditioned(nodes, operator, (Subject(item),), lexicon)
        return None if found is None else Taken(found.end, found.clauses)
    return None


def _can_be_missing(item: Noun, lexicon: Lexicon) -> bool:
    return cost_named(item) and not is_fact(item, lexicon) and not is_metric(item)


def cost_named(item: Noun) -> bool:
    """The noun names a field."""
    return any(isinstance(match.ref, FieldRef) for match in item.matches)


def missing(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“missing tail number”, “tail number is unknown”."""
    start = skip(nodes, at, "is", "prep")
    if not word(nodes, start, "null"):
        return None
    item = noun(nodes, start + 1)
    if item is not None and cost_named(item):
        return Taken(start + 2, (Missing(item),))
    last = before[-1] if before else None
    if isinstance(last, Subject) and cost_named(last.noun):
        return Taken(start + 1, (Missing(last.noun),), replaces=1)
    return None
