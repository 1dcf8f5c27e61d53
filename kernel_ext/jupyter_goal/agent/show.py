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
from jupyter_goal.core.plan import ChartIntent, Step
from jupyter_goal.core.receipt import Receipt
from jupyter_goal.core.tabulate import tabulate
from jupyter_goal.planner.windows import dated


def make_artifact(
    goal: Goal, step: Step, evidence: Evidence, execution: Execution, checks: tuple[CheckResult, ...], *,
    at: datetime.datetime,
) -> Artifact:  # fmt: skip
    """Chart, table, headline and receipt of one executed step."""
    frame = execution.frame
    title = step.chart.title or step.interpretation or goal.headline
    unkept = _unkept(evidence)
    spec, figure = draw_chart(frame, ChartIntent(kind="table") if unkept else step.chart, title)
    receipt = _receipt(goal, evidence, execution, checks, at)
    return Artifact(
        id=content_hash(step, receipt.fingerprint, goal.id),
        title=title,
        headline="" if unkept else headline(frame, step.query),
        interpretation=dated(step.interpretation, step.query, evidence.catalog, goal.as_of),
        spec=spec,
        figure=figure,
        table=tabulate(frame, 0) if unkept else tabulate(frame),
        receipt=receipt,
        notes=(*spec.notes, *unkept),
    )


def _unkept(evidence: Evidence) -> tuple[str, ...]:
    """A note where rows may not be saved with the notebook. What is aggregated may be: it is no row of the dataset."""
    if evidence.compiled.query.detail is None:
        return ()
    private = [each.name for each in evidence.catalog.datasets if each.store == "never"]
    read = [name for name in evidence.compiled.datasets if name in private]
    if not read:
        return ()
    why = f"because what is shown is saved: `{read[0]}` is marked `store: never`"
    return (f"The {evidence.frame.rows:,} rows are not shown, {why}. Read them in Python, with `.frame`.",)


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
