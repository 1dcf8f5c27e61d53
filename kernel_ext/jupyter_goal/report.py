"""A run for the terminal and for programs: plain text, and one JSON object."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable
from decimal import Decimal

from jupyter_goal.charts._static import plain_text
from jupyter_goal.core.artifact import Artifact
from jupyter_goal.core.event import QueryFinished
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.run import Run
from jupyter_goal.core.wire import RunView

SAFE_INTEGER = 2**53
"""Larger integers travel as text: JSON readers lose their last digits."""

MARKS = {"passed": "✓", "warned": "!", "failed": "✗", "skipped": "–"}


def as_text(view: RunView) -> str:
    """Interpretation, headline, table, checks and SQL of every artifact; or the problem in two lines."""
    blocks = [plain_text(view)]
    blocks.extend(_evidence(artifact) for artifact in view.artifacts)
    return "\n\n".join(block for block in blocks if block)


def _evidence(artifact: Artifact) -> str:
    checks = "\n".join(
        f"  {MARKS[check.verdict]} {check.name.replace('_', ' ')}: {check.detail}" for check in artifact.receipt.checks
    )
    return f"Checks\n{checks}\n\nSQL ({artifact.receipt.dialect})\n{artifact.receipt.sql}"


def as_json(run: Run, view: RunView, kept: Callable[[str], ResultFrame | None]) -> str:
    """The object of `ask --json`. Rows are all rows; decimals and integers beyond 2^53 are text, times are ISO."""
    artifact = view.artifacts[0] if view.artifacts else None
    frame = kept(artifact.id) if artifact else None
    seconds = [event.seconds for event in run.events if isinstance(event, QueryFinished) and event.purpose == "main"]
    checking = [event.seconds for event in run.events if isinstance(event, QueryFinished) and event.purpose == "check"]
    return json.dumps(
        {
            "status": run.status,
            "goal": run.goal.text,
            "interpretation": view.interpretation,
            "assumptions": list(view.assumptions),
            "headline": view.headline,
            "columns": [column.name for column in frame.columns] if frame else [],
            "rows": _rows(frame) if frame else [],
            "sql": artifact.receipt.sql if artifact else None,
            "dialect": artifact.receipt.dialect if artifact else None,
            "chart": artifact.spec.model_dump(mode="json") if artifact and artifact.spec else None,
            "checks": [_check(check) for check in run.checks],
            "receipt": artifact.receipt.model_dump(mode="json") | {"hash": artifact.receipt.hash} if artifact else None,
            "questions": [question.model_dump(mode="json", exclude_none=True) for question in view.questions],
            "problem": view.problem.model_dump() if view.problem else None,
            "suggestions": list(view.offers),
            "timings": {"total": view.seconds, "query": sum(seconds), "checks": sum(checking)},
        },
        ensure_ascii=False,
    )


def _check(check: object) -> dict[str, object]:
    return {name: getattr(check, name) for name in ("name", "verdict", "detail")}


def _rows(frame: ResultFrame) -> list[list[object]]:
    columns = [[_cell(value) for value in column.to_pylist()] for column in frame.table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _cell(value: object) -> object:
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
