"""A whole question: the groups that are shown, their measures, and the order of the rows."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from goal_semantics.query import Filter, Grouping, Measure, SemanticQuery, TimeWindow
from tests.semantic.oracle import balances, conversions, filters, moving, pinning, running
from tests.semantic.oracle.calculations import calculated
from tests.semantic.oracle.columns import shown
from tests.semantic.oracle.comparison import compared
from tests.semantic.oracle.having import chosen, measures_in
from tests.semantic.oracle.kinds import KINDS, MOVED, Reading, measure
from tests.semantic.oracle.lines import LEVEL, OTHERS, Line, Question
from tests.semantic.oracle.listing import listed
from tests.semantic.oracle.reading import Asking, Key
from tests.semantic.oracle.times import Span, moment, window
from tests.semantic.oracle.tops import followed, topped
from tests.semantic.oracle.world import World

KINDS.update(moving.KINDS | running.KINDS | pinning.KINDS | balances.KINDS | conversions.KINDS)
MOVED[:] = [moving.moved_column]
Rows = list[dict[str, Any]]


def answer(world: World, query: SemanticQuery, as_of: datetime.datetime) -> Rows:
    """The rows of the answer, in order; by the names of its columns."""
    if query.detail is not None:
        return listed(world, query, as_of)
    rows_where, groups_where = filters.splits(query.filter)
    question = Question(query, asked(world, query, rows_where, as_of), groups_where)
    lines = [line for level in levels(question) for line in calculated(level, compared(level, level.lines()))]
    lines = [line for line in lines if all(chosen(item, line) for item in groups_where)]
    lines = ordered(topped(question, lines), query)
    return [line.columns(query) for line in lines][: query.limit]


def levels(question: Question) -> list[Question]:
    """Totals are questions by fewer groupings, from the last one on."""
    groupings = question.asking.groupings
    counts = range(len(groupings), -1, -1) if question.query.totals else [len(groupings)]
    return [
        replace(
            question,
            asking=question.asking.but(groupings=groupings[:count], rolled=len(groupings) - count),
            level=len(groupings) - count,
        )
        for count in counts
    ]


def asked(world: World, query: SemanticQuery, conditions: tuple[Filter, ...], as_of: datetime.datetime) -> Asking:
    span, path = Span(), None
    if query.time is not None:
        here = moment(as_of, world.zone)
        assert here is not None
        span, path = window(query.time.window, here, world.catalog.calendar), query.time.field
    asking = Asking(world, query.groupings, conditions, span, path)
    every = [*query.measures, *(each for item in filters.splits(query.filter)[1] for each in measures_in(item))]
    any_time = frozenset(
        [f"{each.name}.{each.default_time}" for each in world.catalog.datasets]
        + [each.time for each in world.catalog.metrics if each.time]
    )
    first = Reading(asking.but(groupings=(), spoken=any_time))
    facts = {fact for each in every for fact in measure(first, each).facts}
    spoken = frozenset(each.time for each in facts if each.time is not None)
    return replace(asking, spoken=spoken, facts=tuple(sorted(facts, key=repr)), memo={})


def values_by(
    world: World, item: Measure, groupings: tuple[Grouping, ...], time: TimeWindow | None
) -> Mapping[Key, Any]:
    """The measure of each group of all rows."""
    query = SemanticQuery(measures=(item,), groupings=groupings, time=time)
    asking = asked(world, query, (), datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC))
    column = measure(Reading(asking), item)
    groups = shown(asking, [column])
    return {key: column.at(key, groups) for key in groups}


def ordered(lines: list[Line], query: SemanticQuery) -> list[Line]:
    """As asked, else in the order of the top; then by all groupings. What is missing comes last."""
    groupings = [each.name for each in query.groupings]
    by = [(each.by, each.descending) for each in query.order]
    top = query.top
    others = [(OTHERS, False)] if top is not None and top.others else []
    if top is not None and not by and len(followed(query)) == len(groupings):
        by = [*((name, False) for name in top.within), *others, (top.by, not top.ascending)]
    elif by:
        by = [*others, *by]
    by += [*((name, False) for name in groupings), (LEVEL, False)]
    for name, descending in reversed(by):
        known = [line for line in lines if line.get(query, name) is not None]
        missing = [line for line in lines if line.get(query, name) is None]
        lines = sorted(known, key=lambda line: line.get(query, name), reverse=descending) + missing
    return lines
