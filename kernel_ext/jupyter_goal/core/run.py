"""The run is its log: a goal and its events. Everything else is a fold."""

from __future__ import annotations

from typing import Literal

from goal_semantics.model import Border
from jupyter_goal.core.artifact import Artifact
from jupyter_goal.core.event import (
    Answered,
    Asked,
    CancelRequested,
    Checked,
    Event,
    Failed,
    Finished,
    Planned,
    Refused,
    Resumed,
    Revised,
    Shown,
)
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.identity import content_hash
from jupyter_goal.core.plan import Plan, Question
from jupyter_goal.core.receipt import CheckResult

Status = Literal["planning", "running", "waiting", "done", "refused", "failed", "cancelled"]


class Run(Border):
    """`run.then(event)` is the only way forward."""

    goal: Goal
    events: tuple[Event, ...] = ()

    def then(self, *events: Event) -> Run:
        """The run with more events."""
        return self.model_copy(update={"events": self.events + events})

    @property
    def id(self) -> str:
        """Identity of the asking."""
        return self.goal.id

    @property
    def status(self) -> Status:
        """Where it stands, by the last event that decides."""
        for event in reversed(self.events):
            match event:
                case Finished():
                    return "done"
                case Failed():
                    return "failed"
                case CancelRequested():
                    return "cancelled"
                case Refused():
                    return "refused"
                case Asked():
                    return "waiting"
                case Planned() | Revised() | Resumed() | Shown() | Checked():
                    return "running"
                case Answered():
                    return "planning"
                case _:
                    continue
        return "planning"

    @property
    def plan(self) -> Plan | None:
        """The plan in force: the last one made or revised."""
        for event in reversed(self.events):
            if isinstance(event, Revised):
                return event.after
            if isinstance(event, Planned):
                return event.plan
        return None

    @property
    def questions(self) -> tuple[Question, ...]:
        """Open questions, if the run waits for them."""
        last = next((e for e in reversed(self.events) if isinstance(e, Asked | Answered | Planned)), None)
        return last.questions if isinstance(last, Asked) else ()

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """The artifacts of the plan in force, by step."""
        shown: dict[int, Artifact] = {}
        for event in self.events:
            if isinstance(event, Planned | Revised):
                shown = {}
            elif isinstance(event, Shown):
                shown[event.step] = event.artifact
        return tuple(shown[step] for step in sorted(shown))

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """Verdicts for the plan in force."""
        return tuple(check for artifact in self.artifacts for check in artifact.receipt.checks)

    def artifact(self, artifact_id: str) -> Artifact | None:
        """Any artifact ever shown in this run, also before a revision."""
        for event in reversed(self.events):
            if isinstance(event, Shown) and event.artifact.id == artifact_id:
                return event.artifact
        return None

    @property
    def digest(self) -> str:
        """Content hash of the whole log."""
        return content_hash(self)
