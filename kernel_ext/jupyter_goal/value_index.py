"""What planning may know of the data: known values of dimension fields, and the span of each dataset.

They are read through the compiler, so policies apply as to any other query.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goal_semantics.compile import compile_query
from goal_semantics.errors import UserError
from goal_semantics.model import Catalog, Dataset, Field
from goal_semantics.query import Detail, Measure, SemanticQuery
from jupyter_goal.connectors import Connector, Execution, Statement, version_of
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.errors import Cancelled, ConnectionProblem, GoalError

if TYPE_CHECKING:
    from jupyter_goal.planner.grammar.lexicon import Lexicon

CAP = 5_000
"""A field with more distinct values is an identifier or free text: not indexed."""

SECONDS = 5.0
"""Everything together: a first goal must not wait for a warehouse to list what nobody asked for."""

UNTOLD_SECONDS = 300.0
"""After this age values are read again where the connector cannot tell whether the data have changed."""
LIVE_SECONDS = 30.0
"""The same for a user's own connection: what was inserted in the cell before must soon be known."""

Run = Callable[[Statement], Execution]
"""Runs one statement, in a way that somebody may stop."""


def run_alone(statement: Statement) -> Execution:
    """For readings that nobody waits for."""
    return statement.run()


@dataclass(frozen=True, slots=True)
class Known:
    """`values`: `dataset.field` -> its distinct texts, sorted. `extents`: path of a default time -> first and last day."""

    values: Mapping[str, tuple[str, ...]]
    extents: Mapping[str, tuple[datetime.date, datetime.date]]


Words = Callable[[Catalog, Known], "Lexicon"]
"""Makes the words of the grammar."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was known at one moment, and the words of the grammar that go with it."""

    known: Known
    lexicon: Lexicon
    version: tuple[object, ...] | None
    at: float

    def holds(self, connector: Connector) -> bool:
        """The data are the same, as far as can be told."""
        now = version_of(connector)
        if now is not None:
            return now == self.version
        return time.monotonic() - self.at < (UNTOLD_SECONDS if connector.isolated else LIVE_SECONDS)


class Shelf:
    """The reading of one catalog over one database: made once, whoever asks first, and again when the data changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reading: Reading | None = None

    @property
    def last(self) -> Reading | None:
        """What was read already; reads nothing."""
        return self._reading

    def reading(self, catalog: Catalog, connector: Connector, run: Run, words: Words) -> Reading:
        """Errors: Cancelled when `run` was stopped, ConnectionProblem; nothing is kept then."""
        with self._lock:
            if self._reading is None or not self._reading.holds(connector):
                version, at = version_of(connector), time.monotonic()
                known = collect(catalog, connector, as_of=datetime.datetime.now(datetime.UTC), run=run)
                self._reading = Reading(known, words(catalog, known), version, at)
            return self._reading


def collect(
    catalog: Catalog, connector: Connector, *, as_of: datetime.datetime, run: Run = run_alone, seconds: float = SECONDS
) -> Known:
    """Read both within the seconds. What cannot be read in time is left out: planning goes on without it.

    Errors: Cancelled when somebody stopped it, ConnectionProblem.
    """
    read = _Reader(catalog, connector, as_of, time.monotonic() + seconds, run)
    spans = {f"{dataset.name}.{dataset.default_time}": dataset for dataset in catalog.datasets if dataset.default_time}
    extents = {path: span for path in spans if (span := read.span(path)) is not None}
    values = {
        f"{dataset.name}.{field.name}": found
        for dataset, field in _indexable(catalog)
        if (found := field.values or read.texts(dataset.name, field.name))
    }
    return Known(values, extents)


def _day(moment: datetime.date) -> datetime.date:
    return moment.date() if isinstance(moment, datetime.datetime) else moment


def _indexable(catalog: Catalog) -> Iterator[tuple[Dataset, Field]]:
    for dataset in catalog.datasets:
        for field in dataset.fields:
            if field.type == "string" and not field.hidden and dataset.store != "never":
                yield dataset, field


@dataclass(frozen=True, slots=True)
class _Reader:
    catalog: Catalog
    connector: Connector
    as_of: datetime.datetime
    deadline: float
    run: Run

    def texts(self, dataset: str, field: str) -> tuple[str, ...]:
        path = f"{dataset}.{field}"
        frame = self._run(SemanticQuery(detail=Detail(dataset=dataset, fields=(path,), distinct=True)))
        if frame is None or frame.truncated:
            return ()
        return tuple(sorted(value for value in frame.table.column(0).to_pylist() if value))

    def span(self, path: str) -> tuple[datetime.date, datetime.date] | None:
        frame = self._run(SemanticQuery(measures=(Measure(agg="min", field=path), Measure(agg="max", field=path))))
        edges = [column[0].as_py() for column in frame.table.columns] if frame is not None else []
        if len(edges) != 2 or not all(isinstance(edge, datetime.date) for edge in edges):
            return None
        return _day(edges[0]), _day(edges[1])

    def _run(self, query: SemanticQuery) -> ResultFrame | None:
        """The result, or None when it fails or the time is up; the statement is then cancelled at the server."""
        if time.monotonic() >= self.deadline:
            return None
        try:
            compiled = compile_query(query, self.catalog, self.connector.dialect, as_of=self.as_of, row_cap=CAP)
            statement = self.connector.prepare(compiled)
            watch = threading.Timer(self.deadline - time.monotonic(), statement.cancel)
            watch.daemon = True
            watch.start()
            try:
                return self.run(statement).frame
            finally:
                watch.cancel()
        except Cancelled:
            if time.monotonic() < self.deadline:
                raise
            return None
        except ConnectionProblem:
            raise
        except (GoalError, UserError):
            return None
