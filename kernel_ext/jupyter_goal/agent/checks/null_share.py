"""How much of the input a measure ignored because it was missing."""

from __future__ import annotations

from jupyter_goal.agent.checks import CheckResult, Evidence

NAME = "null_share"

WARN_ABOVE = 0.05
"""Share of missing inputs from which a mean or sum may mislead."""


def check(evidence: Evidence) -> CheckResult | None:
    """Says the share of rows without a value, for each measure that reads a column."""
    if evidence.probe is None:
        return None
    read = [reading for reading in evidence.probe.measures if reading.inputs]
    if not read:
        return None
    missing = [reading for reading in read if reading.nulls]
    if not missing:
        return CheckResult(name=NAME, verdict="passed", detail="No missing values in what was measured.")
    labels = {column.measure: column.label for column in evidence.frame.columns if column.role == "measure"}
    worst = max(reading.nulls / reading.inputs for reading in missing)
    told = "; ".join(
        f"{labels.get(r.measure, r.measure)}: {r.nulls:,} of {r.inputs:,} rows ({r.nulls / r.inputs:.1%}) have no value"
        for r in missing
    )
    return CheckResult(
        name=NAME,
        verdict="warned" if worst > WARN_ABOVE else "passed",
        detail=f"{told} and are left out.",
        evidence={r.measure: r.nulls for r in missing},
    )
