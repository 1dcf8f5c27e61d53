"""Metrics that look at other groups: shares of a parent, values at a grain of their own, and places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from goal_semantics.metrics import Input, fixed, rank, share
from goal_semantics.model import Metric
from goal_semantics.query import Grouping
from tests.semantic.oracle.aggregates import aggregate
from tests.semantic.oracle.calculations import place
from tests.semantic.oracle.columns import Column, Moving, Shown, combined, grouped, own_times, shown
from tests.semantic.oracle.kinds import Reading, divided, given
from tests.semantic.oracle.reading import Asking, Fact, Key
from tests.semantic.oracle.world import Unreachable


def _position(asking: Asking, facts: frozenset[Fact], wanted: Grouping) -> int | None:
    """Which grouping is meant: the same field, and the same grain where one is named."""
    for at, each in enumerate(asking.groupings):
        if wanted.grain is not None and (wanted.grain, wanted.fiscal) != (each.grain, each.fiscal):
            continue
        if wanted.field == each.field or any(_same(asking, fact, wanted.field, each.field) for fact in facts):
            return at
    return None


def _same(asking: Asking, fact: Fact, one: str, other: str) -> bool:
    try:
        return asking.words(fact, one) == asking.words(fact, other)
    except (Unreachable, KeyError):
        return False


def pinned(reading: Reading, item: Input, by: tuple[Grouping, ...]) -> Column:
    """The metric by some of the groupings only; it adds no groups."""
    asking = reading.asking
    facts = given(reading, item).facts
    kept = [at for each in by if (at := _position(asking, facts, each)) is not None]
    over = asking.but(groupings=tuple(asking.groupings[at] for at in kept))
    inner = given(reading.of(over), item)

    def at(key: Key, _: Shown) -> Any:
        parent = tuple(key[at] for at in kept)
        return inner.at(parent, shown(over, [inner])) if inner.exists(parent) else None

    return Column(facts, lambda key: grouped(asking, facts, key), at)


def _share(reading: Reading, found: Metric) -> Column:
    spec = found.spec
    assert isinstance(spec, share.Spec)
    whole = pinned(reading, spec.metric, tuple(Grouping(field=path) for path in spec.within))
    return combined([given(reading, spec.metric), whole], lambda values: divided(*values))


def _fixed(reading: Reading, found: Metric) -> Column:
    spec = found.spec
    assert isinstance(spec, fixed.Spec)
    return pinned(reading, spec.metric, spec.by) if spec.agg is None else _folded(reading, spec)


def _folded(reading: Reading, spec: fixed.Spec) -> Column:
    """The metric by finer groups, aggregated: of those that have a value."""
    asking, agg = reading.asking, spec.agg
    assert agg is not None
    finer = tuple(each.model_copy(update={"alias": f"_by_{at}"}) for at, each in enumerate(spec.by))
    by = (*asking.groupings, *finer)
    over = asking.but(groupings=by, whole=asking.whole and not by)
    inner = given(reading.of(over), spec.metric)
    length = len(asking.groupings)

    times = {at for each in inner.moving for at in own_times(over, each.facts)}
    same = all(own_times(over, each.facts) == own_times(over, inner.facts) for each in inner.moving)
    moves = bool(inner.moving) and same and max(times, default=0) < length

    def members(key: Key) -> list[Any]:
        if "members" not in over.memo:
            over.memo["members"] = dict[Any, Any]()
        known = over.memo["members"]
        if not moves:
            known[None] = known.get(None) or shown(over, [inner])
            groups = [each for each in known[None] if each[:length] == key]
            return [inner.at(each, known[None]) for each in groups]
        if key not in known:
            told = {each[length:] for one in inner.moving for told_by in (over, *one.told_by)
                    for fact in inner.facts for row in told_by.chosen(fact) for each in told_by.keys(fact, row)}  # fmt: skip
            here = {each for fact in inner.facts for each in over.groups(fact)}
            known[key] = {(*key, *rest) for rest in told if (*key, *rest) in here or inner.exists((*key, *rest))}
        return [inner.at(each, frozenset(known[key])) for each in known[key]]

    def at(key: Key, _: Shown) -> Any:
        values = members(key)
        return aggregate(agg, values) if values or (asking.whole and not length) else None

    exists: Callable[[Key], bool] = lambda key: bool(members(key))  # noqa: E731
    told_by = tuple(each.but(groupings=asking.groupings) for one in inner.moving for each in one.told_by)
    return Column(inner.facts, exists, at, (Moving(inner.facts, exists, told_by),) if moves else ())


def _rank(reading: Reading, found: Metric) -> Column:
    """The place among the groups that are shown."""
    spec = found.spec
    assert isinstance(spec, rank.Spec)
    column = given(reading, spec.metric)
    asking = reading.asking
    strata = [at for path in spec.within if (at := _position(asking, column.facts, Grouping(field=path))) is not None]

    if asking.rolled and len(set(strata)) == len(asking.groupings):
        strata = [at for at in strata if at != len(asking.groupings) - 1]  # a subtotal is among those beside it

    def at(key: Key, shown: Shown) -> Any:
        value = column.at(key, shown)
        beside = [column.at(each, shown) for each in shown if all(each[at] == key[at] for at in strata)]
        return None if value is None else place(value, beside, ascending=spec.ascending)

    return Column(column.facts, column.exists, at, column.moving)


KINDS = {"share": _share, "fixed": _fixed, "rank": _rank}
