"""A run in plain text: headline, reading and an aligned table. No colours, no control characters from data."""

from __future__ import annotations

import unicodedata

from goal_semantics.model import NUMERIC
from jupyter_goal.charts._escape import plain
from jupyter_goal.charts._static.caveats import assumed, troubles
from jupyter_goal.core.artifact import Artifact, Table
from jupyter_goal.core.wire import RunView

MOST_ROWS = 20
_WIDEST = 40


def plain_text(view: RunView) -> str:
    """What a terminal, a log or another program reads."""
    blocks = []
    if view.problem is not None:
        blocks.append("\n".join(line for line in (view.problem.message, view.problem.hint) if line))
    for question in view.questions:
        choices = (f"  {n}. {plain(choice.label, 200)}" for n, choice in enumerate(question.choices, 1))
        blocks.append("\n".join([plain(question.text, 400), *choices]))
    for place, artifact in enumerate(view.artifacts):
        blocks.append(_artifact(artifact, view.assumptions if place == 0 else ()))
    if view.assumptions and not view.artifacts:
        blocks.append("\n".join(plain(words, 400) for words in assumed(view.assumptions)))
    if view.offers:
        blocks.append("\n".join(["Try:", *(f"  {plain(offer, 200)}" for offer in view.offers)]))
    return "\n\n".join(blocks) or plain(view.headline or view.goal, 400)


def plain_table(table: Table, most_rows: int = MOST_ROWS) -> str:
    """Aligned columns, numbers to the right."""
    rows = [tuple(plain(cell, _WIDEST) for cell in row) for row in table.text[:most_rows]]
    heads = [
        plain(f"{c.label} ({c.unit})" if c.unit and c.type in NUMERIC else c.label, _WIDEST) for c in table.columns
    ]
    widths = [max(map(_width, column)) for column in zip(heads, *rows, strict=True)]
    right = [column.type in NUMERIC and column.role != "dimension" for column in table.columns]
    lines = [_line(heads, widths, right), "  ".join("─" * width for width in widths)]
    lines.extend(_line(row, widths, right) for row in rows)
    if table.rows > len(rows):
        lines.append(f"… {len(rows):,} of {table.rows:,} rows shown")
    return "\n".join(lines)


def _artifact(artifact: Artifact, assumptions: tuple[str, ...]) -> str:
    head = [plain(artifact.headline or artifact.title, 400)]
    if artifact.interpretation:
        head.append(plain(artifact.interpretation, 400))
    head.extend(plain(words, 1000) for words in (*assumed(assumptions), *troubles(artifact.receipt.checks)))
    table = plain_table(artifact.table) if artifact.table.rows else ""
    notes = "\n".join(plain(note, 400) for note in artifact.notes)
    return "\n\n".join(part for part in ("\n".join(head), table, notes) if part)


def _line(cells: tuple[str, ...] | list[str], widths: list[int], right: list[bool]) -> str:
    padded = (
        " " * (width - _width(cell)) + cell if end else cell + " " * (width - _width(cell))
        for cell, width, end in zip(cells, widths, right, strict=True)
    )
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: wide characters take two, combining ones none."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)
