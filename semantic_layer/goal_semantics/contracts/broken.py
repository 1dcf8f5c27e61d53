"""Which rows break a contract, as terms and relations. Every measure and every sample is made of these."""

from __future__ import annotations

import datetime
import sys
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from goal_semantics.expectation import AcceptedValues, Range
from goal_semantics.issues import Issue
from goal_semantics.joins import Located, attach
from goal_semantics.model import Catalog, DataType
from goal_semantics.query import Scalar
from goal_semantics.relation import (
    AggCall,
    Aggregate,
    Call,
    Column,
    Derive,
    Filter,
    Join,
    Literal,
    Ref,
    Relation,
    Term,
    ToZone,
    conjunction,
)
from goal_semantics.resolve.expected import Expected
from goal_semantics.resolve.scope import Scope

ROWS = "rows"
"""Name of the count of rows by key."""
PARTNER = "partner"


@dataclass(slots=True)
class Rows:
    """The rows of one dataset, with the joins that its fields turn out to need."""

    catalog: Catalog
    dataset: str
    scope: Scope = field(init=False)

    def __post_init__(self) -> None:
        self.scope = Scope(self.catalog, self.dataset, list[Issue]())

    def located(self, name: str) -> Located:
        """A field of the dataset itself."""
        return self.scope.use(Located(self.dataset, (), self.dataset, name))

    def value(self, name: str) -> Term:
        """A field; an instant as the wall clock of the catalog's zone."""
        return self.scope.local(self.located(name))

    def raw(self, name: str) -> Term:
        """A field as it is stored."""
        return self.scope.term(self.located(name))

    def kind(self, name: str) -> DataType:
        """The type of `value`."""
        return self.scope.kind(self.located(name))

    def relation(self) -> Relation:
        """All rows."""
        return attach(self.dataset, tuple(self.scope.used))

    def having(self, names: tuple[str, ...]) -> Relation:
        """The rows that have every one of these fields."""
        present = tuple(Call("not", (Call("is null", (self.raw(name),)),)) for name in names)
        condition = conjunction(present)
        return Filter(self.relation(), condition) if condition is not None else self.relation()


def missing(rows: Rows, name: str) -> Term:
    """Whether a row lacks the field."""
    return Call("is null", (rows.raw(name),))


def other_value(rows: Rows, name: str, rule: AcceptedValues) -> Term:
    """Whether a row has a value beside the accepted ones."""
    kind = rows.kind(name)
    listed = tuple(Literal(value, _literal(kind, value)) for value in rule.values)
    return Call("not", (Call("in", (rows.value(name), *listed)),))


def outside(rows: Rows, name: str, rule: Range) -> Term:
    """Whether the value of a row is outside of the range. NaN and infinity are greater than the largest double."""
    kind, value = rows.kind(name), rows.value(name)
    edges = list[Term]()
    if rule.minimum is not None:
        edges.append(Call("<", (value, Literal(rule.minimum, _literal(kind, rule.minimum)))))
    if rule.maximum is not None:
        edges.append(Call(">", (value, Literal(rule.maximum, _literal(kind, rule.maximum)))))
    elif kind == "float":
        edges.append(Call(">", (value, Literal(sys.float_info.max, "float"))))
    if kind == "float" and rule.minimum is None:
        edges.append(Call("<", (value, Literal(-sys.float_info.max, "float"))))
    return edges[0] if len(edges) == 1 else Call("or", tuple(edges))


def by_key(rows: Rows, names: tuple[str, ...]) -> Relation:
    """How many rows have each key; rows that lack a part of it are left out."""
    keys = tuple(Column(name, rows.raw(name)) for name in names)
    return Aggregate(rows.having(names), keys, (Column(ROWS, AggCall("count")),), name=f"{rows.dataset}_by_key")


def without_partner(catalog: Catalog, one: Expected) -> Relation:
    """The keys that have no row in the partner dataset, and how many rows have each of them."""
    rows = Rows(catalog, one.dataset)
    there = Rows(catalog, one.partner)
    if one.every:
        keys = tuple(Column(name, rows.raw(name)) for name in one.fields)
        counted: Relation = Aggregate(
            rows.relation(), keys, (Column(ROWS, AggCall("count")),), name=f"{one.dataset}_by_key"
        )
    else:
        counted = by_key(rows, one.fields)
    far = tuple(Column(f"key {at}", there.raw(name)) for at, name in enumerate(one.partner_fields))
    partners = Derive(there.relation(), far, name=f"{one.partner}_keys")
    same = tuple(Call("=", (Ref(found.name, PARTNER), Ref(name))) for found, name in zip(far, one.fields, strict=True))
    return Join(counted, partners, "anti", same, PARTNER)


def latest(rows: Rows, name: str, as_of: datetime.datetime) -> tuple[Term, DataType]:
    """The latest value that is not after `as_of`. An instant comes as wall clock of UTC, which no clock change repeats."""
    stored = rows.scope.field(rows.located(name)).type
    if stored == "timestamp_tz":
        value: Term = ToZone(rows.raw(name), "UTC")
        limit: Scalar = as_of.astimezone(datetime.UTC).replace(tzinfo=None)
        return AggCall("max", value, Call("<=", (value, Literal(limit, "timestamp")))), "timestamp"
    here = as_of.astimezone(ZoneInfo(rows.catalog.calendar.time_zone)).replace(tzinfo=None)
    value = rows.raw(name)
    edge = Literal(here.date() if stored == "date" else here, stored)
    return AggCall("max", value, Call("<=", (value, edge))), stored


def _literal(kind: DataType, value: Scalar) -> DataType:
    return "decimal" if kind == "integer" and not isinstance(value, int) else kind
