"""Whether two results are the same: numbers to 1e-9 relative, times as times, order only where it was asked for."""

from __future__ import annotations

import datetime
import decimal
import math
from collections import Counter
from collections.abc import Iterable, Sequence

Value = object
Row = tuple[Value, ...]
_TOLERANCE = 1e-9


def difference(expected: Iterable[Sequence[Value]], found: Iterable[Sequence[Value]], *, ordered: bool) -> str:
    """What is different, in a few words; empty where nothing is."""
    wanted, got = [_plain(row) for row in expected], [_plain(row) for row in found]
    if len(wanted) != len(got):
        return f"{len(got)} rows instead of {len(wanted)}: {_example(wanted, got)}"
    if not ordered:
        wanted, got = sorted(wanted, key=_key), sorted(got, key=_key)
    for one, other in zip(wanted, got, strict=True):
        if not _same(one, other):
            return f"{_shown(other)} instead of {_shown(one)}"
    return ""


def _plain(row: Sequence[Value]) -> Row:
    return tuple(_value(each) for each in row)


def _value(value: Value) -> Value:
    match value:
        case bool() | None:
            return value
        case int() | float() | decimal.Decimal():
            return float(value)
        case datetime.datetime():
            return value.isoformat()
        case datetime.date():
            return datetime.datetime.combine(value, datetime.time()).isoformat()
        case _:
            return value


def _key(row: Row) -> tuple[tuple[str, str], ...]:
    """Everything but numbers first, so that numbers that differ in their last digits do not reorder rows."""
    texts = tuple(("n", "") if isinstance(each, float) else (type(each).__name__, str(each)) for each in row)
    return (*texts, *(("n", f"{each:+025.9e}") for each in row if isinstance(each, float)))


def _same(one: Row, other: Row) -> bool:
    return len(one) == len(other) and all(
        math.isclose(a, b, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
        if isinstance(a, float) and isinstance(b, float)
        else type(a) is type(b) and a == b
        for a, b in zip(one, other, strict=True)
    )


def _example(wanted: Sequence[Row], got: Sequence[Row]) -> str:
    missing = list((Counter(wanted) - Counter(got)).elements())
    surplus = list((Counter(got) - Counter(wanted)).elements())
    words = [f"without {_shown(missing[0])}"] if missing else []
    words += [f"with {_shown(surplus[0])}"] if surplus else []
    return ", ".join(words)


def _shown(row: Row) -> str:
    return f"({', '.join(f'{each:.12g}' if isinstance(each, float) else str(each) for each in row)})"
