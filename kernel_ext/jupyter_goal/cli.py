"""`jupyter goal …`: ask, init, check, demo. Exit codes: 0 done, 1 failed, 2 usage, 3 needs an answer, 4 refused.

`ask --json` prints one object, always with these keys:

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
import datetime
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

from jupyter_goal.core.run import Run, Status
from jupyter_goal.errors import GoalError, UsageError
from jupyter_goal.report import as_json, as_text, problem_json
from jupyter_goal.session import Session
from jupyter_goal.settings import read

EXIT: dict[Status, int] = {"done": 0, "failed": 1, "cancelled": 1, "waiting": 3, "refused": 4}
USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; two lines on stderr for a problem the person can fix."""
    words = sys.argv[1:] if argv is None else list(argv)
    arguments = _parser(_Telling if "ask" in words and "--json" in words else argparse.ArgumentParser).parse_args(words)
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        return command(arguments)
    except UsageError as error:
        return _complain(error, USAGE, arguments)
    except GoalError as error:
        return _complain(error, EXIT["failed"], arguments)
    except KeyboardInterrupt:
        print("Cancelled.", file=sys.stderr)
        return EXIT["cancelled"]
    except BrokenPipeError:  # `jupyter goal ask … | head`
        sys.stderr.close()
        return EXIT["done"]


class _Telling(argparse.ArgumentParser):
    """Says as JSON, too, what is wrong with the words of a command."""

    def error(self, message: str) -> NoReturn:
        print(problem_json("", f"{message[:1].upper()}{message[1:]}.", "`jupyter goal ask --help` shows the words."))
        super().error(message)


def _parser(kind: type[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = kind(prog="jupyter goal", description="Goals in plain English, checked answers.")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    ask = commands.add_parser("ask", help="answer one goal")
    ask.add_argument("goal", nargs="+", help="the goal, in words")
    ask.add_argument("--as-of", help="the moment that relative time refers to (ISO date); default: now")
    ask.add_argument("--json", action="store_true", help="print one JSON object")
    _add_source(ask)
    ask.set_defaults(command=_ask)

    init = commands.add_parser("init", help="write a first catalog, inferred from a database or files")
    init.add_argument("source", nargs="?", default="", help="connection URL, database file, CSV/Parquet file or folder")
    init.add_argument("--output", "-o", default="catalog.yaml", help="where to write it (default: catalog.yaml)")
    init.add_argument("--force", action="store_true", help="overwrite an existing file")
    init.set_defaults(command=_init)

    check = commands.add_parser("check", help="validate a catalog, alone and against its database")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    _add_source(check)
    check.set_defaults(command=_check)

    demo = commands.add_parser("demo", help="answer three goals on real flights and write a page")
    demo.add_argument("--output", "-o", default="build/demo", help="folder for the page and the database")
    demo.set_defaults(command=_demo)
    return parser


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--connection", "-c", default="", help="URL, file, folder, or a name of goal.toml")
    parser.add_argument("--catalog", help="catalog file (YAML)")
    parser.add_argument("--demo", action="store_true", help="use the demo warehouse")


def _session(arguments: argparse.Namespace) -> Session:
    session = Session(read(Path.cwd()))
    session.debug = arguments.debug
    target = "demo" if getattr(arguments, "demo", False) else arguments.connection
    session.connect(target, catalog=arguments.catalog)
    return session


def _ask(arguments: argparse.Namespace) -> int:
    session = _session(arguments)
    run = session.finish(session.ask(" ".join(arguments.goal), as_of=_moment(arguments.as_of, session)))
    if arguments.json:
        print(as_json(run, session.view(run), session.kept))
    else:
        print(as_text(session.view(run)), file=sys.stdout if run.status == "done" else sys.stderr)
    return _exit(run)


def _moment(text: str | None, session: Session) -> datetime.datetime | None:
    """An ISO date or time; without a zone it is in the catalog's."""
    if text is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a date.", "Write it like 2013-12-31 or 2013-12-31T18:00.") from None
    zone = ZoneInfo(session.binding.catalog.calendar.time_zone)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _exit(run: Run) -> int:
    failed = any(check.verdict == "failed" for check in run.checks)
    return EXIT["failed"] if failed else EXIT.get(run.status, 1)


def _init(arguments: argparse.Namespace) -> int:
    from jupyter_goal.starter import write_catalog

    output = Path(arguments.output)
    if output.exists() and not arguments.force:
        raise UsageError(f"{output} exists.", "Choose another name with --output, or overwrite it with --force.")
    print(write_catalog(read(Path.cwd()), arguments.source, output))
    return EXIT["done"]


def _check(arguments: argparse.Namespace) -> int:
    from jupyter_goal.starter import examine

    examined = examine(read(Path.cwd()), "demo" if arguments.demo else arguments.connection, arguments.catalog)
    print(examined.json if arguments.json else examined.text)
    return EXIT["failed"] if examined.errors else EXIT["done"]


def _demo(arguments: argparse.Namespace) -> int:
    from jupyter_goal.tour import tour

    for text in tour(Path(arguments.output)):
        print(text, flush=True)
    return EXIT["done"]


def _complain(error: GoalError, code: int, arguments: argparse.Namespace) -> int:
    """Two lines on stderr; the traceback before them with --debug; one JSON object with --json."""
    if arguments.debug:
        traceback.print_exception(error)
    if getattr(arguments, "json", False):
        print(problem_json(" ".join(getattr(arguments, "goal", ())), error.message, error.hint))
    print(error, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
