"""One small frame per shape of data, with the intent it is drawn with: the cases of the contract and the snapshots."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pyarrow as pa

from goal_semantics.compiled import OutputColumn
from goal_semantics.model import Format
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.plan import ChartIntent
from tests.charts.frames import decimals, dimension, frame, measure, months, time

PERCENT = Format(style="percent")
DOLLARS = Format(style="currency", currency="USD")
AS_CHOSEN = ChartIntent()
LEVEL = OutputColumn("_level", "level", "level", "integer")
HOSTILE = '<script>alert(1)</script><b>%{y}</b> $x$ & "q" \u202e\n'


@dataclass(frozen=True, slots=True)
class Case:
    frame: ResultFrame
    intent: ChartIntent = AS_CHOSEN


def rate(name: str = "on_time_rate") -> OutputColumn:
    return measure(name, "float", format=PERCENT, additive=False)


def delay() -> OutputColumn:
    return measure("average_delay", "float", unit="minutes", additive=False)


def previous(name: str = "flights") -> OutputColumn:
    return measure(f"{name}_previous", role="previous", of=name)


def change_pct(name: str = "flights") -> OutputColumn:
    return measure(f"{name}_change_pct", "float", role="change_pct", of=name)


def share(name: str = "flights") -> OutputColumn:
    return measure(f"{name}_share", "float", role="share", of=name)


def by_month(*columns: OutputColumn) -> ResultFrame:
    values = [[100 + 7 * n * (k + 1) % 40 for n in range(12)] for k in range(len(columns))]
    return frame((time(), months(12)), *((c, v) for c, v in zip(columns, values, strict=True)))


def by_month_and(count: int, *columns: OutputColumn) -> ResultFrame:
    names = [f"C{n:02d}" for n in range(count) for _ in range(6)]
    values = [[1.0 + (n * 7 + k) % 11 for n in range(6 * count)] for k in range(len(columns))]
    typed = [[int(v) for v in vs] if c.type == "integer" else vs for c, vs in zip(columns, values, strict=True)]
    return frame((time(), months(6) * count), (dimension(), names), *zip(columns, typed, strict=True))


def by_carrier(count: int, *columns: OutputColumn, long: bool = False) -> ResultFrame:
    names = [f"{'A rather long name of carrier ' if long else ''}{n}" for n in range(count)]
    values = [[(n * 37 + 11 * k) % 101 for n in range(count)] for k in range(len(columns))]
    typed = [[float(v) for v in vs] if c.type == "float" else vs for c, vs in zip(columns, values, strict=True)]
    return frame((dimension(), names), *zip(columns, typed, strict=True))


def grid(first: int, second: int, column: OutputColumn) -> ResultFrame:
    pairs = [(f"a{i}", f"b{j}") for i in range(first) for j in range(second)]
    values = [float(n % 17) if column.type == "float" else n % 17 for n in range(len(pairs))]
    return frame(
        (dimension("carrier"), [a for a, _ in pairs]), (dimension("origin"), [b for _, b in pairs]), (column, values)
    )


def hours(zone: str | None = None) -> pa.Array:
    start = datetime.datetime(2013, 11, 3, 3, tzinfo=datetime.UTC if zone else None)
    return pa.array([start + datetime.timedelta(hours=n) for n in range(6)], pa.timestamp("us", zone))


FLIGHTS = measure()
CASES: dict[str, Case] = {
    "time": Case(by_month(FLIGHTS)),
    "time, missing periods": Case(frame((time(), [m for m in months(12) if m.month not in {3, 4, 9}]), (FLIGHTS, list(range(9))))),
    "time, NULL": Case(frame((time(), months(4)), (FLIGHTS, [1, None, 0, 3]))),
    "time, NULL moment": Case(frame((time(), [*months(3), None]), (FLIGHTS, [1, 2, 3, 4]))),
    "time, same unit twice": Case(by_month(FLIGHTS, measure("cancelled"))),
    "time, two units": Case(by_month(FLIGHTS, measure("miles", unit="miles"))),
    "time, compared": Case(by_month(FLIGHTS, previous())),
    "time, growth": Case(frame((time(), months(3)), (FLIGHTS, [1, 2, 3]), (change_pct(), [None, 1.0, 0.5]))),
    "time x 3": Case(by_month_and(3, FLIGHTS)),
    "time x 14": Case(by_month_and(14, FLIGHTS)),
    "time x 10": Case(by_month_and(10, FLIGHTS)),
    "time x 3, two units": Case(by_month_and(3, FLIGHTS, delay())),
    "time x 3, shares": Case(by_month_and(3, share())),
    "time x 3, stacked": Case(by_month_and(3, FLIGHTS), ChartIntent(stacked=True)),
    "time x 3, averages stacked": Case(by_month_and(3, delay()), ChartIntent(kind="area", stacked=True)),
    "time, area": Case(by_month(FLIGHTS), ChartIntent(kind="area")),
    "time, bars": Case(by_month(FLIGHTS), ChartIntent(kind="bar")),
    "time, log": Case(by_month(FLIGHTS), ChartIntent(log=True)),
    "time, quarters": Case(frame((time("quarter", "quarter"), months(12)[::3]), (FLIGHTS, [1, 2, 3, 4]))),
    "time, fiscal years": Case(frame((time("year", "year"), [datetime.date(y, 7, 1) for y in range(2010, 2014)]), (rate(), [0.1, 0.2, 0.3, 0.4]))),
    "time, hours of a zone": Case(frame((time("hour", "hour", "timestamp_tz"), hours("America/New_York")), (FLIGHTS, list(range(6))))),
    "time, one moment x 3": Case(frame((time(), months(1) * 3), (dimension(), ["a", "b", "c"]), (FLIGHTS, [1, 2, 3]))),
    "category, few": Case(by_carrier(5, FLIGHTS)),
    "category, many": Case(by_carrier(16, FLIGHTS)),
    "category, too many": Case(by_carrier(70, FLIGHTS)),
    "category, long names": Case(by_carrier(4, FLIGHTS, long=True)),
    "category, NULL": Case(frame((dimension(), ["a", None, "", "(no value)"]), (FLIGHTS, [1, None, 3, 2]))),
    "category, negative": Case(frame((dimension(), ["a", "b", "c"]), (delay(), [-3.0, 2.0, 0.0]))),
    "category, compared": Case(by_carrier(4, FLIGHTS, previous())),
    "category, two units, few": Case(by_carrier(3, FLIGHTS, rate())),
    "category, two units": Case(by_carrier(16, FLIGHTS, rate())),
    "category, three units": Case(by_carrier(8, FLIGHTS, rate(), delay()), ChartIntent(kind="scatter")),
    "category, log": Case(frame((dimension(), ["a", "b", "c"]), (FLIGHTS, [1, 100, 10000])), ChartIntent(log=True)),
    "category, log of zero": Case(frame((dimension(), ["a", "b"]), (FLIGHTS, [0, 100])), ChartIntent(log=True)),
    "category, currency": Case(frame((dimension(), ["a", "b"]), (measure("revenue", "decimal", format=DOLLARS), decimals("10.10", "2000000.05")))),
    "category, totals": Case(frame((dimension(), ["a", "b", None]), (LEVEL, [0, 0, 1]), (FLIGHTS, [1, 2, 3]))),
    "category, others": Case(frame((dimension(), ["a", "b", "Others"]), (FLIGHTS, [5, 3, 90]), remainder=[2])),
    "category, hostile": Case(frame((dimension(), [HOSTILE, "b"]), (measure(HOSTILE.strip()), [1, 2]))),
    "weekdays": Case(frame((dimension("weekday"), ["Friday", "Monday", "Sunday"]), (FLIGHTS, [3, 1, 2]))),
    "numbers as category": Case(frame((dimension("hour", "integer"), [10, 9, 11]), (FLIGHTS, [3, 1, 2]))),
    "many numbers as category": Case(frame((dimension("age", "integer"), list(range(60))), (FLIGHTS, list(range(60))))),
    "two categories": Case(grid(5, 3, FLIGHTS)),
    "two categories, stacked": Case(grid(5, 3, FLIGHTS), ChartIntent(stacked=True)),
    "two categories, averages stacked": Case(grid(5, 3, delay()), ChartIntent(stacked=True)),
    "two categories, both many": Case(grid(12, 11, FLIGHTS)),
    "one number": Case(frame((FLIGHTS, [336776]))),
    "one number, compared": Case(frame((FLIGHTS, [90]), (previous(), [100]), (change_pct(), [-0.1]))),
    "three numbers": Case(frame((FLIGHTS, [1]), (rate(), [0.5]), (delay(), [None]))),
    "one row with a name": Case(frame((dimension(), ["UA"]), (FLIGHTS, [7]))),
    "no rows": Case(frame((dimension(), pa.array([], pa.string())), (FLIGHTS, pa.array([], pa.int64())))),
    "all NULL": Case(frame((dimension(), ["a", "b"]), (FLIGHTS, pa.nulls(2, pa.int64())))),
    "NaN and infinite": Case(frame((time(), months(4)), (delay(), [1.0, float("nan"), float("inf"), 2.0]))),
    "detail": Case(frame((OutputColumn("carrier", "detail", "carrier", "string"), ["a"]), (OutputColumn("delay", "detail", "delay", "float"), [1.0]))),
    "unknown kind": Case(by_carrier(3, FLIGHTS), ChartIntent(kind="hologram")),
    "impossible kind": Case(by_carrier(3, FLIGHTS), ChartIntent(kind="line")),
    "titled": Case(by_carrier(3, FLIGHTS), ChartIntent(title="My title", labels=False, horizontal=True)),
}  # fmt: skip
