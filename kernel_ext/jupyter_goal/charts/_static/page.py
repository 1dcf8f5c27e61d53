"""A run as one piece of HTML that needs nothing: no script, no style sheet, no request. Everything is escaped.

Untrusted notebooks remove inline SVG, so pictures are images with their data inside.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from html import escape

from goal_semantics.model import NUMERIC
from jupyter_goal.charts._escape import plain, unescape
from jupyter_goal.charts._static.caveats import MARKS, assumed, troubles
from jupyter_goal.charts._static.picture import picture
from jupyter_goal.core.artifact import Artifact, Table
from jupyter_goal.core.receipt import CheckResult
from jupyter_goal.core.wire import RunView

MOST_ROWS = 20
_BOX = "font-family:system-ui,sans-serif;max-width:760px;line-height:1.45"
_QUIET = "opacity:0.75;font-size:0.9em"
_WARNING = "margin:0.3em 0;padding:0.2em 0.6em;border-left:3px solid #b45309"
_RULE = "1px solid rgba(128,128,128,0.35)"


def static_html(view: RunView) -> str:
    """Headline, reading, picture, table, checks, SQL and receipt of every artifact."""
    parts = [*_problem(view), *_questions(view)]
    for place, artifact in enumerate(view.artifacts):
        parts.extend(_artifact(artifact, view.assumptions if place == 0 else ()))
    if not view.artifacts:
        parts.extend(_said(view.assumptions, ()))
    if view.inferred:
        parts.append(_p("The catalog was inferred from the data; nobody has reviewed it.", _QUIET))
    if view.offers:
        parts.append("<ul>" + "".join(f"<li>{_words(offer)}</li>" for offer in view.offers) + "</ul>")
    return f'<div style="{_BOX}">{"".join(parts) or _p(view.headline or view.goal)}</div>'


def _artifact(artifact: Artifact, assumptions: tuple[str, ...]) -> list[str]:
    parts = [_p(artifact.headline or artifact.title, "font-size:1.15em;font-weight:600;margin:0.4em 0")]
    if artifact.interpretation and artifact.interpretation != artifact.headline:
        parts.append(_p(artifact.interpretation, _QUIET))
    parts.extend(_said(assumptions, artifact.receipt.checks))
    parts.append(_drawn(artifact))
    parts.extend(_p(note, _QUIET) for note in artifact.notes)
    if artifact.table.rows:
        parts.append(_table(artifact.table))
    parts.append(_checks(artifact.receipt.checks))
    parts.append(
        _details(f"SQL ({artifact.receipt.dialect})", f"<pre><code>{escape(artifact.receipt.sql)}</code></pre>")
    )
    parts.append(_receipt(artifact))
    return parts


def _said(assumptions: tuple[str, ...], checks: tuple[CheckResult, ...]) -> list[str]:
    """What a reader must know before the number: what was assumed, and which checks did not pass."""
    return [
        *(_p(words, _QUIET) for words in assumed(assumptions)),
        *(_p(words, _WARNING) for words in troubles(checks)),
    ]


def _drawn(artifact: Artifact) -> str:
    if artifact.figure is None or artifact.spec is None:
        return ""
    if artifact.spec.kind == "number":
        return "".join(
            f'<p style="margin:0.2em 0"><span style="font-size:2em">{escape(_big(trace["text"][0]))}</span> '
            f'<span style="{_QUIET}">{escape(unescape(trace["name"]))}</span></p>'
            for trace in artifact.figure.data
        )
    svg = picture(artifact.figure)
    if not svg:
        return ""
    source = base64.b64encode(svg.encode()).decode()
    alt = escape(plain(artifact.spec.alt, 2000), quote=True)
    return f'<img alt="{alt}" src="data:image/svg+xml;base64,{source}" style="max-width:100%">'


def _big(text: str) -> str:
    return unescape(text.removeprefix("<b>").removesuffix("</b>"))


def _table(table: Table) -> str:
    heads = "".join(
        f'<th style="text-align:{_side(column.type)};padding:3px 10px;border-bottom:{_RULE}">{_words(label)}</th>'
        for column in table.columns
        for label in [f"{column.label} ({column.unit})" if column.unit and column.type in NUMERIC else column.label]
    )
    rows = "".join(f"<tr>{_cells(table, row)}</tr>" for row in table.text[:MOST_ROWS])
    shown = min(len(table.text), MOST_ROWS)
    note = _p(f"{shown:,} of {table.rows:,} rows", _QUIET) if table.rows > shown else ""
    return f'<table style="border-collapse:collapse;margin:0.6em 0"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{note}'


def _cells(table: Table, row: Iterable[str]) -> str:
    return "".join(
        f'<td style="text-align:{_side(column.type)};padding:2px 10px;border-bottom:{_RULE}">{_words(cell)}</td>'
        for column, cell in zip(table.columns, row, strict=True)
    )


def _checks(checks: tuple[CheckResult, ...]) -> str:
    if not checks:
        return ""
    counts = {verdict: sum(check.verdict == verdict for check in checks) for verdict in MARKS}
    summary = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    lines = "".join(
        f"<li>{MARKS[check.verdict]} {_words(check.name.replace('_', ' '))}: {_words(check.detail)}</li>"
        for check in checks
    )
    return _details(f"Checks: {summary}", f"<ul>{lines}</ul>")


def _receipt(artifact: Artifact) -> str:
    receipt = artifact.receipt
    until = f" · data until {receipt.data_until.isoformat()}" if receipt.data_until else ""
    text = f"Receipt {receipt.hash} · {receipt.engine} · {receipt.executed_at.isoformat(timespec='seconds')}{until}"
    return _p(text, _QUIET)


def _problem(view: RunView) -> list[str]:
    if view.problem is None:
        return []
    return [_p(view.problem.message, "font-weight:600"), *([_p(view.problem.hint)] if view.problem.hint else [])]


def _questions(view: RunView) -> list[str]:
    return [
        _p(question.text, "font-weight:600")
        + "<ol>"
        + "".join(f"<li>{_words(choice.label)}</li>" for choice in question.choices)
        + "</ol>"
        for question in view.questions
    ]


def _details(summary: str, body: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{body}</details>"


def _p(text: str, style: str = "margin:0.3em 0") -> str:
    return f'<p style="{style}">{_words(text)}</p>'


def _words(text: str) -> str:
    return escape(plain(text, 1000))


def _side(type_name: str) -> str:
    return "right" if type_name in NUMERIC else "left"
