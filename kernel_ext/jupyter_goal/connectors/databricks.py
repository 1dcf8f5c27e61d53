"""Databricks SQL warehouses: `databricks://<profile>`, a profile of the vendor's own `.databrickscfg`.

The profile names `host`, `token` and `warehouse_id` (or `http_path`). Reading only, by one SELECT at a time; whether
the token may write is the administrator's to decide.
"""

from __future__ import annotations

import configparser
import contextlib
import os
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from goal_semantics.compiled import CompiledQuery
from goal_semantics.dialects import Dialect
from goal_semantics.profile import Profile
from jupyter_goal.connectors import ConnectOptions, Statement
from jupyter_goal.connectors._collect import BATCH_ROWS, Fetched, caps_of, collect
from jupyter_goal.connectors._information_schema import Catalogue
from jupyter_goal.connectors._speech import DATABRICKS
from jupyter_goal.connectors._statement import StatementUnderWay
from jupyter_goal.errors import ConnectionProblem, GoalError, QueryFailed

CHECK = "The catalog may be older than the warehouse: run `jupyter goal check`."


@dataclass(frozen=True, slots=True)
class Warehouse:
    """Where a profile points. The token is not part of what is printed."""

    profile: str
    host: str
    path: str
    token: str = field(repr=False)

    @property
    def address(self) -> str:
        """Host and path with their protocol; plain HTTP only on this machine."""
        host = self.host if "://" in self.host else f"https://{self.host}"
        if host.startswith("http://") and not re.match(r"http://(127\.0\.0\.1|localhost)(:|$)", host):
            raise ConnectionProblem(
                f"The host of profile “{self.profile}” is plain http.",
                "A token is only sent over https: change the host.",
            )
        return f"{host.rstrip('/')}/{self.path.lstrip('/')}"


def connect(url: str, options: ConnectOptions) -> DatabricksConnector:
    """Open a session. Errors: ConnectionProblem."""
    try:
        from databricks import sql
    except ImportError as error:
        raise ConnectionProblem(
            "The Databricks driver is not installed.", "Install it: pip install 'jupyter-goal[databricks]'"
        ) from error
    warehouse = read_profile(url.removeprefix("databricks://").strip("/") or "DEFAULT")
    try:
        session = sql.connect(
            server_hostname=warehouse.host,
            http_path=warehouse.path,
            access_token=warehouse.token,
            _connection_uri=warehouse.address,
            enable_telemetry=False,
            _retry_stop_after_attempts_count=3,
            session_configuration={
                "TIMEZONE": options.time_zone,
                "STATEMENT_TIMEOUT": str(max(1, round(options.timeout_seconds))),
                "ANSI_MODE": "true",
            },
            query_tags={"application": options.query_tag or "jupyter-goal"},
        )
    except sql.exc.Error as error:
        raise ConnectionProblem(
            f"Databricks refused the connection of profile “{warehouse.profile}”: {_message(error)}",
            f"Check host, token and warehouse_id in {_settings_file()}.",
        ) from error
    return DatabricksConnector(f"databricks://{warehouse.profile}", session, options)


class DatabricksConnector:
    """One session with one warehouse."""

    dialect: Dialect = "databricks"
    isolated = True

    def __init__(self, url: str, session: Any, options: ConnectOptions) -> None:
        self.url = url
        self._session = session
        self._options = options
        self._lock = threading.Lock()
        self._closed = False

    def prepare(self, query: CompiledQuery) -> Statement:
        """A statement in a fresh cursor."""
        server = OperationStatement(self._cursor(), query, self._options)
        return StatementUnderWay(server, query, self._options, "Databricks SQL")

    def profile(self, tables: tuple[str, ...] = ()) -> Profile:
        """Counts, NULLs, approximate distinct values and extremes of the named tables (or of the schema's)."""
        return self._catalogue().profile(self.url.rsplit("/", 1)[-1], tables)

    def columns(self) -> Mapping[str, Mapping[str, str]]:
        """Tables of the session's catalog with their columns' native types."""
        return self._catalogue().columns()

    def close(self) -> None:
        """End the session."""
        from databricks.sql.exc import Error

        with self._lock:
            if not self._closed:
                self._closed = True
                with contextlib.suppress(Error):
                    self._session.close()

    def _cursor(self) -> Any:
        if self._closed:
            raise ConnectionProblem("The connection was closed.", "Connect again: %goal connect …")
        return self._session.cursor(arraysize=BATCH_ROWS)

    def _catalogue(self) -> Catalogue:
        return Catalogue(self._rows, DATABRICKS)

    def _rows(self, text: str) -> list[tuple[Any, ...]]:
        from databricks.sql.exc import Error

        with contextlib.closing(self._cursor()) as cursor:
            try:
                cursor.execute(text)
                return [tuple(row) for row in cursor.fetchall()]
            except Error as error:
                raise explain(error) from error


