"""Run to view: the fold that the browser draws and the notebook keeps."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from jupyter_goal.core.event import (
    Answered,
    Asked,
    CancelRequested,
    Checked,
    Event,
    Failed,
    Finished,
    Planned,
    Pointed,
    QueryFinished,
    QueryStarted,
    Refused,
    Resumed,
    Revised,
    Shown,
    Unchanged,
)
from jupyter_goal.core.lock import Lock
from jupyter_goal.core.plan import Plan
from jupyter_goal.core.run import Run
from jupyter_goal.core.wire import Comparison, LogLine, Problem, RunView, StepView


@dataclass(frozen=True, slots=True)
class Setting:
    """What the view says beside the run itself."""

    catalog: str = ""
    inferred: bool = False
    before: tuple[str, ...] = ()
    """Fingerprints of the last run of the same words; empty: never run."""
    offers: tuple[str, ...] = ()


def present(run: Run, setting: Setting) -> RunView:
    """Everything there is to see of a run, now."""
    plan = run.plan
    artifacts = run.artifacts
    return RunView(
        id=run.id,
        goal=run.goal.text,
        status=run.status,
        headline=artifacts[0].headline if len(artifacts) == 1 else run.goal.headline,
        interpretation=plan.interpretation if plan else "",
        planner=plan.planner if plan else "",
        assumptions=plan.assumptions if plan else (),
        catalog=setting.catalog,
        inferred=setting.inferred,
        steps=_steps(run, plan),
        artifacts=artifacts,
        questions=run.questions,
        offers=_offers(run) or setting.offers,
        problem=_problem(run),
        recomputed=_recomputed(run, setting.before),
        comparison=_comparison(run),
        annotations=tuple(event.annotation for event in run.events if isinstance(event, Pointed)),
        lock=make_lock(run),
        log=tuple(LogLine(at=event.at.isoformat(timespec="milliseconds"), text=_say(event)) for event in run.events),
        seconds=_seconds(run),
    )


def make_lock(run: Run) -> Lock | None:
    """The frozen plan of a finished run."""
    plan = run.plan
    if plan is None or run.status != "done":
        return None
    return Lock(
        goal=run.goal.hash, text=run.goal.text, catalog=run.goal.catalog, plan=plan,
        annotations=tuple(event.annotation for event in run.events if isinstance(event, Pointed)),
    )  # fmt: skip


def _steps(run: Run, plan: Plan | None) -> tuple[StepView, ...]:
    if plan is None:
        return (StepView(title="Planning", state="running"),) if run.status == "planning" else ()
    events = _since_plan(run)
    return tuple(_step(index, step.interpretation, events, run) for index, step in enumerate(plan.steps))


def _step(index: int, title: str, events: tuple[Event, ...], run: Run) -> StepView:
    mine = [event for event in events if getattr(event, "step", None) == index]
    seconds = sum(event.seconds for event in mine if isinstance(event, QueryFinished))
    if any(isinstance(event, Shown) for event in mine):
        return StepView(title=title, state="done", seconds=seconds)
    if run.status in {"failed", "cancelled"} and mine:
        return StepView(title=title, state="failed", seconds=seconds)
    return StepView(title=title, state="running" if mine else "waiting", seconds=seconds)


def _since_plan(run: Run) -> tuple[Event, ...]:
    starts = [index for index, event in enumerate(run.events) if isinstance(event, Planned | Revised)]
    return run.events[starts[-1] :] if starts else run.events


def _offers(run: Run) -> tuple[str, ...]:
    last = run.events[-1] if run.events else None
    return last.suggestions if isinstance(last, Refused) else ()


def _problem(run: Run) -> Problem | None:
    match run.events[-1] if run.events else None:
        case Failed(message=message, hint=hint):
            return Problem(message=message, hint=hint)
        case Refused(reason=reason, hint=hint):
            return Problem(message=reason, hint=hint)
        case Unchanged(reason=reason, hint=hint):
            return Problem(message=reason, hint=hint)
        case CancelRequested(at_server=True):
            return Problem(
                message="Cancelled. The query was stopped at the server.", hint="Run the cell to start over."
            )
        case CancelRequested():
            return Problem(message="Cancelled. No query was running.", hint="Run the cell to start over.")
        case _:
            return None


def _recomputed(run: Run, before: tuple[str, ...]) -> str:
    if run.status != "done" or not before:
        return ""
    now = tuple(artifact.receipt.fingerprint for artifact in run.artifacts)
    return "unchanged" if now == before else "recomputed"


def _comparison(run: Run) -> Comparison | None:
    revised = next((event for event in reversed(run.events) if isinstance(event, Revised)), None)
    if revised is None or run.status != "done" or not revised.artifacts_before:
        return None
    found = (run.artifact(artifact) for artifact in revised.artifacts_before)
    before = tuple(artifact for artifact in found if artifact is not None)
    return Comparison(instruction=revised.instruction, before=before) if before else None


def _seconds(run: Run) -> float:
    if not run.events:
        return 0.0
    last = run.events[-1]
    if isinstance(last, Finished):
        return last.seconds
    return round((_utc(last.at) - _utc(run.events[0].at)).total_seconds(), 3)


def _utc(moment: datetime.datetime) -> datetime.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _say(event: Event) -> str:
    match event:
        case Planned(plan=plan):
            return f"Planned by {plan.planner}: {plan.interpretation}"
        case Asked(questions=questions):
            return f"Asked: {questions[0].text}" if questions else "Asked"
        case Answered(text=text, choice=choice):
            return f"Answered: {text or f'choice {(choice or 0) + 1}'}"
        case Refused(reason=reason):
            return f"Refused: {reason}"
        case QueryStarted(purpose=purpose, dialect=dialect):
            return f"{'Main query' if purpose == 'main' else 'Checks'} sent to {dialect}"
        case QueryFinished(rows=rows, seconds=seconds, purpose=purpose):
            return f"{'Main query' if purpose == 'main' else 'Checks'}: {rows:,} rows in {seconds:.3f} s"
        case Checked(result=result):
            return f"Check {result.name} {result.verdict}: {result.detail}"
        case Shown(artifact=artifact):
            return f"Shown: {artifact.title}"
        case Pointed(annotation=annotation):
            return f"Annotated: {annotation.text}"
        case Revised(instruction=instruction):
            return f"Revised: {instruction}"
        case Unchanged(instruction=instruction, reason=reason):
            return f"Not changed ({instruction}): {reason}"
        case Failed(message=message):
            return f"Failed: {message}"
        case CancelRequested(at_server=at_server):
            return "Cancelled at the server" if at_server else "Cancelled"
        case Resumed():
            return "Resumed"
        case Finished(seconds=seconds):
            return f"Finished in {seconds:.2f} s"
