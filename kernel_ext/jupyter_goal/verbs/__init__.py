"""The contract of a verb of `jupyter goal`. Each sibling file is one; the file name is what people type.

A verb module has

    HELP                                     one line for `jupyter goal --help`
    def add(parser: ArgumentParser) -> None  its words and options
    def run(arguments: Namespace) -> int     what it does; prints, and returns an exit code

and, where its `--json` promises keys that a failure must have too, `problem(goal, message, hint) -> str`. A verb reads
words and prints; what it finds out is found out below, where notebooks and sites can ask for it as well.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import pkgutil
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from jupyter_goal.errors import UsageError

DONE, FAILED, USAGE, NEEDS_ANSWER, REFUSED = range(5)
"""Exit codes."""


class Verb(Protocol):
    """A module of this folder."""

    HELP: str

    def add(self, parser: argparse.ArgumentParser) -> None:
        """Its words and options."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it. Errors: GoalError, which the caller prints in two lines."""


@cache
def names() -> tuple[str, ...]:
    """Every verb there is, in alphabetical order."""
    return tuple(sorted(each.name for each in pkgutil.iter_modules(__path__) if not each.name.startswith("_")))


def find(name: str) -> Verb:
    """The module of a verb. Errors: ModuleNotFoundError."""
    return cast(Verb, importlib.import_module(f"{__name__}.{name}"))


def problem(verb: str, words: str, message: str, hint: str) -> str:
    """What went wrong as the verb's `--json` prints it."""
    own = getattr(find(verb), "problem", None) if verb in names() else None
    if own is not None:
        return str(own(words, message, hint))
    return json.dumps({"problem": {"message": message, "hint": hint}}, ensure_ascii=False)


def add_source(parser: argparse.ArgumentParser) -> None:
    """The options that say what is asked of what."""
    parser.add_argument("--connection", "-c", default="", help="URL, file, folder, or a name of goal.toml")
    parser.add_argument(
        "--catalog", help="catalog file or a folder of them: ours, dbt, Ossie, Snowflake, Databricks, Cube"
    )
    parser.add_argument("--demo", action="store_true", help="use the demo warehouse")


def add_json(parser: argparse.ArgumentParser) -> None:
    """The option for programs."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def target_of(arguments: argparse.Namespace) -> str:
    """The connection that the options of `add_source` name."""
    return "demo" if arguments.demo else str(arguments.connection)


def moment(text: str | None) -> datetime.datetime | None:
    """An ISO date or time; without a zone it is meant in the catalog's, and comes back naive. Errors: UsageError."""
    if text is None:
        return None
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a date.", "Write it like 2013-12-31 or 2013-12-31T18:00.") from None


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """The option for the moment that relative time refers to."""
    parser.add_argument("--as-of", help="the moment that relative time refers to (ISO date); default: now")


def here() -> Path:
    """Where settings are looked for."""
    return Path.cwd()
