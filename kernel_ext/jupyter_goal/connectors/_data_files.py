"""CSV and Parquet files as tables. A CSV has no types: dates that could be read in two ways stay text.

The engine's sniffer reads every row before it decides, keeps 007 as text and long integers exact. Parquet files and large CSVs are read in place (and allow-listed); smaller CSVs are loaded once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from jupyter_goal.connectors._address import DATA_SUFFIXES
from jupyter_goal.connectors._duckdb_errors import first_line
from jupyter_goal.errors import ConnectionProblem

LOAD_UP_TO = 512 * 1024 * 1024
"""Larger CSVs are not loaded into memory."""


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file that is a table now. `still_read`: files the session has to be allowed to open."""

    name: str
    still_read: tuple[Path, ...]
    notes: tuple[str, ...]


def load_file(connection: duckdb.DuckDBPyConnection, path: Path) -> LoadedFile:
    """Create the table called like the file. Errors: ConnectionProblem."""
    name = table_name(path)
    if not path.is_file():
        raise ConnectionProblem(f"The file {path} does not exist.", "Check the path, or name another file.")
    try:
        if path.name.lower().endswith((".parquet", ".pq")):
            connection.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM read_parquet([{literal(str(path))}])")
            return LoadedFile(name, (path,), ())
        unclear = _ambiguous_dates(connection, path)
        notes = tuple(f"{name}.{column}: kept as text, its dates could be day/month or month/day" for column in unclear)
        kept = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in unclear)
        extra = f", types = {{{kept}}}" if kept else ""
        reader = f"SELECT * FROM read_csv({literal(str(path))}, sample_size = -1{extra})"
        if path.stat().st_size > LOAD_UP_TO:
            connection.execute(f"CREATE VIEW {quoted(name)} AS {reader}")
            return LoadedFile(name, (path,), notes)
        connection.execute(f"CREATE TABLE {quoted(name)} AS {reader}")
    except duckdb.Error as error:
        raise ConnectionProblem(
            f"{path} cannot be read: {first_line(str(error))}", "Check that it is a table with one header line."
        ) from error
    return LoadedFile(name, (), notes)


def files_in(folder: Path) -> tuple[Path, ...]:
    """The data files directly inside, by name."""
    return tuple(sorted(path for path in folder.iterdir() if path.name.lower().endswith(DATA_SUFFIXES)))


def table_name(path: Path) -> str:
    """The file's name without its suffixes."""
    suffix = max((s for s in DATA_SUFFIXES if path.name.lower().endswith(s)), key=len, default="")
    return path.name[: len(path.name) - len(suffix)] if suffix else path.stem


def quoted(name: str) -> str:
    """An identifier for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string for SQL."""
    return "'" + text.replace("'", "''") + "'"


def _ambiguous_dates(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[str, ...]:
    """The date columns, when every date of the file would also be one with day and month exchanged."""
    source = f"{literal(str(path))}, sample_size = -1"
    sniffed = connection.execute(f"SELECT HasHeader, DateFormat, TimestampFormat FROM sniff_csv({source})").fetchone()
    header, *formats = sniffed or (False,)
    exchanged = [_exchanged(text) for text in formats if text and re.match(r"%[dm][/-]%[dm][/-]", text)]
    if not exchanged:
        return ()
    described = connection.execute(f"DESCRIBE SELECT * FROM read_csv({source})").fetchall()
    dates = tuple(column for column, kind, *_ in described if kind in ("DATE", "TIMESTAMP"))
    options = ", ".join(literal(text) for text in exchanged)
    broken = " OR ".join(f"({quoted(c)} <> '' AND try_strptime({quoted(c)}, [{options}]) IS NULL)" for c in dates)
    sql = (
        f"SELECT count(*) FROM read_csv({source}, all_varchar = true, header = {bool(header)}) WHERE {broken or 'true'}"
    )
    return dates if connection.execute(sql).fetchone() == (0,) else ()


def _exchanged(text: str) -> str:
    return text.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m")
