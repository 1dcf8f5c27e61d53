"""What every chart kind promises, over every shape of data and whatever is in the folder."""

from __future__ import annotations

import ast
import json
import warnings

import plotly.graph_objects as go
import pytest

from jupyter_goal import registry
from jupyter_goal.charts import MAX_MARKER_POINTS, MAX_POINTS, Shape
from jupyter_goal.charts._allow import refused
from jupyter_goal.charts._choose import draw_chart
from jupyter_goal.charts._plotly import plotly_figure
from jupyter_goal.charts._shape import base_rows, shape_of
from jupyter_goal.core.chart import ChartSpec, Figure
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.plan import ChartIntent
from jupyter_goal.core.tabulate import json_value
from tests.charts.shapes import CASES
from tests.house.house import AGENT

KINDS = registry.names("charts")


def drawable(kind: str, name: str) -> tuple[Shape, ResultFrame] | None:
    frame = base_rows(CASES[name].frame)
    shape = shape_of(frame, "Title")
    return (shape, frame) if registry.find("charts", kind).fits(shape) > 0 else None


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_fits_something_and_only_with_a_score_in_range(kind):
    scores = [registry.find("charts", kind).fits(shape_of(base_rows(case.frame), "")) for case in CASES.values()]
    assert all(0 <= score <= 1 for score in scores)
    assert max(scores) > 0


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_fits_can_be_drawn(kind, name):
    found = drawable(kind, name)
    if found is None:
        return
    shape, frame = found
    module = registry.find("charts", kind)
    spec: ChartSpec = module.spec(shape, CASES[name].intent)
    figure: Figure = module.draw(spec, frame)
    assert spec.kind == kind
    assert {axis.column for axis in (*spec.y, *([spec.x] if spec.x else []))} <= {c.name for c in frame.columns}
    assert refused(figure) == ()
    _valid(figure)
    _small(figure)
    _meant(figure, frame)


@pytest.mark.parametrize("name", CASES)
def test_the_chosen_chart_is_described_and_deterministic(name):
    case = CASES[name]
    spec, figure = draw_chart(case.frame, case.intent, "Title")
    assert spec.alt
    assert spec.title
    assert (spec, figure) == draw_chart(case.frame, case.intent, "Title")
    if figure is not None:
        assert len({json.dumps(trace) for trace in figure.data}) == len(figure.data)
        assert not {"title", "template", "font", "paper_bgcolor", "plot_bgcolor", "colorway"} & set(figure.layout)
        assert all("color" not in trace.get("marker", {}) for trace in figure.data)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", [*KINDS, "hologram"])
def test_any_intent_gives_a_chart_or_a_reason(kind, name):
    for stacked in (None, True, False):
        intent = ChartIntent(kind=kind, stacked=stacked, log=True, horizontal=True, labels=True)
        spec, figure = draw_chart(CASES[name].frame, intent, "Title")
        assert spec.kind == kind or spec.notes
        if figure is not None:
            _valid(figure)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_pure_and_knows_no_plotly(kind):
    source = (AGENT / "charts" / f"{kind}.py").read_text(encoding="utf-8")
    imported = {node.module for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)}
    assert not any(module and module.split(".")[0] in {"plotly", "pandas"} for module in imported)
    assert not imported & {f"jupyter_goal.charts.{other}" for other in KINDS}


def _valid(figure: Figure) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        go.Figure(data=list(figure.data), layout=figure.layout)
        for dark in (False, True):
            plotly_figure(figure, dark=dark)
    assert "NaN" not in figure.model_dump_json()


def _small(figure: Figure) -> None:
    assert sum(len(trace["x"]) for trace in figure.data) <= MAX_POINTS
    marked = [trace for trace in figure.data if "markers" in trace.get("mode", "")]
    assert sum(len(trace["x"]) for trace in marked) <= max(MAX_MARKER_POINTS, 40 * len(marked))


def _meant(figure: Figure, frame: ResultFrame) -> None:
    """A mark leads back to the row it was drawn from: same keys, same value, same words."""
    rows = {
        tuple(json_value(row[c.name]) for c in frame.columns if c.role in {"time", "dimension"}): row
        for row in frame.table.to_pylist()
    }
    assert [marks.trace for marks in figure.marks] == list(range(len(figure.data)))
    for marks, trace in zip(figure.marks, figure.data, strict=True):
        horizontal = trace.get("orientation") == "h" or figure.layout["yaxis"].get("type") == "category"
        drawn = trace["x"] if horizontal else trace["y"]
        meant = [figure.meant(marks, key) for key in marks.keys]
        assert all(len(values) == len(drawn) for values in meant)
        for index, value in enumerate(drawn):
            row = rows.get(tuple(values[index] for values in meant))
            if trace.get("mode") == "text":
                continue
            if row is None:
                assert value is None, "only a missing period has no row"
            elif value is not None:
                assert value == pytest.approx(float(row[marks.measure]))
