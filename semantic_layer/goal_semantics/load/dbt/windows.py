"""The range of time in a filter: what its conditions say together about the time that each metric is read by."""

from __future__ import annotations

import datetime

from goal_semantics.load.dbt.conditions import all_of
from goal_semantics.query import OWN_TIME, And, Between, Condition, Filter, Or

Moment = datetime.datetime | datetime.date


def split(item: Filter | None) -> tuple[Filter | None, Between | None]:
    """The filter without them, and the range; a window is applied after shifting and accumulating, a filter before."""
    parts = item.items if isinstance(item, And) else (item,) if item is not None else ()
    edges = [each for each in parts if _is_edge(each)]
    rest = tuple(each for each in parts if each not in edges)
    starts = [each.values[0] for each in edges if isinstance(each, Condition) and each.op == ">="]
    ends = [each.values[0] for each in edges if isinstance(each, Condition) and each.op == "<"]
    if not edges:
        return item, None
    start = max((each for each in starts if isinstance(each, datetime.datetime)), default=None)
    end = min((each for each in ends if isinstance(each, datetime.datetime)), default=None)
    return all_of(rest), Between(start=start, end=end)


def both(one: Between, other: Between | None) -> Between:
    """What lies in both ranges."""
    if other is None:
        return one
    starts = [each for each in (one.start, other.start) if each is not None]
    ends = [each for each in (one.end, other.end) if each is not None]
    return Between(start=max(starts, key=_comparable, default=None), end=min(ends, key=_comparable, default=None))


def reads_time(item: Filter | None) -> bool:
    """Whether a filter on rows depends on the time that metrics are read by."""
    match item:
        case And(items=items) | Or(items=items):
            return any(reads_time(each) for each in items)
        case Condition(field=path):
            return path.split(".", 1)[0] == OWN_TIME
        case _:
            return False


def _is_edge(item: Filter) -> bool:
    return isinstance(item, Condition) and item.field == OWN_TIME and item.op in {">=", "<"} and item.grain is None


def _comparable(moment: Moment) -> datetime.datetime:
    if isinstance(moment, datetime.datetime):
        return moment
    return datetime.datetime.combine(moment, datetime.time())
