"""Every key found its partner; rows that did not are kept, and said."""

from __future__ import annotations

from jupyter_goal.agent.checks import CheckResult, Evidence

NAME = "coverage"

WARN_ABOVE = 0.05
"""Share of rows without a partner from which the reader should know before reading the chart."""


def check(evidence: Evidence) -> CheckResult | None:
    """Reports rows whose key is missing or dangling, by join path; they show as an empty group."""
    if evidence.probe is None:
        return None
    found = [(fact, path, rows) for fact in evidence.probe.facts for path, rows in fact.unmatched if fact.rows_in]
    if not found:
        return None
    missing = [(fact, path, rows) for fact, path, rows in found if rows]
    if not missing:
        return CheckResult(name=NAME, verdict="passed", detail="Every row found its partner in the joined tables.")
    worst = max(rows / fact.rows_in for fact, _, rows in missing)
    told = "; ".join(f"{rows:,} of {fact.rows_in:,} rows have no {path}" for fact, path, rows in missing)
    return CheckResult(
        name=NAME,
        verdict="warned" if worst > WARN_ABOVE else "passed",
        detail=f"{told}. They are kept, as an empty group where grouped by it.",
        evidence={f"{path}": rows for _, path, rows in missing},
    )
