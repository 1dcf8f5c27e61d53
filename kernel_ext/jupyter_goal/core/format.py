"""Values as text: the one family of functions behind tables, headlines and charts.

DECIMAL and integers are never passed through a float. NULL is "–", never 0. NaN and infinite are shown as errors.
A value that is not 0 is never shown as 0. Does not decide on units in prose: `with_unit` adds them.
"""

from __future__ import annotations

import datetime
import decimal
import math
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from goal_semantics.compiled import OutputColumn
from goal_semantics.model import NUMERIC
from jupyter_goal.core.cell import CellFormat
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.periods import clock_text, period_text

NULL = "–"
MOST_DECIMALS = 6
FLOAT_DIGITS_END = 1e15
"""From here on a DOUBLE does not hold every digit, so none are pretended."""
PLAIN_DIGITS_END = 1e12
"""Below it, 12 significant digits of a DOUBLE are what people wrote; above, every digit may belong to an identifier."""
_EXACT = decimal.Context(prec=200, rounding=decimal.ROUND_HALF_UP)
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "BRL": "R$"}
_WHOLE_CURRENCIES = frozenset({"JPY", "KRW", "CLP", "VND"})
_SECONDS = {
    "ms": 0.001, "millisecond": 0.001, "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0,
    "h": 3600.0, "hr": 3600.0, "hour": 3600.0, "d": 86400.0, "day": 86400.0,
}  # fmt: skip

Number = int | float | Decimal


def column_format(frame: ResultFrame, name: str) -> CellFormat:
    """The format of a column of this frame, found once, so that table, sentence and chart agree. Errors: KeyError."""
    if name not in frame.formats:
        frame.formats[name] = cell_format(frame.column(name), frame.table.column(name))
    return frame.formats[name]


def cell_format(column: OutputColumn, values: pa.ChunkedArray | None = None) -> CellFormat:
    """What the catalog says, completed by what the values need."""
    style = column.format.style if column.format else None
    decimals = column.format.decimals if column.format else None
    if column.type not in NUMERIC:
        return CellFormat("text", grain=column.grain)
    if style in {"text", "date"} or column.role in {"rank", "level"}:
        return CellFormat("plain")
    if style == "percent" or column.role in {"share", "change_pct"}:
        return _percent(column, decimals)
    if style == "currency":
        return _currency(column, decimals)
    if style == "duration":
        return CellFormat("duration", suffix=column.unit, seconds=_SECONDS.get(_singular(column.unit or "second"), 0.0))
    if column.role in {"dimension", "detail"} and style is None:
        return CellFormat("plain")
    whole = style == "integer" or column.type == "integer"
    places = decimals if decimals is not None else 0 if whole else _needed(values)
    return CellFormat("number", places, suffix="%" if column.unit == "%" else "")


def cell_text(value: object, form: CellFormat) -> str:
    """One cell as people read it."""
    match value:
        case None:
            return NULL
        case bool():
            return "yes" if value else "no"
        case float() if not math.isfinite(value):
            return f"⚠ {_not_finite(value)}"
        case Decimal() if not value.is_finite():
            return f"⚠ {_not_finite(float(value))}"
        case int() | float() | Decimal():
            return number_text(value, form)
        case datetime.date():
            return period_text(value, form.grain)
        case datetime.time():
            return clock_text(value)
        case bytes():
            return f"0x{value[:16].hex()}{'…' if len(value) > 16 else ''}"
        case _:
            return str(value)


def number_text(value: Number, form: CellFormat) -> str:
    """A finite number. Rounds half up, exactly, at `decimals`."""
    match form.style:
        case "plain" | "text":
            return _digits(_settled(value), None, separator="")
        case "duration" if form.seconds:
            return _duration(value, form.seconds)
        case "percent" | "points":
            value = _exact(value).scaleb(2, context=_EXACT)
        case _:
            pass
    sign, digits = _sign(_digits(value, form.decimals))
    return f"{sign}{form.prefix}{digits}{form.suffix if form.style != 'duration' else ''}"


