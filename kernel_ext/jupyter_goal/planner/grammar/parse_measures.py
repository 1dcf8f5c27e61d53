"""Rules for numbers to show: aggregates, counts, distinct counts."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from goal_semantics.metrics import ratio
from goal_semantics.model import Aggregate
from jupyter_goal.planner.facts import roots_of
from jupyter_goal.planner.grammar.clauses import Clause, Compared, Lost, Measured, Missing, Subject, Valued
from jupyter_goal.planner.grammar.lexicon import STEMMED, Lexicon
from jupyter_goal.planner.grammar.look import (
    Nodes,
    cost_of,
    is_fact,
    is_measurable,
    is_metric,
    is_value,
    noun,
    only,
    owned,
    skip,
    word,
)
from jupyter_goal.planner.grammar.rule import Taken
from jupyter_goal.planner.grammar.terms import Match, MetricRef, Noun, RowRef, ValueRef, Word

_SHARES = frozenset("share percentage percent proportion fraction %".split())
_PART = "Put the whole right behind the part: “late flights as a share of all flights”."


def measured(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“average distance”, “min and max age”, “how many flights”, “number of different carriers”."""
    if word(nodes, at, "agg"):
        return _aggregated(nodes, at, lexicon)
    if word(nodes, at, "count"):
        return _counted(nodes, skip(nodes, at + 1, "prep", "all"), lexicon, distinct=False)
    said = word(nodes, at, "distinct")
    if said is not None and said.text.casefold() not in {"distinct", "unique", "different"}:
        return _counted(nodes, skip(nodes, at + 1, "prep", "all"), lexicon, distinct=True)
    if said is not None:
        item = noun(nodes, at + 1)
        return None if item is None or not is_measurable(item, lexicon) else _distinct(nodes, at, before, lexicon)
    return None


