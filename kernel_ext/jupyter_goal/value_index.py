"""What planning may know of the data: known values of dimension fields, and the span of each dataset.

They are read through the compiler, so policies apply as to any other query.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from goal_semantics.compile import compile_query
from goal_semantics.errors import UserError
from goal_semantics.model import Catalog, Dataset, Field
from goal_semantics.query import Detail, Measure, SemanticQuery
from jupyter_goal.connectors import Connector
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.errors import GoalError

CAP = 5_000
"""A field with more distinct values is an identifier or free text: not indexed."""

SECONDS = 5.0
"""Everything together: a first goal must not wait for a warehouse to list what nobody asked for."""


@dataclass(frozen=True, slots=True)
class Known:
    """`values`: `dataset.field` -> its distinct texts, sorted. `extents`: path of a default time -> first and last day."""

    values: Mapping[str, tuple[str, ...]]
    extents: Mapping[str, tuple[datetime.date, datetime.date]]


def collect(catalog: Catalog, connector: Connector, *, as_of: datetime.datetime) -> Known:
    """Read both within `SECONDS`. What cannot be read in time is left out: planning goes on without it."""
    read = _Reader(catalog, connector, as_of, time.monotonic() + SECONDS)
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
                return statement.run().frame
            finally:
                watch.cancel()
        except (GoalError, UserError):
            return None
