"""The periods shown are complete.

The data of every fact reach from the start of the first one (and of what is compared with it) to the end of the last
one, and facts that are set against each other reach equally far.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pyarrow.compute as pc

from goal_semantics.compiled import OutputColumn, Window
from goal_semantics.model import Grain
from goal_semantics.probe import FactReading
from jupyter_goal.agent.checks import CheckResult, Evidence
from jupyter_goal.agent.checks._periods import day_of, end_of, start_of

NAME = "period_complete"

_ONE_DAY = datetime.timedelta(days=1)
_UNEQUAL_AFTER = datetime.timedelta(days=7)
"""Without a time grouping, facts may end this far apart: not every kind of thing happens every day."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The days from the first to the last row of a fact."""

    dataset: str
    first: datetime.date
    last: datetime.date
    time: str | None
    """Path of the field that was measured, where the catalog says it."""

    def is_of(self, path: str | None) -> bool:
        """Whether this field is the one that was measured."""
        own = path is not None and path.startswith(f"{self.dataset}.")
        return not own or self.time is None or path == self.time


def check(evidence: Evidence) -> CheckResult | None:
    """Compares what is shown with the span of the data of each fact."""
    if evidence.probe is None:
        return None
    reaches = [reach for fact in evidence.probe.facts for reach in _reach(evidence, fact)]
    timed = [column for column in evidence.frame.columns if column.role == "time" and column.grain]
    dated = timed or evidence.compiled.windows or evidence.compiled.query.comparison
    if not reaches or not (dated or len(reaches) > 1):
        return None
    problems = [problem for reach in reaches for problem in _problems(evidence, reach, timed)]
    problems += _unequal(evidence, reaches, timed)
    until = min(reach.last for reach in reaches)
    said = {"data_until": until.isoformat()}
    if problems:
        return CheckResult(name=NAME, verdict="warned", detail=" ".join(dict.fromkeys(problems)), evidence=said)
    if not dated:
        return None
    return CheckResult(
        name=NAME,
        verdict="passed",
        detail=f"Every period shown is covered by data (until {until:%d %b %Y}).",
        evidence=said,
    )


def _reach(evidence: Evidence, fact: FactReading) -> list[Reach]:
    if fact.time_min is None or fact.time_max is None:
        return []
    known = {each.name: each.default_time for each in evidence.catalog.datasets}
    time = known.get(fact.dataset)
    path = f"{fact.dataset}.{time}" if time else None
    return [Reach(fact.dataset, day_of(fact.time_min), day_of(fact.time_max), path)]


def _problems(evidence: Evidence, reach: Reach, timed: list[OutputColumn]) -> list[str]:
    asked = [window for window in evidence.compiled.windows if _about(window, reach)]
    grouped = [column for column in timed if reach.is_of(column.field)]
    begins = _begins(reach, asked) or [each for column in grouped for each in _first(evidence, reach, column, asked)]
    ends = _ends(reach, asked) + [each for column in grouped for each in _last(evidence, reach, column)]
    if _nothing_before(evidence):
        before = [f"There is nothing to compare with: data of {reach.dataset} begin on {_said(reach.first)}."]
    else:
        before = _before(evidence, reach, timed)
    return [*ends, *begins, *before]


def _about(window: Window, reach: Reach) -> bool:
    return window.field.startswith(f"{reach.dataset}.") and reach.is_of(window.field)


def _ends(reach: Reach, windows: list[Window]) -> list[str]:
    return [
        f"Data of {reach.dataset} end on {_said(reach.last)}, before the end of the period asked."
        for window in windows
        if window.end is not None and day_of(window.end) > reach.last + _ONE_DAY
    ]


def _begins(reach: Reach, windows: list[Window]) -> list[str]:
    return [
        f"Data of {reach.dataset} begin on {_said(reach.first)}, after the start of the period asked."
        for window in windows
        if window.start is not None and day_of(window.start) < reach.first
    ]


def _last(evidence: Evidence, reach: Reach, column: OutputColumn) -> list[str]:
    shown = _shown(evidence, column)
    if shown is None or end_of(shown[1], column.grain) <= reach.last + _ONE_DAY:
        return []
    return [f"The last {column.grain} shown is incomplete: data end on {_said(reach.last)}."]


