"""The statement that measures the contracts of one dataset, and how to read the one row that it returns.

What one pass over the rows can tell is one aggregation; each key of several fields, and each foreign key, is counted by
key beside it. All of it is one statement.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, SupportsInt

from goal_semantics.compile.partners import guard_partners
from goal_semantics.compiled import CompiledQuery, OutputColumn
from goal_semantics.contracts.broken import ROWS, Rows, by_key, latest, missing, other_value, outside, without_partner
from goal_semantics.contracts.judge import Finding, judge_age, judge_count, judge_rows
from goal_semantics.contracts.overlaps import overlapping
from goal_semantics.dialects import Dialect
from goal_semantics.errors import InternalError, QueryError
from goal_semantics.expectation import AcceptedValues, Apart, Freshness, NotNull, Partner, Range, RowCount, Unique
from goal_semantics.issues import Issues
from goal_semantics.model import Catalog, DataType
from goal_semantics.passes import simplify
from goal_semantics.query import Measure, SemanticQuery
from goal_semantics.relation import AggCall, Aggregate, Align, Call, Column, Derive, Limit, Ref, Relation, Term
from goal_semantics.render import render
from goal_semantics.resolve.expected import Expected, expected

MOST = 200
"""Contracts in one statement: engines bound how long one may be."""

Judge = Callable[[Sequence[object]], Finding]


@dataclass(frozen=True, slots=True)
class Measuring:
    """A statement that measures contracts of one dataset; `read` judges the one row that it returns."""

    dataset: str
    contracts: tuple[Expected, ...]
    compiled: CompiledQuery
    judges: tuple[Judge, ...] = field(repr=False)

    def read(self, row: Sequence[object]) -> tuple[Finding, ...]:
        """One finding per contract, in order."""
        return tuple(judge(row) for judge in self.judges)


def compile_contracts(catalog: Catalog, dialect: Dialect, *, as_of: datetime.datetime) -> Iterator[Measuring]:
    """One statement per batch. Errors: QueryError."""
    for batch in batches(expected(catalog)):
        yield compile_batch(batch, catalog, dialect, as_of=as_of)


def batches(contracts: Sequence[Expected]) -> Iterator[tuple[Expected, ...]]:
    """The contracts of one dataset each; very many are several batches."""
    for _, those in groupby(contracts, lambda one: one.dataset):
        listed = tuple(those)
        yield from (listed[start : start + MOST] for start in range(0, len(listed), MOST))


def compile_batch(
    batch: tuple[Expected, ...], catalog: Catalog, dialect: Dialect, *, as_of: datetime.datetime
) -> Measuring:
    """The statement that measures contracts of one dataset. `as_of` is aware. Errors: QueryError."""
    dataset = batch[0].dataset
    sheet = _Sheet(catalog, Rows(catalog, dataset), as_of)
    total = sheet.show("rows", sheet.counted("rows", AggCall("count")))
    judges = tuple(_judge(sheet, one, total) for one in batch)
    main = Aggregate(sheet.rows.relation(), (), tuple(sheet.once), name=f"{dataset}_measured")
    relation: Relation = Align((main, *sheet.beside), (), "full", "measured") if sheet.beside else main
    whole = Limit(Derive(relation, tuple(column for column, _ in sheet.shown)), 1)
    shown = [(column.name, kind) for column, kind in sheet.shown]
    return Measuring(dataset, batch, compiled_rows(catalog, dialect, dataset, whole, shown), judges)


def compiled_rows(catalog: Catalog, dialect: Dialect, dataset: str, relation: Relation,
                  shown: Sequence[tuple[str, DataType]]) -> CompiledQuery:  # fmt: skip
    """A relation over the rows of a dataset as a statement. Errors: QueryError."""
    present = guard_partners(relation, catalog, dialect)
    if isinstance(present, Issues):
        raise QueryError(present)
    rendered = render(simplify(present), catalog, dialect)
    return CompiledQuery(
        query=SemanticQuery(measures=(Measure(agg="count", field=dataset),)),
        dialect=dialect,
        text=rendered.text,
        parameters=rendered.parameters,
        display=rendered.display,
        columns=tuple(OutputColumn(name, "detail", name, kind) for name, kind in shown),
        lineage=(),
        datasets=(dataset,),
    )


@dataclass(slots=True)
class _Sheet:
    """What one statement measures: aggregates of one pass, relations of one row beside it, and the columns shown."""

    catalog: Catalog
    rows: Rows
    as_of: datetime.datetime
    once: list[Column] = field(default_factory=list)
    beside: list[Relation] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)
    shown: list[tuple[Column, DataType]] = field(default_factory=list)

    def show(self, name: str, term: Term, kind: DataType = "integer") -> int:
        """The position of a column of the answer."""
        self.shown.append((Column(_free(name, {column.name for column, _ in self.shown}), term), kind))
        return len(self.shown) - 1

    def counted(self, name: str, call: AggCall) -> Ref:
        """An aggregate of the one pass; equal ones are computed once."""
        for known in self.once:
            if known.term == call:
                return Ref(known.name)
        free = _free(name, {column.name for column in self.once})
        self.once.append(Column(free, call))
        return Ref(free)

    def part(self, name: str, relation: Relation, measures: dict[str, AggCall]) -> tuple[Ref, ...]:
        """A relation of one row beside the pass."""
        known = {*(column.name for column in self.once), *self.parts}
        named = tuple(Column(_free(f"{name} {word}", known), call) for word, call in measures.items())
        self.parts |= {column.name for column in named}
        self.beside.append(Aggregate(relation, (), named, name=name))
        return tuple(Ref(column.name) for column in named)


def _free(name: str, taken: set[str]) -> str:
    count, free = 1, name
    while free in taken:
        count += 1
        free = f"{name} {count}"
    return free


def _judge(sheet: _Sheet, one: Expected, total: int) -> Judge:
    """Note what is measured for a contract; returns what judges it."""
    rule = one.rule
    match rule:
        case RowCount():
            return lambda row: judge_count(one, rule, _count(row[total]))
        case Freshness():
            return _aged(sheet, one, rule, total)
        case _:
            at = sheet.show(_name(one), _failing(sheet, one))
            return lambda row: judge_rows(one, _count(row[total]), _count(row[at]))


def _failing(sheet: _Sheet, one: Expected) -> Term:
    """How many rows break a contract."""
    rows, rule, name = sheet.rows, one.rule, one.fields[0]
    match rule:
        case NotNull():
            return sheet.counted(f"{name} missing", AggCall("count", None, missing(rows, name)))
        case AcceptedValues():
            return sheet.counted(f"{name} other", AggCall("count", None, other_value(rows, name, rule)))
        case Range():
            return sheet.counted(f"{name} outside", AggCall("count", None, outside(rows, name, rule)))
        case Unique() if len(one.fields) == 1:
            present = sheet.counted(f"{name} present", AggCall("count", rows.raw(name)))
            distinct = sheet.counted(f"{name} distinct", AggCall("count_distinct", rows.raw(name)))
            return Call("-", (present, distinct))
        case Unique():
            keyed = by_key(Rows(sheet.catalog, one.dataset), one.fields)
            counts = {ROWS: AggCall("sum", Ref(ROWS)), "keys": AggCall("count")}
            return Call("-", sheet.part(f"{'_'.join(one.fields)}"[:60], keyed, counts))
        case Partner():
            lost = without_partner(sheet.catalog, one)
            [found] = sheet.part(f"without_{one.partner}"[:60], lost, {ROWS: AggCall("sum", Ref(ROWS))})
            return found
        case Apart():
            twice = overlapping(Rows(sheet.catalog, one.dataset), one.fields, rule)
            [found] = sheet.part("overlaps", twice, {"starts": AggCall("count")})
            return found
        case Freshness() | RowCount():
            raise InternalError(f"{rule.kind} is not about single rows")


def _name(one: Expected) -> str:
    return f"{'_'.join(one.fields)} {one.rule.kind}"


def _aged(sheet: _Sheet, one: Expected, rule: Freshness, total: int) -> Judge:
    [name] = one.fields
    call, kind = latest(sheet.rows, name, sheet.as_of)
    assert isinstance(call, AggCall)
    at = sheet.show(_name(one), sheet.counted(f"{name} latest", call), kind)
    zone, as_of = sheet.catalog.calendar.time_zone, sheet.as_of
    instant = sheet.rows.scope.field(sheet.rows.located(name)).type == "timestamp_tz"

    def judge(row: Sequence[object]) -> Finding:
        value = row[at]
        found = value if isinstance(value, datetime.date) else None
        if instant and isinstance(found, datetime.datetime):
            found = found.replace(tzinfo=found.tzinfo or datetime.UTC)
        return judge_age(one, rule, _count(row[total]), found, as_of, zone)

    return judge


def _count(value: Any) -> int:
    """A sum over no groups is NULL: nothing was counted."""
    return int(value) if isinstance(value, SupportsInt) else 0
