"""DuckDB: database files, CSV and Parquet files, frames of the namespace, and the user's own live connection.

    duckdb:///sales.duckdb     relative path; duckdb:////data/sales.duckdb absolute
    duckdb:///reports/         every CSV and Parquet file of a folder, each a table; or one such file
    duckdb://                  only `options.frames`
    options.live               a DuckDB connection of the user's, read through cursors

Read-only and locked before the first query (see `_duckdb_source`); each statement has a cursor of its own. It does not
attach other databases, install extensions or write anything.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from pathlib import Path

import duckdb

from goal_semantics.compiled import CompiledQuery
from goal_semantics.dialects import Dialect
from goal_semantics.profile import Profile
from jupyter_goal.connectors import ConnectOptions, Statement
from jupyter_goal.connectors._collect import BATCH_ROWS, Fetched, caps_of, collect
from jupyter_goal.connectors._duckdb_errors import explain_query
from jupyter_goal.connectors._duckdb_exact import refuse_inexact
from jupyter_goal.connectors._duckdb_profile import measure, native_types
from jupyter_goal.connectors._duckdb_source import DatabaseFile, DataFile, DataFolder, Live, Opened, Source, is_database
from jupyter_goal.connectors._statement import StatementUnderWay
from jupyter_goal.errors import ConnectionProblem, DeveloperError, GoalError

SCHEME = "duckdb://"


def connect(url: str, options: ConnectOptions) -> DuckDBConnector:
    """Open and lock. Errors: ConnectionProblem."""
    if options.live is not None:
        return DuckDBConnector("duckdb://live", Live(options.live), options)
    path = _path(url)
    if path is None:
        if not options.frames:
            raise ConnectionProblem(
                "There is nothing to query: no file is named and no frame is offered.",
                "Name a database or data file, or create a data frame in the notebook.",
            )
        return DuckDBConnector(SCHEME, DataFile(None), options)
    return DuckDBConnector(f"{SCHEME}/{path}", _source(path), options)


class DuckDBConnector:
    """A read-only session with one DuckDB instance."""

    dialect: Dialect = "duckdb"

    def __init__(self, url: str, source: Source, options: ConnectOptions) -> None:
        self.url = url
        self.isolated = not isinstance(source, Live)
        self._source = source
        self._options = options
        self._lock = threading.Lock()
        self._closed = False
        self._version = source.version()
        self._opened = source.open(options)

    def prepare(self, query: CompiledQuery) -> Statement:
        """A statement in a fresh cursor. Errors: ConnectionProblem."""
        server = CursorStatement(self._cursor(), query, self._options, live=not self.isolated)
        return StatementUnderWay(server, query, self._options, f"DuckDB {duckdb.__version__}")

    def profile(self, tables: tuple[str, ...] = ()) -> Profile:
        """Measure the named tables (all when none is named). Blocks. Errors: ConnectionProblem, QueryFailed."""
        cursor = self._cursor()
        try:
            return measure(cursor, name=_title(self.url), tables=tables, notes=self._opened.notes)
        except duckdb.Error as error:
            raise explain_query(error, live=not self.isolated) from error
        finally:
            cursor.close()

    def columns(self) -> Mapping[str, Mapping[str, str]]:
        """Tables as SQL names them (`flights`, `other_schema.flights`) with their columns' native types."""
        cursor = self._cursor()
        try:
            return native_types(cursor)
        except duckdb.Error as error:
            raise explain_query(error, live=not self.isolated) from error
        finally:
            cursor.close()

    def version(self) -> tuple[object, ...] | None:
        """Which files are there now; None for a live connection, whose owner may change anything at any time."""
        return self._source.version() if self.isolated else None

    def close(self) -> None:
        """Release the file; a live connection stays as it is."""
        with self._lock:
            if not self._closed and self._opened.owned:
                self._opened.connection.close()
            self._closed = True

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._closed:
                raise ConnectionProblem("The connection was closed.", "Connect again: %goal connect …")
            self._follow_files()
            return self._opened.cursor()

    def _follow_files(self) -> None:
        """Open again when the files are others than before: an old answer would look like a new one."""
        version = self._source.version()
        if version != self._version:
            self._opened.connection.close()
            self._opened = self._reopened()
            self._version = version

    def _reopened(self) -> Opened:
        try:
            return self._source.open(self._options)
        except GoalError:
            self._closed = True
            raise


class CursorStatement:
    """One SELECT in one cursor; Arrow batches are streamed up to the caps."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, query: CompiledQuery, options: ConnectOptions, *, live: bool
    ) -> None:
        self._cursor = cursor
        self._query = query
        self._caps = caps_of(query, options)
        self._live = live

    def fetch(self) -> Fetched:
        """Execute and fetch."""
        try:
            self._refuse_other_than_one_select()
            relation = self._cursor.sql(self._query.text, params=list(self._query.parameters))
            native = tuple(str(kind) for kind in relation.types)
            reader = relation.to_arrow_reader(BATCH_ROWS)
            fetched = collect(reader.schema, reader, self._caps)
        finally:
            self._cursor.close()
        refuse_inexact(fetched.table, native)
        return fetched

    def stop(self) -> None:
        """The engine stops at its next vector."""
        with contextlib.suppress(duckdb.Error):  # A closed cursor runs nothing.
            self._cursor.interrupt()

    def explain(self, error: Exception) -> GoalError:
        """In two lines."""
        return explain_query(error, live=self._live)

    def _refuse_other_than_one_select(self) -> None:
        statements = self._cursor.extract_statements(self._query.text)
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise DeveloperError("a compiled query is one SELECT")


def _path(url: str) -> Path | None:
    """The path of a URL; three slashes are relative, as in SQLAlchemy, unless only the absolute one exists."""
    text = url.removeprefix(SCHEME)
    if text in ("", "/", "/:memory:", ":memory:"):
        return None
    if url.startswith(SCHEME) and text.startswith("/"):
        text = text[1:]
    path = Path(text).expanduser()
    rooted = Path("/") / path
    return rooted if not path.exists() and rooted.exists() else path


def _source(path: Path) -> Source:
    if path.is_dir() and not is_database(path):
        return DataFolder(path.resolve())
    return DatabaseFile(path) if is_database(path) or not path.suffix else DataFile(path.resolve())


def _title(url: str) -> str:
    name = url.rstrip("/").rsplit("/", 1)[-1]
    return name.split(".", 1)[0] or "frames"
