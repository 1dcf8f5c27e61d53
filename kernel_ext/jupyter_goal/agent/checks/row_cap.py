"""The result is complete: no row or byte cap cut it."""

from __future__ import annotations

from jupyter_goal.agent.checks import CheckResult, Evidence

NAME = "row_cap"


def check(evidence: Evidence) -> CheckResult | None:
    """A cut list of rows is a warning; a cut aggregate is a failure, because its totals are not totals."""
    frame = evidence.frame
    if not frame.truncated:
        return CheckResult(name=NAME, verdict="passed", detail=f"All {frame.rows:,} rows are here; no cap was hit.")
    return CheckResult(
        name=NAME,
        verdict="warned" if evidence.compiled.query.detail else "failed",
        detail=f"The cap was hit: only the first {frame.rows:,} rows are here. Narrow the goal or raise the limit.",
        evidence={"rows": frame.rows},
    )
