"""Rules for filters: values, numeric conditions, missing values, and their negation.

A negation is taken or lost, never skipped.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from goal_semantics.model import Grain
from goal_semantics.query import Between, Operator
from jupyter_goal.planner.facts import counts_rows
from jupyter_goal.planner.grammar.clauses import Clause, Compared, Lost, Measured, Missing, Side, Subject, Timed, Valued
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import (
    Nodes,
    is_fact,
    is_groupable,
    is_measurable,
    is_metric,
    is_numeric,
    is_value,
    may_be_value,
    noun,
    only,
    skip,
    word,
)
from jupyter_goal.planner.grammar.parse_measures import measured
from jupyter_goal.planner.grammar.patterns import Versus
from jupyter_goal.planner.grammar.rule import Taken
from jupyter_goal.planner.grammar.terms import (
    FieldRef,
    MetricRef,
    Noun,
    Number,
    Quoted,
    RoleRef,
    RowRef,
    Unknown,
    ValueRef,
    When,
)

_LINKS = ("prep", "from", "to", "is", "all")
_ABSENT = frozenset({"without", "no", "missing"})


def negated(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“not …”, “excluding …”, “without …”."""
    said = word(nodes, at, "neg")
    if said is None:
        return None
    start = skip(nodes, at + 1, *_LINKS, "by")
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
    found = _negated_condition(nodes, start, before, lexicon) or _values(
        nodes, start, _side(nodes, at + 1, start), lexicon
    )
    if found is not None and isinstance(found.clauses[0], Valued) and word(nodes, at - 1, "is") and before:
        last = before[-1]
        if isinstance(last, Subject) and found.clauses[0].of is None and _belongs(found.clauses[0], last.noun, lexicon):
            return Taken(
                found.end, (replace(found.clauses[0], negated=True, of=last.noun), *found.clauses[1:]), replaces=1
            )
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


