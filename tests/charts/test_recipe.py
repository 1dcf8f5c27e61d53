"""The recipe in the README works as it is written."""

from __future__ import annotations

import re
from types import ModuleType

import plotly.graph_objects as go

from jupyter_goal.charts._allow import refused
from jupyter_goal.charts._shape import shape_of
from jupyter_goal.core.plan import ChartIntent
from tests.charts.shapes import CASES
from tests.house.house import AGENT


def test_the_toy_chart_draws():
    source = re.search(r"```python\n(.*?)```", (AGENT / "charts/README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert source
    toy = ModuleType("lollipop")
    exec(compile(source[1], "README.md", "exec"), toy.__dict__)
    frame = CASES["category, few"].frame
    shape = shape_of(frame, "Title")
    assert toy.fits(shape) > 0
    assert toy.fits(shape_of(CASES["time"].frame, "Title")) == 0
    figure = toy.draw(toy.spec(shape, ChartIntent()), frame)
    assert refused(figure) == ()
    assert list(figure.data[0]["y"]) == frame.table.column("flights").to_pylist()
    assert figure.meant(figure.marks[0], figure.marks[0].keys[0]) == tuple(figure.data[0]["x"])
    go.Figure(data=list(figure.data), layout=figure.layout)
