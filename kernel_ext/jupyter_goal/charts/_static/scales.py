"""Values to places on paper, and the ticks people expect there."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass

from jupyter_goal.core.periods import MONTHS

_EPOCH = datetime.datetime.fromisoformat("1970-01-01")
_HOUR, _DAY = 3600.0, 86400.0
_STEPS = (1.0, 60.0, 300.0, 900.0, _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, _DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
_MOST_TICKS = 8
_UNITS = ((1e12, 1e12, "T"), (1e9, 1e9, "B"), (1e6, 1e6, "M"), (1e4, 1e3, "k"))


@dataclass(frozen=True, slots=True)
class Tick:
    """A place and its words."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Continuous:
    """A linear or logarithmic scale from values to pixels."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def place(self, value: float) -> float:
        """The pixel of a value."""
        low, high, value = (math.log10(v) if self.log else v for v in (self.low, self.high, value))
        return self.start + (self.end - self.start) * ((value - low) / ((high - low) or 1.0))


def value_ticks(low: float, high: float, *, log: bool, words: TickWords) -> list[Tick]:
    """Round numbers that span the values."""
    if log:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        factors = (1, 2, 5) if last - first <= 2 else (1,)
        values = [factor * 10.0**power for power in range(first, last + 1) for factor in factors]
        values = [value for value in values if 10.0**first <= value <= 10.0**last]
        return [Tick(value, words.write(value, value, value)) for value in values]
    step = _nice_step(high - low)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    largest = max(abs(first), abs(last)) * step
    return [Tick(n * step, words.write(n * step, step, largest)) for n in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class TickWords:
    """How the numbers of an axis are written: short."""

    percent: bool = False
    plain: bool = False
    prefix: str = ""
    suffix: str = ""

    def write(self, value: float, step: float, largest: float) -> str:
        """1,500,000 -> 1.5M, in the unit of the axis' largest; a percent axis multiplies by 100."""
        if self.percent:
            return f"{_trim(value * 100, step * 100)}%"
        sign, size = ("-" if value < 0 else ""), abs(value)
        if self.plain:
            return f"{sign}{_trim(size, step).replace(',', '')}"
        unit, letter = next(((unit, letter) for limit, unit, letter in _UNITS if largest >= limit), (1.0, ""))
        return f"{sign}{self.prefix}{_trim(size / unit, step / unit)}{letter if size else ''}{self.suffix}"


def seconds(text: str) -> float:
    """ISO wall time as seconds."""
    return (datetime.datetime.fromisoformat(text) - _EPOCH).total_seconds()


def time_ticks(low: float, high: float) -> list[Tick]:
    """At most eight, at calendar borders."""
    span = high - low
    step = next((step for step in _STEPS if span / step <= _MOST_TICKS), None)
    if step is not None and step <= 14 * _DAY:
        first = math.ceil(low / step)
        places = [n * step for n in range(first, math.floor(high / step) + 1)]
        return [Tick(place, _clock(place, step)) for place in places] or [Tick(low, _clock(low, _DAY))]
    return _month_ticks(low, high)


def spread(values: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest, apart even if equal."""
    low, high = min(values), max(values)
    return (low, high) if low < high else (low - (abs(low) or 1.0) * 0.5, high + (abs(high) or 1.0) * 0.5)


def _month_ticks(low: float, high: float) -> list[Tick]:
    start, end = _moment(low), _moment(high)
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    step = next(step for step in (*_MONTH_STEPS, 12000) if (last - first) / step <= _MOST_TICKS)
    months = range(-(-first // step) * step, last + 1, step)
    ticks = [Tick(_month_place(n), _month(n, step)) for n in months]
    return [tick for tick in ticks if low <= tick.value <= high]


def _month_place(number: int) -> float:
    return seconds(f"{number // 12:04d}-{number % 12 + 1:02d}-01")


def _month(number: int, step: int) -> str:
    return f"{number // 12}" if step % 12 == 0 else f"{MONTHS[number % 12]} {number // 12}"


def _clock(place: float, step: float) -> str:
    moment = _moment(place)
    day = f"{moment.day} {MONTHS[moment.month - 1]}"
    if step >= _DAY:
        return day
    return day if moment.time() == datetime.time() else moment.strftime("%H:%M" if step >= 60 else "%H:%M:%S")


def _moment(place: float) -> datetime.datetime:
    return _EPOCH + datetime.timedelta(seconds=place)


def _nice_step(span: float) -> float:
    rough = (span or 1.0) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * (1 - 1e-9))


def _trim(value: float, step: float) -> str:
    decimals = max(0, min(6, -math.floor(math.log10(step) + 1e-9) + (1 if f"{step:e}".startswith("2.5") else 0)))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
