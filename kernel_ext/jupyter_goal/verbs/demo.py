"""`jupyter goal demo`: three goals on real flights, and a page."""

from __future__ import annotations

import argparse
from pathlib import Path

from jupyter_goal.tour import tour
from jupyter_goal.verbs import DONE

HELP = "answer three goals on real flights and write a page"


def add(parser: argparse.ArgumentParser) -> None:
    """Where to write."""
    parser.add_argument("--output", "-o", default="build/demo", help="folder for the page and the database")


def run(arguments: argparse.Namespace) -> int:
    """Each answer is printed when it is there."""
    for text in tour(Path(arguments.output)):
        print(text, flush=True)
    return DONE
