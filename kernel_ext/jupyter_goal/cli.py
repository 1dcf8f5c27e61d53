"""`jupyter goal …`: finds the verb, runs it, and says in two lines what went wrong. The verbs are in `verbs/`.

Exit codes: 0 done, 1 failed, 2 usage, 3 needs an answer, 4 refused.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from jupyter_goal import verbs
from jupyter_goal.errors import GoalError, UsageError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; two lines on stderr for a problem the person can fix."""
    words = sys.argv[1:] if argv is None else list(argv)
    arguments = _parser(words).parse_args(words)
    try:
        return verbs.find(arguments.verb).run(arguments)
    except UsageError as error:
        return _complain(error, verbs.USAGE, arguments)
    except GoalError as error:
        return _complain(error, verbs.FAILED, arguments)
    except KeyboardInterrupt:
        print("Cancelled.", file=sys.stderr)
        return verbs.FAILED
    except BrokenPipeError:  # `jupyter goal ask … | head`
        sys.stderr.close()
        return verbs.DONE


def _telling(verb: str) -> type[argparse.ArgumentParser]:
    """A parser that says as JSON, too, what is wrong with the words of a command."""

    class Telling(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            hint = f"`jupyter goal {verb} --help` shows the words."
            print(verbs.problem(verb, "", f"{message[:1].upper()}{message[1:]}.", hint))
            super().error(message)

    return Telling


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Only the verb that is meant is loaded; all of them where none is."""
    first = next((word for word in words if not word.startswith("-")), "")
    kind = _telling(first) if "--json" in words else argparse.ArgumentParser
    parser = kind(prog="jupyter goal", description="Goals in plain English, checked answers.")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="verb")
    for name in (first,) if first in verbs.names() else verbs.names():
        verb = verbs.find(name)
        verb.add(commands.add_parser(name, help=verb.HELP))
    return parser


def _complain(error: GoalError, code: int, arguments: argparse.Namespace) -> int:
    """Two lines on stderr; the traceback before them with --debug; one JSON object with --json."""
    if arguments.debug:
        traceback.print_exception(error)
    if getattr(arguments, "json", False):
        goal = " ".join(getattr(arguments, "goal", ()))
        print(verbs.problem(arguments.verb, goal, error.message, error.hint))
    print(error, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
