"""What compilation returns: text and parameters to execute, a pasteable form, and what every column means."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from goal_semantics.dialects import Dialect
from goal_semantics.model import DataType, Format, Grain
from goal_semantics.query import Scalar, SemanticQuery

ColumnRole = Literal[
    "dimension", "time", "measure", "previous", "change", "change_pct", "share", "cumulative", "rolling", "rank",
    "level", "detail", "remainder",
]  # fmt: skip
"""`level`: how many groupings a row has rolled up. `remainder`: 1 in the rows of others that a top has left over, else 0;
for whoever reads the answer, not to be shown."""


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """One column of the result and its meaning."""

    name: str
    role: ColumnRole
    label: str
    type: DataType
    field: str | None = None
    """Path of the dimension (groupings, detail)."""
    measure: str | None = None
    """Name of the measure this column shows or was derived from."""
    grain: Grain | None = None
    format: Format | None = None
    unit: str = ""
    additive: bool = False
    """Values of disjoint groups add up to the value of their union (sums and counts of rows)."""
    range: tuple[float | None, float | None] = (None, None)


@dataclass(frozen=True, slots=True)
class LineageEntry:
    """Where a column comes from: definition in words, SQL as the author wrote it, fields and joins used."""

    column: str
    definition: str
    datasets: tuple[str, ...]
    fields: tuple[str, ...]
    """`dataset.field` paths."""
    joins: tuple[str, ...] = ()
    """Relationship names, in order of the path."""


@dataclass(frozen=True, slots=True)
class Window:
    """A resolved time window: start included, end excluded; None: open. `field` is the path it applies to."""

    field: str
    start: datetime.datetime | datetime.date | None
    end: datetime.datetime | datetime.date | None


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """For one dialect. `text` with `parameters` is executed; `display` holds typed literals and gives the same rows.

    Placeholders are those of the dialect's driver: `?` (duckdb, snowflake, databricks, spark), `%s` (postgres, where `%%`
    stands for a percent sign, so `parameters` are always handed over, also when there are none).
    """

    query: SemanticQuery
    dialect: Dialect
    text: str
    parameters: tuple[Scalar, ...]
    display: str
    columns: tuple[OutputColumn, ...]
    lineage: tuple[LineageEntry, ...]
    datasets: tuple[str, ...]
    """Every dataset that is read."""
    windows: tuple[Window, ...] = ()
    compared: tuple[Window, ...] = ()
    """The windows moved to the period that is compared with."""
    policies: tuple[str, ...] = ()
    limit: int | None = None
    """Rows asked + 1: as many rows mean that the cap was hit. A query's own `limit` is exact in the SQL, so it never is."""
