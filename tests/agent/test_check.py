"""`jupyter goal check`: every broken contract with its rows, SQL that shows them, the line it is written in, and an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from jupyter_goal.cli import main

CATALOG = """\
name: shop
calendar: {time_zone: Europe/Zurich}
datasets:
  - name: orders
    source: orders
    primary_key: id
    default_time: day
    expect: [{row_count: 2}, {freshness: 2 days}]
    fields:
      - {name: id, type: integer}
      - {name: day, type: date, role: time}
      - name: region
        type: string
        expect: [not_null, {accepted_values: [north, south]}]
      - name: amount
        type: decimal
        expect: [{range: [0, null], severity: warning}]
metrics:
  - {name: revenue, dataset: orders, agg: sum, expression: amount}
"""
GOOD = "(1, '2025-05-03', 'north', 10), (2, '2025-05-20', 'south', 20.5)"


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    Path("catalog.yaml").write_text(CATALOG)
    Path("goal.toml").write_text('[project]\nconnection = "shop.duckdb"\ncatalog = "catalog.yaml"\n')
    fill(GOOD)


def fill(rows: str) -> None:
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute(
            "CREATE OR REPLACE TABLE orders (id INTEGER, day DATE, region VARCHAR, amount DECIMAL(10, 2))"
        )
        connection.execute(f"INSERT INTO orders VALUES {rows}")


def check(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["check", "--as-of", "2025-05-21", *words])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, " ".join((out or err).split())


def test_what_is_kept_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = check(capsys)
    assert code == 0
    assert text.endswith("Contracts: 7 kept.")
    code, text = check(capsys, "--all")
    assert "✓ region one of north, south" in text


def test_what_is_broken_is_told_with_sql_that_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    fill(f"{GOOD}, (2, '2025-05-20', 'east', 1), (4, '2025-05-20', NULL, 1)")
    code, text = check(capsys)
    assert code == 1
    assert "orders: 4 rows, 4 of 7 contracts kept" in text
    assert "✗ region: one of north, south. 1 of 4 rows have another value. (catalog.yaml:14:28)" in text
    assert "✗ id: unique. 1 of 4 rows repeat the value of another row. (primary key, catalog.yaml:6:5)" in text
    assert "\"orders\".\"region\" IN ('north', 'south')" in text
    code, text = check(capsys, "--json")
    found = json.loads(text)
    assert code == 1
    assert found["counts"] == {"passed": 4, "failed": 3, "warned": 0, "skipped": 0}
    broken = {each["path"]: each for each in found["contracts"] if each["verdict"] == "failed"}
    one = broken["datasets.orders.fields.region.expect.1"]
    assert (one["failing"], one["rows"], one["line"], one["severity"]) == (1, 4, 14, "error")
    with duckdb.connect("shop.duckdb", read_only=True) as connection:
        assert connection.execute(one["sql"]).fetchall() == [("east", 2)]


def test_a_broken_contract_of_severity_warning_is_told_and_exits_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    fill(f"{GOOD}, (3, '2025-05-20', 'north', -1)")
    code, text = check(capsys)
    assert code == 0
    assert "! amount: at least 0. 1 of 3 rows are outside." in text


def test_freshness_is_seen_from_as_of(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = check(capsys, "--as-of", "2025-05-23T00:01")
    assert code == 1
    assert "✗ day: not older than 2 days. The latest is of 2025-05-20." in text
    assert check(capsys, "--as-of", "2025-05-23T00:00")[0] == 0


def test_one_contract_that_cannot_be_measured_does_not_hide_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = CATALOG.replace("name: region\n", "name: region\n        expression: CAST(region AS INTEGER)\n")
    Path("catalog.yaml").write_text(wrong.replace("[north, south]", "['1']"))
    code, text = check(capsys)
    assert code == 1
    assert "Could not be measured" in text
    assert "Contracts: 2 failed, 5 kept." in text


def test_a_contract_that_cannot_hold_is_an_error_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("catalog.yaml").write_text(CATALOG.replace("{range: [0, null], severity", "{rnge: [0, null], severity"))
    code, text = check(capsys)
    assert code == 1
    assert "catalog.yaml:17" in text
    assert "did you mean “range”?" in text
    Path("catalog.yaml").write_text(CATALOG.replace("[north, south]", "[3.5, south]"))
    code, text = check(capsys)
    assert code == 1
    assert "catalog.yaml:14" in text


def test_an_empty_table_keeps_nothing_and_breaks_only_what_asks_for_rows(capsys: pytest.CaptureFixture[str]) -> None:
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute("DELETE FROM orders")
    code, text = check(capsys)
    assert code == 1
    assert "Contracts: 2 failed, 5 skipped." in text


@pytest.mark.parametrize("words", [["--as-of", "soon"], ["--catalog", "nowhere.yaml"], ["--nonsense"]])
def test_words_that_mean_nothing_are_usage(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    try:
        code = main(["check", *words, "--json"])
    except SystemExit as left:
        code = left.code
    out, err = capsys.readouterr()
    assert code == 2
    assert set(json.loads(out)["problem"]) == {"message", "hint"}
    assert "Traceback" not in err
