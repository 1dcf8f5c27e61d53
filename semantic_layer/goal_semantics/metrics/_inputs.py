"""What definitions say about the metrics that they are made of."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, SerializerFunctionWrapHandler, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from goal_semantics.interval import Interval
from goal_semantics.metrics._words import condition
from goal_semantics.model import Border, Expression, Grain
from goal_semantics.query import Filter


def _narrowing(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class Input(Border):
    """A metric that another one is made of; in YAML also just its name.

    `filter` narrows its rows (SQL over the fields of its dataset, or a filter of a query), `offset` and `offset_to` take
    its value of an earlier time, `fill` stands where it has none, `alias` is its name in an expression.
    """

    metric: str
    filter: Annotated[Expression | Filter | None, BeforeValidator(_narrowing)] = None
    offset: Interval | None = None
    offset_to: Grain | None = None
    fill: int | float | None = None
    alias: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_name(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"metric": value}
        if isinstance(value, dict | Input):
            return value
        raise PydanticCustomError("string_type", "expected the name of a metric")

    @model_validator(mode="after")
    def _one_offset(self) -> Input:
        if self.offset is not None and self.offset_to is not None:
            raise ValueError("“offset” and “offset_to” exclude each other")
        return self

    @model_serializer(mode="wrap")
    def _as_name(self, handler: SerializerFunctionWrapHandler) -> Any:
        return self.metric if self.bare else handler(self)

    @property
    def bare(self) -> bool:
        """Whether it is just a metric."""
        return all(getattr(self, name) is None for name in type(self).model_fields if name != "metric")

    @property
    def name(self) -> str:
        """What an expression calls it."""
        return self.alias or self.metric

    def __str__(self) -> str:
        words = [self.metric]
        if self.filter is not None:
            words.append(f"where {self.filter.text if isinstance(self.filter, Expression) else condition(self.filter)}")
        words += [f"{self.offset} earlier"] if self.offset else []
        words += [f"at the start of the {self.offset_to}"] if self.offset_to else []
        words += [f"or {self.fill:g}"] if self.fill is not None else []
        return " ".join(words)
