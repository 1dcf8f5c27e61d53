"""What is pointed at, as conditions; and how new conditions join those a query has."""

from __future__ import annotations

import datetime

from goal_semantics.query import And, Condition, Filter, Not, Operator, Or, Scalar, SemanticQuery
from jupyter_goal.core.annotation import AnchorKey


def of_marks(marks: list[tuple[AnchorKey, ...]], query: SemanticQuery, *, keep: bool) -> Filter:
    """What the marks have in common to be kept, or dropped: one field as a list, several as alternatives of all keys."""
    fields = {key.field for keys in marks for key in keys}
    varying = [
        field for field in fields if len({key.value for keys in marks for key in keys if key.field == field}) > 1
    ]
    single = next(iter(fields)) if len(fields) == 1 else varying[0] if len(varying) == 1 and not keep else None
    if single is not None and all(any(key.field == single for key in keys) for keys in marks) and len(fields) == 1:
        values = tuple(dict.fromkeys(key.value for keys in marks for key in keys if key.field == single))
        return _member(single, values, query, keep=keep)
    wholes = tuple(_all_of(keys, query) for keys in marks)
    whole = wholes[0] if len(wholes) == 1 else Or(items=wholes)
    return whole if keep else Not(item=whole)


def _all_of(keys: tuple[AnchorKey, ...], query: SemanticQuery) -> Filter:
    parts = tuple(_member(key.field, (key.value,), query, keep=True) for key in keys)
    return parts[0] if len(parts) == 1 else And(items=parts)


def _member(field: str, values: tuple[Scalar, ...], query: SemanticQuery, *, keep: bool) -> Filter:
    """Values of one field, at the grain they were shown in; a missing value is a condition of its own."""
    grain = next((g.grain for g in query.groupings if g.field == field), None)
    if values == (None,):
        return Condition(field=field, op="is null" if keep else "is not null")
    one = len(values) == 1
    op: Operator = ("=" if one else "in") if keep else ("!=" if one else "not in")
    typed = tuple(_moment(value) if grain is not None else value for value in values)
    return Condition(field=field, op=op, values=typed, grain=grain)


def _moment(value: Scalar) -> Scalar:
    """Dates that came through JSON are text."""
    if not isinstance(value, str):
        return value
    try:
        return datetime.date.fromisoformat(value) if len(value) == 10 else datetime.datetime.fromisoformat(value)
    except ValueError:
        return value


def merged(old: Filter | None, new: list[Filter]) -> Filter | None:
    """New conditions join old ones; a positive condition on a field replaces the positive one it had."""
    parts = _parts(old)
    for condition in new:
        if isinstance(condition, Condition) and condition.op in {"=", "in"}:
            parts = [
                p
                for p in parts
                if not (isinstance(p, Condition) and p.op in {"=", "in"} and p.field == condition.field)
            ]
        if condition not in parts:
            parts.append(condition)
    return parts[0] if len(parts) == 1 else And(items=tuple(parts)) if parts else None


def joined(old: Filter | None, new: Filter) -> Filter:
    parts = _parts(old)
    return And(items=(*parts, new)) if parts else new


def _parts(old: Filter | None) -> list[Filter]:
    if old is None:
        return []
    return list(old.items) if isinstance(old, And) else [old]
