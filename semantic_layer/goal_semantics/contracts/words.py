"""A contract in words."""

from __future__ import annotations

from goal_semantics.expectation import AcceptedValues, Apart, Freshness, NotNull, Partner, Range, RowCount, Unique
from goal_semantics.resolve.expected import Expected

MOST_VALUES = 5


def subject(one: Expected) -> str:
    """What a contract binds: `orders.status`, `orders (a, b)` or `orders`."""
    if not one.fields:
        return one.dataset
    if len(one.fields) == 1:
        return f"{one.dataset}.{one.fields[0]}"
    return f"{one.dataset} ({', '.join(one.fields)})"


def expects(one: Expected) -> str:
    """What is expected: `not null`, `one of paid, open`."""
    match one.rule:
        case NotNull():
            return "not null"
        case Unique():
            return "unique"
        case AcceptedValues(values=values):
            listed = ", ".join(str(value) for value in values[:MOST_VALUES])
            return f"one of {listed}{f' and {len(values) - MOST_VALUES} more' if len(values) > MOST_VALUES else ''}"
        case Range(minimum=low, maximum=high):
            return f"from {low} to {high}" if None not in {low, high} else f"at least {low}" if high is None else f"at most {high}"  # fmt: skip
        case Partner():
            key = f"({', '.join(one.partner_fields)})" if len(one.partner_fields) > 1 else one.partner_fields[0]
            return f"found in {one.partner}.{key}"
        case Apart():
            return "versions of one key that do not overlap"
        case Freshness(within=within):
            return f"not older than {within}"
        case RowCount(minimum=low, maximum=high):
            return f"at least {low:,} rows" if high is None else f"{low:,} to {high:,} rows"
