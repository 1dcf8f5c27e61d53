"""Conditions on measures: they choose groups and change no number."""

from __future__ import annotations

from goal_semantics.query import And, Filter, Measure, MetricCondition, Not, Or
from tests.semantic.oracle.comparing import satisfies
from tests.semantic.oracle.lines import Line


def measures_in(item: Filter) -> list[Measure]:
    match item:
        case And(items=items) | Or(items=items):
            return [found for each in items for found in measures_in(each)]
        case Not(item=inner):
            return measures_in(inner)
        case MetricCondition(measure=found):
            return [found]
        case _:
            return []


def chosen(item: Filter, line: Line) -> bool:
    match item:
        case And(items=items):
            return all(chosen(each, line) for each in items)
        case Or(items=items):
            return any(chosen(each, line) for each in items)
        case Not(item=inner):
            return not chosen(inner, line)
        case MetricCondition():
            return satisfies(item.op, line.hidden[item.measure], item.values)
        case _:
            raise AssertionError
