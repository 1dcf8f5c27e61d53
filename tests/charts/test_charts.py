"""How a chart could mislead without saying so."""

from __future__ import annotations

import datetime
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from goal_semantics.compiled import OutputColumn
from goal_semantics.query import Scalar
from jupyter_goal.charts import MAX_MARKER_POINTS, MAX_POINTS
from jupyter_goal.charts._choose import draw_chart
from jupyter_goal.core.chart import ChartSpec, Figure
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.plan import ChartIntent
from tests.charts.frames import decimals, dimension, frame, measure, months, time
from tests.charts.shapes import CASES, FLIGHTS, by_carrier, by_month_and, delay, hours, rate


def drawn(name: str) -> tuple[ChartSpec, Figure]:
    case = CASES[name]
    return drawn_as(case.frame, case.intent)


def drawn_as(data: ResultFrame, intent: ChartIntent | None = None) -> tuple[ChartSpec, Figure]:
    spec, figure = draw_chart(data, intent or ChartIntent(), "Title")
    assert figure is not None
    return spec, figure


def y(figure: Figure, trace: int = 0) -> list[Any]:
    return list(figure.data[trace]["y"])


def meant(figure: Figure, trace: int = 0, key: int = 0) -> tuple[Scalar, ...]:
    marks = figure.marks[trace]
    return figure.meant(marks, marks.keys[key])


@pytest.mark.parametrize(
    ("name", "kind"),
    [("time", "line"), ("time x 3", "line"), ("time x 3, shares", "area"), ("time x 3, stacked", "area"),
     ("time, one moment x 3", "bar"), ("category, few", "bar"), ("category, two units", "scatter"),
     ("category, two units, few", "bar"), ("two categories", "bar"), ("two categories, both many", "table"),
     ("many numbers as category", "line"), ("one number", "number"), ("three numbers", "number"), ("no rows", "table"),
     ("all NULL", "table"), ("detail", "table"), ("unknown kind", "bar"), ("impossible kind", "bar")],
)  # fmt: skip
def test_the_kind_follows_from_the_shape(name, kind):
    case = CASES[name]
    assert draw_chart(case.frame, case.intent, "Title")[0].kind == kind


def test_null_breaks_the_line_and_is_not_zero():
    _spec, figure = drawn("time, NULL")
    assert y(figure) == [1, None, 0, 3]
    assert figure.data[0]["connectgaps"] is False
    assert figure.data[0]["customdata"][1] == ["Feb 2013", "–"]


def test_a_missing_period_breaks_the_line_and_can_be_pointed_at():
    _spec, figure = drawn("time, missing periods")
    assert y(figure) == [0, 1, None, 2, 3, 4, 5, None, 6, 7, 8]
    assert meant(figure)[2] == "2013-03-01"
    assert figure.data[0]["x"][2] == "2013-03-01"


def test_a_lonely_point_is_visible_on_a_long_line():
    days = [datetime.date(2013, 1, 1) + datetime.timedelta(days=n) for n in range(100)]
    values = [float(n) for n in range(100)]
    series = [v if n != 49 and n != 51 else None for n, v in enumerate(values)]
    _spec, figure = drawn_as(frame((time("day", "day"), days), (delay(), series)))
    assert figure.data[0]["mode"] == "lines+markers"


def test_totals_are_not_drawn_beside_their_parts():
    _spec, figure = drawn("category, totals")
    assert sorted(y(figure)) == [1, 2]


def test_not_a_number_is_not_drawn_and_said():
    spec, figure = drawn("NaN and infinite")
    assert y(figure) == [1, None, None, 2]
    assert "2 values are not numbers (NaN or infinite) and are not drawn." in spec.notes
    json.loads(figure.model_dump_json())


