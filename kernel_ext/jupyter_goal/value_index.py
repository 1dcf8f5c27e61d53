"""The value index: known values of dimension fields, so that words of a goal can be recognised as filters.

Values are read through the compiler, so policies apply to them like to any other query.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from goal_semantics.compile import compile_query
from goal_semantics.errors import UserError
from goal_semantics.model import Catalog, Dataset, Field
from goal_semantics.query import Detail, SemanticQuery
from jupyter_goal.connectors import Connector
from jupyter_goal.errors import GoalError

CAP = 5_000
"""A field with more distinct values is an identifier or free text: not indexed."""

ValueIndex = dict[str, tuple[str, ...]]


def collect_values(catalog: Catalog, connector: Connector, *, as_of: datetime.datetime) -> ValueIndex:
    """`dataset.field` -> its distinct texts, sorted. A field that cannot be read is left out: planning goes on."""
    index: ValueIndex = {}
    for dataset, field in _indexable(catalog):
        path = f"{dataset.name}.{field.name}"
        values = field.values or _distinct(path, dataset, catalog, connector, as_of)
        if values:
            index[path] = values
    return index


def _indexable(catalog: Catalog) -> Iterator[tuple[Dataset, Field]]:
    for dataset in catalog.datasets:
        for field in dataset.fields:
            if field.type == "string" and not field.hidden and dataset.store != "never":
                yield dataset, field


def _distinct(
    path: str, dataset: Dataset, catalog: Catalog, connector: Connector, as_of: datetime.datetime
) -> tuple[str, ...]:
    query = SemanticQuery(detail=Detail(dataset=dataset.name, fields=(path,), distinct=True))
    try:
        compiled = compile_query(query, catalog, connector.dialect, as_of=as_of, row_cap=CAP)
        frame = connector.prepare(compiled).run().frame
    except (GoalError, UserError):
        return ()
    if frame.truncated:
        return ()
    return tuple(sorted(value for value in frame.table.column(0).to_pylist() if value))
