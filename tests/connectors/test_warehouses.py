"""Snowflake and Databricks through their real drivers: what reaches the server, and what a person reads when it fails."""

from __future__ import annotations

import builtins
import datetime
import decimal
import sys
from pathlib import Path

import pytest

from jupyter_goal.connectors import ConnectOptions
from jupyter_goal.errors import Cancelled, ConnectionProblem
from tests.connectors.queries import Background, ask, compiled, open_connector, values
from tests.servers.databricks_server import Warehouse
from tests.servers.snowflake_server import Loopback

FOREVER = "SELECT count(*) AS n FROM range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3"
OPTIONS = ConnectOptions(time_zone="Europe/Berlin", timeout_seconds=42, query_tag="goal 1")


def problem(text: str, options: ConnectOptions = OPTIONS) -> str:
    with pytest.raises(ConnectionProblem) as failed:
        open_connector(text, options).close()
    assert len(str(failed.value).splitlines()) == 2
    return str(failed.value)


@pytest.fixture
def snowflake(snowflake_loopback: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loopback:
    monkeypatch.setenv("SNOWFLAKE_HOME", str(snowflake_loopback.write_settings(tmp_path)))
    return snowflake_loopback


@pytest.fixture
def databricks(databricks_loopback: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(databricks_loopback.write_settings(tmp_path)))
    return databricks_loopback


def test_snowflake_sessions_are_pinned_and_tagged(snowflake: Loopback):
    open_connector("snowflake://loop", OPTIONS).close()
    session = snowflake.seen()["logins"][-1]["session"]
    assert (session["TIMEZONE"], session["QUERY_TAG"], session["STATEMENT_TIMEOUT_IN_SECONDS"]) == (
        "Europe/Berlin",
        "goal 1",
        "42",
    )


def test_snowflake_values_travel_as_bindings(snowflake: Loopback):
    connector = open_connector("snowflake://loop", OPTIONS)
    given = ("x'y", 2**53 + 1, decimal.Decimal("1.10"), datetime.date(2024, 2, 29))
    done = ask(
        connector, "SELECT ? AS a, ? AS b, ? AS c, ? AS d", {"a": "string", "b": "integer", "c": "decimal", "d": "date"},
        parameters=given,
    )  # fmt: skip
    connector.close()
    assert [values(done, name)[0] for name in "ab"] == ["x'y", 2**53 + 1]
    statement = snowflake.seen()["statements"][-1]
    assert statement["text"] == "SELECT ? AS a, ? AS b, ? AS c, ? AS d"
    assert [statement["bindings"][str(n)]["value"] for n in (1, 2, 3)] == ["x'y", "9007199254740993", "1.10"]


def test_snowflake_aborts_the_statement_by_its_id(snowflake: Loopback):
    connector = open_connector("snowflake://loop", OPTIONS)
    running = Background(connector, compiled(FOREVER, {"n": "integer"}, dialect="snowflake"))
    running.start(0.5)
    before = snowflake.seen()
    assert before["running"] == 1
    assert running.statement.cancel() is True
    assert isinstance(running.end(), Cancelled)
    after = snowflake.seen()
    assert after["running"] == 0 and after["aborts"] > before["aborts"]
    connector.close()


def test_snowflake_refusals(snowflake: Loopback, tmp_path: Path):
    snowflake.write_settings(tmp_path, password="wrong-secret")
    said = problem("snowflake://loop")
    assert "Incorrect username or password" in said and "connections.toml" in said
    assert "wrong-secret" not in said
    assert "“nowhere”" in problem("snowflake://nowhere")


def test_databricks_sessions_are_pinned(databricks: Warehouse):
    open_connector("databricks://loop", OPTIONS).close()
    settings = databricks.settings[-1]
    assert (settings["TIMEZONE"], settings["STATEMENT_TIMEOUT"], settings["ANSI_MODE"]) == (
        "Europe/Berlin",
        "42",
        "true",
    )
    assert "goal 1" in settings["QUERY_TAGS"]


def test_databricks_values_travel_as_typed_parameters(databricks: Warehouse):
    connector = open_connector("databricks://loop", OPTIONS)
    given = ("x'y", 2**53 + 1, decimal.Decimal("1.10"), datetime.date(2024, 2, 29), 0.1, None)
    columns = dict(zip("abcdef", ("string", "integer", "decimal", "date", "float", "string"), strict=True))
    text = "SELECT " + ", ".join(f"? AS {name}" for name in columns)
    done = ask(connector, text, columns, parameters=given)
    connector.close()
    assert tuple(done.frame.table.to_pylist()[0].values()) == given
    assert databricks.statements[-1] == text
    assert [kind.split("(")[0] for kind, _ in databricks.parameters[-1]] == [
        "STRING",
        "BIGINT",
        "DECIMAL",
        "DATE",
        "DOUBLE",
        "VOID",
    ]


def test_databricks_cancels_the_operation(databricks: Warehouse):
    connector = open_connector("databricks://loop", OPTIONS)
    running = Background(connector, compiled(FOREVER, {"n": "integer"}, dialect="databricks"))
    running.start(0.5)
    assert databricks.running == 1
    assert running.statement.cancel() is True
    assert isinstance(running.end(), Cancelled)
    assert databricks.running == 0 and databricks.cancelled >= 1
    connector.close()


def test_many_rows_come_in_parts(databricks: Warehouse):
    connector = open_connector("databricks://loop", OPTIONS)
    done = ask(connector, "SELECT range AS n FROM range(200000) AS t", {"n": "integer"})
    connector.close()
    assert done.frame.rows == 200_000
    assert sum(values(done, "n")) == 200_000 * 199_999 // 2


def test_databricks_refusals(databricks: Warehouse, tmp_path: Path):
    databricks.write_settings(tmp_path, token="wrong-secret")
    said = problem("databricks://loop")
    assert "refused the connection" in said and "wrong-secret" not in said
    assert "no profile “nowhere”" in problem("databricks://nowhere")
    file = tmp_path / "databrickscfg"
    file.write_text("[loop]\nhost = http://warehouse.example.com\ntoken = t\nwarehouse_id = a\n", encoding="utf-8")
    assert "plain http" in problem("databricks://loop")
    file.write_text("[loop]\nhost = https://127.0.0.1\n", encoding="utf-8")
    assert "lacks token, warehouse_id" in problem("databricks://loop")


@pytest.mark.parametrize(
    ("text", "module", "extra"),
    [
        ("snowflake://x", "snowflake", "snowflake"), ("databricks://x", "databricks", "databricks"),
        ("postgresql://x", "psycopg", "postgres"), ("spark://x", "pyspark", "spark"), ("sc://x", "pyspark", "spark"),
    ],
)  # fmt: skip
def test_a_driver_that_is_not_installed_names_its_extra(
    text: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
):
    usual = builtins.__import__

    def without_drivers(name: str, *rest, **more):
        if name.split(".", maxsplit=1)[0] == module:
            raise ImportError(name)
        return usual(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_drivers)
    assert f"jupyter-goal[{extra}]" in problem(text)


def test_spark_connect_is_refused_with_the_next_step():
    pytest.importorskip("pyspark", reason="NOT RUN: Spark: pyspark is not installed (extra spark)")
    assert "spark://host:7077" in problem("sc://127.0.0.1:15002")


def test_connecting_to_duckdb_loads_no_other_driver():
    import subprocess

    script = "import sys; from jupyter_goal.connectors import *; from jupyter_goal.connectors import duckdb; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "duckdb" in loaded
    assert not loaded & {"snowflake", "databricks", "psycopg", "pyspark", "pandas", "polars", "openai", "sqlalchemy"}
