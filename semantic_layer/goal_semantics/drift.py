"""A catalog held against the columns that its database has now: what was dropped or renamed since it was written.

Names only. Whether types changed, keys are unique or values still match is measured elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from goal_semantics.issues import Issue, Issues, near
from goal_semantics.model import Catalog, Dataset, Expression
from goal_semantics.resolve.author import DEFAULT, Unreadable, field_named, used

Columns = Mapping[str, Mapping[str, str]]
"""Table as SQL names it -> column -> native type."""


def compare(catalog: Catalog, columns: Columns) -> Issues:
    """One error for each missing table, and for each missing column wherever the catalog uses it."""
    found: list[Issue] = []
    for dataset in catalog.datasets:
        if dataset.source.lstrip().startswith("("):
            found.extend(_missing_tables(dataset, columns))
            continue
        table = _table(dataset.source, columns)
        if table is None:
            found.append(_no_table(dataset.source, dataset, columns))
        else:
            found.extend(_missing_columns(catalog, dataset, columns[table]))
    return Issues(tuple(found))


def _missing_tables(dataset: Dataset, columns: Columns) -> Iterator[Issue]:
    """Tables that a SELECT reads. One that cannot be parsed is reported by `validate`."""
    try:
        query = sqlglot.parse_one(dataset.source, dialect=DEFAULT)
    except SqlglotError:
        return
    own = {each.alias_or_name for each in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        name = ".".join(part.name for part in table.parts)
        if name not in own and table.name and _table(name, columns) is None:
            yield _no_table(name, dataset, columns)


def _missing_columns(catalog: Catalog, dataset: Dataset, columns: Mapping[str, str]) -> Iterator[Issue]:
    present = {name.lower() for name in columns}
    for path, expression, own in _expressions(catalog, dataset):
        for name in _names(expression, dataset.name):
            field = field_named(dataset, name)
            if name.lower() not in present and (field is None or field.name == own):
                message = f"the table “{dataset.source}” has no column “{name}”."
                suggestions = near(name, columns)
                hint = "" if suggestions else f"It has {', '.join(columns)}."
                yield Issue(message, path, hint or "Was it renamed or dropped?", suggestions)


def _expressions(catalog: Catalog, dataset: Dataset) -> Iterator[tuple[str, Expression, str]]:
    """Everything that reads columns of a dataset: its path, its SQL, and the field it defines."""
    for field in dataset.fields:
        path = f"datasets.{dataset.name}.fields.{field.name}"
        yield path, field.expression or Expression(text=_quoted(field.name)), field.name
    for metric in catalog.metrics:
        if getattr(metric.spec, "dataset", None) == dataset.name:
            for name in type(metric.spec).model_fields:
                part = getattr(metric.spec, name)
                if isinstance(part, Expression):
                    yield f"metrics.{metric.name}.{name}", part, ""
    for position, policy in enumerate(catalog.policies):
        if policy.dataset == dataset.name and policy.rows:
            yield f"policies.{position}.rows", Expression(text=policy.rows), ""


def _names(expression: Expression, dataset: str) -> tuple[str, ...]:
    try:
        return used(expression, dataset)
    except Unreadable:
        return ()


def _table(source: str, columns: Columns) -> str | None:
    """The table that a source names: equal parts from the right, the case only where two tables differ in it."""
    if source in columns:
        return source
    wanted = _parts(source)
    same = [name for name in columns if _same(_parts(name), wanted)]
    return same[0] if same else None


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    length = min(len(one), len(other))
    return bool(length) and one[-length:] == other[-length:]


def _parts(source: str) -> tuple[str, ...]:
    try:
        return tuple(part.name.lower() for part in exp.to_table(source, dialect=DEFAULT).parts)
    except SqlglotError:
        return (source.lower(),)


def _no_table(name: str, dataset: Dataset, columns: Columns) -> Issue:
    suggestions = near(name, columns)
    hint = "" if suggestions else f"It has {', '.join(sorted(columns)[:20]) or 'no tables'}."
    return Issue(f"the database has no table “{name}”.", f"datasets.{dataset.name}.source", hint, suggestions)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