def valued(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """Values, with the preposition and the field noun around them: “from Newark or JFK”, “carrier UA”, “JFK airport”."""
    start = skip(nodes, at, *_LINKS)
    found = _values(nodes, start, _side(nodes, at, start), lexicon)
    item = noun(nodes, start)
    if found is None and start > at and item is not None and may_be_value(item):
        found = Taken(start + 1, (Valued((only(item, ValueRef),), side=_side(nodes, at, start)),))
    if found is None:
        return None
    last = before[-1] if before else None
    first = found.clauses[0]
    names_field = isinstance(last, Subject) and not is_metric(last.noun) and is_groupable(last.noun, lexicon)
    linked = all(word(nodes, i, "is") or nodes[i].text.casefold() == "of" for i in range(at, start))
    if not (names_field and linked and isinstance(first, Valued) and first.of is None and isinstance(last, Subject)):
        return found
    if any(isinstance(v, Quoted) for v in first.values) or _belongs(first, last.noun, lexicon):
        return Taken(found.end, (replace(first, of=last.noun), *found.clauses[1:]), replaces=1)
    return found


def _side(nodes: Nodes, start: int, end: int) -> Side:
    for at in range(start, end):
        found = word(nodes, at, "from", "to")
        if found:
            return cast(Side, found.kind)
    return ""


def _values(nodes: Nodes, at: int, side: Side, lexicon: Lexicon) -> Taken | None:
    """A list of values of one field that begins here."""
    of, start = _field_before(nodes, at, lexicon)
    first = _value(nodes, start, of)
    if first is None:
        return None
    values, end, shown = [first], start + 1, False
    while True:
        after = end
        while word(nodes, after, "and", "or", "versus"):
            shown = shown or (word(nodes, after, "versus") is not None and _joins(nodes, after + 1, first, side))
            after += 1
        linked = skip(nodes, after, side or "prep", "prep") if after > end else after
        following = _value(nodes, linked, of)
        if following is None or after == end or not _same_field(first, following):
            break
        if _side(nodes, after, linked) not in ("", side):
            break
        values.append(following)
        end = linked + 1
    clause = Valued(tuple(values), side=side, of=of, shown=shown and len(values) > 1)
    return _absorb(nodes, end, clause, lexicon)


def _joins(nodes: Nodes, at: int, first: Noun | Quoted, side: Side) -> bool:
    following = _value(nodes, skip(nodes, at, "prep", side or "prep"), None)
    return following is not None and _same_field(first, following)


def _field_before(nodes: Nodes, at: int, lexicon: Lexicon) -> tuple[Noun | None, int]:
    item = noun(nodes, at)
    if item is None or is_value(item) or not is_groupable(item, lexicon) or is_metric(item):
        return None, at
    after = skip(nodes, at + 1, "is", "prep") if word(nodes, at + 1, "is", "prep") else at + 1
    node = nodes[after] if after < len(nodes) else None
    linked = after > at + 1 and word(nodes, at + 1, "is") is not None
    if isinstance(node, Quoted) or (isinstance(node, Unknown) and (linked or _is_code(node.text))):
        return item, after
    value = noun(nodes, after)
    if value is not None and is_value(value) and (after == at + 1 or linked):
        clause = Valued((value,))
        if _belongs(clause, item, lexicon):
            return item, after
    return None, at


def _is_code(text: str) -> bool:
    return len(text) > 1 and (any(each.isdigit() for each in text) or text.isupper())


def _value(nodes: Nodes, at: int, of: Noun | None) -> Noun | Quoted | None:
    node = nodes[at] if at < len(nodes) else None
    if isinstance(node, Quoted):
        return node
    if isinstance(node, Unknown) and of is not None:
        return Quoted(node.text)
    item = noun(nodes, at)
    return only(item, ValueRef) if item is not None and is_value(item) else None


def _same_field(first: Noun | Quoted, second: Noun | Quoted) -> bool:
    if isinstance(first, Quoted) or isinstance(second, Quoted):
        return True
    return bool(_fields(first) & _fields(second))


def _fields(item: Noun) -> set[tuple[str, str]]:
    return {(m.ref.dataset, m.ref.field) for m in item.matches if isinstance(m.ref, ValueRef)}


def _belongs(clause: Valued, item: Noun, lexicon: Lexicon) -> bool:
    """The noun names the field of the values, their dataset, or a relationship to it."""
    fields = {pair for value in clause.values if isinstance(value, Noun) for pair in _fields(value)}
    datasets = {dataset for dataset, _ in fields}
    for match in item.matches:
        match match.ref:
            case FieldRef(dataset=dataset, field=field) if (dataset, field) in fields or dataset in datasets:
                return True
            case RowRef(dataset=dataset) if dataset in datasets or _keys(dataset, lexicon) & fields:
                return True
            case RoleRef(to=to, dataset=dataset, name=name):
                step = next(r for r in lexicon.catalog.outgoing[dataset] if r.name == name)
                if to in datasets or {(dataset, field) for field in step.from_fields} & fields:
                    return True
            case _:
                continue
    return False


def _keys(dataset: str, lexicon: Lexicon) -> set[tuple[str, str]]:
    """Fields elsewhere that point at rows of a dataset."""
    return {
        (step.from_dataset, field)
        for step in lexicon.catalog.relationships
        if step.to_dataset == dataset
        for field in step.from_fields
    }


def _absorb(nodes: Nodes, end: int, clause: Valued, lexicon: Lexicon) -> Taken:
    """A field noun behind the values says which field: “JFK airport”, “United carrier”."""
    item = noun(nodes, end)
    if item is None or clause.of is not None or not is_groupable(item, lexicon) or is_value(item) or is_metric(item):
        return Taken(end, (clause,))
    if not _belongs(clause, item, lexicon):
        return Taken(end, (clause,))
    own = {dataset for value in clause.values if isinstance(value, Noun) for dataset, _ in _fields(value)}
    rows_only = all(isinstance(match.ref, RowRef) for match in item.matches)
    if rows_only and not clause.side and any(m.ref.dataset in own for m in item.matches if isinstance(m.ref, RowRef)):
        return Taken(end, (clause,))
    return Taken(end + 1, (replace(clause, of=item),))


def compared_values(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“compare JFK and LGA”."""
    if not word(nodes, at, "versus"):
        return None
    start = skip(nodes, at + 1, *_LINKS)
    found = _values(nodes, start, _side(nodes, at + 1, start), lexicon)
    if found is not None and isinstance(found.clauses[0], Valued) and len(found.clauses[0].values) > 1:
        return Taken(found.end, (replace(found.clauses[0], shown=True),))
    last = before[-1] if before else None
    if found is not None and isinstance(last, Valued) and isinstance(found.clauses[0], Valued):
        return Taken(found.end, (replace(last, values=last.values + found.clauses[0].values, shown=True),), replaces=1)
    node = nodes[start] if start < len(nodes) else None
    if isinstance(node, When) and isinstance(last, Timed) and (unit := _consecutive(last.when, node)) is not None:
        to = "previous_year" if unit == "year" else "previous_period"
        return Taken(start + 1, (Versus(to, cast("Grain", unit)),))
    text = word(nodes, at, "versus")
    if text is not None and text.text.casefold().startswith("compar") and found is None and not before:
        return Taken(at + 1, ())
    return None


def _consecutive(later: When, earlier: When) -> str | None:
    """The grain of two periods of which the second comes right before the first."""
    first, second = later.window, earlier.window
    if (
        not isinstance(first, Between)
        or not isinstance(second, Between)
        or not later.grain
        or later.grain != earlier.grain
    ):
        return None
    if second.end == first.start and later.grain in {"day", "week", "month", "quarter", "year"}:
        return later.grain
    return None


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
