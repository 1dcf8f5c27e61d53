"""Where a metric comes from: the metrics it is made of, the fields these read, and the columns behind the fields."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from goal_semantics.issues import Issues
from goal_semantics.lineage import trace
from goal_semantics.meaning.spec import dataset_of, definition, expressions, found_at, own_dataset, parts, texts
from goal_semantics.model import Catalog, Dataset, Expression, Field, Metric
from goal_semantics.query import Measure, SemanticQuery
from goal_semantics.resolve import author, resolve

_ANY_MOMENT = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class FieldOrigin:
    """A field that is read, `path` being `dataset.field`; its SQL where it is not just a column; the columns behind it."""

    path: str
    sql: str
    columns: tuple[str, ...]
    """`table.column`; `table.*` for rows that are counted."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One metric and everything below it. `fields` are read by its own definition, not by its parts."""

    metric: str
    title: str
    kind: str
    definition: str
    parts: tuple[Origin, ...]
    fields: tuple[FieldOrigin, ...]
    joins: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the metric depends on, at any depth."""
        own = (column for field in self.fields for column in field.columns)
        below = (column for part in self.parts for column in part.columns)
        return tuple(dict.fromkeys((*own, *below)))


def origin(catalog: Catalog, name: str) -> Origin:
    """Where a metric of a valid catalog comes from. Errors: KeyError."""
    return _origin(catalog, catalog.metric[name], frozenset())


def _origin(catalog: Catalog, metric: Metric, above: frozenset[str]) -> Origin:
    inner = tuple(
        _origin(catalog, catalog.metric[name], above | {metric.name})
        for name in parts(metric)
        if name in catalog.metric and name not in above | {metric.name}
    )
    paths, joins = _read(catalog, metric)
    below = {field.path for part in inner for field in _all_fields(part)}
    own = tuple(_field(catalog, path) for path in paths if path not in below)
    return Origin(
        metric.name, metric.title, metric.spec.kind, definition(metric), inner, own, joins
    )  # fmt: skip


def _all_fields(of: Origin) -> tuple[FieldOrigin, ...]:
    return (*of.fields, *(field for part in of.parts for field in _all_fields(part)))


def _read(catalog: Catalog, metric: Metric) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fields and joins as the compiler finds them, and what the definition itself names."""
    fields, joins = dict.fromkeys(_named(catalog, metric)), dict[str, None]()
    question = resolve(SemanticQuery(measures=(Measure(metric=metric.name),)), catalog, _ANY_MOMENT)
    if not isinstance(question, Issues):
        [entry] = trace(question, (metric.name,))
        fields, joins = dict.fromkeys((*entry.fields, *fields)), dict.fromkeys(entry.joins)
    return tuple(fields), tuple(joins)


def _named(catalog: Catalog, metric: Metric) -> Iterator[str]:
    """`dataset.field` of what the SQL and the paths of a definition lead to."""
    dataset = catalog.dataset.get(dataset_of(catalog, metric))
    if dataset is None:
        return
    own = (name for each in expressions(metric.spec) for name in _names(each)) if own_dataset(metric.spec) else ()
    for name in (*own, *(text for text in texts(metric.spec) if "." in text or text in dataset.by_name)):
        found = found_at(catalog, dataset.name, name)
        if found is not None:
            yield f"{found.dataset}.{found.field}"


def _names(written: Expression) -> tuple[str, ...]:
    try:
        return author.names(written)
    except author.Unreadable:
        return ()


def _field(catalog: Catalog, path: str) -> FieldOrigin:
    name, _, of = path.partition(".")
    dataset = catalog.dataset[name]
    field = dataset.by_name.get(of)
    if of == "*" or field is None:
        return FieldOrigin(path, "", (f"{table_of(dataset)}.{of}",))
    columns = tuple(dict.fromkeys(_columns(catalog, dataset, field, frozenset())))
    bare = field.expression is None or columns == (f"{table_of(dataset)}.{field.expression.text}",)
    return FieldOrigin(path, "" if bare or field.expression is None else field.expression.text, columns)


def _columns(catalog: Catalog, dataset: Dataset, field: Field, above: frozenset[Field]) -> Iterator[str]:
    """The columns behind a field; those of other tables where its SQL leads over relationships."""
    if field.expression is None:
        yield f"{table_of(dataset)}.{field.name}"
        return
    for name in _names(field.expression):
        far = found_at(catalog, dataset.name, name) if "." in name else None
        if far is None:
            yield f"{table_of(dataset)}.{name.removeprefix(f'{dataset.name}.')}"
        elif (there := catalog.dataset[far.dataset].by_name[far.field]) not in above:
            yield from _columns(catalog, catalog.dataset[far.dataset], there, above | {field})


def table_of(dataset: Dataset) -> str:
    """The table that a dataset reads; for a query the tables in it, in parentheses."""
    source = author.source(dataset.source)
    if isinstance(source, exp.Subquery):
        named = {each.alias_or_name for each in source.find_all(exp.CTE)}
        tables = (".".join(part.name for part in each.parts) for each in source.find_all(exp.Table))
        return f"({', '.join(dict.fromkeys(each for each in tables if each not in named))})"
    return ".".join(part.name for part in source.parts) if isinstance(source, exp.Table) else dataset.source
