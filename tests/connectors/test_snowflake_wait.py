"""A statement that was asked to stop is asked after as seldom as any other."""

from __future__ import annotations

import threading
import time

from jupyter_goal.connectors import ConnectOptions
from jupyter_goal.connectors.snowflake import SubmittedStatement
from tests.connectors.queries import compiled


class Server:
    """A server that takes its time to let go, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.running = True

    def get_query_status_throw_if_error(self, _id: str) -> str:
        self.asked += 1
        return "RUNNING"

    def is_still_running(self, _status: str) -> bool:
        return self.running


class Cursor:
    sfqid = "q1"

    def execute_async(self, *_: object) -> None: ...
    def query_result(self, _id: str) -> None: ...
    def abort_query(self, _id: str) -> None: ...
    def close(self) -> None: ...
    def fetch_arrow_batches(self) -> list[object]:
        raise InterruptedError


def test_no_tight_loop_after_a_stop() -> None:
    server = Server()
    statement = SubmittedStatement(server, Cursor(), compiled("SELECT 1", {"a": "integer"}), ConnectOptions())
    ended: list[Exception] = []

    def fetch() -> None:
        try:
            statement.fetch()
        except InterruptedError as error:
            ended.append(error)

    thread = threading.Thread(target=fetch)
    thread.start()
    time.sleep(0.05)
    statement.stop()
    time.sleep(0.5)
    server.running = False
    thread.join(5)
    assert ended
    assert 1 < server.asked < 20
