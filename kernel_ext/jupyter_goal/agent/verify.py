"""Runs every check of the open folder over the evidence of one step."""

from __future__ import annotations

from jupyter_goal import registry
from jupyter_goal.agent.checks import CheckResult, Evidence

ORDER = ("parts_total", "join_rows", "coverage", "period_complete", "null_share", "value_range", "row_cap")
"""What readers ask first comes first; checks of outsiders follow."""


def verify(evidence: Evidence) -> tuple[CheckResult, ...]:
    """The verdicts of all checks that apply, in reading order. A check that breaks is skipped: the answer stands."""
    known = registry.names("agent.checks")
    ordered = [name for name in ORDER if name in known] + [name for name in known if name not in ORDER]
    results = (_verdict(name, evidence) for name in ordered)
    return tuple(result for result in results if result is not None)


def _verdict(name: str, evidence: Evidence) -> CheckResult | None:
    try:
        result: CheckResult | None = registry.find("agent.checks", name).check(evidence)
    except Exception as error:  # noqa: BLE001 - whatever it is, it says nothing about the answer
        told = f"This check could not be made: {type(error).__name__}: {error}"
        return CheckResult(name=name, verdict="skipped", detail=told)
    return result
