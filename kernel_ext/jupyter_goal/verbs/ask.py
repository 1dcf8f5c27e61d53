"""`jupyter goal ask`: answer one goal.

`--json` prints one object, always with these keys:

    status           done, failed, cancelled, waiting or refused
    goal, interpretation, assumptions, headline
    columns, rows    all rows; decimals and integers beyond 2^53 are text, times are ISO
    sql, dialect, chart, receipt    null without a result
    checks           of every result: name, verdict, detail
    questions        what the person must decide, each with choices
    problem          null, or message and hint
    suggestions      goals that can be answered
    timings          total, query, checks in seconds

A goal of several steps also has `artifacts`, one per step, with `title` and the keys of a result; the keys above are then
those of the first. In a receipt, values that JSON lacks are tagged: `{"decimal": "1.10"}`, `{"date": "2013-01-01"}`.
"""

from __future__ import annotations

import argparse
import sys

from goal_semantics.calendar import aware
from jupyter_goal.core.run import Run, Status
from jupyter_goal.report import as_json, as_text
from jupyter_goal.report import problem_json as problem
from jupyter_goal.session import Session
from jupyter_goal.settings import read
from jupyter_goal.verbs import (
    DONE,
    FAILED,
    NEEDS_ANSWER,
    REFUSED,
    add_as_of,
    add_json,
    add_source,
    here,
    moment,
    target_of,
)

__all__ = ["HELP", "add", "problem", "run"]

HELP = "answer one goal"
EXIT: dict[Status, int] = {
    "done": DONE,
    "failed": FAILED,
    "cancelled": FAILED,
    "waiting": NEEDS_ANSWER,
    "refused": REFUSED,
}


def add(parser: argparse.ArgumentParser) -> None:
    """The goal, and what it is asked of."""
    parser.add_argument("goal", nargs="+", help="the goal, in words")
    add_as_of(parser)
    add_json(parser)
    add_source(parser)


def run(arguments: argparse.Namespace) -> int:
    """Answer it, wait for it, print it."""
    session = Session(read(here()))
    session.debug = arguments.debug
    session.connect(target_of(arguments), catalog=arguments.catalog)
    as_of = moment(arguments.as_of)
    zone = session.binding.catalog.calendar.time_zone
    finished = session.finish(session.ask(" ".join(arguments.goal), as_of=as_of and aware(as_of, zone)))
    if arguments.json:
        print(as_json(finished, session.view(finished), session.kept))
    else:
        print(as_text(session.view(finished)), file=sys.stdout if finished.status == "done" else sys.stderr)
    return _exit(finished)


def _exit(finished: Run) -> int:
    failed = any(check.verdict == "failed" for check in finished.checks)
    return FAILED if failed else EXIT.get(finished.status, FAILED)
