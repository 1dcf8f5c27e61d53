"""What may not be saved is not shown: rows of a dataset marked `store: never` reach Python, and no file."""

from __future__ import annotations

from typing import Any

import pytest

from goal_semantics.query import Detail, Grouping, Measure, SemanticQuery
from jupyter_goal.agent.loop import advance
from jupyter_goal.charts._static import plain_text, static_html
from jupyter_goal.core.plan import Plan, Step
from jupyter_goal.core.run import Run
from jupyter_goal.core.wire import RunView

ROWS = SemanticQuery(detail=Detail(dataset="orders", fields=("orders.id", "orders.region", "orders.amount")))
SUMS = SemanticQuery(measures=(Measure(metric="revenue"),), groupings=(Grouping(field="orders.region"),))


def shown(bench: Any, query: SemanticQuery, store: str) -> Run:
    datasets = tuple(each.model_copy(update={"store": store}) for each in bench.catalog.datasets)
    bench.catalog = bench.catalog.model_copy(update={"datasets": datasets})
    plan = Plan(steps=(Step(query=query, interpretation="orders"),), planner="grammar")
    *_, run = advance(Run(goal=bench.goal()), bench.desk(plan))
    assert run.status == "done"
    return run


def test_rows_that_are_never_stored_are_not_shown(bench: Any) -> None:
    run = shown(bench, ROWS, "never")
    (artifact,) = run.artifacts
    assert "40.40" not in artifact.model_dump_json()
    assert "south" not in artifact.model_dump_json()
    assert (artifact.headline, artifact.figure, artifact.table.values, artifact.table.rows) == ("", None, (), 4)
    assert "`store: never`" in artifact.notes[-1]
    assert bench.kept[artifact.id].rows == 4, "in memory, for .frame"


@pytest.mark.parametrize(("query", "store"), [(SUMS, "never"), (ROWS, "allowed")])
def test_aggregates_and_other_rows_are_shown(bench: Any, query: SemanticQuery, store: str) -> None:
    (artifact,) = shown(bench, query, store).artifacts
    assert "40.40" in artifact.model_dump_json()
    assert not any("store" in note for note in artifact.notes)


def test_no_viewer_prints_them(bench: Any) -> None:
    view = RunView(id="1", goal="orders", status="done", artifacts=shown(bench, ROWS, "never").artifacts)
    for text in (plain_text(view), static_html(view)):
        assert "40.40" not in text
        assert "0 of 4 rows" in text
        assert "The 4 rows are not shown" in text
