"""The statement that shows rows at fault, to be pasted into a console: the keys and the value, or the repeated keys."""

from __future__ import annotations

import datetime

from goal_semantics.compiled import CompiledQuery
from goal_semantics.contracts.broken import ROWS, Rows, by_key, latest, missing, other_value, outside, without_partner
from goal_semantics.contracts.overlaps import overlapping
from goal_semantics.contracts.statement import compiled_rows
from goal_semantics.dialects import Dialect
from goal_semantics.expectation import AcceptedValues, Apart, Freshness, NotNull, Partner, Range, RowCount, Unique
from goal_semantics.model import Catalog, DataType
from goal_semantics.relation import (
    AggCall,
    Aggregate,
    Call,
    Column,
    Constant,
    Derive,
    Filter,
    Limit,
    Ref,
    Relation,
    Sort,
    Term,
)
from goal_semantics.resolve.expected import Expected

FIRST = 20
"""Rows that a sample shows."""


def failing_rows(
    one: Expected, catalog: Catalog, dialect: Dialect, *, as_of: datetime.datetime, first: int = FIRST
) -> CompiledQuery:
    """The first rows that break a contract; for freshness and counts, the figure itself."""
    rows = Rows(catalog, one.dataset)
    rule = one.rule
    match rule:
        case NotNull():
            return _listed(one, rows, dialect, missing(rows, one.fields[0]), first)
        case AcceptedValues():
            return _listed(one, rows, dialect, other_value(rows, one.fields[0], rule), first)
        case Range():
            return _listed(one, rows, dialect, outside(rows, one.fields[0], rule), first)
        case Unique():
            repeated = Filter(by_key(rows, one.fields), Call(">", (Ref(ROWS), Constant(1))))
            return _keys(one, rows, dialect, repeated, first)
        case Partner():
            return _keys(one, rows, dialect, without_partner(catalog, one), first)
        case Apart():
            return _keys(one, rows, dialect, overlapping(rows, one.fields, rule), first, rule.start)
        case Freshness():
            call, kind = latest(rows, one.fields[0], as_of)
            return _figure(one, rows, dialect, Column(f"latest {one.fields[0]}", call), kind)
        case RowCount():
            return _figure(one, rows, dialect, Column(ROWS, AggCall("count")), "integer")


def _listed(one: Expected, rows: Rows, dialect: Dialect, at_fault: Term, first: int) -> CompiledQuery:
    """Rows with their primary key and the value, ordered by both."""
    dataset = rows.catalog.dataset[one.dataset]
    names = tuple(dict.fromkeys((*one.fields, *(name for name in dataset.primary_key if name in dataset.by_name))))
    shown = tuple(Column(name, rows.raw(name)) for name in names)
    chosen = Filter(rows.relation(), at_fault)
    ordered = Sort(chosen, tuple((column.term, False) for column in shown))
    return _statement(one, rows, dialect, Limit(Derive(ordered, shown), first), names)


def _keys(one: Expected, rows: Rows, dialect: Dialect, counted: Relation, first: int, *more: str) -> CompiledQuery:
    """Keys with the number of their rows, the most frequent first."""
    names = (*one.fields, *more, ROWS)
    shown = Derive(counted, tuple(Column(name, Ref(name)) for name in names))
    ordered = Sort(shown, ((Ref(ROWS), True), *((Ref(name), False) for name in names[:-1])))
    return _statement(one, rows, dialect, Limit(ordered, first), names)


def _figure(one: Expected, rows: Rows, dialect: Dialect, column: Column, kind: DataType) -> CompiledQuery:
    whole = Limit(Aggregate(rows.relation(), (), (column,)), 1)
    return compiled_rows(rows.catalog, dialect, one.dataset, whole, [(column.name, kind)])


def _statement(
    one: Expected, rows: Rows, dialect: Dialect, relation: Relation, names: tuple[str, ...]
) -> CompiledQuery:
    known = rows.catalog.dataset[one.dataset].by_name
    kinds: list[tuple[str, DataType]] = [(name, known[name].type if name in known else "integer") for name in names]
    return compiled_rows(rows.catalog, dialect, one.dataset, relation, kinds)
