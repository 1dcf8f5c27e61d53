"""Conversions: rows of another fact, each counted once, at the last base row before it that has its key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from goal_semantics.metrics import conversion, simple
from goal_semantics.model import Expression, Metric
from tests.semantic.oracle.aggregates import aggregate
from tests.semantic.oracle.columns import Column, Shown, combined, grouped
from tests.semantic.oracle.kinds import Narrowing, Reading, divided, given, value_of
from tests.semantic.oracle.reading import Fact, Key
from tests.semantic.oracle.times import Time, moved
from tests.semantic.oracle.world import Row


def _conversion(reading: Reading, found: Metric) -> Column:
    spec = found.spec
    assert isinstance(spec, conversion.Spec)
    counted = _counted(reading, spec)
    base = given(reading, spec.base)

    def shows(values: list[Any]) -> Any:
        below, above = values
        if spec.missing == "zero" and below is not None:
            above = above or 0
        return above if spec.calculation == "count" else divided(above, below)

    return combined([base, counted], shows)


def _counted(reading: Reading, spec: conversion.Spec) -> Column:
    asking, world = reading.asking, reading.asking.world
    base, other = world.catalog.metric[spec.base.metric], world.catalog.metric[spec.conversion.metric]
    assert isinstance(base.spec, simple.Spec)
    assert isinstance(other.spec, simple.Spec)
    call = other.spec
    where = (base.spec.filter.text,) if base.spec.narrows and base.spec.filter is not None else ()
    narrow = replace(reading, time=reading.time or base.time, where=(*reading.where, *where))
    fact = narrow.fact(base.spec.dataset)
    there = Reading(asking, _where(call.filter), other.time).fact(call.dataset)
    here = replace(reading, narrowed=(*reading.narrowed, *_where(base.spec.filter)))
    value = value_of(reading, call.dataset, call.expression)

    def time(one: Fact, row: Row) -> Time | None:
        assert one.time is not None
        return world.time(one.dataset, row, world.words(one.dataset, one.time))

    def keys(one: Fact, row: Row, paths: list[str]) -> Key:
        return tuple(world.local(one.dataset, row, world.words(one.dataset, path)) for path in paths)

    def found() -> dict[Key, list[Any]]:
        """Values of conversions by the group of their base row."""
        paths = (
            [spec.base_key, *(near for near, _ in spec.constant)],
            [spec.conversion_key, *(far for _, far in spec.constant)],
        )
        bases = [
            (asking.key(fact, row), time(fact, row), keys(fact, row, paths[0]))
            for row in asking.rows(fact)
            if here.counts(fact, row)
        ]
        groups = dict[Key, list[Any]]()
        for row in world.tables[call.dataset]:
            then, key = time(there, row), keys(there, row, paths[1])
            if then is None or None in key or not Reading(asking, _where(call.filter)).counts(there, row):
                continue
            before = [
                (at, group)
                for group, at, same in bases
                if at is not None and same == key and at <= then and _soon(spec, at, then)
            ]
            if before:
                last = max(at for at, _ in before)
                group = min((group for at, group in before if at == last), key=_order)
                groups.setdefault(group, []).append(value(row))
        return groups

    def at(key: Key, _: Shown) -> Any:
        known = ("conversions", spec, reading.narrowed, reading.time)
        if known not in asking.memo:
            asking.memo[known] = found()
        values = asking.memo[known].get(key)
        if values is None:
            return aggregate(call.agg, [], call.percentile) if asking.whole and not asking.groupings else None
        return aggregate(call.agg, values, call.percentile)

    return Column(frozenset({fact}), lambda key: grouped(asking, frozenset({fact}), key), at)


def _where(expression: Expression | None) -> Narrowing:
    return () if expression is None else (expression,)


def _soon(spec: conversion.Spec, before: Time, then: Time) -> bool:
    return spec.window is None or then < moved(before, spec.window.grain, spec.window.count)


def _order(group: Key) -> list[Any]:
    """What is missing comes last."""
    return [(each is None, 0 if each is None else each) for each in group]


KINDS = {"conversion": _conversion}
