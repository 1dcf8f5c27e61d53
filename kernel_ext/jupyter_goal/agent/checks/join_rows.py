"""Joining the groupings neither multiplied nor lost rows of the fact."""

from __future__ import annotations

from jupyter_goal.agent.checks import CheckResult, Evidence

NAME = "join_rows"


def check(evidence: Evidence) -> CheckResult | None:
    """Compares each fact's row count before and after its joins."""
    if evidence.probe is None or not evidence.probe.facts:
        return None
    for fact in evidence.probe.facts:
        if fact.rows_joined != fact.rows_in:
            change = "multiplied" if fact.rows_joined > fact.rows_in else "lost"
            return CheckResult(
                name=NAME,
                verdict="failed",
                detail=f"Joins {change} rows of {fact.dataset}: {fact.rows_in:,} before, {fact.rows_joined:,} after.",
                evidence={"before": fact.rows_in, "after": fact.rows_joined},
            )
    counted = ", ".join(f"{fact.rows_in:,} rows of {fact.dataset}" for fact in evidence.probe.facts)
    return CheckResult(name=NAME, verdict="passed", detail=f"{counted}: none lost or repeated by joins.")
