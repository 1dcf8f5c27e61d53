"""`jupyter goal check`: validate a catalog, alone and against its database."""

from __future__ import annotations

import argparse

from jupyter_goal.settings import read
from jupyter_goal.starter import examine
from jupyter_goal.verbs import DONE, FAILED, add_json, add_source, here, target_of

HELP = "validate a catalog, alone and against its database"


def add(parser: argparse.ArgumentParser) -> None:
    """What is checked against what."""
    add_json(parser)
    add_source(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print everything that is wrong."""
    examined = examine(read(here()), target_of(arguments), arguments.catalog)
    print(examined.json if arguments.json else examined.text)
    return FAILED if examined.errors else DONE
