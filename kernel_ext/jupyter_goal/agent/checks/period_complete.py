"""The periods shown are complete: the data reach to the end of the last one, and to the start of the window."""

from __future__ import annotations

import datetime

import pyarrow.compute as pc

from goal_semantics.compiled import OutputColumn
from goal_semantics.probe import FactReading
from jupyter_goal.agent.checks import CheckResult, Evidence

NAME = "period_complete"

_Moment = datetime.datetime | datetime.date


def check(evidence: Evidence) -> CheckResult | None:
    """Compares what is shown with the span of the data of each fact."""
    if evidence.probe is None:
        return None
    spans = [fact for fact in evidence.probe.facts if fact.time_min is not None and fact.time_max is not None]
    timed = [column for column in evidence.frame.columns if column.role == "time" and column.grain]
    if not spans or not (timed or evidence.compiled.windows or evidence.compiled.query.comparison):
        return None
    problems = [problem for fact in spans for problem in _problems(evidence, fact, timed)]
    until = max(_day(fact.time_max) for fact in spans if fact.time_max is not None)
    if problems:
        return CheckResult(
            name=NAME, verdict="warned", detail=" ".join(problems), evidence={"data_until": until.isoformat()}
        )
    return CheckResult(
        name=NAME,
        verdict="passed",
        detail=f"Every period shown is covered by data (until {until:%d %b %Y}).",
        evidence={"data_until": until.isoformat()},
    )


def _problems(evidence: Evidence, fact: FactReading, timed: list[OutputColumn]) -> list[str]:
    assert fact.time_min is not None and fact.time_max is not None
    first, last = _day(fact.time_min), _day(fact.time_max)
    found = []
    for window in evidence.compiled.windows:
        if not window.field.startswith(f"{fact.dataset}."):
            continue
        if window.end is not None and _day(window.end) > last + datetime.timedelta(days=1):
            found.append(f"Data of {fact.dataset} end on {last:%d %b %Y}, before the end of the period asked.")
        if window.start is not None and _day(window.start) < first:
            found.append(f"Data of {fact.dataset} begin on {first:%d %b %Y}, after the start of the period asked.")
    for column in timed:
        latest = pc.max(evidence.frame.table.column(column.name)).as_py()
        if isinstance(latest, datetime.date) and _end(_day(latest), column.grain) > last + datetime.timedelta(days=1):
            found.append(f"The last {column.grain} shown is incomplete: data end on {last:%d %b %Y}.")
    if _nothing_before(evidence):
        found.append(f"There is nothing to compare with: data of {fact.dataset} begin on {first:%d %b %Y}.")
    return list(dict.fromkeys(found))


def _nothing_before(evidence: Evidence) -> bool:
    previous = [column.name for column in evidence.frame.columns if column.role == "previous"]
    table = evidence.frame.table
    return bool(previous and table.num_rows) and all(table.column(n).null_count == table.num_rows for n in previous)


def _day(moment: _Moment) -> datetime.date:
    return moment.date() if isinstance(moment, datetime.datetime) else moment


def _end(start: datetime.date, grain: str | None) -> datetime.date:
    """The day after the period that begins on `start`; below a day the day itself decides."""
    match grain:
        case "week":
            return start + datetime.timedelta(days=7)
        case "month":
            return _plus_months(start, 1)
        case "quarter":
            return _plus_months(start, 3)
        case "year":
            return _plus_months(start, 12)
        case _:
            return start + datetime.timedelta(days=1)


def _plus_months(day: datetime.date, months: int) -> datetime.date:
    index = day.year * 12 + day.month - 1 + months
    return datetime.date(index // 12, index % 12 + 1, 1)
