"""CSV and Parquet files as tables of an in-memory session.

Parquet files and large CSVs are read in place (and allow-listed); smaller CSVs are loaded once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from jupyter_goal.connectors._address import DATA_SUFFIXES
from jupyter_goal.connectors._csv_types import sniff
from jupyter_goal.connectors._duckdb_errors import first_line
from jupyter_goal.connectors._sql_text import literal, quoted
from jupyter_goal.errors import ConnectionProblem

MEGABYTE = 1024 * 1024
LOAD_UP_TO = 512 * MEGABYTE
"""Larger CSVs are not loaded into memory, but read anew by every query."""
LOAD_OF_FOLDER = 50 * MEGABYTE
"""The same for a file that was not asked for by name: it may never be queried."""
LOAD_OF_ALL = 200 * MEGABYTE
"""What is loaded of all files of a folder together."""


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file that is a table now. `still_read`: files the session has to be allowed to open."""

    name: str
    still_read: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def load_file(connection: duckdb.DuckDBPyConnection, path: Path, load_up_to: int = LOAD_UP_TO) -> LoadedFile:
    """Create the table called like the file. A larger CSV is read in place. Errors: ConnectionProblem."""
    if not path.is_file():
        raise ConnectionProblem(f"The file {path} does not exist.", "Check the path, or name another file.")
    name = table_name(path)
    try:
        if path.name.lower().endswith((".parquet", ".pq")):
            connection.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM read_parquet([{literal(str(path))}])")
            return LoadedFile(name, (path,))
        reader, unclear = sniff(connection, str(path))
        notes = tuple(f"{name}.{column}: kept as text, its dates could be day/month or month/day" for column in unclear)
        in_place = path.stat().st_size > load_up_to
        kind = "VIEW" if in_place else "TABLE"
        connection.execute(f"CREATE {kind} {quoted(name)} AS SELECT * FROM {reader.sql}")
    except duckdb.Error as error:
        raise ConnectionProblem(
            f"{path} cannot be read: {first_line(str(error))}", "Check that it is a table with one header line."
        ) from error
    return LoadedFile(name, (path,) if in_place else (), notes)


def load_readable(
    connection: duckdb.DuckDBPyConnection, paths: tuple[Path, ...], taken: Collection[str]
) -> tuple[list[LoadedFile], tuple[str, ...]]:
    """What can be loaded of a folder, and notes on what cannot: one odd file does not hide the others.

    `taken`: names of frames, which are nearer than a file that merely lies there.
    """
    loaded: list[LoadedFile] = []
    notes: list[str] = []
    names = {name.lower() for name in taken}
    room = LOAD_OF_ALL
    for path in paths:
        if table_name(path).lower() in names:
            notes.append(f"{path.name}: left out, a data frame has this name")
            continue
        try:
            found = load_file(connection, path, min(LOAD_OF_FOLDER, room))
        except ConnectionProblem as problem:
            notes.append(f"{path.name}: left out, {problem.message}")
            continue
        loaded.append(found)
        room -= 0 if found.still_read else path.stat().st_size
    return loaded, tuple(notes)


def files_in(folder: Path) -> tuple[Path, ...]:
    """The data files directly inside, by name."""
    return tuple(
        sorted(path for path in folder.iterdir() if path.name.lower().endswith(DATA_SUFFIXES) and path.is_file())
    )


def table_name(path: Path) -> str:
    """The file's name without its suffixes."""
    suffix = max((s for s in DATA_SUFFIXES if path.name.lower().endswith(s)), key=len, default="")
    return path.name[: len(path.name) - len(suffix)] if suffix else path.stem
