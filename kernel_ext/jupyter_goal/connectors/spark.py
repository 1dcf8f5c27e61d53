"""Spark: `spark://host:port` (a cluster), `spark://local`, or `spark://`: what is configured.

A Spark session of the user's own is taken as it is, with its temporary views, and is not isolated; any other gets a
session beside it. Spark keeps nobody from writing: only one SELECT at a time is sent, and access is its administrator's.
Spark Connect (`sc://`) is refused: its server was seen to go on with statements that it had called cancelled.
"""

from __future__ import annotations

import contextlib
import datetime
import uuid
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import sqlglot
from sqlglot import exp

from goal_semantics.compiled import CompiledQuery
from goal_semantics.dialects import Dialect
from goal_semantics.profile import Profile
from goal_semantics.query import Scalar
from jupyter_goal.connectors import ConnectOptions, Statement
from jupyter_goal.connectors._collect import Fetched, caps_of, collect
from jupyter_goal.connectors._keys import DeclaredKeys
from jupyter_goal.connectors._measure import Listed, measure
from jupyter_goal.connectors._speech import SPARK
from jupyter_goal.connectors._statement import StatementUnderWay
from jupyter_goal.errors import ConnectionProblem, GoalError, QueryFailed

CHECK = "The catalog may be older than the tables: run `jupyter goal check`."


def connect(url: str, options: ConnectOptions) -> SparkConnector:
    """Open a session. Errors: ConnectionProblem."""
    try:
        from pyspark.errors import PySparkException
    except ImportError as error:
        raise ConnectionProblem("Spark is not installed.", "Install it: pip install 'jupyter-goal[spark]'") from error
    if url.startswith("sc://") or is_remote(options.live):
        raise ConnectionProblem(
            "Spark Connect is not supported yet: what is cancelled may go on at its server.",
            "Connect to the cluster itself: spark://host:7077",
        )
    try:
        session = options.live if options.live is not None else _session(url)
    except (PySparkException, OSError, RuntimeError) as error:
        raise ConnectionProblem(
            f"Spark at {url} could not be reached: {_message(error)}",
            "Check the address; a session of one's own needs Java 17 (JAVA_HOME).",
        ) from error
    return SparkConnector(url, session, options)


