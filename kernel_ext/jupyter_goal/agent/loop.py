"""The loop: plan, compile, execute, check, show. One colour: a synchronous generator that never waits for a click.

`advance` stops when the run is done, waits for a person, was refused, failed or was cancelled. Every event is in the
journal before the effect that it announces.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator

from goal_semantics.compile import compile_query
from goal_semantics.compiled import CompiledQuery
from goal_semantics.errors import UserError
from goal_semantics.probe import ProbeReading, compile_probe
from jupyter_goal.agent.absence import explain_absence
from jupyter_goal.agent.checks import CheckResult, Evidence
from jupyter_goal.agent.desk import Desk
from jupyter_goal.agent.show import make_artifact
from jupyter_goal.agent.verify import verify
from jupyter_goal.connectors import Execution
from jupyter_goal.core.event import (
    Answered,
    Asked,
    CancelRequested,
    Checked,
    Event,
    Failed,
    Finished,
    Planned,
    QueryFinished,
    QueryStarted,
    Refused,
    Resumed,
    Revised,
    Shown,
)
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Choice, Plan, Questions, Refusal, Step
from jupyter_goal.core.run import Run
from jupyter_goal.errors import Cancelled, GoalError, QueryFailed

_DURABLE_FIRST = (QueryStarted, Asked, Refused, Failed, CancelRequested, Finished)
"""Written to disk before the generator goes on; other events wait for the next of these."""


def advance(run: Run, desk: Desk) -> Iterator[Run]:
    """Drive the run as far as it goes; yields it after every event, nothing when it rests already.

    Errors: StoreError when the journal fails.
    """
    if run.status not in {"planning", "running"}:
        return
    pending: list[Event] = []
    try:
        for event in _events(run, desk):
            pending.append(event)
            if isinstance(event, _DURABLE_FIRST):
                writing, pending = pending, []  # what cannot be written now is not tried again below
                desk.recorder.append(run.goal, *writing)
            run = run.then(event)
            yield run
    finally:
        if pending:
            desk.recorder.append(run.goal, *pending)


def resume(run: Run, desk: Desk) -> Iterator[Run]:
    """Go on with a run whose kernel was lost. Steps that were shown are computed again: the journal keeps no rows."""
    plan = run.plan
    events: list[Event] = [Resumed(at=desk.now())]
    if plan is not None:
        events.append(Planned(at=desk.now(), plan=plan))
    desk.recorder.append(run.goal, *events)
    yield from advance(run.then(*events), desk)


def _events(run: Run, desk: Desk) -> Iterator[Event]:
    started = time.monotonic()
    try:
        decided = yield from _decide(run, desk)
        if decided is None:
            return
        finished = yield from _perform(run, decided, desk)
        if finished:
            yield Finished(at=desk.now(), seconds=round(time.monotonic() - started, 4))
    except Cancelled:
        yield CancelRequested(at=desk.now(), at_server=desk.stop.at_server)
    except GoalError as error:
        yield Failed(at=desk.now(), message=error.message, hint=error.hint)
    except UserError as error:
        first, *others = error.issues
        more = f" (and {len(others)} more)" if others else ""
        yield Failed(at=desk.now(), message=f"{first}{more}", hint=first.hint or "Change the goal or the catalog.")
    except Exception as error:
        if desk.debug:
            raise
        yield Failed(
            at=desk.now(),
            message=f"Internal error: {type(error).__name__}: {error}",
            hint="Run it again with --debug for the traceback, and please report it.",
        )


def _decide(run: Run, desk: Desk) -> Generator[Event, None, Plan | None]:
    """The plan in force, the one chosen by the person, or a new one; None when the run must wait or was refused."""
    if run.plan is not None and run.status == "running":
        return run.plan
    choice = _chosen(run)
    goal = _reworded(run.goal, choice.goal) if choice and choice.goal else run.goal
    planned = choice.plan if choice and choice.plan else desk.stop.abandonable(lambda: desk.plan(goal))
    match planned:
        case Plan():
            yield _revised(run, planned, desk) or Planned(at=desk.now(), plan=planned)
            return planned
        case _:
            yield _stopped(planned, desk)
            return None


def _reworded(goal: Goal, text: str) -> Goal:
    return Goal(text=text, as_of=goal.as_of, connection=goal.connection, catalog=goal.catalog, cell=goal.cell)


def _revised(run: Run, after: Plan, desk: Desk) -> Revised | None:
    """The change of a result, when it was an instruction to change it that had to be asked about."""
    asked = max((index for index, event in enumerate(run.events) if isinstance(event, Asked)), default=0)
    earlier = Run(goal=run.goal, events=run.events[:asked])
    if run.plan is None or earlier.status != "done":
        return None
    words = next((event.text for event in reversed(run.events) if isinstance(event, Answered)), "")
    shown = tuple(artifact.id for artifact in earlier.artifacts)
    return Revised(at=desk.now(), instruction=words, before=run.plan, after=after, artifacts_before=shown)


def _stopped(why: Questions | Refusal, desk: Desk) -> Asked | Refused:
    if isinstance(why, Questions):
        return Asked(at=desk.now(), questions=why.items)
    return Refused(at=desk.now(), reason=why.reason, hint=why.hint, suggestions=why.suggestions)


def _chosen(run: Run) -> Choice | None:
    answer = next((event for event in reversed(run.events) if isinstance(event, Answered)), None)
    asked = next((event for event in reversed(run.events) if isinstance(event, Asked)), None)
    if answer is None or asked is None or answer.choice is None or run.status != "planning":
        return None
    return asked.questions[answer.question].choices[answer.choice]


def _perform(run: Run, plan: Plan, desk: Desk) -> Generator[Event, None, bool]:
    for index, step in enumerate(plan.steps):
        compiled = compile_query(
            step.query, desk.catalog, desk.connector.dialect,
            as_of=run.goal.as_of, viewer=desk.viewer, row_cap=desk.row_cap,
        )  # fmt: skip
        execution = yield from _execute(index, compiled, desk)
        reading, trouble = yield from _probe(index, run, step, desk)
        absence = explain_absence(plan, index, compiled, reading, desk.catalog) if reading is not None else None
        if absence is not None:
            yield _stopped(absence, desk)
            return False
        evidence = Evidence(run.goal, desk.catalog, compiled, execution.frame, reading)
        checks = verify(evidence) + trouble
        for check in checks:
            yield Checked(at=desk.now(), step=index, result=check)
        artifact = make_artifact(run.goal, step, evidence, execution, checks, at=desk.now())
        desk.keep(artifact.id, execution.frame)
        yield Shown(at=desk.now(), step=index, artifact=artifact)
    return True


def _execute(index: int, compiled: CompiledQuery, desk: Desk) -> Generator[Event, None, Execution]:
    yield QueryStarted(
        at=desk.now(), step=index, dialect=compiled.dialect, statement=compiled.text, parameters=compiled.parameters
    )
    execution = desk.stop.guard(desk.connector.prepare(compiled))
    yield _finished(index, execution, desk)
    return execution


def _probe(
    index: int, run: Run, step: Step, desk: Desk
) -> Generator[Event, None, tuple[ProbeReading | None, tuple[CheckResult, ...]]]:
    """The reading of the probe query, and a skipped check saying why there is none."""
    probe = compile_probe(step.query, desk.catalog, desk.connector.dialect, as_of=run.goal.as_of, viewer=desk.viewer)
    if probe is None:
        return None, ()
    yield QueryStarted(
        at=desk.now(), step=index, dialect=probe.compiled.dialect, statement=probe.compiled.text,
        parameters=probe.compiled.parameters, purpose="check",
    )  # fmt: skip
    try:
        execution = desk.stop.guard(desk.connector.prepare(probe.compiled))
    except QueryFailed as error:
        skipped = CheckResult(name="probe", verdict="skipped", detail=f"The checks could not be run: {error.message}")
        return None, (skipped,)
    yield _finished(index, execution, desk).model_copy(update={"purpose": "check"})
    table = execution.frame.table
    row = [column[0].as_py() for column in table.columns]
    reading: ProbeReading = probe.read(row)
    return reading, ()


def _finished(index: int, execution: Execution, desk: Desk) -> QueryFinished:
    frame = execution.frame
    return QueryFinished(
        at=desk.now(), step=index, rows=frame.rows, truncated=frame.truncated, fingerprint=frame.fingerprint,
        seconds=round(execution.seconds, 4),
    )  # fmt: skip
