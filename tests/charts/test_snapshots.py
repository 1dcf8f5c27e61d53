"""What is drawn for each shape, word by word. Regenerate with UPDATE_SNAPSHOTS=1 and read the difference."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from jupyter_goal.charts._choose import draw_chart
from tests.charts.shapes import CASES

FILE = Path(__file__).with_name("snapshots.json")
LEAVE_OUT = {"customdata", "x", "y", "text"}


def snapshot(name: str) -> dict[str, Any]:
    spec, figure = draw_chart(CASES[name].frame, CASES[name].intent, "Title")
    described = spec.model_dump(mode="json", exclude_defaults=True)
    if figure is None:
        return {"spec": described}
    traces = [{key: value for key, value in trace.items() if key not in LEAVE_OUT} for trace in figure.data]
    first = [{key: trace[key][:4] for key in sorted(LEAVE_OUT & set(trace))} for trace in figure.data[:2]]
    return {"spec": described, "traces": traces, "first": first, "layout": figure.layout}


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    if os.environ.get("UPDATE_SNAPSHOTS"):
        lines = [f"{json.dumps(name)}: {json.dumps(snapshot(name), ensure_ascii=False)}" for name in CASES]
        FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_shape_is_drawn_as_recorded(name, recorded):
    assert json.loads(json.dumps(snapshot(name))) == recorded[name]


def test_no_recording_is_left_over(recorded):
    assert set(recorded) == set(CASES)
