"""What planning may know of the data: values of dimension fields, so that words of a goal are recognised as filters, and
the first and last day of each dataset.

They are read through the compiler, so policies apply as to any other query.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Iterator

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
"""All fields together: a first goal must not wait for a warehouse to list what nobody asked for."""

ValueIndex = dict[str, tuple[str, ...]]


def collect_values(catalog: Catalog, connector: Connector, *, as_of: datetime.datetime) -> ValueIndex:
    """`dataset.field` -> its distinct texts, sorted. A field that cannot be read in time is left out: planning goes on."""
    index: ValueIndex = {}
    deadline = time.monotonic() + SECONDS
    for dataset, field in _indexable(catalog):
        path = f"{dataset.name}.{field.name}"
        query = SemanticQuery(detail=Detail(dataset=dataset.name, fields=(path,), distinct=True))
        values = field.values or _distinct(query, catalog, connector, as_of, deadline)
        if values:
            index[path] = values
    return index


def collect_extents(
    catalog: Catalog, connector: Connector, *, as_of: datetime.datetime
) -> dict[str, tuple[datetime.date, datetime.date]]:
    """Path of each dataset's default time -> its first and last day; datasets that cannot be read in time are left out."""
    extents: dict[str, tuple[datetime.date, datetime.date]] = {}
    deadline = time.monotonic() + SECONDS
    for dataset in catalog.datasets:
        if dataset.default_time is None:
            continue
        path = f"{dataset.name}.{dataset.default_time}"
        query = SemanticQuery(measures=(Measure(agg="min", field=path), Measure(agg="max", field=path)))
        frame = _run(query, catalog, connector, as_of, deadline)
        edges = [column[0].as_py() for column in frame.table.columns] if frame is not None else []
        if len(edges) == 2 and all(isinstance(edge, datetime.date) for edge in edges):
            extents[path] = (_day(edges[0]), _day(edges[1]))
    return extents


def _day(moment: datetime.date) -> datetime.date:
    return moment.date() if isinstance(moment, datetime.datetime) else moment


def _indexable(catalog: Catalog) -> Iterator[tuple[Dataset, Field]]:
    for dataset in catalog.datasets:
        for field in dataset.fields:
            if field.type == "string" and not field.hidden and dataset.store != "never":
                yield dataset, field


def _distinct(
    query: SemanticQuery, catalog: Catalog, connector: Connector, as_of: datetime.datetime, deadline: float
) -> tuple[str, ...]:
    frame = _run(query, catalog, connector, as_of, deadline)
    if frame is None or frame.truncated:
        return ()
    return tuple(sorted(value for value in frame.table.column(0).to_pylist() if value))


def _run(
    query: SemanticQuery, catalog: Catalog, connector: Connector, as_of: datetime.datetime, deadline: float
) -> ResultFrame | None:
    """The result, or None when it fails or the time is up; the statement is then cancelled at the server."""
    if time.monotonic() >= deadline:
        return None
    try:
        compiled = compile_query(query, catalog, connector.dialect, as_of=as_of, row_cap=CAP)
        statement = connector.prepare(compiled)
        watch = threading.Timer(deadline - time.monotonic(), statement.cancel)
        watch.daemon = True
        watch.start()
        try:
            return statement.run().frame
        finally:
            watch.cancel()
    except (GoalError, UserError):
        return None
