"""Whether the keys that a catalog declares are keys in the data.

dbt trusts a declared key. A join by one that is none counts a row for each of its partners, which still has one meaning as
long as one way leads through them; by two ways, which partners belong together depends on how the joins are made.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

import duckdb

from goal_semantics.compile import compile_query
from goal_semantics.joins import Located, Steps, locate
from goal_semantics.model import Catalog, Relationship
from goal_semantics.query import (
    OWN_TIME,
    And,
    Condition,
    Filter,
    Grouping,
    Measure,
    MetricCondition,
    Not,
    Or,
    SemanticQuery,
)

_AS_OF = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)


def broken_keys(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> Mapping[str, str]:
    """Datasets that are joined by what does not tell their rows apart, and by what."""
    found = dict[str, str]()
    for each in catalog.relationships:
        compiled = compile_query(_repeated(each), catalog, "duckdb", as_of=_AS_OF)
        try:
            repeated = connection.execute(compiled.text, compiled.parameters).fetchall()
        except duckdb.CatalogException:  # a table that the set leaves out; a case that reads it fails by itself
            continue
        if repeated:
            found[each.to_dataset] = ", ".join(each.to_key)
    return found


def undetermined(query: SemanticQuery, catalog: Catalog, facts: tuple[str, ...], broken: Mapping[str, str]) -> str:
    """Why the answer depends on how joins are made; empty where it does not."""
    for fact in facts:
        ways = dict[str, set[Steps]]()
        for path in _paths(query):
            located = locate(catalog, fact, path)
            if isinstance(located, Located):
                for at, step in enumerate(located.steps, start=1):
                    ways.setdefault(step.target, set()).add(located.steps[at:])
        for dataset, beyond in ways.items():
            if dataset in broken and len(beyond) > 1:
                return (
                    f"“{dataset}” has several rows per ({broken[dataset]}) and is passed on {len(beyond)} ways: "
                    "which of them belong together is not said."
                )
    return ""


def _paths(query: SemanticQuery) -> Iterator[str]:
    found = [each.field for each in query.groupings] + list(_fields(query.filter))
    yield from (each for each in found if each.split(".", 1)[0] != OWN_TIME)


def _fields(item: Filter | None) -> Iterator[str]:
    match item:
        case And(items=items) | Or(items=items):
            for each in items:
                yield from _fields(each)
        case Not(item=inner):
            yield from _fields(inner)
        case Condition(field=path):
            yield path
        case _:
            return


def _repeated(step: Relationship) -> SemanticQuery:
    """A key that several rows have."""
    paths = tuple(f"{step.to_dataset}.{name}" for name in step.to_key)
    present = tuple(Condition(field=path, op="is not null") for path in paths)
    rows = Measure(agg="count", field=step.to_dataset)
    return SemanticQuery(
        measures=(rows,), groupings=tuple(Grouping(field=path) for path in paths), limit=1,
        filter=And(items=(*present, MetricCondition(measure=rows, op=">", values=(1,)))),
    )  # fmt: skip