def _distinct(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    counts = any(word(nodes, i, "op") for i in range(max(0, at - 2), at))
    return _counted(nodes, at + 1, lexicon, distinct=True) if counts else None


def _aggregated(nodes: Nodes, at: int, lexicon: Lexicon) -> Taken | None:
    aggs: list[Aggregate] = []
    summed = nodes[at].text.casefold().startswith("sum")
    while (said := word(nodes, at, "agg")) is not None:
        aggs.append(cast(Aggregate, said.value))
        following = skip(nodes, at + 1, "and")
        at = following if word(nodes, following, "agg") else at + 1
    start = skip(nodes, at, "prep", "all")
    counted = word(nodes, start, "count")
    if counted:
        start = skip(nodes, start + 1, "prep", "all")
    adjectives, start = _adjectives(nodes, start)
    if summed:
        adjectives = tuple(replace(each, apart=False) if isinstance(each, Valued) else each for each in adjectives)
    item = noun(nodes, start)
    if item is None or not is_measurable(item, lexicon) or is_value(item):
        return None
    how = "count" if counted and not is_fact(item, lexicon) else "agg"
    clauses: list[Clause] = [*adjectives, *(Measured(item, how, agg) for agg in aggs)]  # type: ignore[arg-type]
    end = start + 1
    while word(nodes, end, "and"):
        other = noun(nodes, skip(nodes, end, "and"))
        if other is None or is_metric(other) or not is_fact(other, lexicon):
            break
        end = skip(nodes, end, "and") + 1
        clauses += [Measured(other, how, agg) for agg in aggs]  # type: ignore[arg-type]
    return Taken(end, tuple(clauses))


def _counted(nodes: Nodes, at: int, lexicon: Lexicon, *, distinct: bool) -> Taken | None:
    if word(nodes, at, "distinct"):
        return _counted(nodes, at + 1, lexicon, distinct=True)
    adjectives, start = _adjectives(nodes, at)
    item = noun(nodes, start)
    if item is None or not is_measurable(item, lexicon) or is_value(item):
        return None
    following = noun(nodes, start + 1)
    whose = owned(following, item) if following is not None and not is_value(following) else ()
    if following is not None and whose:
        item, start = Noun(f"{item.text} {following.text}", whose), start + 1
    return Taken(start + 1, (*adjectives, Measured(item, "distinct" if distinct else "count")))


def _adjectives(nodes: Nodes, at: int) -> tuple[tuple[Clause, ...], int]:
    """Values between the counting words and their noun: “how many cancelled United flights”."""
    found: list[Clause] = []
    while is_value(item := noun(nodes, at)) and item is not None:
        end = at + 1
        values: list[Noun] = [only(item, ValueRef)]
        either = False
        while word(nodes, end, "or", "and") and is_value(following := noun(nodes, end + 1)) and following is not None:
            either = either or word(nodes, end, "or") is not None
            values.append(only(following, ValueRef))
            end += 2
        found.append(Valued(tuple(values), apart=len(values) > 1 and not either))
        at = end
    return tuple(found), at


def averaged_after(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“delay by carrier on average”: the aggregate comes last."""
    node = nodes[at]
    if not isinstance(node, Word) or node.kind != "agg":
        return None
    for index in range(len(before) - 1, -1, -1):
        clause = before[index]
        if isinstance(clause, Subject) and is_fact(clause.noun, lexicon):
            rest = before[index + 1 :]
            taken = Measured(clause.noun, "agg", cast(Aggregate, node.value))
            return Taken(at + 1, (taken, *rest), replaces=len(rest) + 1)
    return None


def divided(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“cancelled flights divided by flights”, “ratio of late flights to arrivals”."""
    last = before[-1] if before else None
    if word(nodes, at, "divide", "part of") and whole_at(nodes, at, lexicon) and any(
        isinstance(clause, Valued | Compared | Missing) for clause in before[-2:]
    ):  # fmt: skip
        return Taken(
            at + 1, (Lost(nodes[at].text, "whether the whole has the same conditions is not clear", hint=_PART),)
        )
    if word(nodes, at, "divide") and isinstance(last, Subject | Measured):
        found = _number_at(nodes, at + 1, lexicon)
        above = last if isinstance(last, Measured) else Measured(last.noun)
        return None if found is None else Taken(found[0], (replace(above, below=found[1]),), replaces=1)
    if (of := whole_at(nodes, at, lexicon)) is not None and word(nodes, at, "part of"):
        if isinstance(last, Subject | Measured):
            above = last if isinstance(last, Measured) else Measured(last.noun)
            return Taken(of[0], (replace(above, below=of[1]),), replaces=1)
        return Taken(of[0], (Lost(nodes[at].text, "which part and which whole is not clear", hint=_PART),))
    part = _part_of(nodes, at, lexicon)
    if part is not None:
        return part
    first = _number_at(nodes, at + 1, lexicon) if word(nodes, at, "ratio") else None
    if first is None:
        return None
    between = first[0]
    second = (
        _number_at(nodes, between + 1, lexicon) if word(nodes, between, "to", "and", "divide", "versus", "is") else None
    )
    return None if second is None else Taken(second[0], (replace(first[1], below=second[1]),))


def whole_at(nodes: Nodes, at: int, lexicon: Lexicon) -> tuple[int, Measured] | None:
    """“out of all flights”, “in all flights”: a whole behind a preposition, and the position after it."""
    if not word(nodes, at, "part of", "prep", "from", "divide"):
        return None
    start = skip(nodes, at + 1, "all", "prep")
    item = noun(nodes, start)
    if (
        item is None
        or is_value(item)
        or not (_is_exactly_metric(item) or any(isinstance(m.ref, RowRef) for m in item.matches))
    ):
        return None
    return start + 1, Measured(item) if is_metric(item) else Measured(item, "count")


def _is_exactly_metric(item: Noun) -> bool:
    return is_metric(item) and cost_of(item, MetricRef) < STEMMED


def _part_of(nodes: Nodes, at: int, lexicon: Lexicon) -> Taken | None:
    """“share of late flights in all flights”: the catalog's share may have another whole than the one that is said."""
    upper = _upper(nodes, at, lexicon)
    whole = whole_at(nodes, upper[0], lexicon) if upper is not None else None
    if upper is None or whole is None:
        return None
    spoken = {root for match in whole[1].noun.matches for root in _roots(match, lexicon)}
    if not spoken & {root for match in upper[1].noun.matches for root in _roots(match, lexicon)}:
        return None
    return Taken(whole[0], (replace(upper[1], below=whole[1]),))


def _upper(nodes: Nodes, at: int, lexicon: Lexicon) -> tuple[int, Measured] | None:
    """The part of a share: what is named behind “share of”, or what the catalog's own “share of …” has above."""
    if word(nodes, at, "share"):
        found = _number_at(nodes, at + 1, lexicon)
        return found if found is not None and is_metric(found[1].noun) else None
    item = noun(nodes, at)
    if item is None or not is_metric(item) or not _SHARES & set(item.text.casefold().split()):
        return None
    for match in item.matches:
        spec = lexicon.catalog.metric[match.ref.metric].spec if isinstance(match.ref, MetricRef) else None
        if isinstance(spec, ratio.Spec) and spec.numerator in lexicon.catalog.metric:
            return at + 1, Measured(Noun(item.text, (Match(MetricRef(spec.numerator)),)))
    return None


def _roots(match: Match, lexicon: Lexicon) -> tuple[str, ...]:
    match match.ref:
        case MetricRef(metric=name):
            return roots_of(lexicon.catalog.metric[name], lexicon.catalog)
        case RowRef(dataset=dataset):
            return (dataset,)
        case _:
            return ()


def _number_at(nodes: Nodes, at: int, lexicon: Lexicon) -> tuple[int, Measured] | None:
    """One number that is named here, and the position after it."""
    start = skip(nodes, at, "prep", "all")
    taken = measured(nodes, start, (), lexicon)
    if taken is not None:
        only_one = taken.clauses[0] if len(taken.clauses) == 1 else None
        return (taken.end, only_one) if isinstance(only_one, Measured) else None
    item = noun(nodes, start)
    if item is None or is_value(item) or not is_measurable(item, lexicon):
        return None
    rows = any(isinstance(match.ref, RowRef) for match in item.matches)
    return start + 1, Measured(item, "count" if rows and not is_metric(item) else "bare")
