"""Which columns go where: pure decisions on a shape, shared by the chart kinds."""

from __future__ import annotations

from goal_semantics.compiled import OutputColumn
from goal_semantics.model import NUMERIC
from jupyter_goal.charts import Shape
from jupyter_goal.charts._escape import plain
from jupyter_goal.core.chart import Axis
from jupyter_goal.core.label import column_label

MOST_PANELS = 4


def varying(shape: Shape) -> tuple[OutputColumn, ...]:
    """Dimensions that tell rows apart, the one with most values first."""
    counts = dict(zip(shape.dimensions, shape.distinct[len(shape.times) :], strict=True))
    return tuple(sorted((c for c in shape.dimensions if counts[c] > 1), key=lambda c: -counts[c]))


def values_of(shape: Shape, column: OutputColumn) -> int:
    """How many different values a time or dimension column has."""
    return dict(zip(shape.times + shape.dimensions, shape.distinct, strict=True))[column]


def moments(shape: Shape) -> int:
    """Different times, 0 without a single time column."""
    return shape.distinct[0] if len(shape.times) == 1 else 0


def ordered(column: OutputColumn) -> bool:
    """The values have an order of their own that a chart must keep."""
    return column.type in NUMERIC


def primary(shape: Shape) -> tuple[OutputColumn, ...]:
    """What was asked to be seen: a derived column stands for the measure it was derived from."""
    chosen: list[OutputColumn] = []
    for column in shape.measures:
        if column.role != "measure":
            continue
        derived = [c for c in shape.measures if c.measure == column.measure and c is not column]
        instead = [c for c in derived if c.role in {"share", "cumulative"}]
        compared = any(c.role == "previous" for c in derived)
        growth = [] if compared else [c for c in derived if c.role in {"change_pct", "change"}][-1:]
        chosen.extend(instead or growth or [column])
        chosen.extend(c for c in derived if c.role == "rolling")
    return tuple(chosen) or shape.measures


def previous(shape: Shape, column: OutputColumn) -> OutputColumn | None:
    """The same measure in the period it is compared with."""
    found = (c for c in shape.measures if c.role == "previous" and c.measure == column.measure)
    return next(found, None) if column.role == "measure" else None


def with_previous(shape: Shape) -> tuple[OutputColumn, ...]:
    """Primary measures, each followed by the one it is compared with."""
    pairs = ((column, previous(shape, column)) for column in primary(shape))
    return tuple(column for pair in pairs for column in pair if column is not None)


def axis_of(column: OutputColumn, *, log: bool = False) -> Axis:
    """The column as an axis."""
    return Axis(
        column=column.name, title=axis_title(column), unit=column.unit, format=column.format,
        log=log and column.type in NUMERIC,
    )  # fmt: skip


def axis_title(column: OutputColumn) -> str:
    """Label and unit: "Average delay (minutes)"."""
    label = plain(column_label(column))
    label = label[:1].upper() + label[1:]
    shown = column.format.style if column.format else "number"
    counted = column.role in {"share", "change_pct"} or shown in {"percent", "currency"}
    return label if counted or not column.unit or column.unit.lower() in label.lower() else f"{label} ({column.unit})"


def measured_in(column: OutputColumn) -> tuple[str, ...]:
    """Columns with equal answers may share an axis."""
    style = column.format.style if column.format else "number"
    if column.role in {"share", "change_pct"}:
        return ("percent", column.role)
    if column.role == "change":
        return ("change", style, column.unit)
    kind = {"integer": "number"}.get(style, style)
    currency = (column.format.currency or "") if column.format else ""
    return (kind, column.unit, currency)


def one_unit(columns: tuple[OutputColumn, ...]) -> bool:
    """They may share an axis."""
    return len({measured_in(column) for column in columns}) <= 1
