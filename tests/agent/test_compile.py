"""`jupyter goal compile`: SQL for any dialect without a connection, a result with --run, problems with their lines."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot

from goal_semantics.dialects import DIALECTS
from jupyter_goal.cli import main

CATALOG = """\
name: shop
datasets:
  - name: orders
    source: orders
    default_time: day
    fields:
      - {name: day, type: date, role: time, grain: day}
      - {name: region, type: string}
      - {name: amount, type: decimal, role: fact}
metrics:
  - {name: revenue, dataset: orders, agg: sum, expression: amount}
"""
QUERY = "measures: [revenue]\ngroupings: [orders.region]\norder: [revenue]\n"


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute("CREATE TABLE orders (day DATE, region VARCHAR, amount DECIMAL(38, 2))")
        connection.execute(
            "INSERT INTO orders VALUES ('2025-05-03', 'north', 10), ('2025-05-20', 'south', 90071992547409931.25)"
        )
    Path("catalog.yaml").write_text(CATALOG)
    Path("goal.toml").write_text('[project]\nconnection = "shop.duckdb"\ncatalog = "catalog.yaml"\n')
    Path("query.yaml").write_text(QUERY)


def compiled(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["compile", *words])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out or err


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sql_of_every_dialect_without_a_connection(capsys: pytest.CaptureFixture[str], dialect: str) -> None:
    Path("shop.duckdb").unlink()
    code, text = compiled(capsys, "query.yaml", "--dialect", dialect)
    assert code == 0
    assert len(sqlglot.parse(text.strip().removesuffix(";"), dialect=dialect)) == 1


def test_the_dialect_is_that_of_the_connection(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(compiled(capsys, "query.yaml", "--json")[1])["dialect"] == "duckdb"
    text = compiled(capsys, "query.yaml", "--json", "--connection", "snowflake://prod")[1]
    assert json.loads(text)["dialect"] == "snowflake"


def test_a_result_with_run(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = compiled(capsys, "query.yaml", "--run")
    assert code == 0
    assert [line.split()[0] for line in text.splitlines()[2:4]] == ["south", "north"]
    found = json.loads(compiled(capsys, "query.yaml", "--run", "--json")[1])
    assert found["rows"] == [["south", "90071992547409931.25"], ["north", "10.00"]]
    assert found["engine"].startswith("DuckDB")


def test_relative_time_is_seen_from_as_of(capsys: pytest.CaptureFixture[str]) -> None:
    window = "time: {window: {kind: relative, unit: month}}\n"
    Path("query.yaml").write_text("measures: [revenue]\n" + window)
    found = json.loads(compiled(capsys, "query.yaml", "--json", "--as-of", "2025-06-02")[1])
    assert "'2025-05-01'" in found["sql"]
    assert found["parameters"] == ["2025-05-01", "2025-06-01"]


def test_from_standard_input_and_as_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"measures": [{"metric": "revenue"}]}'))
    code, text = compiled(capsys, "-")
    assert code == 0
    assert 'SUM("orders"."amount")' in text


def test_an_inferred_catalog_is_asked_where_none_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    Path("goal.toml").write_text('[project]\nconnection = "shop.duckdb"\n')
    Path("query.yaml").write_text("measures: [{agg: sum, field: orders.amount}]")
    assert compiled(capsys, "query.yaml")[0] == 0


@pytest.mark.parametrize(
    ("query", "code", "told"),
    [
        ("measures: [revenue, revenu]\ngroupings:\n  - orders.regoin\n", 4, ["query.yaml:1:21: ", "“revenue”", "query.yaml:3:5: "]),
        ("measures: [revenue]\ngroupings:\n  - {field: orders.day, grain: mont}\n", 2, ["query.yaml:3:25: ", "“month”"]),
        ("mesures: [revenue]\n", 2, ["query.yaml:1:1: ", "Did you mean “measures”?"]),
        ("measures: [revenue\n", 2, ["query.yaml:", "not YAML"]),
        ("", 2, ["query.yaml:1:1: the query is empty."]),
        ("- revenue\n", 2, ["query.yaml:1:1: the query is not a mapping."]),
        ("measures: [{metric: revenue, over: {metric: 3}}]\n", 2, ["query.yaml:1:", "expected text"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_query_has_its_line(
    capsys: pytest.CaptureFixture[str], query: str, code: int, told: list[str]
) -> None:
    Path("query.yaml").write_text(query)
    got, text = compiled(capsys, "query.yaml")
    assert got == code
    assert [words for words in told if words not in text] == []
    got, text = compiled(capsys, "query.yaml", "--json")
    assert got == code
    found: dict[str, Any] = json.loads(text)
    assert found["sql"] is None
    assert all(issue["line"] for issue in found["issues"])


@pytest.mark.parametrize(
    "words", [["nowhere.yaml"], ["query.yaml", "--run", "-d", "snowflake"], ["query.yaml", "--catalog", "nowhere.yaml"]]
)
def test_usage_is_two_lines(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    code, text = compiled(capsys, *words)
    assert code == 2
    assert len(text.strip().splitlines()) == 2


def test_policies_that_applied_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path("catalog.yaml").write_text(CATALOG + "policies: [{dataset: orders, rows: 'region = {region}'}]\n")
    code, text = compiled(capsys, "query.yaml")
    assert code == 0
    assert text.startswith("-- policy: orders: rows where region = {region}\n")