def with_unit(text: str, unit: str) -> str:
    """A number in a sentence: "12.6 minutes". Percent signs and currencies are already in the text."""
    if not unit or unit == "%" or not text[-1:].isdigit() or text[:1] not in "-0123456789":
        return text
    return f"{text} {unit.removesuffix('s') if text in {'1', '-1'} and len(unit) > 2 else unit}"


def is_error(value: object) -> bool:
    """NaN and infinite: a cell that cannot be trusted, not a number."""
    return isinstance(value, float | Decimal) and not math.isfinite(value)


def _percent(column: OutputColumn, decimals: int | None) -> CellFormat:
    places = 1 if decimals is None else decimals
    if column.role == "change":
        return CellFormat("points", places, suffix=" pp")
    return CellFormat("percent", places, suffix="%")


def _currency(column: OutputColumn, decimals: int | None) -> CellFormat:
    code = (column.format.currency if column.format else None) or column.unit or "USD"
    symbol = _SYMBOLS.get(code.upper())
    places = decimals if decimals is not None else 0 if code.upper() in _WHOLE_CURRENCIES else 2
    return CellFormat("currency", places, prefix=symbol or f"{code} ")


def _needed(values: pa.ChunkedArray | None) -> int:
    """Decimals that tell the column's values apart without drowning them."""
    if values is None or values.null_count == len(values):
        return 2
    if pa.types.is_decimal(values.type):
        return _decimal_places(values)
    finite = values.filter(pc.is_finite(values))
    if not len(finite) or pc.all(pc.equal(finite, pc.floor(finite))).as_py():
        return 0
    largest = max(abs(float(pc.max(finite).as_py())), abs(float(pc.min(finite).as_py())))
    if largest >= 1:
        return 1 if largest >= 100 else 2
    return min(MOST_DECIMALS, 3 - math.floor(math.log10(largest)) - 1)


def _decimal_places(values: pa.ChunkedArray) -> int:
    scale = int(values.type.scale)
    if scale <= 2:
        return max(scale, 0)
    return next(
        (places for places in range(2, min(scale, MOST_DECIMALS)) if _exact_at(values, places)),
        min(scale, MOST_DECIMALS),
    )


def _exact_at(values: pa.ChunkedArray, places: int) -> bool:
    return bool(pc.all(pc.equal(pc.round(values, places), values)).as_py())


def _digits(value: Number, decimals: int | None, separator: str = ",") -> str:
    exact = _exact(value)
    if isinstance(value, float) and abs(value) >= FLOAT_DIGITS_END:
        return repr(value)
    if decimals is None:
        return f"{exact:{separator}f}".removesuffix(".0")
    text = f"{exact.quantize(Decimal(1).scaleb(-decimals), context=_EXACT):{separator}f}"
    if not value:
        return text.removeprefix("-")
    return text if text.strip("-0.,") else f"{exact:.2g}"


def _settled(value: Number) -> Number:
    """Without the last digits of a DOUBLE, which are the machine's: 37.975739999999995 is 37.97574."""
    return float(f"{value:.12g}") if isinstance(value, float) and abs(value) < PLAIN_DIGITS_END else value


def _exact(value: Number) -> Decimal:
    """Floats by the shortest text that gives the same float, so that 2.675 rounds as people read it."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _sign(text: str) -> tuple[str, str]:
    return ("-", text[1:]) if text.startswith("-") else ("", text)


def _duration(value: Number, seconds: float) -> str:
    total = float(value) * seconds
    sign, total = ("-" if total < 0 else ""), abs(total)
    if total < 60:
        return f"{sign}{total:.3g} s"
    if total < 3600:
        return f"{sign}{_pair(round(total), 60, 'min', 's')}"
    if total < 86400:
        return f"{sign}{_pair(round(total / 60), 60, 'h', 'min')}"
    return f"{sign}{_pair(round(total / 3600), 24, 'd', 'h')}"


def _pair(small: int, ratio: int, large_unit: str, small_unit: str) -> str:
    large, rest = divmod(small, ratio)
    return f"{large:,} {large_unit} {rest} {small_unit}" if rest else f"{large:,} {large_unit}"


def _singular(unit: str) -> str:
    word = unit.strip().lower()
    return word[:-1] if len(word) > 2 and word.endswith("s") else word


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "not a number"
    return "infinite" if value > 0 else "minus infinite"
