"""Databases and files that are missing, held, foreign, damaged or replaced."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import duckdb
import pytest

from jupyter_goal.connectors import ConnectOptions
from jupyter_goal.errors import Cancelled, ConnectionProblem, QueryFailed
from tests.connectors.queries import Background, ask, compiled, open_connector, values

FOREVER = "SELECT count(*) AS n FROM range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "d.duckdb"
    with duckdb.connect(path) as con:
        con.execute("CREATE TABLE t AS SELECT range AS x, 'name ' || range AS s FROM range(100000)")
    return path


def problem(text: str | Path, **options) -> ConnectionProblem:
    with pytest.raises(ConnectionProblem) as failed:
        open_connector(str(text), ConnectOptions(**options)).close()
    assert len(str(failed.value).splitlines()) == 2
    return failed.value


def test_a_missing_database(tmp_path: Path):
    assert "does not exist" in problem(tmp_path / "none.duckdb").message
    assert not (tmp_path / "none.duckdb").exists()


def test_a_folder_a_missing_csv_an_empty_folder(tmp_path: Path):
    (tmp_path / "x.duckdb").mkdir()
    problem(tmp_path / "x.duckdb")
    assert "does not exist" in problem(tmp_path / "none.csv").message
    assert "no CSV or Parquet" in problem(f"{tmp_path}/").message
    assert "nothing to query" in problem("duckdb://").message


def test_not_a_database(tmp_path: Path):
    (tmp_path / "noise.duckdb").write_bytes(os.urandom(20_000))
    (tmp_path / "text.duckdb").write_text("a,b\n1,2\n" * 1_000, encoding="utf-8")
    (tmp_path / "empty.duckdb").touch()
    other = sqlite3.connect(tmp_path / "lite.duckdb")
    other.execute("CREATE TABLE q (a)")
    other.close()
    for name in ("noise", "text", "empty", "lite"):
        assert "not a DuckDB database" in problem(tmp_path / f"{name}.duckdb").message, name


def test_a_damaged_database(database: Path):
    whole = database.read_bytes()
    database.write_bytes(whole[:6_000])
    assert "damaged" in problem(database).message
    database.write_bytes(whole[:8_192] + b"\xff" * 400 + whole[8_592:])
    assert "damaged" in problem(database).message


def test_a_database_damaged_inside_its_data(database: Path):
    whole = bytearray(database.read_bytes())
    for start in range(20_000, len(whole) - 5_000, 4_096):
        whole[start : start + 64] = b"\xa5" * 64
    database.write_bytes(whole)
    with pytest.raises((ConnectionProblem, QueryFailed)) as failed:
        connector = open_connector(str(database), ConnectOptions())
        ask(connector, "SELECT max(s) AS s, sum(x) AS x FROM t", {"s": "string", "x": "integer"})
    assert len(str(failed.value).splitlines()) == 2


def test_a_database_held_by_another_process(database: Path):
    script = f"import duckdb, sys; con = duckdb.connect({str(database)!r}); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout and holder.stdout.readline()
        said = problem(database)
        assert "locked" in said.message and str(holder.pid) in said.message
        holder.kill()
    open_connector(str(database), ConnectOptions()).close()


def test_a_database_open_in_this_kernel_by_the_user(database: Path):
    with duckdb.connect(database) as con:
        said = problem(database)
        assert "already open in this kernel" in said.message and "%goal connect" in said.hint
        con.execute("SET threads = 1")


def test_two_connections_of_ours_share_one_database(database: Path):
    first = open_connector(str(database), ConnectOptions())
    second = open_connector(str(database), ConnectOptions())
    first.close()
    assert values(ask(second, "SELECT count(*) AS n FROM t", {"n": "integer"}), "n") == [100_000]
    assert "time zone UTC" in problem(database, time_zone="Asia/Tokyo").message
    second.close()


def test_an_unknown_time_zone(database: Path):
    assert "Mars/Base" in problem(database, time_zone="Mars/Base").message


def test_a_deleted_database_is_missed(database: Path):
    connector = open_connector(str(database), ConnectOptions())
    database.unlink()
    with pytest.raises(ConnectionProblem, match="does not exist"):
        ask(connector, "SELECT count(*) AS n FROM t", {"n": "integer"})
    connector.close()


def test_a_replaced_database_is_read_anew(database: Path, tmp_path: Path):
    connector = open_connector(str(database), ConnectOptions())
    with duckdb.connect(tmp_path / "new.duckdb") as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS x")
    (tmp_path / "new.duckdb").replace(database)
    assert values(ask(connector, "SELECT count(*) AS n FROM t", {"n": "integer"}), "n") == [1]
    connector.close()


def test_a_changed_csv_is_read_anew(tmp_path: Path):
    path = tmp_path / "sales.csv"
    path.write_text("amount\n1\n", encoding="utf-8")
    connector = open_connector(str(path), ConnectOptions())
    path.write_text("amount\n1\n2\n", encoding="utf-8")
    assert values(ask(connector, "SELECT sum(amount) AS s FROM sales", {"s": "integer"}), "s") == [3]
    connector.close()


def test_a_cancelled_query_leaves_the_engine_idle(database: Path):
    connector = open_connector(str(database), ConnectOptions())
    running = Background(connector, compiled(FOREVER, {"n": "integer"}))
    running.start(1.0)
    assert running.statement.cancel() is True
    assert isinstance(running.end(), Cancelled)
    before = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - before < 0.1, "the engine still computes"
    connector.close()


def test_many_cancels_at_once_agree(database: Path):
    connector = open_connector(str(database), ConnectOptions())
    running = Background(connector, compiled(FOREVER, {"n": "integer"}))
    running.start(0.2)
    said: list[bool] = []
    threads = [threading.Thread(target=lambda: said.append(running.statement.cancel())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [True] * 8
    connector.close()


def test_an_interrupt_stops_a_query_of_the_main_thread(database: Path):
    script = textwrap.dedent(f"""
        import os, signal, threading, time
        from jupyter_goal.connectors import ConnectOptions
        from tests.connectors.queries import compiled, open_connector
        connector = open_connector({str(database)!r}, ConnectOptions())
        threading.Timer(1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            connector.prepare(compiled({FOREVER!r}, {{"n": "integer"}})).run()
        except KeyboardInterrupt:
            print("interrupted")
        connector.close()
    """)
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != -signal.SIGKILL
    assert done.stdout.split() == ["interrupted"], done.stderr


def test_more_memory_than_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from jupyter_goal.connectors import _duckdb_source

    monkeypatch.setattr(_duckdb_source, "OPENING", {**_duckdb_source.OPENING, "memory_limit": "64MB"})
    (tmp_path / "a.csv").write_text("a\n1\n", encoding="utf-8")
    connector = open_connector(str(tmp_path / "a.csv"), ConnectOptions())
    with pytest.raises(QueryFailed, match="memory"):
        ask(
            connector,
            "SELECT count(*) AS n FROM (SELECT DISTINCT range, hash(range) FROM range(20000000))",
            {"n": "integer"},
        )
    assert ask(connector, "SELECT 1 AS n", {"n": "integer"}).frame.rows == 1
    connector.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
