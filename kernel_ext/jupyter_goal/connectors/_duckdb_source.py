"""Where a DuckDB session gets its tables, and how it is locked before the first query.

A locked instance reads the database file or the listed data files and nothing else: no other file, no network, no
Python variable, no extension, no changed setting. A live connection of the user's is only ever read through a cursor.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import duckdb
import pyarrow as pa

from jupyter_goal.connectors._address import DATABASE_SUFFIXES
from jupyter_goal.connectors._arrow_frames import arrow_frames
from jupyter_goal.connectors._data_files import LoadedFile, files_in, load_file, load_readable
from jupyter_goal.connectors._duckdb_errors import explain_open
from jupyter_goal.errors import ConnectionProblem

if TYPE_CHECKING:
    from jupyter_goal.connectors import ConnectOptions

MEMORY_SHARE = "50%"
"""The kernel's own Python needs the rest."""

# Part of the identity of an instance within one process: a user's own connection to the same file can never be
# handed to us (and be locked), it clashes and we say so.
OPENING: dict[str, str | bool | int | float | list[str]] = {
    "python_enable_replacements": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "memory_limit": MEMORY_SHARE,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A session's instance: every statement takes a fresh cursor of it."""

    connection: duckdb.DuckDBPyConnection
    owned: bool = True
    frames: Mapping[str, pa.Table] = field(default_factory=dict)
    """Registered on each cursor: what is registered on one cursor is invisible to the others."""
    settings: tuple[str, ...] = ()
    """Statements that pin each cursor (a live connection keeps its own settings)."""
    notes: tuple[str, ...] = ()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A fresh cursor that sees the frames. Errors: ConnectionProblem."""
        try:
            cursor = self.connection.cursor()
            for statement in self.settings:
                cursor.execute(statement)
        except duckdb.Error as error:
            raise explain_open(error, "the live connection") from error
        for name, frame in self.frames.items():
            cursor.register(name, frame)
        return cursor


class Source(Protocol):
    """Something that can be opened as often as it changes."""

    def open(self, options: ConnectOptions) -> Opened:
        """Tables in place, session locked. Errors: ConnectionProblem."""

    def version(self) -> tuple[object, ...]:
        """Differs when the files on disk are others than before."""


@dataclass(frozen=True, slots=True)
class DatabaseFile:
    """A DuckDB database, opened read-only."""

    path: Path

    def open(self, options: ConnectOptions) -> Opened:
        """Errors: ConnectionProblem says missing, locked, foreign, damaged or too new."""
        if self.path.is_dir() or not self.path.exists():
            what = "is a folder" if self.path.is_dir() else "does not exist"
            raise ConnectionProblem(f"The database file {self.path} {what}.", "Check the path, or name another file.")
        try:
            connection = duckdb.connect(str(self.path), read_only=True, config=OPENING)
        except duckdb.Error as error:
            raise explain_open(error, str(self.path)) from error
        lock(connection, options, files=())
        return Opened(connection)

    def version(self) -> tuple[object, ...]:
        """Another inode or time: the file was replaced under us."""
        return (identity(self.path),)


@dataclass(frozen=True, slots=True)
class DataFile:
    """One CSV or Parquet file, and frames, each a table of an in-memory instance. None: only the frames."""

    path: Path | None

    def open(self, options: ConnectOptions) -> Opened:
        """Errors: ConnectionProblem says why the file cannot be read."""
        with closed_on_error(duckdb.connect(":memory:", config=OPENING)) as connection:
            return _with_frames(connection, [load_file(connection, self.path)] if self.path else [], (), options)

    def version(self) -> tuple[object, ...]:
        """Identity of the file."""
        return identity(self.path) if self.path else ()


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Every CSV and Parquet file of a folder, and frames."""

    path: Path

    def open(self, options: ConnectOptions) -> Opened:
        """Errors: ConnectionProblem when there is nothing to read."""
        with closed_on_error(duckdb.connect(":memory:", config=OPENING)) as connection:
            loaded, notes = load_readable(connection, files_in(self.path), options.frames)
            if not loaded and not options.frames:
                raise ConnectionProblem(
                    f"There is no CSV or Parquet file in {self.path} that can be read.",
                    "; ".join(notes) or "Name another folder, or a file.",
                )
            return _with_frames(connection, loaded, notes, options)

    def version(self) -> tuple[object, ...]:
        """Which files are there, and their identities."""
        return tuple((path.name, identity(path)) for path in files_in(self.path)) if self.path.is_dir() else ()


@dataclass(frozen=True, slots=True)
class Live:
    """A connection that belongs to the user: never locked, closed or altered."""

    connection: duckdb.DuckDBPyConnection

    def open(self, options: ConnectOptions) -> Opened:
        """Only the cursors get settings of ours, and those are local to them."""
        zone = options.time_zone.replace("'", "''")
        pinned = (f"SET SESSION TimeZone = '{zone}'", "SET SESSION python_enable_replacements = false")
        return Opened(self.connection, owned=False, settings=pinned)

    def version(self) -> tuple[object, ...]:
        """The user's connection sees its own changes."""
        return ()


@contextlib.contextmanager
def closed_on_error(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Half-opened sessions do not stay behind."""
    try:
        yield connection
    except BaseException:
        connection.close()
        raise


def _with_frames(
    connection: duckdb.DuckDBPyConnection, loaded: list[LoadedFile], notes: tuple[str, ...], options: ConnectOptions
) -> Opened:
    """The frames beside the loaded files, then the lock."""
    frames, more = arrow_frames(options.frames)
    _refuse_clashes([*(table.name for table in loaded), *frames])
    lock(connection, options, files=tuple(file for table in loaded for file in table.still_read))
    return Opened(connection, frames=frames, notes=(*notes, *more, *(note for table in loaded for note in table.notes)))


def lock(connection: duckdb.DuckDBPyConnection, options: ConnectOptions, files: tuple[Path, ...]) -> None:
    """Pin the zone, allow `files` and nothing else, then forbid every further change."""
    zone = options.time_zone.replace("'", "''")
    if connection.execute("SELECT current_setting('lock_configuration')").fetchone() == (True,):
        _same_zone(connection, options.time_zone)
        return
    allowed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    try:
        # GLOBAL: a plain SET would pin this cursor only, and every statement runs in another one.
        connection.execute(f"SET GLOBAL TimeZone = '{zone}'")
        # DuckDB 2.0 takes two joins of one table for each other where a plan holds them twice: rows are then wrong. Goes
        # when `test_two_roles_of_one_table_are_not_taken_for_each_other` says that it can.
        connection.execute("SET GLOBAL disabled_optimizers = 'common_subplan'")
        connection.execute("SET GLOBAL temp_directory = ''")
        connection.execute(f"SET GLOBAL allowed_paths = [{allowed}]")
        connection.execute("SET GLOBAL enable_external_access = false")
        connection.execute("SET GLOBAL lock_configuration = true")
    except duckdb.Error as error:
        connection.close()
        raise explain_open(error, "the session") from error


def identity(path: Path) -> tuple[object, ...]:
    """Which file is there now; empty when none is."""
    try:
        status = path.stat()
    except OSError:
        return ()
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def is_database(path: Path) -> bool:
    """By its name; what is inside is found out on opening."""
    return path.name.lower().endswith(DATABASE_SUFFIXES)


def _same_zone(connection: duckdb.DuckDBPyConnection, wanted: str) -> None:
    row = connection.execute("SELECT current_setting('TimeZone')").fetchone()
    if row != (wanted,):
        connection.close()
        raise ConnectionProblem(
            f"This database is already open in this kernel with the time zone {row[0] if row else '?'}, not {wanted}.",
            "Close the other connection to it first; one process can hold a file open in one way only.",
        )


def _refuse_clashes(names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise ConnectionProblem(
                f"Two tables would be called “{name}”.", "Rename one of the files or frames, then connect again."
            )
        seen.add(name.lower())
