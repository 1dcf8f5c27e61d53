"""Reads what stands behind `%goal`: options, then a verb with its argument or the words of a goal."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from jupyter_goal.errors import UsageError

_WITH_VALUE = ("--connection", "--catalog", "--as-of")
_ALONE = ("--debug",)
_LATER = ("--background", "--detach")


@dataclass(frozen=True, slots=True)
class Line:
    """One asking as typed. `lines`: the contract lines of `%%goal`."""

    text: str
    lines: tuple[str, ...] = ()
    connection: str = ""
    catalog: str = ""
    as_of: datetime.datetime | None = None
    debug: bool = False


def read_line(line: str, cell: str | None) -> Line:
    """Options end at the first word that is none. Errors: UsageError."""
    values, words = _options(line)
    if words.startswith("@"):
        plugin = words.split()[0]
        raise UsageError(
            f"Routing a goal to a plugin ({plugin}) is not built yet.", "Leave it out: the catalog is asked."
        )
    body = [text for text in (row.strip() for row in (cell or "").splitlines()) if text]
    if not words and body:
        words, body = body[0], body[1:]
    return Line(
        text=words,
        lines=tuple(body),
        connection=values.get("--connection", ""),
        catalog=values.get("--catalog", ""),
        as_of=_moment(values.get("--as-of", "")),
        debug="--debug" in values,
    )


def _options(line: str) -> tuple[dict[str, str], str]:
    values: dict[str, str] = {}
    rest = line.strip()
    while rest.startswith("--"):
        word, _, after = rest.partition(" ")
        name, equals, value = word.partition("=")
        if name in _WITH_VALUE and not equals:
            value, _, after = after.strip().partition(" ")
        values[name] = _checked(name, value)
        rest = after.strip()
    return values, rest


def _checked(name: str, value: str) -> str:
    if name in _LATER:
        raise UsageError(f"{name} is not built yet.", "Leave it out: the cell stays responsive while the goal runs.")
    if name not in (*_WITH_VALUE, *_ALONE):
        raise UsageError(f"%goal does not know the option {name}.", f"Known: {', '.join((*_WITH_VALUE, *_ALONE))}.")
    if name in _WITH_VALUE and not value:
        raise UsageError(f"{name} needs a value.", f"For example: %goal {name} {_EXAMPLES[name]} flights by month")
    return value.strip("'\"")


_EXAMPLES = {"--connection": "demo", "--catalog": "catalog.yaml", "--as-of": "2013-10-01"}


def _moment(text: str) -> datetime.datetime | None:
    if not text:
        return None
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--as-of {text} is not a date.", "Write it as 2013-10-01 or 2013-10-01T12:00.") from None
