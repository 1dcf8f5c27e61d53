"""Metrics that look at other groups: shares of a parent, values at a grain of their own, and places."""

from __future__ import annotations

from typing import Any

from goal_semantics.metrics import Input, fixed, rank, share
from goal_semantics.model import Metric
from goal_semantics.query import Grouping
from tests.semantic.oracle.aggregates import aggregate
from tests.semantic.oracle.calculations import place
from tests.semantic.oracle.columns import Column, Shown, combined, grouped, shown
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
        return asking.world.words(fact.dataset, one) == asking.world.words(fact.dataset, other)
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
    over = asking.but(groupings=(*asking.groupings, *finer), whole=False)
    inner = given(reading.of(over), spec.metric)
    length = len(asking.groupings)

    def members(key: Key) -> list[Any]:
        if "members" not in over.memo:
            groups = shown(over, [inner])
            over.memo["members"] = [(each[:length], inner.at(each, groups)) for each in groups]
        return [value for prefix, value in over.memo["members"] if prefix == key]

    def at(key: Key, _: Shown) -> Any:
        values = members(key)
        return aggregate(agg, values) if values or (asking.whole and not length) else None

    return Column(inner.facts, lambda key: bool(members(key)), at)


def _rank(reading: Reading, found: Metric) -> Column:
    """The place among the groups that are shown."""
    spec = found.spec
    assert isinstance(spec, rank.Spec)
    column = given(reading, spec.metric)
    asking = reading.asking
    strata = [at for path in spec.within if (at := _position(asking, column.facts, Grouping(field=path))) is not None]

    def at(key: Key, shown: Shown) -> Any:
        value = column.at(key, shown)
        beside = [column.at(each, shown) for each in shown if all(each[at] == key[at] for at in strata)]
        return None if value is None else place(value, beside, ascending=spec.ascending)

    return Column(column.facts, column.exists, at, column.beyond)


KINDS = {"share": _share, "fixed": _fixed, "rank": _rank}
