"""Results as they are shown: headline, chart and table with their receipt. These are wire types."""

from __future__ import annotations

from goal_semantics.model import Border, DataType, Format, Grain
from goal_semantics.scalar import Cell
from jupyter_goal.core.chart import ChartSpec, Figure
from jupyter_goal.core.receipt import Receipt


class TableColumn(Border):
    """One column as shown."""

    name: str
    label: str
    role: str
    """OutputColumn.role."""
    type: DataType
    unit: str = ""
    format: Format | None = None
    grain: Grain | None = None
    field: str | None = None
    measure: str | None = None


class Table(Border):
    """At most 200 rows for the page; `rows` counts what the result has. `text` is what people read, same shape."""

    columns: tuple[TableColumn, ...]
    values: tuple[tuple[Cell, ...], ...]
    """Decimals and integers beyond 2^53 as text, times in ISO form, NULL as null."""
    text: tuple[tuple[str, ...], ...]
    rows: int
    truncated: bool = False


class Artifact(Border):
    """What one step has shown."""

    id: str
    title: str
    headline: str = ""
    """One sentence whose numbers are cells of the table."""
    interpretation: str = ""
    spec: ChartSpec | None = None
    figure: Figure | None = None
    table: Table
    receipt: Receipt
    notes: tuple[str, ...] = ()
