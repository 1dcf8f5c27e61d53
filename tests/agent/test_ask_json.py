"""The object of `ask --json`: every key is there, whatever happened; several results are all in it."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from jupyter_goal.cli import main

PROMISED = {
    "status", "goal", "interpretation", "assumptions", "headline", "columns", "rows", "sql", "dialect", "chart", "checks",
    "receipt", "questions", "problem", "suggestions", "timings",
}  # fmt: skip
OF_ONE = {"title", "headline", "interpretation", "columns", "rows", "sql", "dialect", "chart", "checks", "receipt"}

CATALOG = """\
name: shop
datasets:
  - name: orders
    source: orders
    row: order
    primary_key: [id]
    fields:
      - {name: id, type: integer, role: key}
      - {name: region, type: string}
      - {name: amount, type: decimal, role: fact}
metrics:
  - {name: revenue, dataset: orders, agg: sum, expression: amount}
  - {name: order_count, label: orders, dataset: orders, agg: count}
"""


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute("CREATE TABLE orders (id INTEGER, region VARCHAR, amount DECIMAL(10, 2))")
        connection.execute("INSERT INTO orders VALUES (1, 'north', 10), (2, 'south', 20), (3, 'north', 30)")
    Path("catalog.yaml").write_text(CATALOG)
    Path("goal.toml").write_text('[project]\nconnection = "shop.duckdb"\ncatalog = "catalog.yaml"\n')


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:
    code = main(["ask", "--json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def test_several_results_are_all_there(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = asked(capsys, "revenue by region; orders by region")
    assert code == 0
    first, second = found["artifacts"]
    assert set(first) == set(second) == OF_ONE
    assert found["rows"] == first["rows"] == [["north", "40.00"], ["south", "20.00"]]
    assert second["rows"] == [["north", 2], ["south", 1]]
    assert found["sql"] == first["sql"] != second["sql"]
    assert found["receipt"] == first["receipt"] != second["receipt"]
    assert found["checks"] == first["checks"] + second["checks"]
    assert found["interpretation"] == f"{first['interpretation']}; {second['interpretation']}"
    assert "revenue" in first["interpretation"].lower()


def test_one_result_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = asked(capsys, "revenue by region")
    assert code == 0
    assert set(found) == PROMISED


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (2, ["revenue", "--as-of", "soon"]),
        (1, ["revenue", "--connection", "nowhere.duckdb"]),
        (4, ["profit margins of unicorns"]),
    ],
)
def test_every_key_is_there_whatever_happens(
    capsys: pytest.CaptureFixture[str], code: int, arguments: list[str]
) -> None:
    got, found = asked(capsys, *arguments)
    assert got == code
    assert set(found) == PROMISED
    assert found["goal"] == arguments[0]
    assert found["rows"] == []
    assert set(found["timings"]) == {"total", "query", "checks"}
    assert set(found["problem"]) == {"message", "hint"}


def test_words_that_no_command_takes_are_one_object_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["ask", "--json", "--nonsense", "revenue"])
    assert left.value.code == 2
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert set(found) == PROMISED
    assert "--nonsense" in found["problem"]["message"]
    assert "--nonsense" in err