class OperationStatement:
    """One operation of the warehouse; it has a handle while it runs, which cancel uses."""

    def __init__(self, cursor: Any, query: CompiledQuery, options: ConnectOptions) -> None:
        self._cursor = cursor
        self._query = query
        self._caps = caps_of(query, options)

    def fetch(self) -> Fetched:
        """Execute, wait and fetch."""
        with contextlib.closing(self._cursor) as cursor:
            cursor.execute(self._query.text, list(self._query.parameters) or None)
            batches = self._batches()
            first = next(batches)
            return collect(first.schema, _chain(first, batches), self._caps)

    def stop(self) -> None:
        """Cancel by handle; before there is one, nothing runs there yet."""
        if self._cursor.query_id is not None:
            with contextlib.suppress(Exception):  # It may have just ended; whoever waits asks again.
                self._cursor.cancel()

    def explain(self, error: Exception) -> GoalError:
        """In two lines."""
        return explain(error)

    def _batches(self) -> Iterator[pa.Table]:
        while True:
            table = self._cursor.fetchmany_arrow(BATCH_ROWS)
            yield table
            if table.num_rows == 0:
                return


def _chain(first: pa.Table, rest: Iterator[pa.Table]) -> Iterator[pa.RecordBatch]:
    yield from first.to_batches()
    for table in rest:
        yield from table.to_batches()


def read_profile(name: str) -> Warehouse:
    """The named section. Errors: ConnectionProblem names the file and what is missing in it."""
    file = _settings_file()
    parser = configparser.ConfigParser(interpolation=None, default_section="")
    if not parser.read(file, encoding="utf-8") or name not in parser:
        known = ", ".join(parser.sections()) or "none"
        raise ConnectionProblem(
            f"There is no profile “{name}” in {file}.", f"Profiles there: {known}. Create one: databricks configure"
        )
    section = parser[name]
    path = section.get("http_path") or (
        f"/sql/1.0/warehouses/{section['warehouse_id']}" if "warehouse_id" in section else ""
    )
    missing = [key for key, value in (("host", section.get("host")), ("token", section.get("token")),
                                      ("warehouse_id", path)) if not value]  # fmt: skip
    if missing:
        raise ConnectionProblem(
            f"Profile “{name}” in {file} lacks {', '.join(missing)}.", "Add it there, then connect again."
        )
    return Warehouse(name, section["host"], path, section["token"])


def explain(error: Exception) -> GoalError:
    """The warehouse's error in two lines."""
    text = _message(error)
    if found := re.search(r"UNRESOLVED_COLUMN\S*\].*?`([^`]+)`", text):
        return QueryFailed(f"The warehouse has no column “{found[1]}” where the catalog expects it.", CHECK)
    if "TABLE_OR_VIEW_NOT_FOUND" in text:
        return QueryFailed(f"The warehouse does not have a table that is asked for: {text}", CHECK)
    if "Retry" in type(error).__name__ or type(error).__name__ in ("RequestError", "NonRecoverableNetworkError"):
        return ConnectionProblem(f"The connection to Databricks was lost: {text}", "Check the network, then try again.")
    return QueryFailed(f"The warehouse refused the query: {text}", "Nothing was changed; revise the goal.")


def _message(error: Exception) -> str:
    text = str(getattr(error, "message", None) or error).strip()
    return (text.splitlines() or [type(error).__name__])[0][:300]


def _settings_file() -> Path:
    return Path(os.environ.get("DATABRICKS_CONFIG_FILE", "~/.databrickscfg")).expanduser()
