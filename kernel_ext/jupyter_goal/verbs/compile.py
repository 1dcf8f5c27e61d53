"""`jupyter goal compile`: a semantic query as SQL for a dialect, or its result.

    jupyter goal compile query.yaml --dialect snowflake
    echo 'measures: [flights]' | jupyter goal compile - --demo --run

`--json` prints one object: `dialect`, `sql` (pasteable), `text` and `parameters` (as executed), `columns`, `lineage`,
`datasets`, `policies`; with `--run` also `rows`, `truncated`, `engine` and `fingerprint`. Exit code 4 where the catalog
cannot answer the query, 2 where the query is not written rightly.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from goal_semantics.dialects import DIALECTS
from goal_semantics.load import Source
from jupyter_goal.errors import UsageError
from jupyter_goal.settings import read
from jupyter_goal.statement import Wanted, as_json, as_text, compile_written
from jupyter_goal.verbs import DONE, REFUSED, USAGE, add_as_of, add_json, add_source, here, moment, target_of

HELP = "turn a semantic query into SQL for a dialect, or run it"


def add(parser: argparse.ArgumentParser) -> None:
    """The query, and what it is compiled for."""
    parser.add_argument("query", help="file with the query (YAML or JSON); - reads it from standard input")
    parser.add_argument(
        "--dialect", "-d", choices=DIALECTS, help="SQL of which engine (default: that of the connection, else duckdb)"
    )
    parser.add_argument("--run", "-r", action="store_true", help="run it and print the result")
    add_as_of(parser)
    add_json(parser)
    add_source(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compile, and run where asked; everything that is wrong with the query is told at once, with its lines."""
    wanted = Wanted(
        source=_source(arguments.query),
        target=target_of(arguments),
        catalog=arguments.catalog,
        dialect=arguments.dialect,
        as_of=moment(arguments.as_of),
        run=arguments.run,
    )
    found = compile_written(read(here()), wanted)
    if found.issues:
        print(as_json(found) if arguments.json else as_text(found), file=None if arguments.json else sys.stderr)
        return USAGE if found.misread else REFUSED
    print(as_json(found) if arguments.json else as_text(found))
    return DONE


def _source(name: str) -> Source:
    if name == "-":
        return Source(sys.stdin.read(), "<stdin>")
    path = Path(name)
    try:
        return Source(path.read_text(encoding="utf-8"), name)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(
            f"The query {name} cannot be read: {reason}.", "Name a file, or - for standard input."
        ) from None
