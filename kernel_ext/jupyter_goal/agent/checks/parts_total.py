"""The parts add up to the total, which the probe computed without groupings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from goal_semantics.compiled import OutputColumn
from goal_semantics.probe import MeasureReading, ProbeReading
from jupyter_goal.agent.checks import CheckResult, Evidence
from jupyter_goal.agent.checks._figures import Figure, column_sum, equal, show, signs, size
from jupyter_goal.core.receipt import Verdict

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
    sums = tuple(_sum(evidence, column, reading) for column, reading in pairs)
    cut = query.limit is not None or (query.top is not None and not query.top.others)
    return _remainder(sums) if cut else _reconciled(sums)


@dataclass(frozen=True, slots=True)
class Sum:
    """A measure's parts beside its total. Nothing adds up to nothing, whether that is said as NULL or as 0."""

    column: OutputColumn
    parts: Figure
    total: Figure
    size: float
    mixed: bool
    """Parts of both signs, or of the other sign than the total: no share can be said."""
    positive: bool
    """The measure is never negative, so no part exceeds the total."""

    @property
    def excess(self) -> bool:
        """What is shown exceeds the total, beyond rounding."""
        return abs(float(self.parts)) > abs(float(self.total)) and not equal(self.parts, self.total, self.size)


def _sum(evidence: Evidence, column: OutputColumn, reading: MeasureReading) -> Sum:
    parts = column_sum(evidence.frame.table, column.name) or 0
    total: Figure = reading.total if isinstance(reading.total, int | float | Decimal) else 0
    below, above = signs(evidence.frame.table, column.name)
    counted = any(each.name == column.name and each.agg == "count" for each in evidence.compiled.query.measures)
    low = column.range[0]
    return Sum(
        column, parts, total, size(evidence.frame.table, column.name),
        mixed=(below and above) or (below and total > 0) or (above and total < 0),
        positive=counted or (low is not None and low >= 0),
    )  # fmt: skip


def _reading(probe: ProbeReading, column: OutputColumn) -> list[MeasureReading]:
    return [reading for reading in probe.measures if reading.measure == column.measure and reading.total is not None]


def _reconciled(sums: tuple[Sum, ...]) -> CheckResult:
    off = [each for each in sums if not equal(each.parts, each.total, each.size)]
    if not off:
        shown = "; ".join(f"{each.column.label} {show(each.total)}" for each in sums)
        return CheckResult(name=NAME, verdict="passed", detail=f"The parts add up to the total: {shown}.")
    each = off[0]
    return CheckResult(
        name=NAME,
        verdict="failed",
        detail=f"{each.column.label}: the parts add up to {show(each.parts)}, the total is {show(each.total)}.",
        evidence={"parts": str(each.parts), "total": str(each.total)},
    )


def _remainder(sums: tuple[Sum, ...]) -> CheckResult | None:
    """What the first groups are of the whole. More than the whole is an error only where no group can be negative."""
    told = [each for each in sums if each.parts or each.total]
    if not told:
        return None
    verdicts = {_judged(each) for each in told}
    verdict: Verdict = "failed" if "failed" in verdicts else "warned" if "warned" in verdicts else "passed"
    worst = next(each for each in told if _judged(each) == verdict)
    return CheckResult(
        name=NAME,
        verdict=verdict,
        detail=f"Shown are {'; '.join(_shown(each) for each in told)}.",
        evidence={"shown": str(worst.parts), "total": str(worst.total)},
    )


def _judged(each: Sum) -> Verdict:
    if not each.excess or (each.mixed and not each.positive):
        return "passed"
    return "failed" if each.positive else "warned"


def _shown(each: Sum) -> str:
    figures = f"{show(each.parts)} of {show(each.total)}"
    if each.mixed or each.excess or not each.total:
        rest = "" if each.mixed else ": the groups that are not shown bring it down"
        return f"{each.column.label} {figures} in all{rest}"
    return f"{float(each.parts) / float(each.total):.1%} of all {each.column.label} ({figures})"
