"""How a CSV is read: found out once, over all rows, then fixed.

The engine's sniffer keeps 007 as text and long integers exact. Dates that could be read in two ways stay text here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb

from jupyter_goal.connectors._sql_text import literal, quoted


@dataclass(frozen=True, slots=True)
class CsvReader:
    """The sniffer's findings."""

    path: str
    options: tuple[tuple[str, str], ...]
    """Name and SQL text of each option but the columns."""
    columns: Mapping[str, str]
    formats: tuple[str, ...]
    """Of dates and moments, where they are not ISO."""

    @property
    def sql(self) -> str:
        """The table function that reads the file this way and no other."""
        kinds = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in self.columns.items())
        options = "".join(f", {name} = {text}" for name, text in self.options)
        return f"read_csv({literal(self.path)}, auto_detect = false{options}, columns = {{{kinds}}})"


def sniff(connection: duckdb.DuckDBPyConnection, path: str) -> tuple[CsvReader, tuple[str, ...]]:
    """How to read the file, and the columns that stay text because their dates are ambiguous."""
    row = connection.execute(
        "SELECT Delimiter, Quote, Escape, NewLineDelimiter, Comment, SkipRows, HasHeader, Columns, DateFormat, TimestampFormat "
        f"FROM sniff_csv({literal(path)}, sample_size = -1)"
    ).fetchone()
    assert row is not None
    delimiter, quote, escape, line, comment, skip, header, columns, *formats = row
    texts = {"delim": delimiter, "quote": quote, "escape": escape, "comment": comment}
    options = [(name, literal("" if text == "(empty)" else text)) for name, text in texts.items()]
    if line in ("\\n", "\\r\\n", "\\r"):
        options.append(("new_line", literal(line)))
    options += [("skip", str(skip)), ("header", str(bool(header)).lower())]
    options += [
        (name, literal(text)) for name, text in zip(("dateformat", "timestampformat"), formats, strict=True) if text
    ]
    kinds = {column["name"]: column["type"] for column in columns}
    reader = CsvReader(path, tuple(options), kinds, tuple(text for text in formats if text))
    unclear = _ambiguous_dates(connection, reader)
    return replace(reader, columns={**kinds, **dict.fromkeys(unclear, "VARCHAR")}), unclear


def _ambiguous_dates(connection: duckdb.DuckDBPyConnection, reader: CsvReader) -> tuple[str, ...]:
    """The date columns, when every date of the file would also be one with day and month exchanged."""
    exchanged = [_exchanged(text) for text in reader.formats if re.match(r"%[dm][/-]%[dm][/-]", text)]
    dates = tuple(name for name, kind in reader.columns.items() if kind in ("DATE", "TIMESTAMP"))
    if not exchanged or not dates:
        return ()
    as_text = replace(reader, columns=dict.fromkeys(reader.columns, "VARCHAR"))
    options = ", ".join(literal(text) for text in exchanged)
    broken = " OR ".join(f"({quoted(c)} <> '' AND try_strptime({quoted(c)}, [{options}]) IS NULL)" for c in dates)
    clear = connection.execute(f"SELECT count(*) FROM {as_text.sql} WHERE {broken}").fetchone()
    return dates if clear == (0,) else ()


def _exchanged(text: str) -> str:
    return text.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m")
