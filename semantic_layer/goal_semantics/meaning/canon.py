"""The meaning of things as values that compare: names are followed to tables and SQL, words for people are left out.

A field that is renamed together with everything that reads it, SQL that is laid out anew, and lists in another order mean
the same. What a name leads to is part of what is named: a metric means its parts, their fields, and the joins on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.meaning.spec import dataset_of, found_at, own_dataset, parts
from goal_semantics.model import Catalog, Dataset, Expression, Field, Format, Metric, Relationship
from goal_semantics.resolve import author

Meaning = tuple[object, ...]
QUOTE = '"'
_WORDS = frozenset({"name", "label", "description", "synonyms", "hidden"})
_ENDS = frozenset({"from_dataset", "to_dataset", "from_fields", "to_fields"})


@dataclass(slots=True)
class Canon:
    """The meanings of one catalog, each found once."""

    catalog: Catalog
    _metrics: dict[str, Meaning] = field(default_factory=dict)
    _sources: dict[str, str] = field(default_factory=dict)
    _values: dict[tuple[str, str], Meaning] = field(default_factory=dict)

    def metric(self, name: str, above: frozenset[str] = frozenset()) -> Meaning:
        """What a metric means. One that is defined by itself, which `validate` refuses, means its name there."""
        if name not in self.catalog.metric or name in above:
            return ("metric", name)
        if name not in self._metrics:
            self._metrics[name] = self._metric(self.catalog.metric[name], above | {name})
        return self._metrics[name]

    def dataset(self, dataset: Dataset) -> Meaning:
        """Whose rows they are, and what tells one from another."""
        keys = frozenset(frozenset(key) for key in dataset.unique_keys)
        return (self._source(dataset), frozenset(dataset.primary_key), keys, self.path(dataset, dataset.default_time))

    def field(self, dataset: Dataset, one: Field) -> Meaning:
        """What a field says of a row."""
        return (self._value_of(dataset, one), one.type, one.grain, one.unit, _currency(one.format))

    def relationship(self, one: Relationship) -> Meaning:
        """Which row belongs to which."""
        near, far = self._ends(one.from_dataset, one.from_fields), self._ends(one.to_dataset, one.to_fields)
        return (frozenset(zip(near, far, strict=False)), frozen(one.model_dump(exclude=set(_WORDS | _ENDS))))

    def sql(self, dataset: Dataset | None, written: Expression, names: dict[str, Meaning] | None = None) -> Meaning:
        """SQL over fields with every name followed, once per dialect that has its own text."""
        texts: list[tuple[Dialect, str]] = [(author.DEFAULT, written.text), *sorted(written.dialects.items())]
        return tuple((dialect, *self._followed(dataset, text, dialect, names or {})) for dialect, text in texts)

    def path(self, dataset: Dataset, path: str | None) -> object:
        """A field at a path and the joins on the way; what leads nowhere means its text."""
        found = found_at(self.catalog, dataset.name, path) if path else None
        if found is None:
            return path
        steps = tuple(
            frozenset((self._end(step.source, near), self._end(step.target, far)) for near, far in step.pairs)
            for step in found.steps
        )
        owner = self.catalog.dataset[found.dataset]
        return (steps, self.field(owner, owner.by_name[found.field]))

    def _metric(self, metric: Metric, above: frozenset[str]) -> Meaning:
        names = {name: self.metric(name, above) for name in parts(metric)}
        spoken = self.catalog.dataset.get(own_dataset(metric.spec) or dataset_of(self.catalog, metric))
        time = self.path(spoken, metric.time or spoken.default_time) if spoken else metric.time
        return (self._inside(metric.spec, spoken, names), time, metric.unit, _currency(metric.format))

    def _inside(self, value: Any, spoken: Dataset | None, names: dict[str, Meaning]) -> object:
        """A definition with its names followed: metrics, the dataset, fields and paths."""
        match value:
            case Expression():
                return self.sql(spoken, value, names)
            case BaseModel():
                return tuple(
                    (key, self._inside(getattr(value, key), spoken, names)) for key in type(value).model_fields
                )
            case tuple() | list():
                return tuple(self._inside(item, spoken, names) for item in value)
            case dict():
                return frozenset((key, self._inside(item, spoken, names)) for key, item in value.items())
            case str() if value in names:
                return names[value]
            case str() if spoken is not None and value == spoken.name:
                return self._source(spoken)
            case str() if spoken is not None and (value in spoken.by_name or "." in value):
                return self.path(spoken, value)
            case _:
                return value

    def _ends(self, name: str, fields: tuple[str, ...]) -> tuple[object, ...]:
        return tuple(self._end(name, each) for each in fields)

    def _end(self, name: str, of: str) -> object:
        dataset = self.catalog.dataset.get(name)
        one = dataset.by_name.get(of) if dataset else None
        return self._value_of(dataset, one) if dataset and one else (name, of)

    def _value_of(self, dataset: Dataset, one: Field) -> Meaning:
        """The value of a field: the rows and the SQL. Names in it are columns, not fields."""
        key = (dataset.name, one.name)
        if key not in self._values:
            bare = Dataset(name=dataset.name, source=dataset.source)
            same = ((author.DEFAULT, f'"{one.name.lower().replace(QUOTE, QUOTE * 2)}"', ()),)
            written = self.sql(bare, one.expression) if one.expression is not None else same
            self._values[key] = (self._source(dataset), written)
        return self._values[key]

    def _source(self, dataset: Dataset) -> str:
        if dataset.source not in self._sources:
            source = author.source(dataset.source)
            text = source.sql(author.DEFAULT, comments=False) if source is not None else dataset.source
            self._sources[dataset.source] = text
        return self._sources[dataset.source]

    def _followed(
        self, dataset: Dataset | None, text: str, dialect: Dialect, names: dict[str, Meaning]
    ) -> tuple[str, tuple[object, ...]]:
        """The text with fields replaced by their SQL and other names by marks, and what the marks stand for."""
        try:
            tree = exp.Paren(this=author.parse(Expression(text=text, dialects={dialect: text}), dialect))
        except author.Unreadable:
            return text, ()
        marks = list[object]()
        for each in list(tree.find_all(exp.Column)):
            found = self._name(dataset, each, dialect, names)
            if not isinstance(found, exp.Expr):
                marks.append(found)
                found = exp.Var(this=f"mark_{len(marks)}")
            each.replace(found)
        return tree.unnest().sql(dialect, comments=False), tuple(marks)

    def _name(
        self, dataset: Dataset | None, each: exp.Column, dialect: Dialect, names: dict[str, Meaning]
    ) -> exp.Expr | object:
        if each.name in names and not each.table:
            return names[each.name]
        if dataset is not None and each.table and each.table != dataset.name:
            return self.path(dataset, ".".join(part.name for part in each.parts))
        one = author.field_named(dataset, each.name) if dataset is not None else None
        if one is None or one.expression is None:
            return _column(each.name, quoted=bool(each.this.args.get("quoted")))
        inner = author.parse(one.expression, dialect).unnest()
        for column in list(inner.find_all(exp.Column)):
            if not column.table and column is not inner:
                column.replace(_column(column.name, quoted=bool(column.this.args.get("quoted"))))
        if isinstance(inner, exp.Column):
            return _column(inner.name, quoted=bool(inner.this.args.get("quoted")))
        return exp.Paren(this=inner)


def frozen(value: Any) -> object:
    """A dumped value that can be compared and hashed; the order of keys does not matter."""
    match value:
        case dict():
            return frozenset((key, frozen(item)) for key, item in value.items())
        case tuple() | list():
            return tuple(frozen(item) for item in value)
        case _:
            return value


def _column(name: str, *, quoted: bool) -> exp.Column:
    """A column; the case of unquoted letters does not matter."""
    return exp.Column(this=exp.Identifier(this=name if quoted else name.lower(), quoted=True))


def _currency(style: Format | None) -> str | None:
    return style.currency if style else None
