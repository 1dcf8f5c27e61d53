"""How a number from DuckDB could be silently wrong, and that it is not."""

from __future__ import annotations

import datetime
import decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from jupyter_goal.connectors import ConnectOptions, Connector
from jupyter_goal.errors import DeveloperError, QueryFailed
from tests.connectors.queries import ask, compiled, open_connector, values


@pytest.fixture
def connector():
    connector = open_connector("frame://", ConnectOptions(frames={"t": pa.table({"x": [1]})}))
    yield connector
    connector.close()


def one(connector: Connector, sql: str, kind) -> object:
    return values(ask(connector, f"SELECT {sql} AS v FROM t", {"v": kind}), "v")[0]


def test_a_sum_of_integers_is_an_integer(connector: Connector):
    assert one(connector, "sum(9007199254740993::BIGINT)", "integer") == 9_007_199_254_740_993
    assert one(connector, "sum(9223372036854775807::BIGINT) * 4", "integer") == decimal.Decimal(4 * (2**63 - 1))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("340282366920938463463374607431768211455::UHUGEINT", "more than 38 digits"),
        ("170141183460469231731687303715884105727::HUGEINT", "more than 38 digits"),
        ("'12:00:00+05'::TIMETZ", "TIME WITH TIME ZONE"),
        ("12::BIGNUM", "BIGNUM"),
        ("'infinity'::DATE", "infinite date"),
        ("'-infinity'::TIMESTAMP", "infinite date"),
        ("'infinity'::TIMESTAMPTZ", "infinite date"),
    ],
)
def test_what_arrow_would_change_is_refused(connector: Connector, sql: str, said: str):
    with pytest.raises(QueryFailed, match=said) as failed:
        one(connector, sql, "opaque")
    assert failed.value.hint


def test_integers_of_38_digits_pass(connector: Connector):
    assert one(connector, "99999999999999999999999999999999999999::HUGEINT", "integer") == decimal.Decimal(10**38 - 1)
    assert one(connector, "18446744073709551615::UBIGINT", "integer") == decimal.Decimal(2**64 - 1)


def test_no_data_is_not_zero(connector: Connector):
    done = ask(connector, "SELECT sum(x) AS v, count(x) AS n FROM t WHERE x > 5", {"v": "integer", "n": "integer"})
    assert done.frame.table.to_pylist() == [{"v": None, "n": 0}]


def test_every_statement_runs_in_the_catalogs_zone():
    noon = (
        "SELECT TIMESTAMPTZ '2024-06-30 23:30:00+00' AS t, date_trunc('day', TIMESTAMPTZ '2024-06-30 23:30:00+00') AS d"
    )
    connector = open_connector(
        "frame://", ConnectOptions(time_zone="Europe/Berlin", frames={"t": pa.table({"x": [1]})})
    )
    done = ask(connector, noon, {"t": "timestamp_tz", "d": "timestamp_tz"})
    connector.close()
    assert values(done, "d")[0].isoformat() == "2024-07-01T00:00:00+02:00"
    assert done.frame.table.schema.field("t").type == pa.timestamp("us", "Europe/Berlin")


def test_a_live_connection_is_read_in_the_catalogs_zone_and_keeps_its_own():
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'America/New_York'")
        connector = open_connector("duckdb://", ConnectOptions(time_zone="Asia/Tokyo", live=con))
        assert values(ask(connector, "SELECT current_setting('TimeZone') AS z", {"z": "string"}), "z") == ["Asia/Tokyo"]
        connector.close()
        assert con.sql("SELECT current_setting('TimeZone')").fetchall() == [("America/New_York",)]


def test_parameters_keep_their_types(connector: Connector):
    given = (2**60, 2**100, decimal.Decimal("1.10"), 0.1, datetime.date(2024, 1, 1), None, True)
    names = "abcdefg"
    text = "SELECT " + ", ".join(f"? AS {name}" for name in names) + " FROM t"
    kinds = ("integer", "integer", "decimal", "float", "date", "string", "boolean")
    row = ask(connector, text, dict(zip(names, kinds, strict=True)), parameters=given).frame.table.to_pylist()[0]
    assert tuple(row.values()) == given


@pytest.mark.parametrize(
    "text",
    ["SELECT 1 AS v; SELECT 2 AS v", "CREATE TABLE x AS SELECT 1 AS v", "DELETE FROM t", "COPY t TO 'x.csv'", ""],
)
def test_only_one_select_is_executed(connector: Connector, text: str):
    with pytest.raises((DeveloperError, QueryFailed)):
        ask(connector, text, {"v": "integer"})


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    with duckdb.connect("d.duckdb") as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS x")
    connector = open_connector("d.duckdb", ConnectOptions())
    yield connector
    connector.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM 'secret.csv'",
        'SELECT * FROM "secret.csv"',
        "SELECT * FROM read_text('/proc/self/environ')",
        "SELECT * FROM glob('*')",
        "SELECT * FROM variable_of_ours",
        "SELECT * FROM batches",
        "SELECT * FROM read_csv('https://127.0.0.1:9/x.csv')",
        "SELECT * FROM enable_logging(storage = 'file', storage_path = 'log')",
    ],
)
def test_a_locked_session_reads_nothing_but_its_tables(locked: Connector, sql: str):
    variable_of_ours = pa.table({"a": [1]})
    with pytest.raises(QueryFailed):
        ask(locked, sql, {"a": "integer"})
    assert variable_of_ours.num_rows == 1
    assert sorted(path.name for path in Path().iterdir()) == ["d.duckdb", "secret.csv"]


def test_nothing_of_a_locked_session_can_be_changed(locked: Connector):
    cursor = locked._opened.connection.cursor()
    for statement in (
        "SET threads = 1", "SET TimeZone = 'UTC'", "SET enable_external_access = true", "INSTALL json", "LOAD sqlite",
        "INSERT INTO t VALUES (2)", "ATTACH 'other.duckdb'", "EXPORT DATABASE 'd.duckdb.tmp'", "COPY t TO 'out.csv'",
    ):  # fmt: skip
        with pytest.raises(duckdb.Error):
            cursor.execute(statement)
    assert sorted(path.name for path in Path().iterdir()) == ["d.duckdb", "secret.csv"]


ROLES = """
FROM sales LEFT JOIN towns AS target ON target.town_id = sales.target_id
LEFT JOIN shops AS shop ON shop.shop_id = sales.shop_id LEFT JOIN towns AS home ON home.town_id = shop.town_id
"""
TWICE = f"""
WITH a AS (SELECT sold, target.name, home.town_id, sum(qty) AS n {ROLES} GROUP BY 1, 2, 3),
base AS (SELECT sold AS t, target.name AS g0, home.town_id / 2 AS g1, sales.shop_id AS b {ROLES}),
x AS (SELECT t, g0, g1 FROM (SELECT row_number() OVER () AS r, shop_id AS o FROM sales) AS c JOIN base ON b = o GROUP BY 1, 2, 3)
SELECT a.*, x.g1 FROM a, x
"""
"""The only sale was sold by an unknown shop, so that it has no home."""


def test_two_roles_of_one_table_are_not_taken_for_each_other(tmp_path: Path):
    with duckdb.connect(tmp_path / "d.duckdb", config={"threads": 1}) as con:
        con.execute("CREATE TABLE sales AS SELECT 1 AS sold, 2 AS qty, 2 AS shop_id, 5 AS target_id")
        con.execute("CREATE TABLE shops (shop_id INTEGER, town_id INTEGER)")
        con.execute("CREATE TABLE towns AS SELECT 5 AS town_id, 'ok' AS name")
        assert con.execute(TWICE).fetchall() == [(1, "ok", 5, 2, 2.5)], (
            "DuckDB is right now: let its optimizer be as it is"
        )
    connector = open_connector(str(tmp_path / "d.duckdb"), ConnectOptions())
    columns = {"sold": "integer", "name": "string", "town_id": "integer", "n": "integer", "g1": "float"}
    assert ask(connector, TWICE, columns).frame.table.to_pylist() == [
        {"sold": 1, "name": "ok", "town_id": None, "n": 2, "g1": None}
    ]
    connector.close()


def test_a_live_connection_is_never_altered():
    with duckdb.connect() as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS x")
        before = con.sql("SELECT name, value FROM duckdb_settings() ORDER BY name").fetchall()
        connector = open_connector("duckdb://", ConnectOptions(live=con))
        assert connector.isolated is False
        ask(connector, "SELECT x AS x FROM t", {"x": "integer"})
        connector.profile()
        connector.close()
        assert con.sql("SELECT name, value FROM duckdb_settings() ORDER BY name").fetchall() == before
        con.execute("INSERT INTO t VALUES (2)")


def test_a_live_connection_reads_no_variables_of_ours():
    with duckdb.connect() as con:
        connector = open_connector("duckdb://", ConnectOptions(live=con))
        rows = pa.table({"x": [1]})
        with pytest.raises(QueryFailed, match="no table “rows”"):
            ask(connector, "SELECT x AS x FROM rows", {"x": "integer"})
        assert rows.num_rows == 1


def test_the_query_of_a_catalog_with_other_columns_is_our_fault(connector: Connector):
    with pytest.raises(DeveloperError, match="compiled for 2"):
        connector.prepare(compiled("SELECT 1 AS a", {"a": "integer", "b": "integer"})).run()
