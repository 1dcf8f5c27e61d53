"""What a column of an answer is called where people read it."""

from __future__ import annotations

from goal_semantics.compiled import OutputColumn


def column_label(column: OutputColumn) -> str:
    """Its label; a time that was grouped is called by its periods: "month of scheduled departure"."""
    label = column.label or column.name.replace("_", " ")
    if column.role != "time" or column.grain is None or column.grain in label.lower().split():
        return label
    return f"{column.grain} of {label}"
