"""`jupyter goal model`: pages of a catalog, without a connection where one is written."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
import pytest

from jupyter_goal.cli import main

CATALOG = """\
name: shop
description: What was sold.
datasets:
  - name: orders
    source: orders
    row: order
    default_time: day
    fields:
      - {name: day, type: date, role: time}
      - {name: region, type: string}
      - {name: amount, type: decimal, role: fact}
metrics:
  - {name: revenue, label: net revenue, dataset: orders, agg: sum, expression: amount, synonyms: [turnover]}
  - {name: order_count, dataset: orders, agg: count}
  - {name: basket, kind: ratio, numerator: revenue, denominator: order_count}
"""


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    Path("catalog.yaml").write_text(CATALOG)
    Path("goal.toml").write_text('[project]\nconnection = "not_there.duckdb"\ncatalog = "catalog.yaml"\n')


def model(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["model", *words])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out or err


def test_everything_on_one_page(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = model(capsys)
    assert code == 0
    assert text.startswith("shop: 3 metrics, 1 dataset, 0 relationships\nWhat was sold.\n")
    assert "  orders  day, region" in text
    found = json.loads(model(capsys, "--json")[1])
    assert [each["name"] for each in found["metrics"]] == ["revenue", "order_count", "basket"]
    assert found["datasets"][0]["fields"][0] | {"type": "date", "role": "time"} == found["datasets"][0]["fields"][0]


@pytest.mark.parametrize("columns", [60, 100, 140])
def test_no_line_is_wider_than_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for words in (["--demo"], ["--demo", "show", "on_time_rate"], ["--demo", "search", "rate"]):
        text = model(capsys, *words)[1]
        assert [line for line in text.splitlines() if len(line) > columns and " " in line.strip()] == []


def test_one_metric_by_name_label_or_synonym(capsys: pytest.CaptureFixture[str]) -> None:
    pages = {model(capsys, "show", name)[1] for name in ("revenue", "net revenue", "Turnover")}
    assert len(pages) == 1
    code, text = model(capsys, "show", "basket", "--json")
    found = json.loads(text)
    assert code == 0
    assert found["columns"] == ["orders.amount", "orders.*"]
    assert found["lineage"]["parts"][0]["metric"] == "revenue"
    assert found["dimensions"] == ["orders.day", "orders.region"]


def test_an_unknown_metric_names_near_ones(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = model(capsys, "show", "revenu")
    assert code == 2
    assert text == "There is no metric “revenu”.\nDid you mean revenue?\n"
    assert model(capsys, "show", "zzz")[1].splitlines()[1] == "`jupyter goal model` lists them all."


def test_search_by_words(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = model(capsys, "search", "turnovr")
    assert code == 0
    assert text.split()[:2] == ["metric", "revenue"]
    assert json.loads(model(capsys, "search", "turnovr", "--json")[1])["hits"][0]["name"] == "revenue"
    assert model(capsys, "search", "zzz")[1].startswith("Nothing is called like “zzz”.")


def test_two_catalogs_compared_in_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.yaml").write_text(CATALOG.replace("expression: amount", "expression: amount * 2"))
    code, text = model(capsys, "diff", "catalog.yaml", "new.yaml")
    assert code == 0
    assert "  ~ basket through revenue" in text
    assert "    now sum of amount * 2 over orders" in text
    assert model(capsys, "diff", "catalog.yaml", "new.yaml", "--exit-code")[0] == 1
    Path("new.yaml").write_text(CATALOG.replace("net revenue", "turnover"))
    code, text = model(capsys, "diff", "catalog.yaml", "new.yaml", "--exit-code", "--json")
    assert code == 0
    assert json.loads(text) == {"changed": False, "changes": [], "others": ["metrics.revenue"]}


def test_the_schema_for_editors(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = model(capsys, "schema")
    assert code == 0
    assert json.loads(text)["title"] == "jupyter-goal catalog"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["diff", "catalog.yaml", "nowhere.yaml"], 2),
        (["--catalog", "nowhere.yaml"], 2),
        (["diff", "catalog.yaml", "broken.yaml"], 1),
        (["search", "x", "--catalog", "broken.yaml"], 1),
    ],
)
def test_bad_input_is_two_lines(capsys: pytest.CaptureFixture[str], words: list[str], code: int) -> None:
    Path("broken.yaml").write_text(CATALOG.replace("agg: sum", "agg: smu"))
    got, text = model(capsys, *words)
    assert got == code
    assert len(text.strip().splitlines()) == 2


def test_a_catalog_with_control_characters_does_not_command_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Path("catalog.yaml").write_text(CATALOG.replace("What was sold.", '"\\e[2Jgone"'))
    assert "\x1b" not in model(capsys)[1]


def test_without_a_catalog_one_is_inferred(capsys: pytest.CaptureFixture[str]) -> None:
    Path("goal.toml").write_text('[project]\nconnection = "shop.duckdb"\n')
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute("CREATE TABLE things AS SELECT range AS id, 'a' AS name FROM range(3)")
    code, text = model(capsys)
    assert code == 0
    assert "(inferred)" in text


def test_no_driver_is_loaded_to_read_a_catalog(tmp_path: Path) -> None:
    import subprocess

    script = "import sys; from jupyter_goal.cli import main; main(['model']); print('duckdb' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "False"
