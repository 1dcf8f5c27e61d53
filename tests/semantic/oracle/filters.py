"""Whether a row satisfies a tree of conditions. A condition holds or does not: what is unknown does not hold."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from goal_semantics.query import And, Condition, Exists, Filter, Grouping, MetricAt, MetricCondition, Not, Or
from tests.semantic.oracle.comparing import NEGATED, satisfies, satisfies_time
from tests.semantic.oracle.times import moment, part_of, start_of
from tests.semantic.oracle.world import Row

if TYPE_CHECKING:
    from tests.semantic.oracle.reading import Asking, Fact


def holds(asking: Asking, fact: Fact, row: Row, item: Filter) -> bool:
    match item:
        case And(items=items):
            return all(holds(asking, fact, row, each) for each in items)
        case Or(items=items):
            return any(holds(asking, fact, row, each) for each in items)
        case Not(item=inner):
            return not holds(asking, fact, row, inner)
        case Condition():
            return _condition(asking, fact, row, item)
        case Exists():
            return _exists(asking, fact, row, item)
        case MetricAt():
            return _metric_at(asking, fact, row, item)
        case MetricCondition():
            raise AssertionError("a condition on groups chooses no rows")


def splits(item: Filter | None) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
    """Conditions on rows, and conditions on groups."""
    items = item.items if isinstance(item, And) else () if item is None else (item,)
    flat = [each for one in items for each in (_flat(one))]
    return tuple(each for each in flat if not _on_groups(each)), tuple(each for each in flat if _on_groups(each))


def _flat(item: Filter) -> list[Filter]:
    return [each for inner in item.items for each in _flat(inner)] if isinstance(item, And) else [item]


def _on_groups(item: Filter) -> bool:
    match item:
        case And(items=items) | Or(items=items):
            return any(_on_groups(each) for each in items)
        case Not(item=inner):
            return _on_groups(inner)
        case _:
            return isinstance(item, MetricCondition)


def _condition(asking: Asking, fact: Fact, row: Row, item: Condition) -> bool:
    world, words = asking.world, asking.words(fact, item.field)
    if world.crosses(fact.dataset, words):
        return _beyond(asking, fact, row, item, words)
    value = world.local(fact.dataset, row, words)
    if item.part is not None:
        time = moment(value, world.zone)
        return satisfies(
            item.op, None if time is None else part_of(time, item.part, world.catalog.calendar), item.values
        )
    if item.grain is not None:
        return _in_period(asking, value, item)
    if world.kind(fact.dataset, words) in {"timestamp", "timestamp_tz"}:
        return satisfies_time(item.op, value, item.values, world.zone)
    return satisfies(item.op, value, item.values)


def _beyond(asking: Asking, fact: Fact, row: Row, item: Condition, words: list[str]) -> bool:
    """Whether some row beyond the bridge satisfies it; where a missing value does, whether none fails to."""
    far = [each for _, each in asking.world.beyond(fact.dataset, row, words[0])]
    found = [satisfies(item.op, None if each is None else each[words[-1]], item.values) for each in far]
    negated, listed = item.op in NEGATED, item.op in {"=", "in", "!=", "not in"}
    missing_too = item.op == "is null" or negated != (listed and None in item.values)
    return all(found) if missing_too else any(found)


def _in_period(asking: Asking, value: Any, item: Condition) -> bool:
    """Compared with the periods that hold the values; whole numbers mean the number of the period."""
    calendar = asking.world.catalog.calendar
    time = moment(value, asking.world.zone)
    assert item.grain is not None
    if all(isinstance(each, int) for each in item.values) and item.values:
        return satisfies(item.op, None if time is None else part_of(time, item.grain, calendar), item.values)
    edges = [moment(each, asking.world.zone) if isinstance(each, datetime.date) else None for each in item.values]
    starts = tuple(None if each is None else start_of(each, item.grain, calendar) for each in edges)
    return satisfies(item.op, None if time is None else start_of(time, item.grain, calendar), starts)


def _exists(asking: Asking, fact: Fact, row: Row, item: Exists) -> bool:
    """Whether some row of the other dataset has the same key. A missing key is that of no row."""
    from tests.semantic.oracle.reading import Fact

    world, other = asking.world, Fact(item.dataset, None)
    key = world.local(fact.dataset, row, asking.words(fact, item.through))
    found = key is not None and any(
        world.local(item.dataset, each, world.words(item.dataset, item.key)) == key
        and (item.filter is None or holds(asking, other, each, item.filter))
        for each in world.tables[item.dataset]
    )
    return found != item.negate


def _metric_at(asking: Asking, fact: Fact, row: Row, item: MetricAt) -> bool:
    """The measure of all rows that agree with this one. A row without a key is in no group and has no value."""
    from tests.semantic.oracle.answer import values_by

    groupings = tuple(Grouping(field=path, alias=f"key_{at}") for at, path in enumerate(item.grouped or item.by))
    known = ("metric at", item)
    if known not in asking.memo:
        asking.memo[known] = values_by(asking.world, item.measure, groupings, item.time)
    key = tuple(asking.world.local(fact.dataset, row, asking.words(fact, path)) for path in item.by)
    return satisfies(item.op, None if None in key else asking.memo[known].get(key), item.values)
