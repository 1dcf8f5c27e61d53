"""Snowflake: `snowflake://<name>`, a connection of the vendor's own `connections.toml`.

Statements are submitted asynchronously, so that each has a query id while it runs: that is what cancel aborts and what a
lost connection is looked up by. Secondary roles are switched off; whether the role may write is the administrator's.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from goal_semantics.compiled import CompiledQuery
from goal_semantics.dialects import Dialect
from goal_semantics.profile import Profile
from jupyter_goal.connectors import ConnectOptions, Statement
from jupyter_goal.connectors._collect import Fetched, caps_of, collect
from jupyter_goal.connectors._information_schema import Catalogue
from jupyter_goal.connectors._speech import SNOWFLAKE
from jupyter_goal.connectors._statement import StatementUnderWay
from jupyter_goal.errors import ConnectionProblem, GoalError, QueryFailed

CHECK = "The catalog may be older than the warehouse: run `jupyter goal check`."
LOGIN_SECONDS = 30
LONGEST_PAUSE = 0.5


def connect(url: str, options: ConnectOptions) -> SnowflakeConnector:
    """Log in. Errors: ConnectionProblem."""
    try:
        import snowflake.connector as driver
    except ImportError as error:
        raise ConnectionProblem(
            "The Snowflake driver is not installed.", "Install it: pip install 'jupyter-goal[snowflake]'"
        ) from error
    name = url.removeprefix("snowflake://").strip("/") or "default"
    try:
        session = driver.connect(
            connection_name=name,
            application="jupyter_goal",
            paramstyle="qmark",
            timezone=options.time_zone,
            query_tag=options.query_tag or "jupyter-goal",
            secondary_roles="NONE",
            login_timeout=LOGIN_SECONDS,
            # Without it NUMBER(p, s) would arrive as a double.
            arrow_number_to_decimal=True,
            client_out_of_band_telemetry_enabled=False,
            enable_server_session_keep_alive_auto_detection=False,
            session_parameters={"STATEMENT_TIMEOUT_IN_SECONDS": max(1, round(options.timeout_seconds))},
        )
    except driver.Error as error:
        raise ConnectionProblem(
            f"Snowflake connection “{name}” could not be opened: {_message(error)}",
            f"Check [{name}] in connections.toml (in ~/.snowflake, or where SNOWFLAKE_HOME points).",
        ) from error
    return SnowflakeConnector(f"snowflake://{name}", session, options)


class SnowflakeConnector:
    """One session."""

    dialect: Dialect = "snowflake"
    isolated = True

    def __init__(self, url: str, session: Any, options: ConnectOptions) -> None:
        self.url = url
        self._session = session
        self._options = options
        self._lock = threading.Lock()
        self._closed = False

    def prepare(self, query: CompiledQuery) -> Statement:
        """A statement in a fresh cursor."""
        server = SubmittedStatement(self._session, self._cursor(), query, self._options)
        return StatementUnderWay(server, query, self._options, "Snowflake")

    def profile(self, tables: tuple[str, ...] = ()) -> Profile:
        """Counts, NULLs, approximate distinct values and extremes of the named tables (or of the database's)."""
        return self._catalogue().profile(self.url.rsplit("/", 1)[-1], tables)

    def columns(self) -> Mapping[str, Mapping[str, str]]:
        """Tables of the session's database with their columns' native types."""
        return self._catalogue().columns()

    def close(self) -> None:
        """Log out."""
        from snowflake.connector import Error

        with self._lock:
            if not self._closed:
                self._closed = True
                with contextlib.suppress(Error):
                    self._session.close()

    def _cursor(self) -> Any:
        if self._closed:
            raise ConnectionProblem("The connection was closed.", "Connect again: %goal connect …")
        return self._session.cursor()

    def _catalogue(self) -> Catalogue:
        return Catalogue(self._rows, SNOWFLAKE)

    def _rows(self, text: str) -> list[tuple[Any, ...]]:
        from snowflake.connector import Error

        with contextlib.closing(self._cursor()) as cursor:
            try:
                return [tuple(row) for row in cursor.execute(text).fetchall()]
            except Error as error:
                raise explain(error) from error


class SubmittedStatement:
    """One statement, known to the server by its query id."""

    def __init__(self, session: Any, cursor: Any, query: CompiledQuery, options: ConnectOptions) -> None:
        self._session = session
        self._cursor = cursor
        self._query = query
        self._caps = caps_of(query, options)
        self._id = ""
        self._asked = threading.Event()

    def fetch(self) -> Fetched:
        """Submit, wait and fetch."""
        with contextlib.closing(self._cursor) as cursor:
            cursor.execute_async(self._query.text, list(self._query.parameters) or None)
            self._id = cursor.sfqid
            self._wait()
            cursor.query_result(self._id)
            batches = self._batches(cursor)
            first = next(batches, None)
            if first is None:
                return Fetched(_empty(cursor), truncated=False)
            return collect(first.schema, _chain(first, batches), self._caps)

    def stop(self) -> None:
        """Abort by id; before there is one, the next ask finds it."""
        self._asked.set()
        if self._id:
            with contextlib.suppress(Exception):  # It may have just ended; whoever waits asks again.
                self._cursor.abort_query(self._id)

    def explain(self, error: Exception) -> GoalError:
        """In two lines."""
        return explain(error)

    def _wait(self) -> None:
        pause = 0.005
        while self._session.is_still_running(self._session.get_query_status_throw_if_error(self._id)):
            if self._asked.wait(pause):
                self._asked.clear()  # Else no later wait would wait.
            pause = min(2 * pause, LONGEST_PAUSE)

    def _batches(self, cursor: Any) -> Iterator[pa.Table]:
        yield from cursor.fetch_arrow_batches()


def _empty(cursor: Any) -> pa.Table:
    """No rows, but their types: the driver makes every number of an empty result an int64."""
    table = cursor.fetch_arrow_all(force_return_table=True)
    fields = [
        pa.field(field.name, pa.decimal128(column.precision, column.scale))
        if pa.types.is_integer(field.type) and column.scale
        else field
        for field, column in zip(table.schema, cursor.description, strict=True)
    ]
    return pa.schema(fields).empty_table()


def _chain(first: pa.Table, rest: Iterator[pa.Table]) -> Iterator[pa.RecordBatch]:
    yield from first.to_batches()
    for table in rest:
        yield from table.to_batches()


def explain(error: Exception) -> GoalError:
    """Snowflake's error in two lines."""
    text = _message(error)
    if found := re.search(r"invalid identifier '([^']+)'", text):
        return QueryFailed(f"The warehouse has no column “{found[1]}” where the catalog expects it.", CHECK)
    if getattr(error, "sqlstate", None) == "42S02" or re.search(r"Object '.*' does not exist|Table with name", text):
        return QueryFailed(f"The warehouse does not have a table that is asked for: {text}", CHECK)
    if getattr(error, "errno", None) in (390111, 390112, 390114, 390195, 390318):
        return ConnectionProblem("The Snowflake session has expired.", "Connect again, and sign in if asked.")
    return QueryFailed(f"The warehouse refused the query: {text}", "Nothing was changed; revise the goal.")


def _message(error: Exception) -> str:
    text = str(getattr(error, "raw_msg", None) or getattr(error, "msg", None) or error).strip()
    return " ".join(text.split())[:300] or type(error).__name__
