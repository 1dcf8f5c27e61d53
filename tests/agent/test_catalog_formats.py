"""A catalog of another format at the command line: asked, checked with what is not carried, written as one of ours."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from jupyter_goal.cli import main

CUBES = """\
cubes:
  - name: orders
    sql_table: orders
    joins:
      - {name: users, relationship: many_to_one, sql: "{CUBE.user_id} = {users.id}"}
    dimensions:
      - {name: id, sql: id, type: number, primary_key: true}
      - {name: user_id, sql: user_id, type: number}
      - {name: day, sql: bought, type: time}
    measures:
      - {name: revenue, sql: amount, type: sum}
    pre_aggregations:
      - {name: main, measures: [revenue]}
"""
USERS = """\
cubes:
  - name: users
    sql_table: users
    dimensions:
      - {name: id, sql: id, type: number, primary_key: true}
      - {name: city, sql: city, type: string}
"""


@pytest.fixture(autouse=True)
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of Cube files and a database; the current folder."""
    monkeypatch.chdir(tmp_path)
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute("""
            CREATE TABLE users AS SELECT * FROM (VALUES (1, 'Bern'), (2, 'Basel')) t(id, city);
            CREATE TABLE orders AS SELECT * FROM (VALUES (1, 1, 10, TIMESTAMP '2025-05-03 10:00'),
                (2, 2, 20, TIMESTAMP '2025-05-20 11:00'), (3, 1, 30, TIMESTAMP '2025-06-02 12:00')) t(id, user_id, amount, bought);
        """)
    Path("model/cubes").mkdir(parents=True)
    Path("model/cubes/orders.yml").write_text(CUBES)
    Path("model/cubes/users.yml").write_text(USERS)


def test_a_folder_of_cube_files_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "revenue by city", "-c", "shop.duckdb", "--catalog", "model", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert sorted((row[0], float(row[1])) for row in answer["rows"]) == [("Basel", 20.0), ("Bern", 40.0)]


def test_check_tells_what_is_not_carried(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "-c", "shop.duckdb", "--catalog", "model"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "model/cubes/orders.yml:2" in told
    assert "not carried, without influence on numbers: pre_aggregations" in told


def test_init_writes_it_as_one_of_ours_that_answers_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--catalog", "model", "-o", "ours.yaml"]) == 0
    written = Path("ours.yaml").read_text()
    assert written.startswith("# From model:\n")
    assert "pre_aggregations" in written
    capsys.readouterr()
    assert main(["ask", "revenue by city", "-c", "shop.duckdb", "--catalog", "ours.yaml", "--json"]) == 0
    assert sorted(row[0] for row in json.loads(capsys.readouterr().out)["rows"]) == ["Basel", "Bern"]


def test_what_is_wrong_in_it_is_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    Path("model/cubes/users.yml").write_text(USERS.replace("sql_table", "sql_tabel"))
    assert main(["ask", "revenue", "-c", "shop.duckdb", "--catalog", "model"]) == 1
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 2
    assert "users.yml:3" in told[0]
    assert "Did you mean “sql_table”" in told[0]


def test_files_of_two_formats_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    Path("model/cubes/view.yml").write_text("tables: []\n")
    assert main(["ask", "revenue", "-c", "shop.duckdb", "--catalog", "model"]) == 1
    assert "this may be any of cube, snowflake" in capsys.readouterr().err
