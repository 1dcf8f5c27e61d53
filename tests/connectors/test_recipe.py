"""The connector of the README works as printed."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from jupyter_goal.connectors import ConnectOptions
from jupyter_goal.connectors import __file__ as folder
from jupyter_goal.errors import Cancelled, ConnectionProblem, QueryFailed
from tests.connectors.queries import Background, ask, compiled, values


@pytest.fixture
def connect(tmp_path: Path):
    recipe = Path(folder).with_name("README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", recipe, re.DOTALL)
    names: dict = {"__name__": "toy"}
    exec(compile(code, "connectors/README.md", "exec"), names)
    session = sqlite3.connect(tmp_path / "toy.db")
    session.executescript(
        "CREATE TABLE t (x INTEGER, s TEXT); INSERT INTO t VALUES (9007199254740993, 'a'), (NULL, 'b')"
    )
    session.close()
    return lambda name="toy.db", **options: names["connect"](f"sqlite:///{tmp_path / name}", ConnectOptions(**options))


def test_the_toy_answers_exactly_and_says_a_cut(connect):
    toy = connect(row_cap=1)
    done = ask(toy, "SELECT x, s FROM t WHERE s <> ? ORDER BY s", {"x": "integer", "s": "string"}, parameters=("z",))
    assert values(done, "x") == [9_007_199_254_740_993] and done.frame.truncated
    assert toy.columns() == {"t": {"x": "INTEGER", "s": "TEXT"}}


def test_the_toy_is_cancelled_at_the_engine_and_explains_itself(connect):
    toy = connect()
    forever = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS c FROM n"
    running = Background(toy, compiled(forever, {"c": "integer"}))
    running.start(0.3)
    assert running.statement.cancel() is True
    assert isinstance(running.end(), Cancelled)
    with pytest.raises(QueryFailed, match="no such column: gone"):
        ask(toy, "SELECT gone FROM t", {"gone": "integer"})
    toy.close()
    with pytest.raises(ConnectionProblem):
        ask(toy, "SELECT 1 AS x", {"x": "integer"})
    with pytest.raises(ConnectionProblem):
        connect("none.db")
