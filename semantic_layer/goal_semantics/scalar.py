"""One value of a query, exact in JSON: what JSON lacks is tagged (`{"decimal": "1.10"}`), text stays text.

It does not know fields: whoever consumes a value that a person or a model wrote coerces it by the field's type.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import PlainSerializer, ValidatorFunctionWrapHandler, WrapValidator

_EXACT_INTEGERS = 2**53
"""Beyond them, readers of JSON lose the last digits."""

Written = bool | int | float | str | dict[str, str] | None
"""A value as it stands in JSON."""

_READERS: Mapping[str, Callable[[str], object]] = {
    "integer": int,
    "float": float,
    "decimal": Decimal,
    "date": datetime.date.fromisoformat,
    "timestamp": datetime.datetime.fromisoformat,
}


def _write(value: object) -> Written:
    match value:
        case int() if not isinstance(value, bool) and abs(value) > _EXACT_INTEGERS:
            return {"integer": str(value)}
        case float() if not math.isfinite(value):
            return {"float": str(value)}
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return {"decimal": str(value)}
        case datetime.datetime():
            return {"timestamp": value.isoformat()}
        case datetime.date():
            return {"date": value.isoformat()}
        case _:
            raise TypeError(f"{type(value).__name__} is not a value of a query")


def _read(value: Any, union: ValidatorFunctionWrapHandler) -> Any:
    match value:
        case None | bool() | int() | float() | str() | Decimal() | datetime.date():
            return value
        case dict() if len(value) == 1:
            tag, text = next(iter(value.items()))
            if tag in _READERS and isinstance(text, str):
                try:
                    return _READERS[tag](text)
                except InvalidOperation:
                    raise ValueError(f"{text} is not a number") from None
    return union(value)


Scalar = Annotated[
    bool | int | Decimal | float | datetime.datetime | datetime.date | str | None,
    WrapValidator(_read),
    PlainSerializer(_write, return_type=Written, when_used="json"),
]

Cell = bool | int | float | str | None
"""One value as the page gets it: decimals and integers beyond 2^53 as text, times in ISO form."""


def moment(value: object) -> object:
    """Text as a day or a time stamp; anything else as it is."""
    if not isinstance(value, str):
        return value
    return (
        datetime.date.fromisoformat(value)
        if len(value) == len("2013-01-01")
        else datetime.datetime.fromisoformat(value)
    )
