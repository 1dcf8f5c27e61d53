"""The conformance runner on a small set of its own, and on MetricFlow's where that is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_goal.cli import main
from jupyter_goal.evals import conformance
from tests.semantic.dbt_manifest import legacy

SET = Path(__file__).parents[2].parent / "shared" / "eval" / "dev" / "metricflow_conformance"
RIGHT, TOTAL = 253, 266
"""How many were right when this was written; it may only rise. None is wrong: what is not right is refused, with a reason."""


def case(name: str, query: dict[str, object], sql: str, expected: list[list[object]] | None, **more: object) -> str:
    told = {"id": name, "manifest": "shop", "query": query, "check_sql": sql, "cols": ["revenue"], "expected": expected}
    return json.dumps(told | {"check_order": False} | more)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    manifest = {name: value for name, value in legacy().items() if name != "project_configuration"}
    for model in manifest["semantic_models"]:
        model["node_relation"] = model["node_relation"] | {"schema_name": "src"}
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "shop.json").write_text(json.dumps(manifest))
    (tmp_path / "data" / "shop").mkdir(parents=True)
    (tmp_path / "data" / "shop" / "raw_orders.csv").write_text(
        'order_id,customer_id,made_at,paid_at,amount,is_online\n1,1,2024-01-01,,10,true\n2,,2024-02-01,,5,\n3,2,2024-02-01,,"",\n'
    )
    (tmp_path / "data" / "shop" / "raw_customers.csv").write_text("id,segment,vip,city_id\n1,A,true,1\n1,B,true,1\n")
    columns = {
        "raw_orders": [["order_id", "INT"], ["customer_id", "INT"], ["made_at", "TIMESTAMP"], ["paid_at", "TIMESTAMP"],
                       ["amount", "VARCHAR"], ["is_online", "BOOLEAN"]],
        "raw_customers": [["id", "INT"], ["segment", "VARCHAR"], ["vip", "BOOLEAN"], ["city_id", "INT"]],
    }  # fmt: skip
    tables = {name: {"dir": "shop", "columns": each} for name, each in columns.items()}
    (tmp_path / "tables.json").write_text(json.dumps(tables))
    return tmp_path


def test_right_wrong_and_refused_are_told_apart(small: Path, capsys: pytest.CaptureFixture[str]):
    orders = {"metrics": ["orders"]}
    cases = [
        case("rows", orders, "SELECT 1", [[3]], cols=["orders"]),
        case("only sql", orders, "SELECT count(*) AS orders FROM src.raw_orders", None),
        case("wrong", orders, "SELECT 1", [[4]], cols=["orders"]),
        case("columns", orders, "SELECT 1", [[3]], cols=["order"]),
        case("unknown", {"metrics": ["revenu"]}, "SELECT 1", [[1]]),
        case("an empty text is a text", {"metrics": ["buyers"], "where": "{{ Dimension('order_id__online') }} IS NULL"},
             "SELECT 1", [[1]], cols=["buyers"]),
    ]  # fmt: skip
    (small / "cases.jsonl").write_text("\n".join(cases))
    assert main(["eval", "conformance", str(small), "--json", "--cases"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {name: found[name] for name in ("right", "wrong", "refused", "total")} == {
        "right": 3, "wrong": 2, "refused": 1, "total": 6,
    }  # fmt: skip
    assert {each["case"]: each["outcome"] for each in found["cases"]} == {
        "wrong": "wrong", "columns": "wrong", "unknown": "refused",
    }  # fmt: skip
    assert all(each["reason"] for each in found["cases"])


def test_two_ways_through_rows_that_a_key_does_not_tell_apart_are_refused(small: Path):
    one = {"metrics": ["orders"], "group_bys": ["customer__segment"]}
    two = {"metrics": ["orders"], "group_bys": ["customer__segment", "customer__city__country"]}
    once = [["A", 1], ["B", 1], [None, 2]]
    (small / "cases.jsonl").write_text("\n".join((
        case("one way", one, "SELECT 1", once, cols=["customer__segment", "orders"]),
        case("two ways", two, "SELECT 1", [], cols=["customer__segment", "customer__city__country", "orders"]),
    )))  # fmt: skip
    tables = json.loads((small / "tables.json").read_text())
    tables["raw_cities"] = {"dir": "shop", "columns": [["id", "INT"], ["country", "VARCHAR"]]}
    (small / "tables.json").write_text(json.dumps(tables))
    (small / "data" / "shop" / "raw_cities.csv").write_text("id,country\n1,CH\n")
    assert {each.case: each.outcome for each in conformance.run(small).items} == {
        "one way": "right",
        "two ways": "refused",
    }


def test_a_folder_that_is_no_set_is_told_in_two_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["eval", "conformance", str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 2


@pytest.mark.skipif(not SET.is_dir(), reason="evaluation data is absent (dev)")
def test_metricflow_conformance():
    found = conformance.run(SET)
    print(found.as_text())
    assert len(found.items) == TOTAL
    assert found.count("wrong") == 0
    assert found.count("right") >= RIGHT
    assert all(each.reason for each in found.items if each.outcome == "refused")
