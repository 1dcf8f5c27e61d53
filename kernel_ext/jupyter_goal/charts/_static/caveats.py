"""What must be read with a number, in words: what was assumed, and the checks that did not pass, failures first."""

from __future__ import annotations

from jupyter_goal.core.receipt import CheckResult

MARKS = {"passed": "✓", "warned": "⚠", "failed": "✗", "skipped": "–"}


def assumed(assumptions: tuple[str, ...]) -> tuple[str, ...]:
    """One line per assumption."""
    return tuple(f"Assumed: {text}" for text in assumptions)


def troubles(checks: tuple[CheckResult, ...]) -> tuple[str, ...]:
    """One line per check that failed or warned."""
    wrong = sorted((check for check in checks if check.verdict in ("failed", "warned")), key=lambda c: c.verdict)
    return tuple(f"{MARKS[check.verdict]} {check.name.replace('_', ' ')}: {check.detail}" for check in wrong)
