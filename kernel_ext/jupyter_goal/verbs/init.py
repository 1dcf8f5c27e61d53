"""`jupyter goal init`: a first catalog, inferred from a database or files, or taken from another format."""

from __future__ import annotations

import argparse
from pathlib import Path

from jupyter_goal.errors import UsageError
from jupyter_goal.settings import read
from jupyter_goal.starter import convert_catalog, write_catalog
from jupyter_goal.verbs import DONE, here

HELP = "write a first catalog, inferred from a database or files"


def add(parser: argparse.ArgumentParser) -> None:
    """What to measure or to convert, and where to write."""
    parser.add_argument(
        "source", nargs="?", default="", help="connection URL, database file, CSV/Parquet file or folder"
    )
    parser.add_argument("--catalog", help="write this catalog of another format (Ossie, Snowflake, …) as one of ours")
    parser.add_argument("--output", "-o", default="catalog.yaml", help="where to write it (default: catalog.yaml)")
    parser.add_argument("--force", action="store_true", help="overwrite an existing file")


def run(arguments: argparse.Namespace) -> int:
    """Measure, infer, write; or read and write."""
    output = Path(arguments.output)
    if output.exists() and not arguments.force:
        raise UsageError(f"{output} exists.", "Choose another name with --output, or overwrite it with --force.")
    settings = read(here())
    if arguments.catalog:
        print(convert_catalog(settings, arguments.catalog, output))
    else:
        print(write_catalog(settings, arguments.source, output))
    return DONE
