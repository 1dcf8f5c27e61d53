"""The value index: known values of dimension fields, so that words of a goal can be recognised as filters.

Values are read through the compiler, so policies apply to them like to any other query.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Iterator

from goal_semantics.compile import compile_query
from goal_semantics.errors import UserError
from goal_semantics.model import Catalog, Dataset, Field
from goal_semantics.query import Detail, SemanticQuery
from jupyter_goal.connectors import Connector
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


def _indexable(catalog: Catalog) -> Iterator[tuple[Dataset, Field]]:
    for dataset in catalog.datasets:
        for field in dataset.fields:
            if field.type == "string" and not field.hidden and dataset.store != "never":
                yield dataset, field


def _distinct(
    query: SemanticQuery, catalog: Catalog, connector: Connector, as_of: datetime.datetime, deadline: float
) -> tuple[str, ...]:
    if time.monotonic() >= deadline:
        return ()
    try:
        compiled = compile_query(query, catalog, connector.dialect, as_of=as_of, row_cap=CAP)
        statement = connector.prepare(compiled)
        watch = threading.Timer(deadline - time.monotonic(), statement.cancel)
        watch.daemon = True
        watch.start()
        try:
            frame = statement.run().frame
        finally:
            watch.cancel()
    except (GoalError, UserError):
        return ()
    if frame.truncated:
        return ()
    return tuple(sorted(value for value in frame.table.column(0).to_pylist() if value))
