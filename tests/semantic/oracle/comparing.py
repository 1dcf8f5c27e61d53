"""Conditions on one value: NULL never equals, and a filter and its negation are everything."""

from __future__ import annotations

import datetime
from typing import Any

from goal_semantics.query import Operator
from tests.semantic.oracle.times import DAY, Time, moment

NEGATED = {"!=": "=", "not in": "in", "not contains": "contains"}


def satisfies(op: Operator, value: Any, values: tuple[Any, ...]) -> bool:
    if op in NEGATED:
        return not satisfies(NEGATED[op], value, values)  # type: ignore[arg-type]
    if op in {"=", "in"}:
        return any(value == each if each is not None else value is None for each in values)
    if op == "is null":
        return value is None
    if value is None:
        return False
    match op:
        case "is not null":
            return True
        case "<":
            return bool(value < values[0])
        case "<=":
            return bool(value <= values[0])
        case ">":
            return bool(value > values[0])
        case ">=":
            return bool(value >= values[0])
        case "between":
            return bool(values[0] <= value <= values[1])
        case "contains":
            return any(str(each).lower() in value.lower() for each in values)
        case "starts with":
            return any(value.lower().startswith(str(each).lower()) for each in values)
        case "ends with":
            return any(value.lower().endswith(str(each).lower()) for each in values)
    raise NotImplementedError(op)


def satisfies_time(op: Operator, value: Time | None, values: tuple[Any, ...], zone: str) -> bool:
    """A value that is a day means all of it."""
    if op in NEGATED:
        return not satisfies_time(NEGATED[op], value, values, zone)  # type: ignore[arg-type]
    if value is None or op in {"is null", "is not null"}:
        return satisfies(op, value, values)
    stretches = [(moment(each, zone), _end(each, zone)) for each in values if each is not None]
    if op in {"=", "in"}:
        return any(start <= value < end if end != start else value == start for start, end in stretches)
    (start, end), (_, last) = stretches[0], stretches[-1]
    whole, whole_last = end != start, last != stretches[-1][0]
    match op:
        case "<":
            return bool(value < start)
        case ">=":
            return bool(value >= start)
        case "<=":
            return bool(value < end if whole else value <= start)
        case ">":
            return bool(value >= end if whole else value > start)
        case "between":
            return bool(start <= value and (value < last if whole_last else value <= last))
    raise NotImplementedError(op)


def _end(value: Any, zone: str) -> Any:
    start = moment(value, zone)
    assert start is not None
    return start if isinstance(value, datetime.datetime) else start + DAY
