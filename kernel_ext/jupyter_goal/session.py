"""The composition root: the one place where settings, connector, catalog, planners, loop and journal are joined.

Heavy parts are imported where a session first needs them, so that loading the extension stays cheap.
"""

from __future__ import annotations

import datetime
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_goal.answer import Answer
from jupyter_goal.binding import Binding, bind
from jupyter_goal.core.annotation import Anchor, Annotation
from jupyter_goal.core.artifact import Artifact
from jupyter_goal.core.event import Answered, Asked, Event, Finished, Planned, Pointed, Revised, Shown, Unchanged
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.identity import content_hash
from jupyter_goal.core.lock import Lock
from jupyter_goal.core.plan import Plan, Questions, Refusal
from jupyter_goal.core.present import Setting, present
from jupyter_goal.core.run import Run
from jupyter_goal.core.wire import RunView
from jupyter_goal.errors import UsageError
from jupyter_goal.settings import Settings, read

if TYPE_CHECKING:
    from jupyter_goal.agent.desk import Desk, Stop
    from jupyter_goal.store.journal import Journal


def utc_now() -> datetime.datetime:
    """The present moment, aware."""
    return datetime.datetime.now(datetime.UTC)


class Session:
    """One per kernel or command. Not for use by several threads at once, except `cancel`."""

    def __init__(self, settings: Settings | None = None, *, now: Callable[[], datetime.datetime] = utc_now) -> None:
        self.settings = settings if settings is not None else read(Path.cwd())
        self.debug = False
        self._now = now
        self._binding: Binding | None = None
        self._frames: Mapping[str, Any] = {}
        self._stops: dict[str, Stop] = {}
        self._kept: dict[str, ResultFrame] = {}
        self._settings_of: dict[str, Setting] = {}
        self._previous: Plan | None = None

    # --- connection and catalog

    def connect(
        self, target: str = "", *, frames: Mapping[str, Any] | None = None, live: Any = None, catalog: str | None = None
    ) -> str:
        """Bind to a database, "demo", files, frames or a live connection; returns one line that says what it is."""
        if frames is not None:
            self._frames = frames
        bound = bind(self.settings, target, frames=self._frames, live=live, catalog=catalog)
        if self._binding is not None:
            self._binding.close()
        self._binding = bound
        return bound.describe()

    @property
    def binding(self) -> Binding:
        """The connection with its catalog; made from the settings on first use."""
        if self._binding is None:
            self.connect()
        assert self._binding is not None
        return self._binding

    @property
    def connected(self) -> bool:
        """Something was bound already."""
        return self._binding is not None

    def offers(self) -> tuple[str, ...]:
        """Goals to click for an empty `%goal`."""
        from jupyter_goal.planner.offers import offers

        return offers(self.binding.catalog)

    @cached_property
    def journal(self) -> Journal:
        """The journal of this state directory."""
        from jupyter_goal.store.database import open_database
        from jupyter_goal.store.journal import Journal

        return Journal(open_database(self.settings.state_directory))

    # --- runs

    def ask(
        self, text: str, *, lines: tuple[str, ...] = (), cell: str = "", lock: Lock | None = None,
        as_of: datetime.datetime | None = None, order: int = 0,
    ) -> Run:  # fmt: skip
        """A run that states the goal in the journal and has done nothing yet; with a lock, its plan is taken over."""
        binding = self.binding
        goal = Goal(
            text=text, lines=lines, cell=cell, as_of=as_of or self._now(),
            connection=binding.connector.url, catalog=binding.hash,
        )  # fmt: skip
        before = self.journal.last_fingerprints(goal)
        self._settings_of[goal.id] = Setting(
            catalog=binding.catalog.name, inferred=binding.catalog.inferred, before=before, order=order
        )
        self.journal.begin(goal)
        run = Run(goal=goal)
        if lock is not None and lock.goal == goal.hash:
            planned = Planned(at=self._now(), plan=lock.plan.model_copy(update={"planner": "lock"}))
            run = self._append(run, planned)
            for annotation in lock.annotations:
                run = self._append(run, Pointed(at=self._now(), annotation=annotation))
        return run

    def steps(self, run: Run) -> Iterator[Run]:
        """The loop: yields after every event. Blocks between; call it in a worker thread where clicks must work."""
        from jupyter_goal.agent.loop import advance

        for current in advance(run, self._desk(run)):
            self._remember(current)
            yield current

    def resume(self, run_id: str) -> Iterator[Run]:
        """Go on with a run of the journal. Errors: UsageError when there is none."""
        from jupyter_goal.agent.loop import resume

        run = self.journal.load(run_id)
        if run is None:
            raise UsageError(f"There is no run {run_id!r} in the journal.", "`%goal status` lists them.")
        yield from resume(run, self._desk(run))

    def finish(self, run: Run) -> Run:
        """Drive the run to where it stops, from the main thread: Ctrl-C cancels it at the server."""
        return _drive(self.steps(run), run, on_interrupt=lambda: self.cancel(run.id))

    def cancel(self, run_id: str) -> bool:
        """Stop a run, from any thread; True when a statement was cancelled at the server."""
        stop = self._stops.get(run_id)
        return stop.request() if stop is not None else False

    def answer(self, run: Run, question: int, choice: int) -> Run:
        """The run with a choice; drive it on with `steps`."""
        picked = run.questions[question].choices[choice]
        event = Answered(at=self._now(), question=question, choice=choice, text=picked.label)
        return self._append(run, event)

    def revise(self, run: Run, text: str, anchors: tuple[Anchor, ...] = ()) -> Run:
        """The run with an instruction; drive it on with `steps`. What is shown stays when it cannot be followed."""
        from jupyter_goal.planner import edits

        if run.plan is None:
            raise UsageError("There is no result to change yet.", "Run the goal first.")
        binding = self.binding
        at = self._now()
        context = binding.context(run.plan)
        planned = edits.revise(text, run.plan, anchors, binding.catalog, context, binding.lexicon)
        match planned:
            case Plan():
                return self._append(run, *_revised(run, run.plan, planned, text, anchors, at))
            case Questions():
                return self._append(run, Asked(at=at, questions=planned.items))
            case Refusal():
                return self._append(run, Unchanged(at=at, instruction=text, reason=planned.reason, hint=planned.hint))

    def undo(self, run: Run) -> Run:
        """Take the last revision back; the earlier artifacts return without a query."""
        last = next((event for event in reversed(run.events) if isinstance(event, Revised)), None)
        if last is None or last.instruction == "undo":
            return self._append(
                run, Unchanged(at=self._now(), instruction="undo", reason="There is nothing to undo.", hint="")
            )
        at = self._now()
        earlier = [run.artifact(artifact) for artifact in last.artifacts_before]
        shown = [Shown(at=at, step=step, artifact=found) for step, found in enumerate(earlier) if found is not None]
        undone = Revised(at=at, instruction="undo", before=last.after, after=last.before)
        return self._append(run, undone, *shown, Finished(at=at))

    # --- what people and surfaces read

    def view(self, run: Run) -> RunView:
        """The run as it is drawn."""
        return present(run, self._settings_of.get(run.id, Setting()))

    def kept(self, artifact: str) -> ResultFrame | None:
        """The whole frame of an artifact, while the kernel lives."""
        return self._kept.get(artifact)

    def themed(self, artifact: Artifact, *, dark: bool) -> Any:
        """The plotly figure of an artifact. Errors: UsageError when it is not drawn."""
        if artifact.figure is None:
            raise UsageError("This result is not drawn as a chart.", "Read `.frame`, or ask for a chart by name.")
        from jupyter_goal.charts._plotly import plotly_figure

        return plotly_figure(artifact.figure, dark=dark)

    def close(self) -> None:
        """Release the connection and the journal."""
        if self._binding is not None:
            self._binding.close()
        if "journal" in self.__dict__:
            self.journal.close()

    # --- plumbing

    def _append(self, run: Run, *events: Event) -> Run:
        self.journal.append(run.goal, *events)
        return run.then(*events)

    def _remember(self, run: Run) -> None:
        if run.status == "done":
            self._previous = run.plan

    def _desk(self, run: Run) -> Desk:
        from jupyter_goal.agent.desk import Desk, Stop

        stop = self._stops[run.id] = Stop()
        binding = self.binding
        return Desk(
            catalog=binding.catalog,
            connector=binding.connector,
            plan=lambda goal: binding.plan(goal, self._previous),
            recorder=self.journal,
            now=self._now,
            keep=self._kept.__setitem__,
            stop=stop,
            row_cap=self.settings.limits.rows,
            debug=self.debug,
        )


