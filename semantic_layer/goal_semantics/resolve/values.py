"""Values as people and JSON give them, as the type that the field has; what does not fit is an Issue, never a guess."""

from __future__ import annotations

import datetime
import decimal
import math

from goal_semantics import calendar
from goal_semantics.issues import Issue
from goal_semantics.model import DataType
from goal_semantics.query import Scalar

_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
EXPECTED: dict[DataType, str] = {
    "integer": "a whole number",
    "decimal": "a number",
    "float": "a number",
    "boolean": "true or false",
    "date": "a date (2024-03-31)",
    "time": "a time (13:45)",
    "timestamp": "a time stamp (2024-03-31 13:45)",
    "timestamp_tz": "a time stamp (2024-03-31 13:45)",
    "string": "text",
}


def coerce(value: Scalar, kind: DataType, path: str, zone: str) -> Scalar | Issue:
    """The value as this type; NULL stays NULL. Time stamps come back naive, in `zone`."""
    if value is None:
        return None
    try:
        return _READERS[kind](value) if kind not in {"timestamp", "timestamp_tz"} else _moment(value, zone)
    except (ValueError, ArithmeticError, TypeError):
        return Issue(f"{_shown(value)} is not {EXPECTED.get(kind, kind)}.", path, f"“{path}” is of type {kind}.")


def whole_day(value: Scalar) -> bool:
    """Whether a value names a day rather than a moment: a date, or text without a time."""
    if isinstance(value, str):
        return len(value.strip()) <= len("2024-03-31")
    return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)


def _refuse_bool(value: Scalar) -> None:
    if value is True or value is False:
        raise ValueError(value)


def _integer(value: Scalar) -> Scalar:
    _refuse_bool(value)
    if isinstance(value, int):
        return value
    number = decimal.Decimal(str(value).strip())
    if number != number.to_integral_value():
        raise ValueError
    return int(number)


def _decimal(value: Scalar) -> Scalar:
    _refuse_bool(value)
    number = value if isinstance(value, int | decimal.Decimal) else decimal.Decimal(str(value).strip())
    if isinstance(number, decimal.Decimal) and not number.is_finite():
        raise ValueError
    return number


def _float(value: Scalar) -> Scalar:
    _refuse_bool(value)
    if isinstance(value, int):
        return value
    number = float(value) if isinstance(value, str | float | decimal.Decimal) else math.nan
    if not math.isfinite(number):
        raise ValueError
    return number


def _boolean(value: Scalar) -> Scalar:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in _WORDS:
        raise ValueError
    return _WORDS[word]


def _string(value: Scalar) -> Scalar:
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise ValueError


def _date(value: Scalar) -> Scalar:
    moment = _moment(value, "UTC")
    if moment != moment.replace(hour=0, minute=0, second=0, microsecond=0):
        raise ValueError
    return moment.date()


def _time(value: Scalar) -> Scalar:
    return datetime.time.fromisoformat(str(value).strip()).isoformat()


def _moment(value: Scalar, zone: str) -> datetime.datetime:
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value.strip())
    if isinstance(value, datetime.datetime):
        return calendar.local(value, zone)
    if isinstance(value, datetime.date):
        return datetime.datetime.combine(value, datetime.time())
    raise ValueError


def _as_is(value: Scalar) -> Scalar:
    return value


def _shown(value: Scalar) -> str:
    text = str(value)
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"


_READERS = {
    "string": _string,
    "integer": _integer,
    "decimal": _decimal,
    "float": _float,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
    "opaque": _as_is,
}
