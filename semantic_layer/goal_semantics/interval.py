"""A stretch of calendar time, as authors write it: `3 months`."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import BeforeValidator
from pydantic import Field as Attribute

from goal_semantics.border import Border

Grain = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]
_TEXT = re.compile(r"\s*(?:(\d{1,6})\s+)?([a-z]+?)s?\s*\Z")


class Interval(Border):
    """So many units of the calendar."""

    count: int = Attribute(ge=1)
    grain: Grain

    def __str__(self) -> str:
        return f"{self.count} {self.grain}{'s' if self.count > 1 else ''}"


def _spelled_out(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = _TEXT.match(value)
    if found is None or found.group(2) not in get_args(Grain):
        raise ValueError(f"expected an interval such as “3 months” ({', '.join(get_args(Grain))}); found “{value}”")
    return {"count": int(found.group(1) or 1), "grain": cast(Grain, found.group(2))}


_PATTERN = rf"^\s*([0-9]{{1,6}}\s+)?({'|'.join(get_args(Grain))})s?\s*$"

IntervalText = Annotated[
    Interval,
    BeforeValidator(_spelled_out, json_schema_input_type=Annotated[str, Attribute(pattern=_PATTERN)] | Interval),
]
"""An interval, or its text."""
