"""What the loop works with: the catalog, one connection, a planner, the journal, and a way to stop."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from goal_semantics.model import Catalog
from goal_semantics.policy import Viewer
from jupyter_goal.connectors import Connector, Execution, Statement
from jupyter_goal.core.event import Event
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Planned
from jupyter_goal.errors import Cancelled

T = TypeVar("T")

HEED = 0.05
"""Seconds after which a wait looks whether somebody asked to stop."""


class Recorder(Protocol):
    """Writes events down durably. Errors: StoreError, and then nothing may be run."""

    def append(self, goal: Goal, *events: Event) -> None:
        """All of them, or none."""


class Stop:
    """Stops a run from any thread: the statement under way is cancelled at the server, later ones never start."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._statement: Statement | None = None
        self._requested = False
        self.at_server = False

    def request(self) -> bool:
        """Stop. True when the server confirmed that it cancelled a statement."""
        with self._lock:
            self._requested = True
            statement = self._statement
        return statement.cancel() if statement is not None else False

    def clear(self) -> None:
        """Forget an old request: the run goes on."""
        with self._lock:
            self._requested = False
            self.at_server = False

    @property
    def requested(self) -> bool:
        """Somebody asked to stop."""
        return self._requested

    def guard(self, statement: Statement) -> Execution:
        """Run a statement that `request` can reach. Errors: Cancelled, and those of the connector."""
        with self._lock:
            if self._requested:
                raise Cancelled("Cancelled before the query was sent.")
            self._statement = statement
        try:
            return statement.run()
        except Cancelled:
            self.at_server = self._requested  # it was under way, and its end is the server's word
            raise
        finally:
            with self._lock:
                self._statement = None

    def abandonable(self, work: Callable[[], T]) -> T:
        """The result of `work`, done aside. `request` ends the waiting at once; what cannot be stopped ends unheard.

        Errors: Cancelled, and those of `work`.
        """
        outcome: Future[T] = Future()

        def deliver() -> None:
            try:
                outcome.set_result(work())
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                outcome.set_exception(error)

        threading.Thread(target=deliver, name="jupyter-goal-planning", daemon=True).start()
        while not outcome.done() and not self._requested:
            wait({outcome}, timeout=HEED)
        if self._requested:
            raise Cancelled("Cancelled before the query was sent.")
        return outcome.result()


@dataclass(frozen=True, slots=True)
class Desk:
    """One run's surroundings. `plan` gets the goal; `now` gives aware UTC moments."""

    catalog: Catalog
    connector: Connector
    plan: Callable[[Goal], Planned]
    recorder: Recorder
    now: Callable[[], datetime.datetime]
    keep: Callable[[str, ResultFrame], None]
    """Called with each artifact's id and its whole frame: rows stay in the kernel, the artifact holds at most 200."""
    stop: Stop = field(default_factory=Stop)
    viewer: Viewer | None = None
    row_cap: int = 1_000_000
    debug: bool = False
    """Let unexpected errors through with their traceback."""
