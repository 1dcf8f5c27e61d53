"""A run for the terminal and for programs: plain text, and one JSON object."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable, Mapping
from decimal import Decimal

from goal_semantics.issues import Issue
from jupyter_goal.charts._static import plain_text
from jupyter_goal.core.artifact import Artifact
from jupyter_goal.core.event import QueryFinished
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.receipt import CheckResult
from jupyter_goal.core.run import Run
from jupyter_goal.core.wire import RunView

SAFE_INTEGER = 2**53
"""Larger integers travel as text: JSON readers lose their last digits."""

MARKS = {"passed": "✓", "skipped": "–"}
"""The others are said above the table."""


def as_text(view: RunView) -> str:
    """Interpretation, headline, table, checks and SQL of every artifact; or the problem in two lines."""
    blocks = [plain_text(view)]
    blocks.extend(_evidence(artifact) for artifact in view.artifacts)
    return "\n\n".join(block for block in blocks if block)


def _evidence(artifact: Artifact) -> str:
    checks = "\n".join(
        f"  {MARKS[check.verdict]} {check.name.replace('_', ' ')}: {check.detail}"
        for check in artifact.receipt.checks
        if check.verdict in MARKS
    )
    listed = f"Checks\n{checks}\n\n" if checks else ""
    return f"{listed}SQL ({artifact.receipt.dialect})\n{artifact.receipt.sql}"


def as_json(run: Run, view: RunView, kept: Callable[[str], ResultFrame | None]) -> str:
    """The object of `ask --json`; see `jupyter_goal.verbs.ask`."""
    answers = [_answer(artifact, kept(artifact.id)) for artifact in view.artifacts]
    seconds = [event.seconds for event in run.events if isinstance(event, QueryFinished) and event.purpose == "main"]
    checking = [event.seconds for event in run.events if isinstance(event, QueryFinished) and event.purpose == "check"]
    return _json(
        {
            **_NOTHING,
            **{key: value for answer in answers[:1] for key, value in answer.items() if key in _NOTHING},
            "status": run.status,
            "goal": run.goal.text,
            "interpretation": view.interpretation,
            "assumptions": list(view.assumptions),
            "headline": view.headline,
            "checks": [_check(check) for check in run.checks],
            "questions": [question.model_dump(mode="json", exclude_none=True) for question in view.questions],
            "problem": view.problem.model_dump() if view.problem else None,
            "suggestions": list(view.offers),
            "timings": {"total": view.seconds, "query": sum(seconds), "checks": sum(checking)},
            **({"artifacts": answers} if len(answers) > 1 else {}),
        }
    )


def problem_json(goal: str, message: str, hint: str) -> str:
    """The same object for a goal that could not even be stated."""
    return _json({**_NOTHING, "goal": goal, "problem": {"message": message, "hint": hint}})


_NOTHING: Mapping[str, object] = {
    "status": "failed",
    "goal": "",
    "interpretation": "",
    "assumptions": [],
    "headline": "",
    "columns": [],
    "rows": [],
    "sql": None,
    "dialect": None,
    "chart": None,
    "checks": [],
    "receipt": None,
    "questions": [],
    "problem": None,
    "suggestions": [],
    "timings": {"total": 0.0, "query": 0.0, "checks": 0.0},
}


def _answer(artifact: Artifact, frame: ResultFrame | None) -> dict[str, object]:
    return {
        "title": artifact.title,
        "headline": artifact.headline,
        "interpretation": artifact.interpretation,
        "columns": [column.name for column in frame.columns] if frame else [],
        "rows": rows_of(frame) if frame else [],
        "sql": artifact.receipt.sql,
        "dialect": artifact.receipt.dialect,
        "chart": artifact.spec.model_dump(mode="json") if artifact.spec else None,
        "checks": [_check(check) for check in artifact.receipt.checks],
        "receipt": artifact.receipt.model_dump(mode="json") | {"hash": artifact.receipt.hash},
    }


def _json(record: Mapping[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False)


def _check(check: CheckResult) -> dict[str, str]:
    return {"name": check.name, "verdict": check.verdict, "detail": check.detail}


def issue_json(issue: Issue) -> dict[str, object]:
    """A problem, its next step and its place."""
    place = issue.place
    return {
        "severity": issue.severity,
        "path": issue.path,
        "message": issue.message,
        "hint": issue.hint,
        "suggestions": list(issue.suggestions),
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def rows_of(frame: ResultFrame) -> list[list[object]]:
    """All rows for JSON."""
    columns = [[cell_of(value) for value in column.to_pylist()] for column in frame.table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def cell_of(value: object) -> object:
    """One value for JSON: decimals and large integers as text, times in ISO form."""
    match value:
        case bool() | None:
            return value
        case int():
            return value if abs(value) <= SAFE_INTEGER else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return str(value)
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)
