"""Balances: rows of one moment per period, chosen by no condition and no group; never added over time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from goal_semantics.metrics import semi_additive
from goal_semantics.model import Metric
from tests.semantic.oracle.aggregates import aggregate
from tests.semantic.oracle.columns import Column, Shown, combined
from tests.semantic.oracle.kinds import Reading, leaf, value_of
from tests.semantic.oracle.reading import Key
from tests.semantic.oracle.world import Row


def _semi_additive(reading: Reading, found: Metric) -> Column:
    spec = found.spec
    assert isinstance(spec, semi_additive.Spec)
    column = _asked(reading, spec) if spec.moment == "asked" else _any(reading, found.name, spec)
    if spec.fill is None:
        return column
    return combined([column], lambda values: spec.fill if values[0] is None else values[0])


def _asked(reading: Reading, spec: semi_additive.Spec) -> Column:
    """Of the rows that the question chooses; groups without a row at the moment do not exist."""
    if spec.filter is not None:
        reading = replace(reading, where=(*reading.where, spec.filter.text))
    fact = replace(reading.fact(spec.dataset), moment=(spec.over, spec.take == "last", spec.by))
    return leaf(reading, fact, spec.agg, value_of(reading, spec.dataset, spec.expression))


def _any(reading: Reading, name: str, spec: semi_additive.Spec) -> Column:
    fact, asking = reading.fact(spec.dataset), reading.asking
    world, value = asking.world, value_of(reading, spec.dataset, spec.expression)
    over = world.words(spec.dataset, spec.over)
    times = [at for at, each in enumerate(asking.groupings) if asking.words(fact, each.field) == over]
    apart = [world.words(spec.dataset, path) for path in spec.by]

    def has_moments(row: Row) -> bool:
        return spec.filter is None or world.computed(spec.dataset, row, spec.filter) is True

    def moment(row: Row) -> Any:
        return world.time(spec.dataset, row, over)

    def account(row: Row) -> Key:
        return tuple(world.local(spec.dataset, row, each) for each in apart)

    def period(row: Row) -> Key:
        key = asking.key(fact, row)
        return tuple(key[at] for at in times)

    def moments() -> dict[Any, Any]:
        """The moment of each period and account, of all rows in the window."""
        if ("moments", name) not in asking.memo:
            known = dict[Any, list[Any]]()
            for row in asking.but(conditions=()).rows(fact):
                if has_moments(row) and moment(row) is not None:
                    known.setdefault((period(row), account(row)), []).append(moment(row))
            pick = max if spec.take == "last" else min
            asking.memo["moments", name] = {each: pick(values) for each, values in known.items()}
        found_: dict[Any, Any] = asking.memo["moments", name]
        return found_

    def rows(key: Key) -> list[Row]:
        inside = [row for row in asking.groups(fact).get(key, ()) if moment(row) is not None]
        if spec.take in {"last", "first"}:
            return [row for row in inside if moment(row) == moments().get((period(row), account(row)))]
        return [row for row in inside if has_moments(row)]

    def aggregated(chosen: list[Row]) -> Any:
        counted = [row for row in chosen if has_moments(row) and reading.counts(fact, row)]
        return aggregate(spec.agg, [value(row) for row in counted])

    def at(key: Key, _: Shown) -> Any:
        here = rows(key)
        if not here and not (asking.whole and not asking.groupings):
            return None
        if spec.take in {"last", "first"}:
            return aggregated(here)
        accounts = dict[Key, dict[Any, list[Row]]]()
        for row in here:
            accounts.setdefault(account(row), {}).setdefault(moment(row), []).append(row)
        taken = [aggregate(spec.take, [aggregated(each) for each in days.values()]) for days in accounts.values()]
        again = "sum" if spec.agg == "count" else spec.agg
        return aggregate(again, taken) if apart else taken[0] if taken else None

    return Column(frozenset({fact}), lambda key: bool(rows(key)), at)


KINDS = {"semi_additive": _semi_additive}
