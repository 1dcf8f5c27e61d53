"""The notebook's side of one kernel: its session, the outputs it has shown, and the verbs it knows.

Reads the cell and the namespace; decides nothing about numbers.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from goal_semantics.compile import compile_query
from goal_semantics.errors import UserError
from jupyter_goal.answer import Answer
from jupyter_goal.binding import Binding
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.run import Run
from jupyter_goal.core.wire import RunView
from jupyter_goal.errors import Cancelled, GoalError, UsageError
from jupyter_goal.notebook.cells import Cell, Found, find_lock, match_lock, notebook_paths, running_cell
from jupyter_goal.notebook.drive import Drive, Offered, in_thread
from jupyter_goal.notebook.line import Line
from jupyter_goal.notebook.names import frames_at_hand, signature
from jupyter_goal.notebook.trouble import NotReached
from jupyter_goal.notebook.verbs import Verb, Verbs
from jupyter_goal.session import Session, default_session, utc_now

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from jupyter_goal.store.journal import Unfinished


class Workspace:
    """One per kernel."""

    def __init__(
        self, shell: InteractiveShell, verbs: Verbs[Workspace], environment: Mapping[str, str] = os.environ
    ) -> None:
        self.verbs = verbs
        self.last: Drive | None = None
        self._shell = shell
        self._environment = environment
        self._turn = asyncio.Lock()
        self._drives: dict[str, list[Drive]] = {}
        self._execution: dict[str, int] = {}
        self._asked: Counter[str] = Counter()
        self._bound: object = None
        self._told = False

    def session(self) -> Session:
        """The session of this process; nothing is connected for it."""
        return default_session()

    @contextmanager
    def asked_of(self, line: Line) -> Iterator[Binding]:
        """The connection that a line names for itself, else the one that is current. May take its time."""
        session = default_session()
        if not line.connection:
            self._follow(session)
        if not line.connection and not line.catalog:
            yield session.binding
            return
        live = self._live(line.connection)
        named = "" if live is not None else line.connection
        binding = session.bind(named, live=live, catalog=line.catalog or None)
        try:
            yield binding
        finally:
            session.release(binding)

    def connect(self, target: str, catalog: str = "") -> str:
        """Bind to what the person named: a live connection of the namespace goes before a URL."""
        live = self._live(target)
        described = default_session().connect(
            "" if live is not None else target,
            frames=frames_at_hand(self._shell.user_ns),
            live=live,
            catalog=catalog or None,
        )
        self._told = bool(target or catalog)
        default_session().binding.prepare()
        return described

    def _follow(self, session: Session) -> None:
        """Bind to the frames and files at hand, unless told otherwise."""
        if not self._told and not session.settings.project.connection:
            frames = frames_at_hand(self._shell.user_ns)
            now = signature(frames)
            if now != self._bound or session.bound is None:
                session.connect(frames=frames)
                self._bound = now

    def _live(self, target: str) -> Any:
        """A DuckDB connection of the person's, by its name."""
        found = self._shell.user_ns.get(target) if target.isidentifier() else None
        return found if type(found).__module__.partition(".")[0] in {"duckdb", "_duckdb"} else None

    def cell(self) -> Cell:
        """The cell that is running now."""
        kernel = getattr(self._shell, "kernel", None)
        parent = kernel.get_parent("shell") if kernel is not None else {}
        history = self._shell.history_manager
        ran = tuple(history.input_hist_raw) if history is not None else ("",)
        return running_cell(parent, ran, self._environment)

    async def answer(self, line: Line, cell: Cell) -> Answer:
        """State the goal, drive it, show it. Errors: GoalError when there is no number and nobody to ask."""
        drive = self._drive(cell, goal=line.text)
        try:
            run = await drive.go(lambda: self._state(line, cell, drive))
        except asyncio.CancelledError:
            raise Cancelled("Stopped before the goal was stated.", "Run the cell again.") from None
        except (GoalError, UserError) as error:
            if not drive.output.displayed:
                raise
            drive.fail(error)
            raise NotReached(str(error)) from None
        return self._rested(drive, run, cell)

    def answer_now(self, line: Line, cell: Cell) -> Answer:
        """The same where a cell cannot await."""
        self._refuse_while_running()
        drive = self._drive(cell, goal=line.text)
        return self._rested(drive, drive.go_now(lambda: self._state(line, cell, drive)), cell)

    async def act(self, verb: Verb[Workspace], argument: str, line: Line) -> str:
        """Do what a verb says, after the run that is under way unless it may act beside it; returns what to print."""
        work = partial(self._act, verb, argument, line)
        if verb.beside_a_run:
            return await in_thread(work)
        async with self._turn:
            return await in_thread(work)

    def act_now(self, verb: Verb[Workspace], argument: str, line: Line) -> str:
        """The same where a cell cannot await."""
        if not verb.beside_a_run:
            self._refuse_while_running()
        return self._act(verb, argument, line)

    async def offer(self, line: Line, cell: Cell) -> None:
        """Show goals to click, which the catalog at hand can answer."""
        async with self._turn:
            offered = await in_thread(lambda: self._offered(line))
        drive = self._drive(cell, offered=offered)
        drive.output.settle(drive.view())

    def offer_now(self, line: Line, cell: Cell) -> None:
        """The same where a cell cannot await."""
        self._refuse_while_running()
        drive = self._drive(cell, offered=self._offered(line))
        drive.output.settle(drive.view())

    def show(self, run: Run) -> None:
        """A run on a new output of the running cell."""
        drive = self._drive(self.cell())
        drive.run = run
        drive.output.settle(drive.view())

    def shown_now(self, run: Run) -> bool:
        """This run is on an output of the cell that is running: no need to display it once more."""
        drives = self._drives.get(self.cell().id, [])
        current = self._execution.get(self.cell().id) == self._shell.execution_count
        return current and any(drive.run is not None and drive.run.id == run.id for drive in drives)

    def runs(self) -> tuple[Run, ...]:
        """Runs that are shown in this kernel."""
        return tuple(drive.run for drives in self._drives.values() for drive in drives if drive.run is not None)

    def close(self) -> None:
        """Stop listening on every output."""
        for drives in self._drives.values():
            for drive in drives:
                drive.close()
        self._drives.clear()

    def lost(self) -> tuple[Unfinished, ...]:
        """Runs of the journal that have not ended and are not of this kernel, newest first."""
        session = default_session()
        if not session.settings.state_directory.exists():
            return ()
        here = {run.id for run in self.runs()}
        return tuple(each for each in session.journal.unfinished() if each.run not in here)

    def _act(self, verb: Verb[Workspace], argument: str, line: Line) -> str:
        return verb.act(self, argument, line)

    def _offered(self, line: Line) -> Offered:
        with self.asked_of(line) as binding:
            return Offered(default_session().offers(binding), binding)

    def _refuse_while_running(self) -> None:
        if self._turn.locked():
            raise UsageError("Another goal is still running.", "Wait for its end, or cancel it.")

    def _drive(self, cell: Cell, *, goal: str = "", offered: Offered | None = None) -> Drive:
        """A new output; those of an earlier execution of the same cell are closed."""
        count = self._shell.execution_count
        if self._execution.get(cell.id) != count and cell.id:
            for old in self._drives.pop(cell.id, []):
                old.close()
        self._execution[cell.id] = count
        self.last = Drive(default_session(), self._turn, live=cell.live, goal=goal, offered=offered)
        self._drives.setdefault(cell.id, []).append(self.last)
        return self.last

    def _state(self, line: Line, cell: Cell, drive: Drive) -> Run:
        """The run of this line, with the lock that was kept for it. Blocks: it may have to connect first."""
        session = default_session()
        session.debug = line.debug
        with self.asked_of(line) as binding:
            as_of = _aware(line.as_of, ZoneInfo(binding.catalog.calendar.time_zone))
            found = usable(self._lock(line, cell), binding, as_of or utc_now())
            drive.note = found.reason
            return session.ask(line.text, lines=line.lines, cell=cell.id, lock=found.lock, as_of=as_of, binding=binding)

    def _lock(self, line: Line, cell: Cell) -> Found:
        goal = Goal(text=line.text, lines=line.lines, as_of=utc_now()).hash
        if cell.id or getattr(self._shell, "kernel", None) is None:
            return Found(match_lock(cell.locks, goal, 0))
        occurrence = self._asked[goal]
        self._asked[goal] += 1
        return find_lock(notebook_paths(self._environment, self._shell.user_ns), cell, goal, occurrence)

    def _rested(self, drive: Drive, run: Run, cell: Cell) -> Answer:
        view = drive.view()
        if drive.interrupted:
            raise Cancelled("Stopped. Cells that were waiting did not run.")
        if run.status == "failed" or (run.status != "done" and not cell.live):
            message, hint = (view.problem.message, view.problem.hint) if view.problem else _open_questions(view)
            raise (NotReached if cell.live else GoalError)(message, hint)
        return Answer(run, default_session())


def usable(found: Found, binding: Binding, as_of: datetime) -> Found:
    """The lock, unless the catalog has changed so that its plan can no longer be compiled."""
    lock = found.lock
    if lock is None or lock.catalog == binding.hash:
        return found
    try:
        for step in lock.plan.steps:
            compile_query(step.query, binding.catalog, binding.connector.dialect, as_of=as_of)
    except UserError as error:
        return Found(reason=f"planned anew, the locked plan no longer fits the catalog: {next(iter(error.issues))}")
    return found


def _open_questions(view: RunView) -> tuple[str, str]:
    asked = "; ".join(question.text for question in view.questions)
    choices = " / ".join(choice.label for question in view.questions for choice in question.choices)
    return asked or f"The goal is {view.status}.", f"Say which in the goal: {choices}" if choices else ""


def _aware(moment: datetime | None, zone: tzinfo) -> datetime | None:
    return moment.replace(tzinfo=zone) if moment is not None and moment.tzinfo is None else moment
