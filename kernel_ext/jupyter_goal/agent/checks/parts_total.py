"""The parts add up to the total, which the probe computed without groupings."""

from __future__ import annotations

from decimal import Decimal

from goal_semantics.compiled import OutputColumn
from goal_semantics.probe import MeasureReading, ProbeReading
from jupyter_goal.agent.checks import CheckResult, Evidence
from jupyter_goal.agent.checks._figures import column_sum, equal, show

NAME = "parts_total"


def check(evidence: Evidence) -> CheckResult | None:
    """Compares, for each additive measure, the sum over rows with the total. With a top-N it measures the remainder."""
    query = evidence.compiled.query
    if evidence.probe is None or not query.groupings or query.totals:
        return None
    pairs = [
        (column, reading)
        for column in evidence.frame.columns
        if column.role == "measure" and column.additive
        for reading in _reading(evidence.probe, column)
    ]
    if not pairs:
        return None
    if evidence.frame.truncated:
        return CheckResult(name=NAME, verdict="skipped", detail="The row cap was hit: parts cannot add up.")
    sums = [(column, column_sum(evidence.frame.table, column.name), reading.total) for column, reading in pairs]
    cut = query.limit is not None or (query.top is not None and not query.top.others)
    return _remainder(sums) if cut else _reconciled(sums)


_Sums = list[tuple[OutputColumn, Decimal | float | int | None, object]]


def _reading(probe: ProbeReading, column: OutputColumn) -> list[MeasureReading]:
    return [reading for reading in probe.measures if reading.measure == column.measure and reading.total is not None]


def _reconciled(sums: _Sums) -> CheckResult:
    off = [(column, parts, total) for column, parts, total in sums if not equal(_zero(parts), _zero(total))]
    if not off:
        shown = "; ".join(f"{column.label} {show(total)}" for column, _, total in sums)
        return CheckResult(name=NAME, verdict="passed", detail=f"The parts add up to the total: {shown}.")
    column, parts, total = off[0]
    return CheckResult(
        name=NAME,
        verdict="failed",
        detail=f"{column.label}: the parts add up to {show(parts)}, the total is {show(total)}.",
        evidence={"parts": str(parts), "total": str(total)},
    )


def _zero(figure: object) -> object:
    """Nothing adds up to nothing, whether that is said as NULL or as 0."""
    return 0 if figure is None else figure


def _remainder(sums: _Sums) -> CheckResult | None:
    column, parts, total = sums[0]
    if parts is None or not isinstance(total, int | float | Decimal) or not total:
        return None
    share = float(parts) / float(total)
    return CheckResult(
        name=NAME,
        verdict="passed" if share <= 1 + 1e-9 else "failed",
        detail=f"Shown are {share:.1%} of all {column.label} ({show(parts)} of {show(total)}).",
        evidence={"shown": str(parts), "total": str(total)},
    )