def test_decimals_and_big_integers_are_exact_where_they_are_read():
    _spec, figure = drawn_as(
        frame((dimension(), ["a", "b"]), (measure("sales", "decimal"), decimals("12345678901234567890.01", "1.00")))
    )
    assert figure.data[0]["customdata"][0] == "12,345,678,901,234,567,890.01"
    _spec, figure = drawn_as(frame((FLIGHTS, [2**53 + 1])))
    assert figure.data[0]["text"] == ["<b>9,007,199,254,740,993</b>"]


def test_units_do_not_share_an_axis():
    _spec, figure = drawn("time, two units")
    assert [trace.get("yaxis", "y") for trace in figure.data] == ["y", "y2"]
    assert figure.layout["yaxis"]["domain"][0] > figure.layout["yaxis2"]["domain"][1]
    _spec, figure = drawn("time, same unit twice")
    assert "yaxis2" not in figure.layout


def test_a_fraction_is_labelled_in_percent_once():
    _spec, figure = drawn_as(frame((dimension(), ["a", "b"]), (rate(), [0.174, 0.5])))
    assert y(figure) == [0.5, 0.174]
    assert figure.layout["yaxis"]["tickformat"] == ",~%"
    assert figure.data[0]["customdata"] == ["50.0%", "17.4%"]


def test_bars_start_at_zero_and_a_log_scale_has_none():
    for name in ("category, few", "category, negative", "time, bars"):
        assert drawn(name)[1].layout["yaxis"]["rangemode"] == "tozero"
    spec, figure = drawn("category, log")
    assert figure.data[0]["mode"].startswith("markers")
    assert "Dots instead of bars: a log scale has no zero." in spec.notes
    spec, figure = drawn("category, log of zero")
    assert (figure.data[0]["type"], figure.layout["yaxis"]["type"]) == ("bar", "linear")
    assert any("not above zero" in note for note in spec.notes)


def test_averages_are_not_stacked():
    for name in ("time x 3, averages stacked", "two categories, averages stacked"):
        spec, figure = drawn(name)
        assert not any("stackgroup" in trace for trace in figure.data)
        assert figure.layout.get("barmode") != "relative"
        assert "Not stacked: these values do not add up." in spec.notes


def test_negative_parts_are_not_stacked_over_time():
    data = frame((time(), months(2) * 2), (dimension(), ["a", "a", "b", "b"]), (FLIGHTS, [1, -2, 3, 4]))
    spec, figure = drawn_as(data, ChartIntent(kind="area", stacked=True))
    assert not any("stackgroup" in trace or "fill" in trace for trace in figure.data)
    assert any("below zero" in note for note in spec.notes)


def test_what_is_left_out_is_said():
    spec, figure = drawn("time x 14")
    assert len(figure.data) == 8
    assert "8 of 14 series drawn, the largest by flights." in spec.notes
    spec, figure = drawn("category, too many")
    assert len(y(figure)) == 40
    assert "40 of 70 bars drawn, the largest." in spec.notes
    spec, figure = drawn_as(ResultFrame(CASES["time"].frame.table, CASES["time"].frame.columns, truncated=True))
    assert any("row cap" in note for note in spec.notes)


def test_requests_that_cannot_be_met_are_answered():
    assert drawn("unknown kind")[0].notes[0].startswith("There is no chart kind “hologram”; shown as a bar chart.")
    assert drawn("impossible kind")[0].notes == ("These data do not fit a line chart; shown as a bar chart.",)


def test_a_million_points_keep_their_extremes():
    count = 1_000_000
    moments = np.datetime64("2013-01-01", "us") + np.arange(count) * np.timedelta64(1, "s")
    values = np.sin(np.arange(count) / 5000)
    values[123_456], values[654_321] = 40.0, -40.0
    data = frame((time("second", "second", "timestamp"), pa.array(moments)), (delay(), pa.array(values)))
    spec, figure = drawn_as(data)
    points = y(figure)
    assert len(points) <= MAX_POINTS
    assert (max(points), min(points)) == (40.0, -40.0)
    assert any("of 1,000,000 points drawn" in note for note in spec.notes)
    assert "≈" in figure.data[0]["hovertemplate"], "rounded for drawing: says so"
    assert len(meant(figure)) == len(points)
    assert "markers" not in figure.data[0]["mode"]


