"""PostgreSQL: `postgresql://user@host/database`, or `postgresql:///?service=name` of the vendor's own `pg_service.conf`.

Passwords belong in `~/.pgpass`, the service file or PGPASSWORD; one in the URL is used and never shown. Every session
is read-only and pinned before its first statement; a statement has a session for itself while it runs.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pyarrow as pa

from goal_semantics.compiled import CompiledQuery
from goal_semantics.dialects import Dialect
from goal_semantics.profile import Profile
from jupyter_goal.connectors import ConnectOptions, Statement
from jupyter_goal.connectors._collect import BATCH_ROWS, Fetched, caps_of, collect
from jupyter_goal.connectors._measure import measure
from jupyter_goal.connectors._postgres_catalogue import declared_keys, list_tables
from jupyter_goal.connectors._postgres_types import Reading, exact, reading
from jupyter_goal.connectors._speech import POSTGRES
from jupyter_goal.connectors._statement import StatementUnderWay
from jupyter_goal.errors import ConnectionProblem, GoalError, QueryFailed

CHECK = "The catalog may be older than the database: run `jupyter goal check`."
LOGIN_SECONDS = 30
GRACE_SECONDS = 5
"""The server stops a statement by itself that much later than we do: a backstop for when we are gone."""


def connect(url: str, options: ConnectOptions) -> PostgresConnector:
    """Log in. Errors: ConnectionProblem."""
    try:
        import psycopg
    except ImportError as error:
        raise ConnectionProblem(
            "The PostgreSQL driver is not installed.", "Install it: pip install 'jupyter-goal[postgres]'"
        ) from error
    _, _, rest = url.partition("://")
    shown = _without_secret(f"postgresql://{rest}")
    sessions = Sessions(f"postgresql://{rest}", shown, options)
    try:
        with sessions.borrowed() as session:
            engine = f"PostgreSQL {session.info.parameter_status('server_version')}"
    except psycopg.Error as error:
        raise _refused(shown, error) from error
    return PostgresConnector(shown, sessions, options, engine)


@dataclass(slots=True)
class Sessions:
    """Open sessions that nobody uses; one that was lost or is in doubt is not kept."""

    url: str = field(repr=False)
    shown: str
    options: ConnectOptions
    idle: list[Any] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    closed: bool = False

    @contextlib.contextmanager
    def borrowed(self) -> Iterator[Any]:
        """A session in a transaction of its own, which is rolled back. Errors: ConnectionProblem, those of the driver."""
        with self.lock:
            if self.closed:
                raise ConnectionProblem("The connection was closed.", "Connect again: %goal connect …")
            session = self.idle.pop() if self.idle else None
        session = session or self._opened()
        try:
            yield session
        finally:
            self._returned(session)

    def close(self) -> None:
        """Those in use are closed when they come back."""
        with self.lock:
            self.closed, idle, self.idle = True, self.idle, []
        for session in idle:
            session.close()

    def _opened(self) -> Any:
        import psycopg

        options = self.options
        limit = round((options.timeout_seconds + GRACE_SECONDS) * 1000)
        pinned = f"-c statement_timeout={limit} -c default_transaction_read_only=on -c TimeZone={options.time_zone}"
        name = options.query_tag or "jupyter-goal"
        session = psycopg.connect(self.url, connect_timeout=LOGIN_SECONDS, application_name=name, options=pinned)
        session.read_only = True
        session.prepare_threshold = None  # A plan kept for other values may be much worse than a new one.
        return session

    def _returned(self, session: Any) -> None:
        import psycopg

        with contextlib.suppress(psycopg.Error):
            session.rollback()
        with self.lock:
            if not (self.closed or session.closed or session.broken):
                self.idle.append(session)
                return
        session.close()


class PostgresConnector:
    """One database as one role."""

    dialect: Dialect = "postgres"
    isolated = True

    def __init__(self, url: str, sessions: Sessions, options: ConnectOptions, engine: str) -> None:
        self.url = url
        self._sessions = sessions
        self._options = options
        self._engine = engine

    def prepare(self, query: CompiledQuery) -> Statement:
        """A statement in a session of its own."""
        if self._sessions.closed:
            raise ConnectionProblem("The connection was closed.", "Connect again: %goal connect …")
        server = PostgresStatement(self._sessions, query, self._options)
        return StatementUnderWay(server, query, self._options, self._engine)

    def profile(self, tables: tuple[str, ...] = ()) -> Profile:
        """Counts, NULLs, distinct values, extremes, samples, keys and inclusion of the named tables (or of all)."""
        wanted = [each for each in list_tables(self._read) if not tables or {each.source, each.name} & set(tables)]
        name = urlsplit(self.url).path.strip("/") or "postgres"
        return measure(self._read, POSTGRES, name=name, tables=wanted, keys=declared_keys(self._read))

    def columns(self) -> Mapping[str, Mapping[str, str]]:
        """Tables that the role may read with their columns' native types; those of the search path by bare name."""
        return {table.source: table.columns for table in list_tables(self._read)}

    def _read(self, text: str) -> list[tuple[Any, ...]]:
        from psycopg import Error

        with self._sessions.borrowed() as session:
            try:
                return list(session.execute(text).fetchall())
            except Error as error:
                raise explain(error) from error

    def close(self) -> None:
        """End every session."""
        self._sessions.close()


