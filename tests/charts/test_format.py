"""How a number could be shown wrongly."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from goal_semantics.compiled import OutputColumn
from goal_semantics.model import Format
from jupyter_goal.agent.narrate import headline
from jupyter_goal.charts._choose import draw_chart
from jupyter_goal.core import format as format_module
from jupyter_goal.core.cell import CellFormat
from jupyter_goal.core.format import cell_format, cell_text, column_format, number_text, with_unit
from jupyter_goal.core.periods import period_text
from jupyter_goal.core.plan import ChartIntent
from jupyter_goal.core.tabulate import json_value, tabulate
from tests.charts.frames import decimals, dimension, frame, measure, time

MIDNIGHT = datetime.datetime(2013, 1, 1)
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")


def texts(column: OutputColumn, values: list[object] | pa.Array) -> list[str]:
    return [row[0] for row in tabulate(frame((column, values))).text]


def test_decimals_are_exact_in_text_and_value():
    table = tabulate(frame((measure("sales", "decimal"), decimals("12345678901234567890123456789012345.67", "0.10"))))
    assert table.text == (("12,345,678,901,234,567,890,123,456,789,012,345.67",), ("0.10",))
    assert table.values == (("12345678901234567890123456789012345.67",), ("0.10",))


def test_integers_beyond_2_53_are_exact():
    table = tabulate(frame((measure(), [2**53 + 1, 2**53, -(2**53) - 1])))
    assert [row[0] for row in table.text] == [
        "9,007,199,254,740,993",
        "9,007,199,254,740,992",
        "-9,007,199,254,740,993",
    ]
    assert [row[0] for row in table.values] == ["9007199254740993", 2**53, "-9007199254740993"]


def test_null_is_not_zero_and_nan_is_not_null():
    table = tabulate(frame((measure("rate", "float"), [None, 0.0, float("nan"), float("inf"), -float("inf"), -0.0])))
    assert [row[0] for row in table.text] == ["–", "0", "⚠ not a number", "⚠ infinite", "⚠ minus infinite", "0"]
    assert [row[0] for row in table.values] == [None, 0.0, "nan", "inf", "-inf", 0.0]
    assert type(table).model_validate_json(table.model_dump_json()).values[2] == ("nan",)


@pytest.mark.parametrize(
    ("value", "decimals_", "shown"),
    [(2.675, 2, "2.68"), (Decimal("2.665"), 2, "2.67"), (0.0004, 2, "0.0004"), (-0.0004, 2, "-0.0004"), (1e22, 2, "1e+22"),
     (0.1 + 0.2, 2, "0.30"), (1234567.891, 1, "1,234,567.9"), (Decimal("0E-10"), 2, "0.00"), (1e-300, 2, "1e-300"),
     (-0.0, 1, "0.0"), (5, 2, "5.00")],
)  # fmt: skip
def test_rounding(value, decimals_, shown):
    assert number_text(value, CellFormat("number", decimals_)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.174, "17.4%"),
        (Decimal("0.1745"), "17.5%"),
        (1, "100.0%"),
        (0.0003, "0.03%"),
        (-0.07, "-7.0%"),
        (0.29, "29.0%"),
    ],
)
def test_a_percent_is_a_fraction(value, shown):
    column = measure("on_time_rate", "float", format=Format(style="percent"))
    assert cell_text(value, cell_format(column)) == shown


def test_a_unit_of_percent_is_already_in_percent():
    assert texts(measure("humidity", "float", unit="%"), [17.5]) == ["17.50%"]


def test_the_change_of_a_percent_is_in_points():
    change = measure("rate_change", "float", role="change", of="rate", format=Format(style="percent"))
    assert texts(change, [-0.012]) == ["-1.2 pp"]
    assert texts(measure("rate_change_pct", "float", role="change_pct", of="rate"), [-0.012]) == ["-1.2%"]


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [("USD", Decimal("-5.005"), "-$5.01"), ("JPY", 1234.5, "¥1,235"), ("CHF", 1, "CHF 1.00"), ("EUR", 0, "€0.00")],
)
def test_currencies(code, value, shown):
    column = measure("revenue", "decimal", format=Format(style="currency", currency=code))
    assert cell_text(value, cell_format(column)) == shown


def test_dimensions_that_are_numbers_have_no_separators():
    assert texts(dimension("year", "integer"), [2013, -1]) == ["2013", "-1"]
    assert texts(dimension("hour", "float"), [5.0, 5.25]) == ["5", "5.25"]


def test_a_column_of_floats_shares_its_decimals():
    assert texts(measure("delay", "float"), [12.639, 7.0]) == ["12.64", "7.00"]
    assert texts(measure("distance", "float"), [1039.91, 7.0]) == ["1,039.9", "7.0"]
    assert texts(measure("rate", "float"), [0.01234, 0.5]) == ["0.012", "0.500"]
    assert texts(measure("whole", "float"), [1e6, 2.0]) == ["1,000,000", "2"]
    assert texts(measure("price", "decimal"), decimals("1.2300", "2.5000", scale=4)) == ["1.23", "2.50"]
    assert texts(measure("price", "decimal"), decimals("1.2345", "2.5000", scale=4)) == ["1.2345", "2.5000"]


def test_durations():
    column = measure("delay", "float", unit="minutes", format=Format(style="duration"))
    assert texts(column, [0.5, 95.0, -95.0, 1500.0]) == ["30 s", "1 h 35 min", "-1 h 35 min", "1 d 1 h"]
    lightyears = measure("far", "float", unit="light years", format=Format(style="duration"))
    assert texts(lightyears, [2.0]) == ["2"]


@pytest.mark.parametrize(
    ("value", "grain", "shown"),
    [(datetime.date(2013, 1, 1), "month", "Jan 2013"), (MIDNIGHT, "month", "Jan 2013"), (MIDNIGHT, "quarter", "Q1 2013"),
     (MIDNIGHT, "year", "2013"), (MIDNIGHT, "day", "1 Jan 2013"), (MIDNIGHT, "hour", "1 Jan 2013 00:00"),
     (datetime.date(2013, 2, 1), "quarter", "quarter from Feb 2013"), (datetime.date(2012, 7, 1), "year", "year from Jul 2012"),
     (datetime.date(2013, 1, 7), "week", "7 Jan 2013"), (datetime.date(2013, 1, 2), "month", "2 Jan 2013"),
     (datetime.datetime(2013, 1, 1, 5, 7, 9), None, "1 Jan 2013 05:07:09"),
     (datetime.datetime(2013, 1, 1, 5, 0, 0, 1500), None, "1 Jan 2013 05:00:00.0015")],
)  # fmt: skip
def test_a_label_is_coarse_only_where_the_value_is(value, grain, shown):
    assert period_text(value, grain) == shown


def test_aware_times_are_read_on_their_own_clock():
    start = datetime.datetime(2013, 2, 1, tzinfo=BERLIN)
    assert period_text(start, "month") == "Feb 2013"
    assert period_text(start.astimezone(datetime.UTC), "month") == "31 Jan 2013 23:00 UTC", (
        "not a month of UTC: say all"
    )


def test_the_hour_that_comes_twice_is_told_apart():
    first = datetime.datetime(2013, 11, 3, 5, tzinfo=datetime.UTC).astimezone(NEW_YORK)
    second = datetime.datetime(2013, 11, 3, 6, tzinfo=datetime.UTC).astimezone(NEW_YORK)
    assert (period_text(first, "hour"), period_text(second, "hour")) == ("3 Nov 2013 01:00 EDT", "3 Nov 2013 01:00 EST")


def test_arrow_times_with_a_zone():
    instants = pa.array([datetime.datetime(2013, 7, 1, 4, tzinfo=datetime.UTC)], pa.timestamp("us", "America/New_York"))
    assert texts(time(type="timestamp_tz"), instants) == ["Jul 2013"]


def test_only_200_rows_go_to_the_page_and_the_count_is_kept():
    table = tabulate(frame((measure(), list(range(1000))), truncated=True))
    assert (len(table.values), len(table.text), table.rows, table.truncated) == (200, 200, 1000, True)


def test_an_empty_frame_has_columns_and_no_rows():
    table = tabulate(frame((measure(), pa.array([], pa.int64()))))
    assert (table.values, table.rows, [c.name for c in table.columns]) == ((), 0, ["flights"])


def test_units_in_sentences():
    assert with_unit("12.6", "minutes") == "12.6 minutes"
    assert with_unit("17.4%", "%") == "17.4%"
    assert with_unit("$5", "USD") == "$5"
    assert with_unit("–", "minutes") == "–"


@pytest.mark.parametrize("value", [b"\x00\xff", [1, 2], {"a": 1}, datetime.timedelta(hours=1), datetime.time(5, 7)])
def test_opaque_values_become_text(value):
    assert isinstance(json_value(value), str)
    assert cell_text(value, CellFormat("text"))


def test_the_format_of_a_column_that_does_not_exist():
    with pytest.raises(KeyError):
        column_format(frame((measure(), [1])), "nope")


def test_a_column_is_measured_once_for_table_sentence_and_chart(monkeypatch):
    asked = []

    def counted(column, values=None):
        asked.append(column.name)
        return cell_format(column, values)

    monkeypatch.setattr(format_module, "cell_format", counted)
    data = frame((dimension(), ["a", "b", "c"]), (measure("delay", "float"), [1.25, 2.5, 3.125]))
    tabulate(data)
    headline(data)
    draw_chart(data, ChartIntent(kind="bar"), "delays")
    assert sorted(asked) == ["carrier", "delay"]


def test_a_part_is_written_like_the_whole():
    data = frame((dimension(), ["a", "b"]), (measure("delay", "float"), [1.25, 2.0]))
    assert column_format(data, "delay").decimals == 2
    part = replace(data, table=data.table.slice(1))
    assert column_format(part, "delay").decimals == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (37.975739999999995, "37.97574"),
        (0.1, "0.1"),
        (3.0, "3"),
        (9007199254740992.0, "9007199254740992.0"),
        (12, "12"),
    ],
)
def test_a_key_is_shown_as_people_wrote_it(value: float, text: str) -> None:
    assert number_text(value, CellFormat("plain")) == text
