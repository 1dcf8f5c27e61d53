"""`jupyter goal check`: a catalog alone, against its database, and its data contracts against the rows.

Exit code 1 where the catalog has an error or a contract of severity `error` is broken; warnings are told only.
"""

from __future__ import annotations

import argparse

from jupyter_goal.checkup import check_up
from jupyter_goal.checkup_report import as_json, as_text
from jupyter_goal.settings import read
from jupyter_goal.verbs import DONE, FAILED, add_as_of, add_json, add_source, here, moment, target_of

HELP = "validate a catalog, alone and against its database, and measure its data contracts"


def add(parser: argparse.ArgumentParser) -> None:
    """What is checked against what."""
    parser.add_argument("--all", "-a", action="store_true", help="list the contracts that are kept, too")
    add_as_of(parser)
    add_json(parser)
    add_source(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print everything that is wrong, with the SQL that shows it."""
    found = check_up(read(here()), target_of(arguments), arguments.catalog, as_of=moment(arguments.as_of))
    print(as_json(found) if arguments.json else as_text(found, everything=arguments.all))
    return FAILED if found.failed else DONE
