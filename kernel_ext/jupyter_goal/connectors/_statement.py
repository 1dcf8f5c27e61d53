"""One statement under way, whatever the driver: deadline, cancel from any thread, and which of them ended it.

A driver brings only three verbs (`ServerStatement`); it never decides between "failed", "cancelled" and "too slow".
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from goal_semantics.compiled import CompiledQuery
from jupyter_goal.connectors import ConnectOptions, Execution
from jupyter_goal.connectors._remainder import without_flag
from jupyter_goal.connectors._settle import settle
from jupyter_goal.core.fingerprint import fingerprint
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.errors import Cancelled, ConnectionProblem, DeveloperError, GoalError, QueryFailed

if TYPE_CHECKING:
    from jupyter_goal.connectors._collect import Fetched

GIVE_UP_SECONDS = 10.0
"""How long a cancel waits for the server to let go."""


class ServerStatement(Protocol):
    """The engine's side of one statement."""

    def fetch(self) -> Fetched:
        """Execute and fetch up to the caps; releases what it holds. May raise anything of the driver's."""

    def stop(self) -> None:
        """Ask the server to stop. Any thread, any time, any number of times; never raises."""

    def explain(self, error: Exception) -> GoalError:
        """The driver's error in two lines."""


@dataclass(slots=True)
class Ending:
    """Shared by the running thread, the deadline and whoever cancels."""

    lock: threading.Lock
    ended: threading.Event
    started: bool = False
    reason: Literal["", "cancelled", "timeout"] = ""


class StatementUnderWay:
    """Runs a `ServerStatement` once and turns its rows into an `Execution`."""

    def __init__(self, server: ServerStatement, query: CompiledQuery, options: ConnectOptions, engine: str) -> None:
        self._server = server
        self._query = query
        self._options = options
        self._engine = engine
        self._ending = Ending(threading.Lock(), threading.Event())
        self._outcome: Future[Execution] = Future()

    def run(self) -> Execution:
        """Execute and fetch all rows up to the caps. Errors: QueryFailed, Cancelled, ConnectionProblem."""
        self._begin()
        # Aside: an engine that computes in the main thread may not see Ctrl-C, and one that is lost may never return.
        threading.Thread(target=self._deliver, daemon=True).start()
        try:
            return self._outcome.result()
        except KeyboardInterrupt:
            self._halt("cancelled")
            raise

    def cancel(self) -> bool:
        """Stop it at the server; True when nothing of it runs there. False: it ended by itself, or does not answer."""
        return self._halt("cancelled")

    def _run(self) -> Execution:
        deadline = threading.Timer(self._options.timeout_seconds, self._halt, args=("timeout",))
        deadline.daemon = True
        deadline.start()
        begun = time.perf_counter()
        try:
            fetched = self._server.fetch()
        except Exception as error:
            raise self._explain(error) from error
        finally:
            with self._ending.lock:
                self._ending.ended.set()
            deadline.cancel()
        if self._ending.reason:
            raise self._explain(DeveloperError("the statement finished although it was stopped"))
        seconds = time.perf_counter() - begun
        table = settle(fetched.table, self._query.columns, time_zone=self._options.time_zone)
        frame = without_flag(ResultFrame(table, self._query.columns, fetched.truncated), self._query)
        return Execution(replace(frame, fingerprint=fingerprint(frame.table)), seconds, self._engine)

    def _deliver(self) -> None:
        try:
            done = self._run()
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self._settle(error)
        else:
            self._settle(done)

    def _settle(self, outcome: Execution | BaseException) -> None:
        with self._ending.lock:
            if self._outcome.done():
                return
            if isinstance(outcome, BaseException):
                self._outcome.set_exception(outcome)
            else:
                self._outcome.set_result(outcome)

    def _begin(self) -> None:
        with self._ending.lock:
            if self._ending.started:
                raise DeveloperError("a statement runs once; prepare another")
            if self._ending.reason:
                raise Cancelled("The query was cancelled before it started.")
            self._ending.started = True

    def _halt(self, reason: Literal["cancelled", "timeout"]) -> bool:
        with self._ending.lock:
            if self._ending.ended.is_set():
                return self._ending.reason == reason
            self._ending.reason = self._ending.reason or reason
            if not self._ending.started:
                return True
        give_up = time.monotonic() + GIVE_UP_SECONDS
        pause = 0.0
        # Again and again: an engine may forget a stop that arrives just before it starts to execute.
        while not self._ending.ended.wait(pause):
            if time.monotonic() > give_up:
                self._settle(
                    ConnectionProblem(
                        "The database does not answer: the query was given up, and may still run there.",
                        "Look for it in the database's own list of queries; then connect again.",
                    )
                )
                return False
            self._server.stop()
            pause = min(2 * pause + 0.005, 0.5)
        return True

    def _explain(self, error: Exception) -> GoalError:
        if self._ending.reason == "cancelled":
            return Cancelled("The query was cancelled.", "Nothing of it runs at the database any more.")
        if self._ending.reason == "timeout":
            limit = self._options.timeout_seconds
            return QueryFailed(
                f"The query was stopped after {limit:g} s, its time limit.",
                "Narrow the question (a shorter period, fewer groupings) or raise the connection's timeout.",
            )
        return error if isinstance(error, GoalError) else self._server.explain(error)
