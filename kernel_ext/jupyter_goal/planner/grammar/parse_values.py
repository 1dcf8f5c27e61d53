"""Rules for values: lists of values of one field, the field noun around them, and values set against each other."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from goal_semantics.model import Grain
from goal_semantics.query import Between
from jupyter_goal.planner.grammar.clauses import Clause, Flag, Side, Subject, Timed, Valued
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import (
    Nodes,
    is_groupable,
    is_metric,
    is_value,
    may_be_value,
    noun,
    only,
    skip,
    word,
)
from jupyter_goal.planner.grammar.patterns import Versus
from jupyter_goal.planner.grammar.rule import Taken
from jupyter_goal.planner.grammar.terms import (
    FieldRef,
    Noun,
    Quoted,
    RoleRef,
    RowRef,
    Unknown,
    ValueRef,
    When,
)

LINKS = ("prep", "from", "to", "is", "all")


def valued(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """Values, with the preposition and the field noun around them: “from Newark or JFK”, “carrier UA”, “JFK airport”."""
    start = skip(nodes, at, *LINKS)
    found = values_at(nodes, start, side_of(nodes, at, start), lexicon)
    item = noun(nodes, start)
    if found is None and start > at and item is not None and may_be_value(item):
        found = Taken(start + 1, (Valued((only(item, ValueRef),), side=side_of(nodes, at, start)),))
    if found is None:
        return None
    last = before[-1] if before else None
    first = found.clauses[0]
    names_field = isinstance(last, Subject) and not is_metric(last.noun) and is_groupable(last.noun, lexicon)
    linked = all(word(nodes, i, "is") or nodes[i].text.casefold() == "of" for i in range(at, start))
    if not (names_field and linked and isinstance(first, Valued) and first.of is None and isinstance(last, Subject)):
        return found
    if any(isinstance(v, Quoted) for v in first.values) or belongs(first, last.noun, lexicon):
        return Taken(found.end, (replace(first, of=last.noun), *found.clauses[1:]), replaces=1)
    return found


def side_of(nodes: Nodes, start: int, end: int) -> Side:
    for at in range(start, end):
        found = word(nodes, at, "from", "to")
        if found:
            return cast(Side, found.kind)
    return ""


def values_at(nodes: Nodes, at: int, side: Side, lexicon: Lexicon) -> Taken | None:
    """A list of values of one field that begins here."""
    of, start = _field_before(nodes, at, lexicon)
    first = _value(nodes, start, of)
    if first is None:
        return None
    values, end, shown, either = [first], start + 1, False, False
    while True:
        after = end
        while word(nodes, after, "and", "or", "versus"):
            either = either or _either(nodes, after, first)
            shown = shown or (word(nodes, after, "versus") is not None and _joins(nodes, after + 1, first, side))
            after += 1
        linked = skip(nodes, after, side or "prep", "prep") if after > end else after
        following = _value(nodes, linked, of)
        if following is None or after == end or not _same_field(first, following):
            break
        if side_of(nodes, after, linked) not in ("", side):
            break
        values.append(following)
        end = linked + 1
    several = len(values) > 1
    clause = Valued(tuple(values), side=side, of=of, shown=shown and several, apart=several and not either)
    return _absorb(nodes, end, clause, lexicon)


def _either(nodes: Nodes, at: int, first: Noun | Quoted) -> bool:
    """“or” before another value of the same field."""
    following = _value(nodes, skip(nodes, at + 1, *LINKS), None)
    return word(nodes, at, "or") is not None and following is not None and _same_field(first, following)


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
        if belongs(clause, item, lexicon):
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


def belongs(clause: Valued, item: Noun, lexicon: Lexicon) -> bool:
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
    if not belongs(clause, item, lexicon):
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
    start = skip(nodes, at + 1, *LINKS)
    found = values_at(nodes, start, side_of(nodes, at + 1, start), lexicon)
    if found is not None and isinstance(found.clauses[0], Valued) and len(found.clauses[0].values) > 1:
        return Taken(found.end, (replace(found.clauses[0], shown=True),))
    second = _against(nodes, found, lexicon) if found is not None else None
    if second is not None:
        return second
    last = before[-1] if before else None
    if found is not None and isinstance(last, Valued) and isinstance(found.clauses[0], Valued):
        return Taken(found.end, (replace(last, values=last.values + found.clauses[0].values, shown=True),), replaces=1)
    node = nodes[start] if start < len(nodes) else None
    if isinstance(node, When) and isinstance(last, Timed) and (unit := _consecutive(last.when, node)) is not None:
        to = "previous_year" if unit == "year" else "previous_period"
        return Taken(start + 1, (Versus(to, cast("Grain", unit)),))
    if isinstance(node, When) and isinstance(last, Timed):
        return Taken(start + 1, (Timed(node),))
    text = word(nodes, at, "versus")
    if text is not None and text.text.casefold().startswith("compar") and found is None and not before:
        return Taken(at + 1, (Flag("compared", text.text),))
    return None


def _against(nodes: Nodes, found: Taken, lexicon: Lexicon) -> Taken | None:
    """“compare United with Delta”."""
    first = found.clauses[0]
    after = skip(nodes, found.end, "prep", "to")
    second = values_at(nodes, after, "", lexicon) if after > found.end else None
    if second is None or not isinstance(first, Valued) or not isinstance(second.clauses[0], Valued):
        return None
    both = (*first.values, *second.clauses[0].values)
    if not all(_same_field(both[0], each) for each in both):
        return None
    return Taken(second.end, (replace(first, values=both, shown=True),))


def _consecutive(later: When, earlier: When) -> str | None:
    """The grain of two periods of which the second comes right before the first."""
    first, second = later.window or later.floating, earlier.window or earlier.floating
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
