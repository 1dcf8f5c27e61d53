"""From what was measured of a contract to a verdict with its evidence. Judges; measures nothing."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from goal_semantics.calendar import Stride, shift
from goal_semantics.expectation import AcceptedValues, Apart, Freshness, NotNull, Partner, Range, RowCount, Unique
from goal_semantics.interval import Interval
from goal_semantics.resolve.expected import Expected

Verdict = Literal["passed", "warned", "failed", "skipped"]
_ELAPSED = frozenset({"second", "minute", "hour"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one contract. `failing` counts rows; None: the contract is not about single rows."""

    expected: Expected
    verdict: Verdict
    rows: int
    failing: int | None
    detail: str


def judge_rows(one: Expected, rows: int, failing: int) -> Finding:
    """A contract that every row keeps or breaks."""
    if rows == 0:
        return Finding(one, "skipped", 0, 0, "there are no rows")
    if failing == 0:
        return Finding(one, "passed", rows, 0, f"{rows:,} rows")
    share = f"{failing:,} of {rows:,} rows"
    return Finding(one, _broken(one), rows, failing, f"{share} {_fault(one)}")


def judge_count(one: Expected, rule: RowCount, rows: int) -> Finding:
    """How many rows there are."""
    kept = rows >= rule.minimum and (rule.maximum is None or rows <= rule.maximum)
    return Finding(one, "passed" if kept else _broken(one), rows, None, f"{rows:,} rows")


def judge_age(
    one: Expected, rule: Freshness, rows: int, latest: datetime.date | None, as_of: datetime.datetime, zone: str
) -> Finding:
    """How old the latest value is. `latest` is an aware time stamp, a day, or wall clock of the zone; a day lasts to its end."""
    if latest is None:
        return Finding(one, _broken(one), rows, None, "there is no value up to now" if rows else "there are no rows")
    try:
        fresh = as_of <= _until(latest, rule.within, zone)
    except OverflowError:  # an interval that ends after the year 9999
        fresh = True
    shown = latest.isoformat(" ", "minutes") if isinstance(latest, datetime.datetime) else latest.isoformat()
    return Finding(one, "passed" if fresh else _broken(one), rows, None, f"the latest is of {shown}")


def not_measured(one: Expected, reason: str) -> Finding:
    """The database could not say."""
    return Finding(one, _broken(one), 0, None, f"could not be measured: {reason}")


def _until(latest: datetime.date, within: Interval, zone: str) -> datetime.datetime:
    """The moment until which a value counts as fresh: hours elapse, days and longer are of the local calendar."""
    if not isinstance(latest, datetime.datetime):
        latest = datetime.datetime.combine(latest + datetime.timedelta(days=1), datetime.time())
    here = latest.astimezone(ZoneInfo(zone)) if latest.tzinfo else latest.replace(tzinfo=ZoneInfo(zone))
    stride = Stride(within.grain, within.count)
    if within.grain in _ELAPSED:
        return shift(here.astimezone(datetime.UTC), stride)
    return shift(here, stride)


def _broken(one: Expected) -> Verdict:
    return "warned" if one.rule.severity == "warning" else "failed"


def _fault(one: Expected) -> str:
    match one.rule:
        case NotNull():
            return "have no value"
        case Unique():
            return "repeat the value of another row" if len(one.fields) == 1 else "repeat the values of another row"
        case AcceptedValues():
            return "have another value"
        case Range():
            return "are outside"
        case Apart():
            return "start while another version of the same key is valid"
        case Partner():
            return f"find no {one.partner}"
        case Freshness() | RowCount():
            return "break it"
