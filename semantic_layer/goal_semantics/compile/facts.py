"""The rows of one fact that a question chooses, aggregated at its grain; and terms over columns of such frames."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from goal_semantics.calendar import Span
from goal_semantics.compile import bridges
from goal_semantics.compile.spreads import at_every_period, at_moment, by_moment, spread
from goal_semantics.joins import attach
from goal_semantics.model import DataType
from goal_semantics.relation import (
    AggCall,
    Aggregate,
    Call,
    Case,
    Column,
    Constant,
    Derive,
    Filter,
    Function,
    Join,
    Level,
    Literal,
    Over,
    Ref,
    Relation,
    Term,
    Union,
    Window,
    columns,
    conjunction,
)
from goal_semantics.resolve.groupings import EXTENT
from goal_semantics.resolve.question import Bound, Branch, Question
from goal_semantics.traversal import rebuilt, walk

LEVEL, _PLACE = "_level", "_place"
_MIDNIGHT = datetime.time()


def keys(question: Question, positions: tuple[int, ...]) -> tuple[str, ...]:
    """Names of the columns that tell the rows of a frame apart."""
    names = tuple(question.keys[at].name for at in positions)
    return (*names, LEVEL) if question.query.totals else names


def everything(question: Question) -> tuple[int, ...]:
    """The positions of all keys."""
    return tuple(range(len(question.keys)))


def strata(question: Question, names: tuple[str, ...]) -> tuple[Term, ...]:
    """Inside what is ranked: the groups of one level with the same values of these keys.

    A subtotal that the keys would leave alone is ranked among the subtotals beside it.
    """
    if not question.query.totals:
        return tuple(Ref(name) for name in names)
    own = [key.name for key in question.keys]
    alone = {own[count - 1]: len(own) - count for count in range(1, len(own)) if set(own[:count]) <= set(names)}
    inside = (
        Case(((Call("<>", (Ref(LEVEL), Constant(alone[name]))), Ref(name)),)) if name in alone else Ref(name)
        for name in names
    )
    return (Ref(LEVEL), *inside)


def measured(question: Question, below: Relation, positions: tuple[int, ...]) -> Relation:
    """The measures computed from the leaves of a frame; places among the groups of one level and of the keys that are left."""
    names = keys(question, positions)

    def placed(term: Any) -> Any:
        if isinstance(term, Over):
            kept = tuple(each.name for each in term.partition if isinstance(each, Ref) and each.name in names)
            return replace(rebuilt(term, placed), partition=strata(question, kept))
        return rebuilt(term, placed)

    shown = tuple(Column(each.name, placed(each.term)) for each in question.measures)
    return _in_layers(below, tuple(Column(name, Ref(name)) for name in names) + shown)


def _in_layers(below: Relation, shown: tuple[Column, ...]) -> Relation:
    """Places of places: what a window function reads of another one is computed before it."""
    before = dict[Over, str]()

    def inside(term: Any) -> Any:
        if not isinstance(term, Over) or sum(isinstance(each, Over) for each in walk(term)) > 1:
            return rebuilt(term, inside)
        return Ref(before.setdefault(term, f"{_PLACE}_{len(before) + 1}"))

    def outside(term: Any) -> Any:
        return rebuilt(term, inside) if isinstance(term, Over) else rebuilt(term, outside)

    layered = tuple(Column(each.name, outside(each.term)) for each in shown)
    if not before:
        return Derive(below, shown)
    first = Window(below, tuple(Column(name, term) for term, name in before.items()), "places")
    kept = tuple(Column(name, Ref(name)) for name in columns(first))
    return _in_layers(Derive(first, kept, name="places"), layered)


def limits(bound: Bound, span: Span) -> Term | None:
    """The condition that a time lies in the span; None for a span that is open on both sides."""
    return within(bound.term, bound.type, span)


def within(term: Term, kind: DataType, span: Span) -> Term | None:
    """The condition that a term of a temporal type lies in a span."""
    edges = list[Term]()
    if span.start is not None:
        after: Function = ">" if kind == "date" and span.start.time() != _MIDNIGHT else ">="
        edges.append(Call(after, (term, _edge(span.start, kind))))
    if span.end is not None:
        before: Function = "<=" if kind == "date" and span.end.time() != _MIDNIGHT else "<"
        edges.append(Call(before, (term, _edge(span.end, kind))))
    return conjunction(tuple(edges))


def rows(branch: Branch, span: Span, positions: tuple[int, ...]) -> Relation:
    """The rows of a fact that the question chooses, with what the keys at these positions need."""
    chosen = _chosen(branch, span, positions)
    if branch.snapshot is None:
        return chosen
    return at_moment(chosen, _chosen(branch, span, positions), branch, branch.snapshot)


def _chosen(branch: Branch, span: Span, positions: tuple[int, ...]) -> Relation:
    relation = spread(attach(branch.fact, bridges.joins(branch, positions)), branch)
    window = limits(branch.bound, span) if branch.bound is not None else None
    passed = tuple(within(each.period, "timestamp", span) for each in branch.spreads[:-1] if each.accumulates)
    bounds = passed if branch.bound is not None else ()
    condition = conjunction(tuple(each for each in (window, *bounds, branch.condition) if each is not None))
    return relation if condition is None else Filter(relation, condition)


def fact(
    question: Question, branch: Branch, span: Span, positions: tuple[int, ...], extra: tuple[Column, ...] = ()
) -> Relation:
    """Keys at these positions, `_level` where totals are asked for, and the leaves of one fact; `extra` are leaves to add."""
    chosen = rows(branch, span, positions)
    if branch.extents:
        chosen = Join(chosen, _extremes(question, span), "cross", (), EXTENT)
    grouped = tuple(Column(question.keys[at].name, branch.keys[at]) for at in positions)
    names = {leaf.name for leaf in branch.leaves}
    leaves = branch.leaves + tuple(each for each in extra if each.name.rsplit(" ", 1)[0] in names)
    name = f"{branch.fact}_by_{'_and_'.join(column.name for column in grouped)}" if grouped else f"{branch.fact}_total"
    if branch.bridges:
        chosen, grouped, leaves = bridges.allocated(question, branch, positions, chosen, grouped, leaves)
    if not question.query.totals:
        return _shown(question, branch, span, positions, _grouped(branch, chosen, grouped, leaves, name[:60]))
    level = Column(LEVEL, Level(tuple(column.term for column in grouped)))
    sets = tuple(tuple(range(count)) for count in range(len(grouped), -1, -1))
    return Aggregate(chosen, grouped, (level, *leaves), sets, name[:60])


def _extremes(question: Question, span: Span) -> Relation:
    """The extremes that a count of bins divides: over all facts, so that each has the same bins."""
    own = tuple(Aggregate(rows(each, span, ()), (), each.extents, name="extremes") for each in question.branches)
    if len(own) == 1:
        return own[0]
    outer = (
        Column(each.name, AggCall(each.term.aggregate, Ref(each.name)))
        for each in question.branches[0].extents
        if isinstance(each.term, AggCall)
    )
    return Aggregate(Union(own, "extremes_by_fact"), (), tuple(outer), name="extremes")


def _grouped(
    branch: Branch, chosen: Relation, grouped: tuple[Column, ...], leaves: tuple[Column, ...], name: str
) -> Relation:
    if branch.edge is not None and grouped:
        return by_moment(chosen, branch, grouped, leaves, name)
    return Aggregate(chosen, grouped, leaves, name=name)


def _shown(question: Question, branch: Branch, span: Span, positions: tuple[int, ...], found: Relation) -> Relation:
    if branch.periods is None:
        return found
    bound = branch.periods.bound
    inside = limits(bound, span) if bound is not None else None
    return at_every_period(found, branch.periods, tuple(key.name for key in question.keys), positions, inside)


def _edge(moment: datetime.datetime, kind: DataType) -> Literal:
    return Literal(moment.date() if kind == "date" else moment, kind)
