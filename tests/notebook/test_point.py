"""A click means the values that were drawn there, or nothing."""

from __future__ import annotations

import datetime

import pyarrow as pa
import pytest

from goal_semantics.query import Measure, SemanticQuery
from jupyter_goal.core.artifact import Artifact, Table
from jupyter_goal.core.chart import Figure, MarkKeys, MarkSet
from jupyter_goal.core.receipt import Receipt
from jupyter_goal.errors import UsageError
from jupyter_goal.notebook.names import frames_at_hand, signature
from jupyter_goal.notebook.point import anchor_marks

NOW = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
ARTIFACT = Artifact(
    id="a1",
    title="Flights by origin",
    figure=Figure(
        marks=(
            MarkSet(trace=0, measure="flights", keys=(MarkKeys(column="origin", field="flights.origin", values=("EWR", None)),)),
            MarkSet(trace=2, measure="delays", keys=(MarkKeys(column="origin", field="flights.origin", values=("LGA",)),)),
        )
    ),
    table=Table(columns=(), values=(), text=(), rows=0),
    receipt=Receipt(query=SemanticQuery(measures=(Measure(metric="flights"),)), dialect="duckdb", sql="", statement="",
                    as_of=NOW, executed_at=NOW, rows=0),
)  # fmt: skip


def test_a_mark_becomes_the_values_it_was_drawn_from():
    [anchor] = anchor_marks(ARTIFACT, [(2, 0)])
    assert (anchor.part, anchor.artifact, anchor.measure) == ("mark", "a1", "delays")
    assert [(key.field, key.value) for key in anchor.keys] == [("flights.origin", "LGA")]
    missing = anchor_marks(ARTIFACT, [(0, 0), (0, 1)])[1]
    assert (missing.keys[0].value, missing.text) == (None, "origin (none)")


@pytest.mark.parametrize("mark", [(0, 2), (1, 0), (2, 1), (0, -1), (-1, 0)])
def test_a_mark_that_was_not_drawn_means_nothing(mark: tuple[int, int]):
    with pytest.raises(UsageError):
        anchor_marks(ARTIFACT, [mark])


def test_a_mark_is_read_from_its_axis_and_from_what_holds_for_all():
    keys = (
        MarkKeys(column="month", field="flights.month", axis="y"),
        MarkKeys(column="origin", field="flights.origin", values=("EWR",), repeat=2),
    )
    figure = Figure(
        data=({"x": [7, 9], "y": ["May", "June"]},), marks=(MarkSet(trace=0, measure="flights", keys=keys),)
    )
    artifact = ARTIFACT.model_copy(update={"figure": figure})
    [anchor] = anchor_marks(artifact, [(0, 1)])
    assert [(key.field, key.value) for key in anchor.keys] == [("flights.month", "June"), ("flights.origin", "EWR")]
    with pytest.raises(UsageError):
        anchor_marks(artifact, [(0, 2)])


def test_pointing_at_nothing_means_the_whole_result():
    [anchor] = anchor_marks(ARTIFACT, [])
    assert (anchor.part, anchor.keys) == ("artifact", ())


def test_frames_are_found_by_what_they_are():
    table = pa.table({"a": [1, 2]})
    names = {"orders": table, "_": table, "_1": table, "text": "x", "pa": pa, "In": []}
    assert frames_at_hand(names) == {"orders": table}
    other = pa.table({"b": [1, 2]})
    assert signature({"orders": table}) == signature({"orders": table}) != signature({"orders": other})