def test_gaps_survive_downsampling():
    count = 100_000
    moments = np.datetime64("2013-01-01", "us") + np.arange(count) * np.timedelta64(1, "s")
    keep = (np.arange(count) < 40_000) | (np.arange(count) > 60_000)
    values = np.where(np.arange(count) // 1000 == 80, np.nan, np.arange(count) % 977)
    nulls = pa.array(values[keep], mask=np.isnan(values[keep]))
    data = frame((time("second", "second", "timestamp"), pa.array(moments[keep])), (delay(), nulls))
    points, x = y(drawn_as(data)[1]), drawn_as(data)[1].data[0]["x"]
    breaks = [x[n] for n, value in enumerate(points) if value is None]
    assert breaks == ["2013-01-01T11:06:40", "2013-01-01T22:13:20"], "the missing stretch and the NULL stretch"


def test_many_dots_are_few():
    count = 10_000
    numbers = np.random.default_rng(1).random((2, count))
    data = frame(
        (dimension(), [str(n) for n in range(count)]),
        (FLIGHTS, (numbers[0] * 1000).astype("int64")),
        (delay(), numbers[1]),
    )
    spec, figure = drawn_as(data)
    assert spec.kind == "scatter"
    assert len(y(figure)) <= MAX_MARKER_POINTS
    assert any("of 10,000 dots drawn" in note for note in spec.notes)


def test_labels_that_read_alike_stay_apart():
    long = "x" * 80
    data = frame((dimension(), [f"{long}1", f"{long}2", None, "(no value)"]), (FLIGHTS, [4, 3, 2, 1]))
    _spec, figure = drawn_as(data)
    labels = figure.layout["yaxis"]["categoryarray"]
    assert len(set(labels)) == 4
    assert set(figure.data[0]["y"]) == set(labels)


def test_hostile_words_stay_words():
    _spec, figure = drawn("category, hostile")
    text = figure.model_dump_json(exclude={"marks"})
    assert "<script" not in text
    assert "%{y}" not in figure.data[0]["hovertemplate"].replace("%{y}</b>", "", 1)
    assert "\u202e" not in text
    assert str(meant(figure)[1]).startswith("<script>"), "a mark keeps the value itself"


def test_local_hours_of_a_zone():
    _spec, figure = drawn("time, hours of a zone")
    assert figure.data[0]["x"][:4] == ["2013-11-02T23:00", "2013-11-03T00:00", "2013-11-03T01:00", "2013-11-03T01:00"]
    assert [pair[0] for pair in figure.data[0]["customdata"][2:4]] == ["3 Nov 2013 01:00 EDT", "3 Nov 2013 01:00 EST"]
    assert None not in y(figure), "the hour that comes twice is no gap"
    assert figure.layout["xaxis"]["title"]["text"] == "Hour (America/New_York)"


def test_local_days_over_a_clock_change_are_no_gap():
    zone = "America/New_York"
    days = pa.array([datetime.datetime(2013, 11, d) for d in (2, 3, 4, 6)], pa.timestamp("us"))
    aware = pa.compute.assume_timezone(days, zone)
    _spec, figure = drawn_as(frame((time("day", "day", "timestamp_tz"), aware), (FLIGHTS, [1, 2, 3, 4])))
    assert y(figure) == [1, 2, 3, None, 4]
    assert figure.data[0]["x"][3] == "2013-11-05"


def test_order_of_categories():
    assert drawn("weekdays")[1].layout["xaxis"]["categoryarray"] == ["Monday", "Friday", "Sunday"]
    assert drawn("numbers as category")[1].layout["xaxis"]["categoryarray"] == ["9", "10", "11"]
    assert drawn("category, others")[1].layout["xaxis"]["categoryarray"] == ["a", "b", "Others"]
    smallest = frame((dimension(), ["z", "m", "k"]), (FLIGHTS, [1, 2, 3]))
    assert drawn_as(smallest)[1].layout["xaxis"]["categoryarray"] == ["z", "m", "k"], "asked for the smallest"
    by_name = frame((dimension(), ["a", "b", "c"]), (FLIGHTS, [1, 2, 3]))
    assert drawn_as(by_name)[1].layout["xaxis"]["categoryarray"] == ["c", "b", "a"], "in order of names by accident"


def test_enums_lists_and_nan_as_categories():
    enum = pa.array(["b", "a", "b"]).dictionary_encode()
    assert sorted(y(drawn_as(frame((dimension(), enum.take([0, 1])), (FLIGHTS, [1, 2])))[1])) == [1, 2]
    assert len(y(drawn_as(frame((dimension(type="opaque"), [[1], [2]]), (FLIGHTS, [1, 2])))[1])) == 2
    nan = frame((dimension("x", "float"), [1.0, float("nan"), None]), (FLIGHTS, [1, 2, 3]))
    assert sorted(y(drawn_as(nan)[1])) == [1, 2, 3]


def test_comparison_is_the_muted_colour():
    _spec, figure = drawn("time, compared")
    assert [trace["meta"]["slot"] for trace in figure.data] == [0, -1]
    assert figure.data[1]["line"]["dash"] == "dot"


def test_growth_is_drawn_when_growth_was_asked():
    spec, _figure = drawn("time, growth")
    assert [axis.column for axis in spec.y] == ["flights_change_pct"]


def test_more_series_than_colours_differ_by_dash():
    _spec, figure = drawn("time x 10")
    looks = {(trace["meta"]["slot"] % 8, trace["line"]["dash"]) for trace in figure.data}
    assert len(looks) == 10


def test_alternative_text():
    spec, _ = drawn_as(frame((dimension(), ["a", "b"]), (delay(), [-1.5, 20.25])))
    assert spec.alt == "Bar chart: Title. Average delay from -1.50 minutes (a) to 20.25 minutes (b)."
    assert draw_chart(CASES["no rows"].frame, ChartIntent(), "Title")[0].alt == "Table: Title. No data."


def test_a_typical_bundle_is_small():
    for data in (by_month_and(8, FLIGHTS), by_carrier(40, FLIGHTS)):
        figure = drawn_as(data)[1]
        assert len(figure.model_dump_json()) < 20_000


def test_a_second_dimension_never_zigzags_through_one_line():
    both = frame(
        (time(), months(2) * 4), (dimension("a"), ["x", "x", "y", "y"] * 2), (dimension("b"), ["p"] * 4 + ["q"] * 4),
        (FLIGHTS, list(range(8))),
    )  # fmt: skip
    assert draw_chart(both, ChartIntent(kind="line"), "t")[0].kind != "line"


def test_a_dimension_with_one_value_is_no_series():
    one = frame((time(), months(3)), (dimension(), ["UA"] * 3), (FLIGHTS, [1, 2, 3]))
    spec, figure = drawn_as(one)
    assert spec.series is None
    assert [keys.column for keys in figure.marks[0].keys] == ["month", "carrier"]


def test_a_rank_is_not_drawn():
    ranked = frame(
        (dimension(), ["a", "b"]),
        (FLIGHTS, [9, 8]),
        (OutputColumn("flights_rank", "rank", "rank", "integer", measure="flights"), [1, 2]),
    )
    assert len(drawn_as(ranked)[1].data) == 1


def test_hours_without_a_zone_break_at_the_missing_one():
    table = frame((time("hour", "hour", "timestamp"), hours().take([0, 1, 3])), (FLIGHTS, [1, 2, 3]))
    assert y(drawn_as(table)[1]) == [1, 2, None, 3]


def test_rows_without_a_time_are_counted():
    for kind in ("line", "bar", "area"):
        spec, figure = drawn_as(CASES["time, NULL moment"].frame, ChartIntent(kind=kind))
        assert y(figure) == [1, 2, 3]
        assert "Rows without a time, not drawn: 1." in spec.notes
