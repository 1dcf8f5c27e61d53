"""The contract of a check. Each sibling file is one; the file name is the check's name.

A check module has `check(evidence: Evidence) -> CheckResult | None` (None: does not apply), pure.
All statements that checks need are folded into one probe query per step (`goal_semantics.probe`).
"""

from __future__ import annotations

from dataclasses import dataclass

from goal_semantics.compiled import CompiledQuery
from goal_semantics.model import Catalog
from goal_semantics.probe import ProbeReading
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.receipt import CheckResult


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a check may look at: the goal, the compiled query, its frame, and the reading of the probe (if one ran)."""

    goal: Goal
    catalog: Catalog
    compiled: CompiledQuery
    frame: ResultFrame
    probe: ProbeReading | None


__all__ = ["CheckResult", "Evidence"]