class PostgresStatement:
    """One statement; while it runs, its session can be asked to stop from any thread."""

    def __init__(self, sessions: Sessions, query: CompiledQuery, options: ConnectOptions) -> None:
        self._sessions = sessions
        self._query = query
        self._caps = caps_of(query, options)
        self._session: Any = None

    def fetch(self) -> Fetched:
        """Execute and read row by row, so that no more than the caps is ever held."""
        with self._sessions.borrowed() as session, session.cursor() as cursor:
            self._session = session
            try:
                rows = cursor.stream(self._query.text, self._query.parameters, size=BATCH_ROWS)
                first = next(rows, None)
                if first is None:  # A stream without rows says nothing of its columns.
                    cursor.execute(f"SELECT * FROM ({self._query.text}) AS empty LIMIT 0", self._query.parameters)
                read = [reading(each) for each in cursor.description]
                schema = pa.schema([(str(at), each.wire) for at, each in enumerate(read)])
                with contextlib.closing(rows):
                    return exact(collect(schema, _batches(first, rows, read, schema), self._caps), read)
            finally:
                self._session = None

    def stop(self) -> None:
        """Ask the server; before the session runs something, the next ask finds it."""
        session = self._session
        if session is not None:
            with contextlib.suppress(Exception):  # It may have just ended; whoever waits asks again.
                session.cancel_safe(timeout=2.0)

    def explain(self, error: Exception) -> GoalError:
        """In two lines."""
        return explain(error)


def _batches(first: Any, rows: Iterator[Any], read: list[Reading], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    held = [] if first is None else [first]
    for row in rows:
        held.append(row)
        if len(held) == BATCH_ROWS:
            yield _batch(held, read, schema)
            held = []
    if held or first is None:
        yield _batch(held, read, schema)


def _batch(rows: list[Any], read: list[Reading], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*rows, strict=True) if rows else ([] for _ in read)
    arrays = [pa.array(each.values(column), each.wire) for each, column in zip(read, columns, strict=True)]
    return pa.record_batch(arrays, schema=schema)


def explain(error: Exception) -> GoalError:
    """PostgreSQL's error in two lines."""
    from psycopg import Error, OperationalError, errors

    text = _message(error)
    match error:
        case errors.UndefinedColumn() | errors.UndefinedTable():
            return QueryFailed(f"The database lacks what the catalog expects: {text}", CHECK)
        case errors.InsufficientPrivilege():
            return QueryFailed(
                f"The role may not read this: {text}", "Ask the owner for SELECT, or connect as another."
            )
        case errors.QueryCanceled():
            return QueryFailed(f"The server stopped the query: {text}", "Narrow the question, or raise its time limit.")
        case Error(sqlstate=None) if isinstance(error, OperationalError):
            return ConnectionProblem(f"The connection to PostgreSQL was lost: {text}", "Connect again.")
        case _:
            return QueryFailed(f"The database refused the query: {text}", "Nothing was changed; revise the goal.")


def _refused(shown: str, error: Exception) -> ConnectionProblem:
    return ConnectionProblem(
        f"PostgreSQL refused the connection {shown}: {_message(error)}",
        "Check host, database, user, and the password in ~/.pgpass or PGPASSWORD.",
    )


def _without_secret(url: str) -> str:
    """The URL without its password, wherever it stands."""
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    query = "&".join(
        each for each in parts.query.split("&") if not each.lower().startswith(("password", "sslpassword"))
    )
    return urlunsplit((parts.scheme, f"{user.partition(':')[0]}{at}{place}", parts.path, query, ""))


def _message(error: Exception) -> str:
    text = str(getattr(getattr(error, "diag", None), "message_primary", None) or error).strip()
    return " ".join(text.split())[:300] or type(error).__name__
