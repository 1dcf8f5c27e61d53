"""What crosses to the browser and into the notebook file. TypeScript types are generated from here.

python -m jupyter_goal.core.wire            writes labextension/src/wire/run.ts
python -m jupyter_goal.core.wire --check    fails when the committed file differs
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from goal_semantics.model import Border
from jupyter_goal.core.annotation import Annotation
from jupyter_goal.core.artifact import Artifact
from jupyter_goal.core.lock import Lock
from jupyter_goal.core.plan import Question
from jupyter_goal.core.run import Status
from jupyter_goal.core.wire_ts import typescript, write_or_check

MIME = "application/vnd.jupyter-goal.run+json"
METADATA_KEY = "jupyter_goal"
VERSION = 1


class StepView(Border):
    """One line of the progress list."""

    title: str
    state: Literal["waiting", "running", "done", "failed"]
    seconds: float = 0.0


class Problem(Border):
    """Two lines: what happened and the next step."""

    message: str
    hint: str = ""


class LogLine(Border):
    """One event, in words."""

    at: str
    text: str


class Comparison(Border):
    """Before and after a revision: artifacts of the plan that was replaced."""

    instruction: str
    before: tuple[Artifact, ...]


class RunView(Border):
    """Everything the view draws, and all that a notebook keeps of a run."""

    version: int = VERSION
    id: str
    goal: str
    status: Status
    headline: str = ""
    interpretation: str = ""
    planner: str = ""
    assumptions: tuple[str, ...] = ()
    catalog: str = ""
    inferred: bool = False
    """The catalog was guessed from data: shown as a label."""
    steps: tuple[StepView, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    questions: tuple[Question, ...] = ()
    offers: tuple[str, ...] = ()
    """Goals to click: for an empty `%goal`, and beside a refusal."""
    problem: Problem | None = None
    recomputed: Literal["", "unchanged", "recomputed"] = ""
    comparison: Comparison | None = None
    annotations: tuple[Annotation, ...] = ()
    lock: Lock | None = None
    log: tuple[LogLine, ...] = ()
    seconds: float = 0.0


class Cancel(Border):
    """The view asks to stop the run."""

    kind: Literal["cancel"] = "cancel"


class Choose(Border):
    """The person chose an answer to a question."""

    kind: Literal["choose"] = "choose"
    question: int
    choice: int


class Offer(Border):
    """The person clicked an offered goal."""

    kind: Literal["offer"] = "offer"
    goal: str


class Revise(Border):
    """An instruction, pointed at anchors or at the whole result (mark anchors are made from trace and index)."""

    kind: Literal["revise"] = "revise"
    text: str
    artifact: str
    marks: tuple[tuple[int, int], ...] = ()
    """(trace, index) pairs."""


class Undo(Border):
    """Take the last revision back."""

    kind: Literal["undo"] = "undo"


Message = Cancel | Choose | Offer | Revise | Undo


TYPESCRIPT = Path("labextension", "src", "wire", "run.ts")


def wire_types() -> str:
    """Write the text of the TypeScript module."""
    return typescript(
        {"RunView": TypeAdapter(RunView), "Message": TypeAdapter(Message)},
        constants={"MIME": MIME, "METADATA_KEY": METADATA_KEY, "VERSION": VERSION},
        source="jupyter_goal.core.wire",
    )


if __name__ == "__main__":
    # Imported under its own name, so that the types are named as everywhere else.
    text = import_module("jupyter_goal.core.wire").wire_types()
    sys.exit(write_or_check(text, Path(__file__).resolve().parents[3] / TYPESCRIPT, sys.argv[1:]))
