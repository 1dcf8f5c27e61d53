"""What definitions say in words, in one way everywhere."""

from __future__ import annotations

from goal_semantics.query import (
    And,
    Condition,
    Exists,
    Filter,
    Grouping,
    Measure,
    MetricAt,
    MetricCondition,
    Not,
    Or,
    Scalar,
)

EVERY_PERIOD = ", for every period"
"""Of `spine`: periods of the catalog's calendar, also those without rows."""


def else_shows(fill: float | None) -> str:
    """`, 0 where there is none`; nothing without a fill."""
    return "" if fill is None else f", {fill:g} where there is none"


def grouped(grouping: Grouping) -> str:
    """`orders.ordered_at by fiscal year`, `orders.quantity in bins of 5`."""
    words = grouping.field
    if grouping.bins is not None:
        width, count = grouping.bins.width, grouping.bins.count
        words += f" in bins of {width:g}" if width is not None else f" in {count} bins"
    over_time = grouping.grain or grouping.part
    if over_time is None:
        return words
    kind = "fiscal " if grouping.fiscal else ""
    return f"{words} by {kind}{over_time}" if grouping.grain else f"{kind}{over_time.replace('_', ' ')} of {words}"


def condition(found: Filter) -> str:
    """`orders.status = paid`, `(a > 1 or not b is null)`, `with refunds by orders.id where …`."""
    match found:
        case Condition():
            part = (
                f"{found.part} of ".replace("_", " ") if found.part else f"{found.grain} from " if found.grain else ""
            )
            return f"{part}{found.field} {_compared(found.op, found.values)}"
        case MetricCondition():
            return f"{_measure(found.measure)} {_compared(found.op, found.values)}"
        case MetricAt():
            window = " in a window of its own" if found.time is not None else ""
            compared = _compared(found.op, found.values)
            return f"{_measure(found.measure)} per {', '.join(found.by)}{window} {compared}"
        case Exists():
            inside = f" where {condition(found.filter)}" if found.filter is not None else ""
            return f"{'without' if found.negate else 'with'} {found.dataset} by {found.through} = {found.key}{inside}"
        case Not(item=item):
            return f"not {condition(item)}"
        case And(items=items):
            return f"({' and '.join(condition(each) for each in items)})"
        case Or(items=items):
            return f"({' or '.join(condition(each) for each in items)})"


def _measure(measure: Measure) -> str:
    agg = (measure.agg or "").replace("_", " ")
    which = "" if measure.percentile is None else f" {measure.percentile:g}"
    words = measure.metric or f"{agg}{which} of {measure.field}"
    words += f" where {condition(measure.filter)}" if measure.filter is not None else ""
    return f"{words} per {_measure(measure.over)}" if measure.over is not None else words


def _compared(op: str, values: tuple[Scalar, ...]) -> str:
    return f"{op} {', '.join(str(value) for value in values)}" if values else op
