"""Short forms for expected queries: what a case of the planner's tests is written with."""

from __future__ import annotations

import datetime

from goal_semantics.model import Aggregate, Grain
from goal_semantics.query import (
    And,
    Between,
    Comparison,
    Condition,
    Cumulative,
    Detail,
    Filter,
    Grouping,
    Measure,
    MetricCondition,
    Not,
    Order,
    Relative,
    Rolling,
    Scalar,
    SemanticQuery,
    Share,
    TimeWindow,
    Top,
)

Q = SemanticQuery


def m(name: str) -> Measure:
    return Measure(metric=name)


def agg(how: Aggregate, field: str) -> Measure:
    return Measure(agg=how, field=field)


def g(field: str, grain: Grain | None = None) -> Grouping:
    return Grouping(field=field, grain=grain)


def eq(field: str, *values: Scalar) -> Condition:
    return Condition(field=field, op="=" if len(values) == 1 else "in", values=values)


def ne(field: str, *values: Scalar) -> Condition:
    return Condition(field=field, op="!=" if len(values) == 1 else "not in", values=values)


def gt(field: str, value: Scalar) -> Condition:
    return Condition(field=field, op=">", values=(value,))


def day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def span(start: str | None, end: str | None, field: str | None = None) -> TimeWindow:
    return TimeWindow(window=Between(start=day(start), end=day(end)), field=field)


def last(unit: Grain, count: int = 1) -> TimeWindow:
    return TimeWindow(window=Relative(unit=unit, count=count))


def this(unit: Grain, *, to_date: bool = False) -> TimeWindow:
    return TimeWindow(window=Relative(unit=unit, current=True, to_date=to_date))


def both(*items: Filter) -> And:
    return And(items=items)


__all__ = [
    "Comparison", "Condition", "Cumulative", "Detail", "Filter", "MetricCondition", "Not", "Order", "Q", "Relative", "Rolling",
    "Share", "TimeWindow", "Top", "agg", "both", "day", "eq", "g", "gt", "last", "m", "ne", "span", "this",
]  # fmt: skip
