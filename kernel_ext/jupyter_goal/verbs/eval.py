"""`jupyter goal eval`: how good it is on a set that others made. `--json` prints one object: right, wrong, refused, total.

    conformance FOLDER    MetricFlow's own questions over its own manifests, compared with the rows of its own SQL

With `--cases` the object also has `cases`: those that were not right, each with what became of it and why.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from jupyter_goal.evals import conformance
from jupyter_goal.verbs import DONE, FAILED, add_json

HELP = "measure right, wrong and refused on a set of questions"


def add(parser: argparse.ArgumentParser) -> None:
    """Which kind of set, and where it is."""
    parser.add_argument("kind", choices=["conformance"], help="the kind of the set")
    parser.add_argument("folder", type=Path, help="where the set is")
    parser.add_argument("--cases", action="store_true", help="list what was not right, with the reason")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run every case; a wrong number fails, a refusal does not."""
    verdicts = conformance.run(arguments.folder)
    print(verdicts.as_json(cases=arguments.cases) if arguments.json else verdicts.as_text())
    return FAILED if verdicts.count("wrong") else DONE
