"""Datasets in the making: fields by what they compute, columns that need a field, names that must not hide a column.

In a catalog, keys and relationships are made of fields, and a metric's SQL finds fields before columns. In other formats they
are made of columns. `Draft.column` is the way across: the name under which a catalog finds exactly that column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.load._sql import column_name, expression
from goal_semantics.model import Dataset, Expression, Field


@dataclass(slots=True)
class Made:
    """A field in the making: what the catalog says of it, and its SQL over columns as a tree."""

    field: Field
    tree: exp.Expr
    written: Expression | None = None
    """The SQL as the source gives it for several engines; None: the tree says it all."""

    @property
    def column(self) -> str | None:
        """The column that it is, if it is nothing but a column."""
        return column_name(self.tree)


@dataclass(slots=True)
class Draft:
    """A dataset in the making. Names are compared without case, as engines compare them."""

    name: str
    source: str
    dialect: Dialect
    made: dict[str, Made] = field(default_factory=dict)
    keys: list[tuple[str, ...]] = field(default_factory=list)
    primary_key: tuple[str, ...] = ()
    header: dict[str, object] = field(default_factory=dict)

    def add(self, new: Field, tree: exp.Expr, written: Expression | None = None) -> bool:
        """Add a field; False if its name is taken."""
        if new.name.lower() in self.made:
            return False
        self.made[new.name.lower()] = Made(new, tree, written)
        return True

    def find(self, name: str) -> Made | None:
        """The field of that name."""
        return self.made.get(name.lower())

    def column(self, name: str) -> str:
        """The field that is this column of the source; made, hidden, where there is none."""
        same = [made for made in self.made.values() if (made.column or "").lower() == name.lower()]
        own = [made for made in same if made.field.name.lower() == name.lower()]
        if same:
            return (own or same)[0].field.name
        free = name
        while free.lower() in self.made:
            free = f"{free}_column"
        self.add(Field(name=free, role="key", hidden=True), exp.column(exp.to_identifier(name)))
        return free

    def raw(self, name: str) -> str:
        """The name by which a metric's SQL finds this column: its own, unless a field that is something else has it."""
        named = self.find(name)
        hidden = named is not None and (named.column or "").lower() != name.lower()
        return self.column(name) if hidden else name

    def unique(self, names: Iterable[str]) -> None:
        """Declare that these fields identify a row."""
        key = tuple(names)
        known = (self.primary_key, *self.keys)
        if key and not any(set(each) == set(key) for each in known):
            self.keys.append(key)

    def dataset(self) -> Dataset:
        """The dataset."""
        fields = tuple(made.field.model_copy(update={"expression": self._written(made)}) for made in self.made.values())
        return Dataset.model_validate(
            {
                "name": self.name,
                "source": self.source,
                "primary_key": self.primary_key,
                "unique_keys": tuple(self.keys),
                **self.header,
                "fields": fields,
            }
        )

    def _written(self, made: Made) -> object:
        if made.written is None and made.column == made.field.name and not made.tree.this.quoted:
            return None
        return made.written or expression(made.tree, self.dialect)
