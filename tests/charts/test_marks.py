"""A mark must not change its meaning by being written in fewer bytes."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from jupyter_goal.charts import MAX_POINTS
from jupyter_goal.charts._choose import draw_chart
from jupyter_goal.charts._marks import compact
from jupyter_goal.core.chart import Figure, MarkKeys, MarkSet
from jupyter_goal.core.plan import ChartIntent
from jupyter_goal.core.tabulate import json_value
from tests.charts.frames import dimension, frame, months, time
from tests.charts.shapes import CASES, FLIGHTS, delay


def written(values: tuple[Any, ...], *, x: list[Any], y: list[Any]) -> MarkKeys:
    """The key as it is written; whatever that is, it must mean the values."""
    trace = {"x": x, "y": y}
    [key] = compact([MarkKeys(column="c", field="t.c", values=values)], trace)
    marks = MarkSet(trace=0, measure="m", keys=(key,))
    assert [*map(typed, Figure(data=(trace,), marks=(marks,)).meant(marks, key))] == [*map(typed, values)]
    return key


def typed(value: object) -> tuple[type, object]:
    return type(value), value


def test_what_an_axis_says_is_not_repeated():
    assert written(("a", None, "b"), x=["a", None, "b"], y=[1, 2, 3]) == MarkKeys(column="c", field="t.c", axis="x")
    assert written((1, 2), x=["a", "b"], y=[1, 2]).axis == "y"


@pytest.mark.parametrize(
    ("values", "x"),
    [
        ((True, False), [1, 0]),
        ((1, 2), [1.0, 2.0]),
        (("<b>", "c"), ["&lt;b&gt;", "c"]),
        (("2013-01-01T00:00:00", "2013-01-02T00:00:00"), ["2013-01-01", "2013-01-02"]),
        (("a", "b"), ["a", "b", "c"]),
        ((None, "b"), ["(no value)", "b"]),
        ((1234567, 2), [1234570, 2]),
    ],
)
def test_what_is_drawn_otherwise_keeps_its_values(values, x):
    key = written(values, x=x, y=[0.5] * len(x))
    assert (key.values, key.axis, key.repeat) == (values, None, 1)


def test_what_holds_for_all_is_said_once():
    key = written(("EWR",) * 9, x=[1] * 9, y=[2] * 9)
    assert (key.values, key.repeat) == (("EWR",), 9)
    assert written((None, None), x=[1, 2], y=[1, 2]).values == (None,)
    assert written((True, 1), x=[0, 0], y=[0, 0]).values == (True, 1)


def test_nothing_drawn_means_nothing():
    written((), x=[], y=[])


@pytest.mark.parametrize("name", CASES)
def test_a_figure_read_from_a_file_means_the_same(name):
    _, figure = draw_chart(CASES[name].frame, CASES[name].intent, "Title")
    if figure is not None:
        read = Figure.model_validate_json(figure.model_dump_json())
        for marks, same in zip(figure.marks, read.marks, strict=True):
            for key, again in zip(marks.keys, same.keys, strict=True):
                assert [*map(json_value, read.meant(same, again))] == [*figure.meant(marks, key)]


def test_a_long_series_names_its_moments_once():
    moments = np.datetime64("2013-01-01", "us") + np.arange(10_000) * np.timedelta64(1, "s")
    data = frame((time("second", "second", "timestamp"), pa.array(moments)), (delay(), np.arange(10_000) % 977 / 7))
    _, figure = draw_chart(data, ChartIntent(), "Title")
    assert figure is not None
    assert len(figure.data[0]["x"]) == MAX_POINTS
    assert len(figure.model_dump_json()) < 32 * MAX_POINTS


def test_series_are_named_once_each():
    data = frame((time(), months(12) * 2), (dimension(), ["a"] * 12 + ["b"] * 12), (FLIGHTS, list(range(24))))
    _, figure = draw_chart(data, ChartIntent(kind="line"), "Title")
    assert figure is not None
    assert [[(key.axis, key.values) for key in marks.keys] for marks in figure.marks] == [
        [("x", ()), (None, (name,))] for name in (trace["name"] for trace in figure.data)
    ]


def test_an_hour_that_comes_twice_has_two_meanings():
    twice = [datetime.datetime(2013, 11, 3, hour, tzinfo=datetime.UTC) for hour in (5, 6)]
    data = frame(
        (time("hour", "hour", "timestamp_tz"), pa.array(twice, pa.timestamp("us", "America/New_York"))),
        (FLIGHTS, [1, 2]),
    )
    _, figure = draw_chart(data, ChartIntent(kind="line"), "Title")
    assert figure is not None
    first, second = figure.meant(figure.marks[0], figure.marks[0].keys[0])
    assert figure.data[0]["x"][0] == figure.data[0]["x"][1]
    assert (first, second) == ("2013-11-03T01:00:00-04:00", "2013-11-03T01:00:00-05:00")
