"""SQL as authors write it, beside what it means: each expression is a text and a function of a row.

Only what random catalogs use. `None` is NULL: it spreads through arithmetic and comparisons, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Row = Callable[[str], Any]


@dataclass(frozen=True)
class Sql:
    """`of` gets what a name means in the row."""

    text: str
    of: Callable[[Row], Any]


def name(word: str) -> Sql:
    return Sql(word, lambda row: row(word))


def constant(value: Any) -> Sql:
    text = "NULL" if value is None else f"'{value}'" if isinstance(value, str) else str(value).upper()
    return Sql(text, lambda row: value)


def _spread(sign: str, function: Callable[[Any, Any], Any]) -> Callable[[Sql, Sql], Sql]:
    def build(left: Sql, right: Sql) -> Sql:
        def of(row: Row) -> Any:
            a, b = left.of(row), right.of(row)
            return None if a is None or b is None else function(a, b)

        return Sql(f"({left.text} {sign} {right.text})", of)

    return build


def _same(a: Any, b: Any) -> tuple[Any, Any]:
    """A float beside a decimal makes both floats, as in SQL."""
    if isinstance(a, float) and isinstance(b, Decimal):
        return a, float(b)
    if isinstance(b, float) and isinstance(a, Decimal):
        return float(a), b
    return a, b


plus = _spread("+", lambda a, b: _same(a, b)[0] + _same(a, b)[1])
minus = _spread("-", lambda a, b: _same(a, b)[0] - _same(a, b)[1])
times = _spread("*", lambda a, b: _same(a, b)[0] * _same(a, b)[1])
equal = _spread("=", lambda a, b: a == b)
unequal = _spread("<>", lambda a, b: a != b)
more = _spread(">", lambda a, b: a > b)
less_or_equal = _spread("<=", lambda a, b: a <= b)


def divided(left: Sql, right: Sql) -> Sql:
    """Only of metrics: in floats, NULL over zero."""

    def of(row: Row) -> Any:
        a, b = left.of(row), right.of(row)
        return None if a is None or not b else float(a) / float(b)

    return Sql(f"({left.text} / {right.text})", of)


def both(left: Sql, right: Sql) -> Sql:
    def of(row: Row) -> Any:
        found = [left.of(row), right.of(row)]
        return False if False in found else None if None in found else True

    return Sql(f"({left.text} AND {right.text})", of)


def either(left: Sql, right: Sql) -> Sql:
    def of(row: Row) -> Any:
        found = [left.of(row), right.of(row)]
        return True if True in found else None if None in found else False

    return Sql(f"({left.text} OR {right.text})", of)


def opposite(inner: Sql) -> Sql:
    return Sql(f"(NOT {inner.text})", lambda row: None if (found := inner.of(row)) is None else not found)


def missing(inner: Sql) -> Sql:
    return Sql(f"({inner.text} IS NULL)", lambda row: inner.of(row) is None)


def coalesce(*items: Sql) -> Sql:
    text = f"COALESCE({', '.join(each.text for each in items)})"
    return Sql(text, lambda row: next((value for each in items if (value := each.of(row)) is not None), None))


def when(condition: Sql, then: Sql, other: Sql | None = None) -> Sql:
    """The condition must be true: NULL is not."""
    text = f"CASE WHEN {condition.text} THEN {then.text}{f' ELSE {other.text}' if other else ''} END"
    return Sql(text, lambda row: then.of(row) if condition.of(row) is True else other.of(row) if other else None)


def greatest(left: Sql, right: Sql) -> Sql:
    """Only of metrics: one missing value makes it missing."""

    def of(row: Row) -> Any:
        found = [left.of(row), right.of(row)]
        return None if None in found else max(found)

    return Sql(f"GREATEST({left.text}, {right.text})", of)


def magnitude(inner: Sql) -> Sql:
    return Sql(f"ABS({inner.text})", lambda row: None if (found := inner.of(row)) is None else abs(found))


def nothing_if(left: Sql, right: Sql) -> Sql:
    return Sql(f"NULLIF({left.text}, {right.text})", lambda row: None if (a := left.of(row)) == right.of(row) else a)


def upper(inner: Sql) -> Sql:
    return Sql(f"upper({inner.text})", lambda row: None if (found := inner.of(row)) is None else found.upper())
