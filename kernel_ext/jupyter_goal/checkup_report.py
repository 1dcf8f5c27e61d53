"""A checkup for the terminal and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from goal_semantics.contracts import Verdict, expects
from jupyter_goal.checkup import AT_FAULT, Checkup, Outcome
from jupyter_goal.report import issue_json
from jupyter_goal.terminal import block, columns, printable

MARKS: dict[Verdict, str] = {"passed": "✓", "failed": "✗", "warned": "!", "skipped": "–"}
_WORDS: dict[Verdict, str] = {"failed": "failed", "warned": "warned", "skipped": "skipped", "passed": "kept"}


def as_text(checkup: Checkup, *, everything: bool = False) -> str:
    """What is wrong, with the SQL that shows it; contracts that are kept are counted, or listed with `everything`."""
    blocks = [_headline(checkup)]
    if checkup.issues:
        blocks.append(columns((f"{issue.severity}:", str(issue)) for issue in checkup.issues))
    for dataset, outcomes in groupby(checkup.outcomes, lambda each: each.finding.expected.dataset):
        blocks.append("\n".join(_dataset(dataset, tuple(outcomes), everything=everything)))
    if checkup.outcomes:
        blocks.append(_tally(checkup))
    return "\n\n".join(each.rstrip() for each in blocks if each)


def as_json(checkup: Checkup) -> str:
    """`catalog`, `issues`, `contracts` (every one, with its verdict), `counts` by verdict, `as_of`."""
    return json.dumps(
        {
            "catalog": checkup.name,
            "as_of": checkup.as_of.isoformat() if checkup.as_of else None,
            "issues": [issue_json(issue) for issue in checkup.issues],
            "contracts": [_contract(outcome) for outcome in checkup.outcomes],
            "counts": {verdict: checkup.verdicts[verdict] for verdict in MARKS},
        },
        ensure_ascii=False,
    )


def _headline(checkup: Checkup) -> str:
    if not checkup.issues:
        return f"{checkup.name}: the catalog is valid, and everything it names is in the database."
    errors = len(checkup.issues.errors)
    warnings = len(checkup.issues) - errors
    return f"{checkup.name}: {_count(errors, 'error')}, {_count(warnings, 'warning')}"


def _dataset(name: str, outcomes: tuple[Outcome, ...], *, everything: bool) -> Iterator[str]:
    shown = [each for each in outcomes if everything or each.finding.verdict in AT_FAULT]
    if not shown:
        return
    rows = max(each.finding.rows for each in outcomes)
    kept = sum(each.finding.verdict == "passed" for each in outcomes)
    yield printable(f"{name}: {rows:,} rows, {kept} of {len(outcomes)} contracts kept")
    for broken, those in groupby(shown, lambda each: each.finding.verdict in AT_FAULT):
        if not broken:
            yield columns((_bound(each), _expects(each), _said(each)) for each in those)
            continue
        for each in those:
            yield columns([(f"{_bound(each)}: {_expects(each)}. {_said(each)}",)], hanging="    ")
            if each.sql:
                yield f"{block(each.sql, '      ')}\n"


def _bound(outcome: Outcome) -> str:
    return f"{MARKS[outcome.finding.verdict]} {', '.join(outcome.finding.expected.fields) or 'rows'}"


def _expects(outcome: Outcome) -> str:
    return expects(outcome.finding.expected)


def _said(outcome: Outcome) -> str:
    """The evidence, and for what is broken why it is expected and where that is written."""
    finding = outcome.finding
    if finding.verdict not in AT_FAULT:
        return "" if finding.failing == 0 and finding.verdict == "passed" else finding.detail
    said = f"{finding.detail[:1].upper()}{finding.detail[1:]}."
    reasons = [text for text in (finding.expected.why, str(outcome.place or "")) if text]
    return f"{said} ({', '.join(reasons)})" if reasons else said


def _tally(checkup: Checkup) -> str:
    verdicts = checkup.verdicts
    parts = ", ".join(f"{verdicts[each]} {word}" for each, word in _WORDS.items() if verdicts[each])
    return f"Contracts: {parts}."


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _contract(outcome: Outcome) -> dict[str, object]:
    finding, place = outcome.finding, outcome.place
    one = finding.expected
    return {
        "path": one.path,
        "dataset": one.dataset,
        "fields": list(one.fields),
        "kind": one.rule.kind,
        "expects": expects(one),
        "why": one.why or None,
        "severity": one.rule.severity,
        "verdict": finding.verdict,
        "rows": finding.rows,
        "failing": finding.failing,
        "detail": finding.detail,
        "sql": outcome.sql or None,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }
