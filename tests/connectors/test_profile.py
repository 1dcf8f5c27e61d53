"""What is measured of a database, against data whose truth is known."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from goal_semantics.profile import Profile
from jupyter_goal.connectors import ConnectOptions, _duckdb_profile
from tests.connectors.queries import open_connector

SHOP = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR, region VARCHAR);
INSERT INTO customers SELECT i, 'c' || i, ['north', 'south', NULL][i % 3 + 1] FROM range(1, 101) t(i);
CREATE TABLE orders (order_id BIGINT, customer_id INTEGER REFERENCES customers (id), day DATE, amount DECIMAL(10, 2));
INSERT INTO orders SELECT i, CASE WHEN i % 10 = 0 THEN NULL ELSE i % 100 + 1 END, DATE '2024-01-01' + (i % 366)::INT, i / 7
FROM range(5000) t(i);
CREATE TABLE airports (faa VARCHAR, city VARCHAR);
INSERT INTO airports VALUES ('JFK', 'New York'), ('LAX', 'Los Angeles'), ('EWR', 'Newark');
CREATE TABLE flights (origin VARCHAR, dest VARCHAR, hour TIMESTAMP, tail VARCHAR);
INSERT INTO flights SELECT ['JFK', 'EWR'][i % 2 + 1], ['LAX', 'JFK', 'BQN'][i % 3 + 1], TIMESTAMP '2024-01-01' + to_hours(i // 4), NULL
FROM range(1000) t(i);
CREATE TABLE weather AS SELECT o AS origin, TIMESTAMP '2024-01-01' + to_hours(i::INT) AS hour, (i % 9)::DOUBLE AS wind
FROM range(500) t(i), (VALUES ('JFK'), ('EWR')) v(o);
CREATE SCHEMA hr;
CREATE VIEW hr."Odd Name" AS SELECT 1 AS "a b";
"""


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    with duckdb.connect(tmp_path / "shop.duckdb") as con:
        con.execute(SHOP)
    connector = open_connector(str(tmp_path / "shop.duckdb"), ConnectOptions())
    found = connector.profile()
    connector.close()
    return found


def column(profile: Profile, table: str, name: str):
    (found,) = [c for t in profile.tables if t.name == table for c in t.columns if c.name == name]
    return found


def test_tables_are_named_as_sql_names_them(profile: Profile):
    assert profile.name == "shop"
    assert {table.source for table in profile.tables} == {
        "customers", "orders", "airports", "flights", "weather", 'hr."Odd Name"',
    }  # fmt: skip


def test_rows_nulls_and_distinct_values(profile: Profile):
    region = column(profile, "customers", "region")
    assert (region.rows, region.nulls, region.distinct, set(region.samples)) == (100, 33, 2, {"north", "south"})
    assert (region.minimum, region.maximum) == ("north", "south")
    key = column(profile, "orders", "order_id")
    assert key.unique and key.distinct == 5000
    assert column(profile, "orders", "amount").type == "decimal"
    assert len(column(profile, "customers", "name").samples) == 10
    empty = column(profile, "flights", "tail")
    assert (empty.nulls, empty.distinct, empty.samples, empty.unique) == (1000, 0, (), False)


def test_keys_declared_and_found(profile: Profile):
    keys = {table.name: table.primary_key for table in profile.tables}
    assert keys["customers"] == ("id",)
    assert keys["orders"] == ("order_id",)
    assert keys["airports"] == ("faa",)
    assert set(keys["weather"]) == {"origin", "hour"}
    assert keys["flights"] == ()


def test_inclusions_are_counted_not_guessed(profile: Profile):
    found = {(i.child_table, i.child_columns, i.parent_table): i for i in profile.inclusions}
    assert found["orders", ("customer_id",), "customers"].declared
    assert found["orders", ("customer_id",), "customers"].coverage == 1.0
    assert found["flights", ("origin",), "airports"].coverage == 1.0
    assert found["flights", ("dest",), "airports"].coverage == pytest.approx(667 / 1000)
    assert found["flights", ("origin", "hour"), "weather"].coverage == 1.0
    assert not any(child == "customers" for child, _, _ in found)


def test_only_the_named_tables(tmp_path: Path, profile: Profile):
    connector = open_connector(str(tmp_path / "shop.duckdb"), ConnectOptions())
    assert [table.name for table in connector.profile(("orders",)).tables] == ["orders"]
    connector.close()


def test_a_large_table_is_sampled_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_duckdb_profile, "SAMPLE_ABOVE", 10_000)
    monkeypatch.setattr(_duckdb_profile, "SAMPLE_ROWS", 1_000)
    with duckdb.connect(tmp_path / "big.duckdb") as con:
        # The last value repeats: the sample is unique, the table is not.
        con.execute("CREATE TABLE t AS SELECT least(range, 19998) AS id, range % 3 AS kind FROM range(20000)")
    connector = open_connector(str(tmp_path / "big.duckdb"), ConnectOptions())
    profile = connector.profile()
    connector.close()
    assert "sample of 1,000 of 20,000 rows" in "".join(profile.notes)
    assert profile.tables[0].rows == 20_000
    assert not column(profile, "t", "id").unique
    assert profile.tables[0].primary_key == ()
    assert column(profile, "t", "kind").distinct == 3


def test_an_empty_database_and_an_empty_table(tmp_path: Path):
    with duckdb.connect(tmp_path / "empty.duckdb"):
        pass
    with duckdb.connect(tmp_path / "hollow.duckdb") as con:
        con.execute("CREATE TABLE t (a INTEGER, b VARCHAR)")
    for name, tables in (("empty", 0), ("hollow", 1)):
        connector = open_connector(str(tmp_path / f"{name}.duckdb"), ConnectOptions())
        profile = connector.profile()
        connector.close()
        assert len(profile.tables) == tables
        assert all(column.distinct == 0 for table in profile.tables for column in table.columns)


def test_values_of_nearly_unique_columns_are_some_of_them_and_cheap(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "ids.duckdb")) as made:
        made.execute("CREATE TABLE t AS SELECT 'id-' || i AS id, 'n' || (i % 1000) AS name FROM range(300000) r(i)")
        asked: list[str] = []

        class Cursor:
            def execute(self, text: str) -> duckdb.DuckDBPyConnection:
                asked.append(text)
                return made.execute(text)

            def interrupt(self) -> None:
                made.interrupt()

        profile = _duckdb_profile.measure(Cursor(), name="ids", tables=(), notes=())  # type: ignore[arg-type]
    by_name = {column.name: column for column in profile.tables[0].columns}
    assert len(by_name["id"].samples) == 10
    assert all(value.startswith("id-") for value in by_name["id"].samples)
    assert len(by_name["name"].samples) == 10
    assert [text for text in asked if "approx_top_k" in text and '"id"' in text] == []


def test_a_view_that_computes_for_long_is_left_out_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_duckdb_profile, "SECONDS_PER_TABLE", 0.5)
    with duckdb.connect(tmp_path / "shop.duckdb") as con:
        con.execute("CREATE TABLE small AS SELECT 1 AS id, 'a' AS word")
        con.execute("CREATE VIEW slow AS SELECT a.range AS x FROM range(10000000) a, range(10000000) b")
    connector = open_connector(str(tmp_path / "shop.duckdb"), ConnectOptions())
    found = connector.profile()
    connector.close()
    assert [table.name for table in found.tables] == ["small"]
    assert any(note.startswith("slow: left out") for note in found.notes)
