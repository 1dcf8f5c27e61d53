"""Results: an Arrow table whose columns know what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goal_semantics.compiled import OutputColumn
from jupyter_goal.core.cell import CellFormat

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ResultFrame:
    """`table` has exactly the columns of `columns`, in order. `rows` counts what the warehouse returned.

    `truncated`: the row or byte cap was hit, so totals over this frame are not totals.
    """

    table: pa.Table
    columns: tuple[OutputColumn, ...]
    truncated: bool = False
    fingerprint: str = ""
    """Row order canonical, DOUBLE to 12 significant digits, DECIMAL exact."""
    remainder: frozenset[int] = frozenset()
    """Positions of the rows of what a top left over: nobody's highest or lowest, whatever they are called."""

    formats: dict[str, CellFormat] = field(default_factory=dict, compare=False, repr=False)
    """By column, as far as known. Parts of a frame (made with `dataclasses.replace`) are written like the whole."""

    @property
    def rows(self) -> int:
        """Number of rows at hand."""
        return int(self.table.num_rows)

    def column(self, name: str) -> OutputColumn:
        """The description of one column. Errors: KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
