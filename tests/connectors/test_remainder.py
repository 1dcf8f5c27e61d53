"""A real group called "Others" is a group; what a top has left over is none, whatever it is called."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from goal_semantics.compile.statement import compile_query
from goal_semantics.model import Catalog, Dataset, Field
from goal_semantics.query import SemanticQuery
from jupyter_goal.agent.narrate import headline
from jupyter_goal.charts._choose import draw_chart
from jupyter_goal.connectors import ConnectOptions
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.plan import ChartIntent
from tests.connectors.queries import open_connector

CATALOG = Catalog(
    name="shop",
    datasets=(
        Dataset(
            name="sales",
            source="sales",
            fields=(Field(name="brand", type="string"), Field(name="kind", type="string"),
                    Field(name="amount", type="integer")),
        ),
    ),
)  # fmt: skip
AS_OF = datetime.datetime(2024, 7, 1, tzinfo=datetime.UTC)


def answer(folder: Path, sold: dict[str, int], **more: Any) -> tuple[ResultFrame, SemanticQuery]:
    path = folder / "shop.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE TABLE sales (brand VARCHAR, kind VARCHAR, amount INTEGER)")
        made.executemany("INSERT INTO sales VALUES (?, 'x', ?)", list(sold.items()))
    query = SemanticQuery.model_validate(
        {
            "measures": [{"agg": "sum", "field": "sales.amount", "alias": "amount"}],
            "groupings": [{"field": "sales.brand"}],
        }
        | more
    )
    connector = open_connector(f"duckdb:///{path}", ConnectOptions())
    try:
        return connector.prepare(compile_query(query, CATALOG, "duckdb", as_of=AS_OF)).run().frame, query
    finally:
        connector.close()


def test_a_real_group_called_others_is_the_highest(tmp_path: Path) -> None:
    frame, query = answer(tmp_path, {"Acme": 3, "Others": 9, "Zeta": 1})
    assert "Others highest (9)" in headline(frame, query)
    figure = draw_chart(frame, ChartIntent(), "sold")[1]
    assert figure is not None
    assert figure.layout["xaxis"]["categoryarray"] == ["Others", "Acme", "Zeta"]


@pytest.mark.parametrize(("n", "said"), [(1, "Acme 5"), (2, "Acme highest (5)")])
def test_what_is_left_over_is_not_the_highest(tmp_path: Path, n: int, said: str) -> None:
    frame, query = answer(
        tmp_path, {"Acme": 5, "Best": 4, "Cato": 3, "Dora": 3}, top={"n": n, "by": "amount", "others": True}
    )
    assert said in headline(frame, query)
    assert [column.name for column in frame.columns] == frame.table.column_names == ["brand", "amount"]
    figure = draw_chart(frame, ChartIntent(), "sold")[1]
    assert figure is not None
    assert figure.layout["xaxis"]["categoryarray"][-1] == "Others"


def test_both_are_told_apart(tmp_path: Path) -> None:
    frame, _query = answer(
        tmp_path, {"Acme": 5, "Others": 9, "Cato": 3, "Dora": 20}, top={"n": 2, "by": "amount", "others": True}
    )
    assert frame.table.to_pydict() == {"brand": ["Dora", "Others", "Others (all others)"], "amount": [20, 9, 8]}
    assert frame.remainder == {2}
    figure = draw_chart(frame, ChartIntent(), "sold")[1]
    assert figure is not None
    assert figure.layout["yaxis"]["categoryarray"] == ["Dora", "Others", "Others (all others)"]
    assert list(figure.data[0]["x"]) == [20, 9, 8]


def test_a_real_group_called_others_may_lead_the_top(tmp_path: Path) -> None:
    frame, query = answer(tmp_path, {"Acme": 5, "Others": 9, "Cato": 6}, top={"n": 1, "by": "amount", "others": True})
    assert headline(frame, query) == "Amount by brand: Others 9."
    assert frame.table.column("brand").to_pylist() == ["Others", "Others (all others)"]
