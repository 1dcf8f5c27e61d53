"""Text laid out for a terminal: aligned columns, the last one wrapped, nothing that a terminal would obey."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

NARROWEST, WIDEST, WITHOUT_TERMINAL = 40, 140, 100
GAP = "  "
_MOST_LEFT = 0.6
"""Columns before the last one that take more of the line than this leave it a line of its own."""


def screen_width() -> int:
    """Columns to write in."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((WITHOUT_TERMINAL, 24)).columns))


def printable(text: str) -> str:
    """One line without control characters; spaces at its beginning stay."""
    lead = text[: len(text) - len(text.lstrip(" "))]
    return lead + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(text.split()))


def cells(text: str) -> int:
    """Columns that a text takes: wide characters two, combining ones none."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def wrapped(text: str, width: int) -> list[str]:
    """The words in lines of at most `width` columns; a longer word has a line of its own. At least one line."""
    said = printable(text)
    lines, line = list[str](), said[: len(said) - len(said.lstrip(" "))]
    for word in said.lstrip(" ").split(" "):
        longer = f"{line} {word}" if line.strip() else f"{line}{word}"
        if line.strip() and cells(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def columns(rows: Iterable[Sequence[str]], *, indent: str = GAP, hanging: str = "", width: int | None = None) -> str:
    """Rows of as many texts each, aligned; the last column is wrapped beside the others, or below where they are wide."""
    width = width or screen_width()
    listed = [[printable(text) for text in row] for row in rows]
    if not listed:
        return ""
    widths = [max(map(cells, column)) for column in zip(*(row[:-1] for row in listed), strict=True)]
    left = len(indent) + sum(widths) + len(GAP) * len(widths)
    beside = left <= width * _MOST_LEFT or all(left + cells(row[-1]) <= width for row in listed)
    hanging = hanging or (" " * left if beside else f"{indent}    ")
    return "\n".join(
        line.rstrip() for row in listed for line in _row(row, widths, indent, hanging, width, beside=beside)
    )


def _row(row: Sequence[str], widths: list[int], indent: str, hanging: str, width: int, *, beside: bool) -> Iterator[str]:  # fmt: skip
    head = indent + "".join(text + " " * (wide - cells(text)) + GAP for text, wide in zip(row, widths, strict=False))
    lines = wrapped(row[-1], max(width - len(hanging), 20))
    if beside:
        yield head + lines[0]
        yield from (hanging + line for line in lines[1:])
    else:
        yield from wrapped_head(row[:-1], indent, width)
        yield from (hanging + line for line in lines if line)


def wrapped_head(row: Sequence[str], indent: str, width: int) -> Iterator[str]:
    """The columns before the last one, one after the other where they do not stand side by side."""
    whole = indent + GAP.join(text for text in row if text)
    lines = wrapped(whole.strip(), width - len(indent))
    yield indent + lines[0]
    yield from (f"{indent}  {line}" for line in lines[1:])


def block(text: str, indent: str) -> str:
    """Lines of code, moved to the right as they are."""
    return "\n".join(f"{indent}{line}".rstrip() for line in text.splitlines())
