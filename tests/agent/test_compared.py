"""Half a period is not compared in silence: data begin on 3 May, June is compared with May."""

from __future__ import annotations

from typing import Any

import pytest

from goal_semantics.query import Between, Comparison, Measure, SemanticQuery, TimeWindow
from jupyter_goal.agent.loop import advance
from jupyter_goal.core.plan import Plan, Step
from jupyter_goal.core.run import Run


@pytest.mark.parametrize(
    ("start", "end", "verdict"), [("2025-06-01", "2025-07-01", "warned"), ("2025-06-16", "2025-07-01", "passed")]
)
def test_the_period_before_is_covered_or_it_is_said(bench: Any, start: str, end: str, verdict: str) -> None:
    query = SemanticQuery(
        measures=(Measure(metric="revenue"),),
        time=TimeWindow(window=Between.model_validate({"start": start, "end": end})),
        comparison=Comparison(to="previous_period"),
    )
    plan = Plan(steps=(Step(query=query, interpretation="revenue"),), planner="grammar")
    *_, run = advance(Run(goal=bench.goal()), bench.desk(plan))
    (artifact,) = run.artifacts
    [found] = [check for check in artifact.receipt.checks if check.name == "period_complete"]
    assert found.verdict == verdict, found.detail
    assert ("begin on 03 May 2025, after the start of the period compared with" in found.detail) is (
        verdict == "warned"
    )
