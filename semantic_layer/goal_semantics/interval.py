"""A stretch of calendar time, as authors write it: `3 months`."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Literal, get_args

from pydantic import Field as Attribute
from pydantic import model_serializer, model_validator

from goal_semantics.border import Border

Grain = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]
_TEXT = re.compile(r"\s*(?:(\d{1,6})\s+)?([a-z]+?)s?\s*\Z")


class Interval(Border):
    """So many units of the calendar; written as text: `3 months`, `day`."""

    PATTERN: ClassVar[str] = rf"^\s*([0-9]{{1,6}}\s+)?({'|'.join(get_args(Grain))})s?\s*$"
    """What the text looks like, for JSON Schemas."""

    count: int = Attribute(ge=1)
    grain: Grain

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = _TEXT.match(value)
        if found is None or found[2] not in get_args(Grain):
            raise ValueError(f"expected an interval such as “3 months” ({', '.join(get_args(Grain))}); found “{value}”")
        return {"count": int(found[1] or 1), "grain": found[2]}

    @model_serializer
    def _as_text(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return f"{self.count} {self.grain}{'' if self.count == 1 else 's'}"
