"""A statement under way: who ends it, and what is said when nobody can."""

from __future__ import annotations

import threading

import pyarrow as pa
import pytest

from jupyter_goal.connectors import ConnectOptions, _statement
from jupyter_goal.connectors._collect import Fetched
from jupyter_goal.connectors._statement import StatementUnderWay
from jupyter_goal.errors import Cancelled, ConnectionProblem, DeveloperError, GoalError, QueryFailed
from tests.connectors.queries import compiled

QUERY = compiled("SELECT 1 AS x", {"x": "integer"})


class LostServer:
    """Hangs, whatever it is told, until the test lets it go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.stops = 0

    def fetch(self) -> Fetched:
        self.let_go.wait(20)
        return Fetched(pa.table({"x": [1]}), truncated=False)

    def stop(self) -> None:
        self.stops += 1

    def explain(self, error: Exception) -> GoalError:
        return QueryFailed(str(error))


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_statement, "GIVE_UP_SECONDS", 0.3)
    server = LostServer()
    yield server
    server.let_go.set()


def test_a_server_that_does_not_answer_is_given_up_and_that_is_said(lost: LostServer):
    statement = StatementUnderWay(lost, QUERY, ConnectOptions(timeout_seconds=0.2), "lost")
    with pytest.raises(ConnectionProblem, match="may still run"):
        statement.run()
    assert lost.stops > 1


def test_rows_that_arrive_after_a_cancel_are_not_an_answer():
    server = LostServer()
    statement = StatementUnderWay(server, QUERY, ConnectOptions(), "late")
    threading.Timer(0.2, lambda: (threading.Timer(0.1, server.let_go.set).start(), statement.cancel())).start()
    with pytest.raises(Cancelled):
        statement.run()


def test_a_statement_runs_once():
    server = LostServer()
    server.let_go.set()
    statement = StatementUnderWay(server, QUERY, ConnectOptions(), "once")
    assert statement.run().frame.rows == 1
    with pytest.raises(DeveloperError):
        statement.run()
