"""A whole question: the groups that are shown, their measures, and the order of the rows."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from goal_semantics.query import And, Filter, Grouping, Measure, MetricCondition, Not, Or, SemanticQuery, TimeWindow
from tests.semantic.oracle import filters
from tests.semantic.oracle.columns import Column, shown
from tests.semantic.oracle.comparing import satisfies
from tests.semantic.oracle.kinds import Reading, measure
from tests.semantic.oracle.reading import Asking, Key
from tests.semantic.oracle.times import Span, moment, window
from tests.semantic.oracle.world import World

Rows = list[dict[str, Any]]


def answer(world: World, query: SemanticQuery, as_of: datetime.datetime) -> Rows:
    """The rows of the answer, in order; by the names of its columns."""
    rows_where, groups_where = filters.splits(query.filter)
    asking = asked(world, query, rows_where, as_of)
    columns = {each.name: measure(Reading(asking), each) for each in query.measures}
    hidden = {each: measure(Reading(asking), each) for item in groups_where for each in _measures(item)}
    groups = shown(asking, [*columns.values(), *hidden.values()])
    kept = [key for key in groups if all(_chosen(item, key, hidden, groups) for item in groups_where)]
    names = [each.name for each in query.groupings]
    found = [
        dict(zip(names, key, strict=True)) | {name: each.at(key, groups) for name, each in columns.items()}
        for key in kept
    ]
    return ordered(found, query)[: query.limit]


def asked(world: World, query: SemanticQuery, conditions: tuple[Filter, ...], as_of: datetime.datetime) -> Asking:
    span, path = Span(), None
    if query.time is not None:
        here = moment(as_of, world.zone)
        assert here is not None
        span, path = window(query.time.window, here, world.catalog.calendar), query.time.field
    asking = Asking(world, query.groupings, conditions, span, path)
    facts = {fact for each in _every(query) for fact in measure(Reading(asking), each).facts}
    spoken = frozenset(each.time for each in facts if each.time is not None)
    return replace(asking, spoken=spoken, facts=tuple(sorted(facts, key=repr)), memo={})


def _every(query: SemanticQuery) -> list[Measure]:
    return [*query.measures, *(each for item in filters.splits(query.filter)[1] for each in _measures(item))]


def values_by(
    world: World, item: Measure, groupings: tuple[Grouping, ...], time: TimeWindow | None
) -> Mapping[Key, Any]:
    """The measure of each group of all rows."""
    query = SemanticQuery(measures=(item,), groupings=groupings, time=time)
    asking = asked(world, query, (), datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC))
    column = measure(Reading(asking), item)
    groups = shown(asking, [column])
    return {key: column.at(key, groups) for key in groups}


def _measures(item: Filter) -> list[Measure]:
    match item:
        case And(items=items) | Or(items=items):
            return [found for each in items for found in _measures(each)]
        case Not(item=inner):
            return _measures(inner)
        case MetricCondition(measure=found):
            return [found]
        case _:
            return []


def _chosen(item: Filter, key: Key, columns: Mapping[Measure, Column], groups: frozenset[Key]) -> bool:
    """Whether a group satisfies a tree of conditions on measures."""
    match item:
        case And(items=items):
            return all(_chosen(each, key, columns, groups) for each in items)
        case Or(items=items):
            return any(_chosen(each, key, columns, groups) for each in items)
        case Not(item=inner):
            return not _chosen(inner, key, columns, groups)
        case MetricCondition():
            return satisfies(item.op, columns[item.measure].at(key, groups), item.values)
        case _:
            raise AssertionError


def ordered(rows: Rows, query: SemanticQuery) -> Rows:
    """As asked, then by all groupings; what is missing comes last."""
    by = [(each.by, each.descending) for each in query.order] + [(each.name, False) for each in query.groupings]
    for name, descending in reversed(by):
        known = [row for row in rows if row[name] is not None]
        missing = [row for row in rows if row[name] is None]
        rows = sorted(known, key=lambda row: row[name], reverse=descending) + missing
    return rows
