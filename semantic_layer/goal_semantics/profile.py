"""What was measured of a database: the input of `infer`. Pure values; connectors fill them."""

from __future__ import annotations

from dataclasses import dataclass, field

from goal_semantics.dialects import Dialect
from goal_semantics.model import DataType


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column: its type, how full and how distinct it is, and a few values."""

    name: str
    type: DataType
    native_type: str
    rows: int
    nulls: int
    distinct: int
    """Approximate where the engine only offers that."""
    samples: tuple[str, ...] = ()
    """All values when there are at most 50, else the most frequent ones."""
    minimum: str | None = None
    maximum: str | None = None

    @property
    def unique(self) -> bool:
        """No two rows share a value and none is missing."""
        return self.rows > 0 and self.nulls == 0 and self.distinct == self.rows


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Values of `child` columns that appear among the `parent` columns (which are unique): a candidate foreign key."""

    child_table: str
    child_columns: tuple[str, ...]
    parent_table: str
    parent_columns: tuple[str, ...]
    coverage: float
    """Share of the non-NULL child rows that find a parent, 0..1."""
    declared: bool = False


@dataclass(frozen=True, slots=True)
class TableProfile:
    """One table with its columns; `source` is how SQL names it."""

    name: str
    source: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    primary_key: tuple[str, ...] = ()
    """Declared, or the single column found unique."""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """One database as measured."""

    name: str
    tables: tuple[TableProfile, ...]
    inclusions: tuple[Inclusion, ...] = ()
    notes: tuple[str, ...] = field(default=())
    dialect: Dialect = "duckdb"
    """Whose names these are: engines fold what is not quoted."""
