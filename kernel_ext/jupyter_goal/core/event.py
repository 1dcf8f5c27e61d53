"""Things that happened. A run is its log of these."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field as Attribute

from goal_semantics.model import Border
from goal_semantics.query import Scalar
from jupyter_goal.core.annotation import Annotation
from jupyter_goal.core.artifact import Artifact
from jupyter_goal.core.plan import Plan, Question
from jupyter_goal.core.receipt import CheckResult

Stamp = datetime.datetime


class Planned(Border):
    """A plan was made or taken from a lock."""

    kind: Literal["planned"] = "planned"
    at: Stamp
    plan: Plan


class Asked(Border):
    """The planner needs a decision; the run waits."""

    kind: Literal["asked"] = "asked"
    at: Stamp
    questions: tuple[Question, ...]


class Answered(Border):
    """The person chose (index into the question's choices), or typed."""

    kind: Literal["answered"] = "answered"
    at: Stamp
    question: int = 0
    choice: int | None = None
    text: str = ""


class Refused(Border):
    """It cannot be answered, and why."""

    kind: Literal["refused"] = "refused"
    at: Stamp
    reason: str
    hint: str = ""
    suggestions: tuple[str, ...] = ()


class QueryStarted(Border):
    """Written before the statement is sent."""

    kind: Literal["query.started"] = "query.started"
    at: Stamp
    step: int
    dialect: str
    statement: str
    parameters: tuple[Scalar, ...] = ()
    purpose: Literal["main", "check"] = "main"


class QueryFinished(Border):
    """The result of a statement, without its rows."""

    kind: Literal["query.finished"] = "query.finished"
    at: Stamp
    step: int
    rows: int
    truncated: bool = False
    fingerprint: str = ""
    seconds: float = 0.0
    purpose: Literal["main", "check"] = "main"


class Checked(Border):
    """A check gave its verdict."""

    kind: Literal["checked"] = "checked"
    at: Stamp
    step: int
    result: CheckResult


class Shown(Border):
    """An artifact was made."""

    kind: Literal["shown"] = "shown"
    at: Stamp
    step: int
    artifact: Artifact


class Pointed(Border):
    """Somebody pointed at the result."""

    kind: Literal["annotated"] = "annotated"
    at: Stamp
    annotation: Annotation


class Revised(Border):
    """An annotation or instruction changed the plan. `before`, `after` are plan ids."""

    kind: Literal["revised"] = "revised"
    at: Stamp
    instruction: str
    annotation: str | None = None
    before: Plan
    after: Plan
    artifacts_before: tuple[str, ...] = ()


class Unchanged(Border):
    """An instruction could not be followed, and why; what is shown stays."""

    kind: Literal["unchanged"] = "unchanged"
    at: Stamp
    instruction: str
    reason: str
    hint: str = ""


class Failed(Border):
    """It stopped with an error that the person can read."""

    kind: Literal["failed"] = "failed"
    at: Stamp
    message: str
    hint: str = ""
    step: int | None = None


class CancelRequested(Border):
    """The person pressed Cancel or interrupted; `at_server` tells whether the statement was stopped there."""

    kind: Literal["cancelled"] = "cancelled"
    at: Stamp
    at_server: bool = False


class Resumed(Border):
    """The run went on after its kernel was lost."""

    kind: Literal["resumed"] = "resumed"
    at: Stamp


class Finished(Border):
    """Every line of the contract has its evidence."""

    kind: Literal["finished"] = "finished"
    at: Stamp
    seconds: float = 0.0


Event = Annotated[
    Planned | Asked | Answered | Refused | QueryStarted | QueryFinished | Checked | Shown | Pointed | Revised
    | Unchanged | Failed | CancelRequested | Resumed | Finished,
    Attribute(discriminator="kind"),
]  # fmt: skip
