"""Rules for comparisons with numbers: “over 1000 miles”, “more than 200 seats”, “60 minutes or more”."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from goal_semantics.query import Operator
from jupyter_goal.planner.facts import counts_rows
from jupyter_goal.planner.grammar.clauses import Clause, Compared, Measured, Subject
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import (
    Nodes,
    is_measurable,
    is_metric,
    is_numeric,
    is_value,
    noun,
    skip,
    word,
)
from jupyter_goal.planner.grammar.parse_measures import measured
from jupyter_goal.planner.grammar.rule import Taken
from jupyter_goal.planner.grammar.terms import (
    FieldRef,
    MetricRef,
    Noun,
    Number,
    RowRef,
)
from jupyter_goal.planner.grammar.tokens import Token
from jupyter_goal.planner.grammar.vocabulary import SECONDS

_LATE = frozenset({"late", "delayed", "overdue", "behind schedule"})


def conditioned(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """Comparisons with numbers: “over 1000 miles”, “more than 200 seats”, “distance = 500”, “at least 10 flights”."""
    start = skip(nodes, at, "is", "by", "prep")
    said = word(nodes, start, "op")
    first = nodes[start + 1] if said and start + 1 < len(nodes) else nodes[start] if start < len(nodes) else None
    if not isinstance(first, Number):
        return None
    if said is None:
        return _postfixed(nodes, start, first, before, lexicon) or _equals(nodes, at, start, first, before, lexicon)
    numbers: tuple[Number, ...] = (first,)
    end = start + 2
    if said.value == "between":
        second = nodes[end + 1] if word(nodes, end, "and", "to", "prep") and end + 1 < len(nodes) else None
        if not isinstance(second, Number):
            return None
        numbers, end = (replace(first, unit=first.unit or second.unit), second), end + 2
    return _complete(nodes, end, cast(Operator, said.value), numbers, before, lexicon)


def _postfixed(nodes: Nodes, at: int, number: Number, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“60 minutes or more”, “200 seats or more”."""
    item = noun(nodes, at + 1)
    after = word(nodes, at + 1, "after op") or (word(nodes, at + 2, "after op") if item else None)
    if after is None:
        return None
    operator = cast(Operator, after.value)
    if item is not None and word(nodes, at + 2, "after op"):
        return Taken(at + 3, (Compared(operator, (number,), item),))
    return _complete(nodes, at + 2, operator, (number,), before, lexicon)


def _equals(
    nodes: Nodes, at: int, start: int, number: Number, before: tuple[Clause, ...], lexicon: Lexicon
) -> Taken | None:
    """“flight number 15”, “with 4 engines”."""
    last = before[-1] if before else None
    if (
        isinstance(last, Subject)
        and is_numeric(last.noun, lexicon)
        and not is_metric(last.noun)
        and not word(nodes, at, "prep")
    ):
        return Taken(start + 1, (Compared("=", (number,), last.noun),), replaces=1)
    item = noun(nodes, start + 1)
    if start > at and item is not None and not is_value(item):
        counted = is_metric(item) or any(isinstance(m.ref, RowRef) for m in item.matches)
        if counted or is_numeric(item, lexicon):
            return Taken(start + 2, (Compared("=", (number,), item),))
    return None


def _complete(
    nodes: Nodes, end: int, op: Operator, numbers: tuple[Number, ...], before: tuple[Clause, ...], lexicon: Lexicon
) -> Taken:
    """Find what is compared: a noun behind the number, or the last thing said before the operator."""
    behind = skip(nodes, end, "prep", "distinct")
    counted = measured(nodes, end, before, lexicon) if word(nodes, end, "distinct") else None
    if counted is not None and isinstance(counted.clauses[0], Measured):
        return Taken(counted.end, (Compared(op, numbers, counted.clauses[0]), *counted.clauses[1:]))
    item = noun(nodes, behind)
    if item is not None and (behind == end or is_numeric(item, lexicon)) and _fits(item, lexicon):
        return Taken(behind + 1, (Compared(op, numbers, item),))
    late = _lateness(nodes, end, numbers, lexicon)
    if late is not None:
        return Taken(end + 1, (Compared(op, numbers, late),))
    last = before[-1] if before else None
    if isinstance(last, Measured) and last.how == "agg":
        return Taken(end, (last, Compared(op, numbers, last)), replaces=1)
    if isinstance(last, Subject) and is_numeric(last.noun, lexicon) and not is_metric(last.noun):
        return Taken(end, (Compared(op, numbers, last.noun),), replaces=1)
    if (
        isinstance(last, Subject)
        and is_metric(last.noun)
        and not _counts_rows(last.noun, lexicon)
        and not numbers[-1].unit
    ):
        return Taken(end, (last, Compared(op, numbers, last.noun)), replaces=1)
    if (
        isinstance(last, Subject)
        and is_metric(last.noun)
        and numbers[-1].unit
        and _unit_fits(last.noun, numbers[-1], lexicon)
    ):
        return Taken(end, (last, Compared(op, numbers, last.noun)), replaces=1)
    return Taken(end, (Compared(op, numbers),))


def _lateness(nodes: Nodes, at: int, numbers: tuple[Number, ...], lexicon: Lexicon) -> Noun | None:
    """“2 hours late”: the numbers that the catalog calls a delay."""
    node = nodes[at] if at < len(nodes) else None
    if node is None or node.text.casefold() not in _LATE or numbers[-1].unit not in SECONDS:
        return None
    found = [
        match
        for word_ in ("delay", "lateness")
        for match in lexicon.nouns((Token(word_, 0, len(word_), "word"),), 0).get(1, ())
        if isinstance(match.ref, FieldRef)
    ]
    return Noun(node.text, tuple(found)) if found else None


def _counts_rows(item: Noun, lexicon: Lexicon) -> bool:
    """“people under 40” is not about how many people there are."""
    metrics = [lexicon.catalog.metric[m.ref.metric] for m in item.matches if isinstance(m.ref, MetricRef)]
    return any(isinstance(m.ref, RowRef) for m in item.matches) or any(counts_rows(metric) for metric in metrics)


def _fits(item: Noun, lexicon: Lexicon) -> bool:
    return not is_value(item) and is_measurable(item, lexicon)


def _unit_fits(item: Noun, number: Number, lexicon: Lexicon) -> bool:
    for match in item.matches:
        if isinstance(match.ref, MetricRef):
            metric = lexicon.catalog.metric[match.ref.metric]
            percent = metric.format is not None and metric.format.style == "percent"
            if number.unit == metric.unit or (number.unit == "%" and percent):
                return True
    return False