def _first(evidence: Evidence, reach: Reach, column: OutputColumn, windows: list[Window]) -> list[str]:
    """The period in which the data begin, where it is shown as if it were a whole one."""
    shown = _shown(evidence, column)
    if shown is None or any(window.start is not None and day_of(window.start) >= reach.first for window in windows):
        return []
    begun = start_of(reach.first, column.grain, shown[0])
    if not (begun < reach.first and shown[0] <= begun <= shown[1]):
        return []
    return [f"The first {column.grain} of {reach.dataset} is incomplete: data begin on {_said(reach.first)}."]


def _before(evidence: Evidence, reach: Reach, timed: list[OutputColumn]) -> list[str]:
    """What is compared with begins before the data: a part of it is taken for the whole."""
    compared = [window for window in evidence.compiled.compared if _about(window, reach)]
    cut = [
        window
        for window in compared
        if window.start is not None
        and day_of(window.start) < reach.first
        and (window.end is None or reach.first < day_of(window.end))
    ]
    if not cut or not all(_within_a_period(evidence, reach.first, column) for column in timed):
        return []
    begin = f"Data of {reach.dataset} begin on {_said(reach.first)}"
    return [f"{begin}, after the start of the period compared with: it is incomplete."]


def _within_a_period(evidence: Evidence, day: datetime.date, column: OutputColumn) -> bool:
    shown = _shown(evidence, column)
    return shown is not None and start_of(day, column.grain, shown[0]) < day


def _unequal(evidence: Evidence, reaches: list[Reach], timed: list[OutputColumn]) -> list[str]:
    """Facts of one answer whose data end (or, over all time, begin) at different times within what is asked."""
    if len({reach.dataset for reach in reaches}) < 2:
        return []
    windows = evidence.compiled.windows
    ends = [(min([reach.last, *_edges(reach, windows, "end")]), reach) for reach in reaches]
    starts = [(max([reach.first, *_edges(reach, windows, "start")]), reach) for reach in reaches]
    grain = next((column.grain for column in timed), None)
    found = []
    early, late = min(ends, key=lambda each: each[0]), max(ends, key=lambda each: each[0])
    if _apart(early[0], late[0], grain):
        found.append(
            f"Data of {early[1].dataset} end on {_said(early[1].last)}, those of {late[1].dataset} on "
            f"{_said(late[1].last)}: what is computed from both mixes unequal periods."
        )
    early, late = min(starts, key=lambda each: each[0]), max(starts, key=lambda each: each[0])
    if not timed and _apart(early[0], late[0], grain):
        found.append(
            f"Data of {late[1].dataset} begin on {_said(late[1].first)}, those of {early[1].dataset} on "
            f"{_said(early[1].first)}: what is computed from both mixes unequal periods."
        )
    return found


def _edges(reach: Reach, windows: tuple[Window, ...], edge: str) -> list[datetime.date]:
    moments = [getattr(window, edge) for window in windows if _about(window, reach)]
    days = [day_of(moment) for moment in moments if moment is not None]
    return [day - _ONE_DAY for day in days] if edge == "end" else days


def _apart(early: datetime.date, late: datetime.date, grain: Grain | None) -> bool:
    return late > (end_of(early, grain) if grain else early + _UNEQUAL_AFTER)


def _shown(evidence: Evidence, column: OutputColumn) -> tuple[datetime.date, datetime.date] | None:
    """Starts of the first and of the last period shown."""
    ends = pc.min_max(evidence.frame.table.column(column.name)).as_py()
    low, high = ends["min"], ends["max"]
    if not isinstance(low, datetime.date) or not isinstance(high, datetime.date):
        return None
    return day_of(low), day_of(high)


def _nothing_before(evidence: Evidence) -> bool:
    previous = [column.name for column in evidence.frame.columns if column.role == "previous"]
    table = evidence.frame.table
    return bool(previous and table.num_rows) and all(table.column(n).null_count == table.num_rows for n in previous)


def _said(day: datetime.date) -> str:
    return f"{day:%d %b %Y}"