def _revised(
    run: Run, before: Plan, after: Plan, text: str, anchors: tuple[Anchor, ...], at: datetime.datetime
) -> Iterator[Event]:
    """The annotation, if something was pointed at, and the change that it caused."""
    note: Annotation | None = None
    if anchors:
        identity = content_hash(run.id, text, at.isoformat(), *anchors)
        note = Annotation(id=identity, anchors=anchors, text=text, made_at=at, state="applied")
        yield Pointed(at=at, annotation=note)
    words = ", ".join(anchor.text for anchor in anchors if anchor.text)
    yield Revised(
        at=at,
        instruction=f"{text}: {words}" if words else text,
        annotation=note.id if note else None,
        before=before,
        after=after,
        artifacts_before=tuple(artifact.id for artifact in run.artifacts),
    )


def _drive(steps: Iterator[Run], start: Run, *, on_interrupt: Callable[[], object]) -> Run:
    """Run the generator in a worker so that the main thread can hear Ctrl-C; waits for the run's own end after it."""
    outbox: queue.Queue[Run | BaseException | None] = queue.Queue()

    def work() -> None:
        try:
            for current in steps:
                outbox.put(current)
        except BaseException as error:  # noqa: BLE001 - handed to the waiting thread, which raises it
            outbox.put(error)
        outbox.put(None)

    worker = threading.Thread(target=work, name="jupyter-goal", daemon=True)
    worker.start()
    run = start
    while True:
        try:
            item = outbox.get()
        except KeyboardInterrupt:
            on_interrupt()
            continue
        if item is None:
            return run
        if isinstance(item, BaseException):
            raise item
        run = item


@cache
def default_session() -> Session:
    """The session that `goal()` and the magic share in one process."""
    return Session()


def goal(
    text: str, *, connection: str = "", catalog: str | None = None, as_of: datetime.datetime | None = None
) -> Answer:
    """Answer a goal and wait for it. In a notebook, prefer `%goal`: there Cancel and clicks work meanwhile."""
    session = default_session()
    if connection or catalog:
        session.connect(connection, catalog=catalog)
    return Answer(session.finish(session.ask(text, as_of=as_of)), session)
