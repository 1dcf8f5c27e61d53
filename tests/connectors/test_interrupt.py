"""Ctrl-C in a terminal: the command ends, and nothing of its statement runs at the server any more."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CATALOG = """\
name: slow
datasets:
  - {name: naps, source: naps, primary_key: [id], fields: [{name: id, type: integer}]}
metrics:
  - {name: naps, dataset: naps, agg: count}
"""
RUNNING = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'slow' AND state = 'active' AND query LIKE '%naps%' AND pid <> pg_backend_pid()"
PATIENCE = 60


@pytest.fixture
def slow(postgres: Any, tmp_path: Path) -> Iterator[Any]:
    """A database with a view that takes minutes; yields a session of its own."""
    import psycopg

    with psycopg.connect(postgres.url(), autocommit=True) as owner:
        owner.execute("CREATE DATABASE slow")
    (tmp_path / "catalog.yaml").write_text(CATALOG)
    (tmp_path / "query.yaml").write_text("measures: [{metric: naps}]\n")
    (tmp_path / "goal.toml").write_text(f'[project]\nconnection = "{postgres.url("slow")}"\ncatalog = "catalog.yaml"\n')
    with psycopg.connect(postgres.url("slow"), autocommit=True) as session:
        session.execute("CREATE VIEW naps AS SELECT 1 AS id FROM pg_sleep(600)")
        yield session
    with psycopg.connect(postgres.url(), autocommit=True) as owner:
        owner.execute("DROP DATABASE slow WITH (FORCE)")


def becomes(session: Any, running: int) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        [count] = session.execute(RUNNING).fetchone()
        if count == running:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("words", [["check"], ["compile", "query.yaml", "--run"]], ids=["check", "compile"])
def test_nothing_runs_after_ctrl_c(slow: Any, tmp_path: Path, words: list[str]) -> None:
    command = [sys.executable, "-m", "jupyter_goal.cli", *words]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert becomes(slow, 1), "the statement never started"
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert (process.returncode, err.strip()) == (1, "Cancelled.")
    assert "Traceback" not in out
    assert becomes(slow, 0), "the statement goes on at the server"
