"""Small frames of every shape, made of Arrow arrays as a connector returns them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from goal_semantics.compiled import ColumnRole, OutputColumn
from goal_semantics.model import DataType, Format, Grain
from jupyter_goal.core.frame import ResultFrame


def time(name: str = "month", grain: Grain = "month", type: DataType = "date") -> OutputColumn:
    return OutputColumn(name, "time", name, type, field="flights.scheduled_departure", grain=grain)


def dimension(name: str = "carrier", type: DataType = "string") -> OutputColumn:
    return OutputColumn(name, "dimension", name, type, field=f"flights.{name}")


def measure(
    name: str = "flights", type: DataType = "integer", *, role: ColumnRole = "measure", of: str = "", unit: str = "",
    format: Format | None = None, additive: bool = True,
) -> OutputColumn:  # fmt: skip
    label = name.replace("_", " ")
    return OutputColumn(name, role, label, type, measure=of or name, unit=unit, format=format, additive=additive)


def frame(
    *columns: tuple[OutputColumn, Sequence[Any] | pa.Array],
    truncated: bool = False,
    remainder: Sequence[int] = (),
) -> ResultFrame:
    arrays = [values if isinstance(values, pa.Array) else pa.array(values) for _, values in columns]
    described = tuple(column for column, _ in columns)
    return ResultFrame(
        pa.table(arrays, names=[c.name for c in described]),
        described,
        truncated=truncated,
        remainder=frozenset(remainder),
    )


def months(count: int, start: datetime.date = datetime.date(2013, 1, 1)) -> list[datetime.date]:
    first = start.year * 12 + start.month - 1
    return [datetime.date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(count)]


def decimals(*values: str | None, precision: int = 38, scale: int = 2) -> pa.Array:
    return pa.array([None if v is None else Decimal(v) for v in values], pa.decimal128(precision, scale))
