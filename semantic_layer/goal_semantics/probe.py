"""One extra query per step that measures what the checks need, in as few scans as possible.

The statement returns one row: for every fact its rows before and after the joins of the groupings, rows without a
partner, the extent of its time; for every measure its value without groupings and the inputs that were missing.
It judges nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import SupportsInt

from goal_semantics.compile.probing import Slots, probing
from goal_semantics.compile.statement import compile_question
from goal_semantics.compiled import CompiledQuery
from goal_semantics.dialects import Dialect
from goal_semantics.errors import QueryError
from goal_semantics.issues import Issues
from goal_semantics.model import Catalog
from goal_semantics.policy import Viewer
from goal_semantics.query import SemanticQuery
from goal_semantics.resolve import resolve
from goal_semantics.resolve.question import Question


@dataclass(frozen=True, slots=True)
class FactReading:
    """Measured over the rows of one fact dataset that satisfy the query's filters and window.

    `rows_in`: rows of the fact alone; `rows_joined`: the same after the joins of the groupings (equal, or fan-out/loss).
    `unmatched`: relationship path -> rows whose key found no partner (NULL or dangling).
    """

    dataset: str
    measures: tuple[str, ...]
    rows_in: int
    rows_joined: int
    time_min: datetime.datetime | datetime.date | None = None
    time_max: datetime.datetime | datetime.date | None = None
    """Of the fact's default time over ALL its rows (not only the window): "data until"."""
    unmatched: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class MeasureReading:
    """`total`: the measure without groupings (same filters). `nulls`: input rows that the aggregate ignored.

    `total` is None where conditions hide groups, and for distinct counts and medians by groups: parts never add up to it.
    """

    measure: str
    dataset: str
    total: object
    inputs: int
    nulls: int
    denominator_zero: bool = False


@dataclass(frozen=True, slots=True)
class ProbeReading:
    """The decoded row of the probe query."""

    facts: tuple[FactReading, ...]
    measures: tuple[MeasureReading, ...]


@dataclass(frozen=True, slots=True)
class CompiledProbe:
    """The statement of a probe and how to read the one row that it returns."""

    compiled: CompiledQuery
    slots: Slots

    def read(self, row: Sequence[object]) -> ProbeReading:
        """The measured values by what they mean."""
        facts = tuple(
            FactReading(
                fact.dataset, fact.measures, _count(row[fact.rows_in]), _count(row[fact.rows_joined]),
                _time(row, fact.time_min), _time(row, fact.time_max),
                tuple((path, _count(row[at])) for path, at in fact.unmatched),
            )
            for fact in self.slots.facts
        )  # fmt: skip
        measures = tuple(
            MeasureReading(
                each.measure, each.dataset, row[each.total] if each.total is not None else None,
                _count(row[each.inputs]), _count(row[each.nulls]) if each.nulls is not None else 0,
                each.denominator is not None and row[each.denominator] == 0,
            )
            for each in self.slots.measures
        )  # fmt: skip
        return ProbeReading(facts, measures)


def compile_probe(
    query: SemanticQuery,
    catalog: Catalog,
    dialect: Dialect,
    *,
    as_of: datetime.datetime,
    viewer: Viewer | None = None,
) -> CompiledProbe | None:
    """The probe of a query; None for details, which have nothing to add up. Errors: QueryError as for the query."""
    question = resolve(query, catalog, as_of)
    if isinstance(question, Issues):
        raise QueryError(question)
    if not isinstance(question, Question):
        return None
    relation, slots = probing(question)
    return CompiledProbe(compile_question(question, relation, catalog, dialect, viewer, slots.columns), slots)


def _count(value: object) -> int:
    return int(value) if isinstance(value, SupportsInt) else 0


def _time(row: Sequence[object], at: int | None) -> datetime.datetime | datetime.date | None:
    value = row[at] if at is not None else None
    return value if isinstance(value, datetime.date) else None