def _session(url: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # Of pandas 3, which no result goes through.
        from pyspark.sql import SparkSession

        place = url.removeprefix("spark://").strip("/")
        builder = SparkSession.builder.appName("jupyter-goal")
        if place.startswith("local"):
            builder = builder.master(place if "[" in place else "local[*]").config("spark.ui.enabled", "false")
        elif place:
            builder = builder.master(f"spark://{place}")
        return builder.getOrCreate().newSession()


class SparkConnector:
    """One session."""

    dialect: Dialect = "spark"

    def __init__(self, url: str, session: Any, options: ConnectOptions) -> None:
        self.url = url
        self.isolated = options.live is None
        self._session = session
        self._options = options
        self._closed = False
        session.conf.set("spark.sql.session.timeZone", options.time_zone)
        session.conf.set("spark.sql.ansi.enabled", "true")
        self._engine = f"Spark {session.version}"

    def prepare(self, query: CompiledQuery) -> Statement:
        """A statement under a tag of its own."""
        self._open()
        return StatementUnderWay(
            TaggedStatement(self._session, query, self._options), query, self._options, self._engine
        )

    def profile(self, tables: tuple[str, ...] = ()) -> Profile:
        """Counts, NULLs, distinct values, extremes, samples and inclusion of the named tables (or of the schema's)."""
        wanted = [each for each in self._tables() if not tables or {each.source, each.name} & set(tables)]
        name = self._session.catalog.currentDatabase()
        notes = ("Spark declares no keys: they are what was measured",)
        return measure(self._read, SPARK, name=name, tables=wanted, keys=DeclaredKeys({}, ()), notes=notes)

    def columns(self) -> Mapping[str, Mapping[str, str]]:
        """Tables and views of the session's schema with their columns' native types."""
        return {table.source: table.columns for table in self._tables()}

    def _tables(self) -> tuple[Listed, ...]:
        self._open()
        catalog = self._session.catalog
        found = []
        for table in catalog.listTables():
            columns = {each.name: each.dataType.upper() for each in catalog.listColumns(SPARK.quoted(table.name))}
            view = table.isTemporary or table.tableType == "VIEW"
            found.append(Listed(table.name, SPARK.source(table.name), columns, table.description or "", not view))
        return tuple(sorted(found, key=lambda each: each.source))

    def _read(self, text: str) -> list[tuple[Any, ...]]:
        from pyspark.errors import PySparkException

        self._open()
        try:
            return [tuple(row) for row in self._session.sql(text).collect()]
        except PySparkException as error:
            raise explain(error) from error

    def close(self) -> None:
        """Nothing more is asked; the session ends with its application, which others share."""
        self._closed = True

    def _open(self) -> None:
        if self._closed:
            raise ConnectionProblem("The connection was closed.", "Connect again: %goal connect …")


class TaggedStatement:
    """One statement; every job that Spark does for it carries its tag, by which it is stopped."""

    def __init__(self, session: Any, query: CompiledQuery, options: ConnectOptions) -> None:
        self._session = session
        self._query = query
        self._caps = caps_of(query, options)
        self._tag = f"jupyter-goal-{uuid.uuid4()}"

    def fetch(self) -> Fetched:
        """Execute and fetch; the statement's own LIMIT bounds what comes back."""
        refuse_all_but_select(self._query.text)
        values = [bound(each) for each in self._query.parameters]
        with self._tagged():
            table = self._session.sql(self._query.text, args=values or None).toArrow()
        return collect(table.schema, table.to_batches(), self._caps)

    def stop(self) -> None:
        """Interrupt what carries the tag; before anything does, the next ask finds it."""
        with contextlib.suppress(Exception):  # It may have just ended; whoever waits asks again.
            self._session.sparkContext.cancelJobsWithTag(self._tag)

    @contextlib.contextmanager
    def _tagged(self) -> Iterator[None]:
        """Tags of the context, not of the session: those are known to one thread only."""
        context = self._session.sparkContext
        context.addJobTag(self._tag)
        context.setInterruptOnCancel(True)
        try:
            yield
        finally:
            context.removeJobTag(self._tag)

    def explain(self, error: Exception) -> GoalError:
        """In two lines."""
        return explain(error)


def is_remote(session: Any) -> bool:
    """Whether the session is one of Spark Connect."""
    return type(session).__module__.startswith("pyspark.sql.connect")


def refuse_all_but_select(text: str) -> None:
    """Spark executes a command while it reads it. Errors: QueryFailed."""
    try:
        trees = sqlglot.parse(text, dialect="spark")
    except sqlglot.errors.SqlglotError as error:
        raise QueryFailed("The statement cannot be read as one SELECT.", "Only a SELECT can be asked for.") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query) or trees[0].find(exp.Insert, exp.Update, exp.Delete):
        raise QueryFailed("The statement is not one SELECT.", "Only a SELECT can be asked for.")


def bound(value: Scalar) -> Scalar:
    """A value as Spark is given it: a wall-clock time as text, which no time zone moves on its way."""
    return value.isoformat(" ") if isinstance(value, datetime.datetime) else value


def explain(error: Exception) -> GoalError:
    """Spark's error in two lines."""
    condition = str(getattr(error, "getCondition", lambda: "")() or "")
    text = _message(error)
    if condition.startswith(("UNRESOLVED_COLUMN", "TABLE_OR_VIEW_NOT_FOUND")):
        return QueryFailed(f"Spark lacks what the catalog expects: {text}", CHECK)
    if "UNAVAILABLE" in text or "Connection refused" in text:
        return ConnectionProblem(f"The connection to Spark was lost: {text}", "Connect again.")
    return QueryFailed(f"Spark refused the query: {text}", "Nothing was changed; revise the goal.")


def _message(error: Exception) -> str:
    text = str(getattr(error, "desc", None) or error).strip()
    return " ".join((text.splitlines() or [""])[0].split())[:300] or type(error).__name__
