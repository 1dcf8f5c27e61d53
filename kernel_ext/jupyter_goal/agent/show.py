"""Query, frame and verdicts become an artifact with its receipt."""

from __future__ import annotations

import datetime

from goal_semantics.compiled import CompiledQuery
from jupyter_goal.agent.checks import CheckResult, Evidence
from jupyter_goal.agent.narrate import headline
from jupyter_goal.charts._choose import draw_chart
from jupyter_goal.connectors import Execution
from jupyter_goal.core.artifact import Artifact
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.identity import content_hash
from jupyter_goal.core.plan import Step
from jupyter_goal.core.receipt import Receipt
from jupyter_goal.core.tabulate import tabulate


def make_artifact(
    goal: Goal, step: Step, evidence: Evidence, execution: Execution, checks: tuple[CheckResult, ...], *,
    at: datetime.datetime,
) -> Artifact:  # fmt: skip
    """Chart, table, headline and receipt of one executed step."""
    frame = execution.frame
    title = step.chart.title or step.interpretation or goal.headline
    spec, figure = draw_chart(frame, step.chart, title)
    receipt = _receipt(goal, evidence, execution, checks, at)
    return Artifact(
        id=content_hash(step, receipt.fingerprint, goal.id),
        title=title,
        headline=headline(frame, step.query),
        interpretation=step.interpretation,
        spec=spec,
        figure=figure,
        table=tabulate(frame),
        receipt=receipt,
        notes=spec.notes,
    )


def _receipt(
    goal: Goal, evidence: Evidence, execution: Execution, checks: tuple[CheckResult, ...], at: datetime.datetime
) -> Receipt:
    compiled = evidence.compiled
    until = [fact.time_max for fact in evidence.probe.facts if fact.time_max] if evidence.probe else []
    return Receipt(
        query=compiled.query,
        definitions=_definitions(compiled),
        dialect=compiled.dialect,
        sql=compiled.display,
        statement=compiled.text,
        parameters=compiled.parameters,
        policies=compiled.policies,
        engine=execution.engine,
        catalog=goal.catalog,
        as_of=goal.as_of,
        executed_at=at,
        data_until=min(until, key=str) if until else None,
        rows=execution.frame.rows,
        truncated=execution.frame.truncated,
        fingerprint=execution.frame.fingerprint,
        checks=checks,
    )


def _definitions(compiled: CompiledQuery) -> dict[str, str]:
    return {entry.column: entry.definition for entry in compiled.lineage}
