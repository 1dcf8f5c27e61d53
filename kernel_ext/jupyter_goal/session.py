"""The composition root: the one place where settings, connector, catalog, planners, loop and journal are joined.

Heavy parts are imported where a session first needs them, so that loading the extension stays cheap.
"""

from __future__ import annotations

import datetime
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_goal.answer import Answer
from jupyter_goal.binding import Binding, Bindings, Source, context_of
from jupyter_goal.core.annotation import Anchor, Annotation
from jupyter_goal.core.artifact import Artifact
from jupyter_goal.core.event import Answered, Asked, Event, Finished, Planned, Pointed, Revised, Shown, Unchanged
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.identity import content_hash
from jupyter_goal.core.lock import Lock
from jupyter_goal.core.plan import Plan, Questions, Refusal
from jupyter_goal.core.plan import Planned as Planning
from jupyter_goal.core.present import Setting, present
from jupyter_goal.core.recent import Recent
from jupyter_goal.core.run import Run
from jupyter_goal.core.wire import RunView
from jupyter_goal.errors import UsageError
from jupyter_goal.settings import Settings, read

if TYPE_CHECKING:
    from jupyter_goal.agent.desk import Desk, Stop
    from jupyter_goal.store.journal import Journal


MANY = 1_000
"""Runs whose surroundings are remembered."""
KEPT_BYTES = 256 << 20
"""Whole frames of the latest results; the newest is kept whatever its size."""


def utc_now() -> datetime.datetime:
    """The present moment, aware."""
    return datetime.datetime.now(datetime.UTC)


class Session:
    """One per kernel or command. Not for use by several threads at once, except `cancel`."""

    def __init__(self, settings: Settings | None = None, *, now: Callable[[], datetime.datetime] = utc_now) -> None:
        self.settings = settings if settings is not None else read(Path.cwd())
        self.debug = False
        self._now = now
        self._bindings = Bindings(self.settings)
        self._frames: Mapping[str, Any] = {}
        self._stops: Recent[Stop] = Recent(MANY)
        self._kept: Recent[ResultFrame] = Recent(KEPT_BYTES, lambda frame: int(frame.table.nbytes))
        self._askings: Recent[_Asking] = Recent(MANY)
        self._before: Recent[tuple[str, ...]] = Recent(MANY)
        self._previous: Recent[Plan] = Recent(MANY)

    # --- connection and catalog

    def connect(
        self, target: str = "", *, frames: Mapping[str, Any] | None = None, live: Any = None, catalog: str | None = None
    ) -> str:
        """Bind to a database, "demo", files, frames or a live connection; returns one line that says what it is."""
        if frames is not None:
            self._frames = frames
        bound = self.bind(target, live=live, catalog=catalog)
        self._bindings.make_current(bound)
        return bound.describe()

    def bind(self, target: str = "", *, live: Any = None, catalog: str | None = None) -> Binding:
        """A connection for one asking, beside the current one. A catalog without a target: over the current source."""
        source = Source(target, self._frames, live)
        now = self._bindings.current
        if catalog and not target and live is None and now is not None:
            source = replace(now.source, frames=self._frames)
        return self._bindings.open(source, catalog)

    def release(self, binding: Binding) -> None:
        """Close what `bind` gave, unless it is the current one or a run is using it."""
        self._bindings.let_go(binding)

    @property
    def binding(self) -> Binding:
        """The current connection with its catalog, for the data as they are; made from the settings on first use."""
        now = self._bindings.current
        if now is None:
            self.connect()
        elif now.outdated:
            self._bindings.make_current(self._bindings.open(now.source, None))
        else:
            self._bindings.opened(now)
        now = self._bindings.current
        assert now is not None
        return now

    @property
    def bound(self) -> Binding | None:
        """The current connection as it is; nothing is opened or read for it."""
        return self._bindings.current

    def binding_of(self, run: Run) -> Binding:
        """The connection that a run was asked of. Errors: UsageError when it is gone, and another one is connected."""
        return self._bindings.of(run.goal)

    def offers(self, binding: Binding | None = None) -> tuple[str, ...]:
        """Goals to click for an empty `%goal`."""
        from jupyter_goal.planner.offers import offers

        return offers((binding or self.binding).catalog)

    @cached_property
    def journal(self) -> Journal:
        """The journal of this state directory."""
        from jupyter_goal.store.database import open_database
        from jupyter_goal.store.journal import Journal

        return Journal(open_database(self.settings.state_directory))

    # --- runs

    def ask(
        self, text: str, *, lines: tuple[str, ...] = (), cell: str = "", lock: Lock | None = None,
        as_of: datetime.datetime | None = None, binding: Binding | None = None,
    ) -> Run:  # fmt: skip
        """A run that states the goal in the journal and has done nothing yet; with a lock, its plan is taken over.

        It is asked of the current connection, or of `binding`.
        """
        binding = binding or self.binding
        goal = Goal(
            text=text, lines=lines, cell=cell, as_of=as_of or self._now(),
            connection=binding.connector.url, catalog=binding.hash,
        )  # fmt: skip
        self._note(goal, binding, self.journal.begin(goal))
        run = Run(goal=goal)
        if lock is not None and lock.goal == goal.hash:
            from jupyter_goal.planner.locked import renewed

            run = self._append(run, Planned(at=self._now(), plan=renewed(lock, binding.catalog)))
            for annotation in lock.annotations:
                run = self._append(run, Pointed(at=self._now(), annotation=annotation))
        return run

    def steps(self, run: Run) -> Iterator[Run]:
        """The loop: yields after every event, nothing when the run rests. Blocks between: call it in a worker thread."""
        from jupyter_goal.agent.loop import advance

        if run.status in {"planning", "running"}:
            yield from self._driven(run, advance)

    def resume(self, run_id: str) -> Iterator[Run]:
        """Go on with a run of the journal. Errors: UsageError when there is none, or its connection is not the one."""
        from jupyter_goal.agent.loop import resume

        run = self.journal.load(run_id)
        if run is None:
            raise UsageError(f"There is no run {run_id!r} in the journal.", "`%goal status` lists them.")
        binding = self._bindings.of(run.goal) if self.bound else self._bound_for(run)
        if self._askings.get(run.id) is None:
            self._note(run.goal, binding, None)
        self._stops.put(run.id, _stop())
        yield from self._driven(run, resume)

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
        self._stops.put(run.id, _stop())
        event = Answered(at=self._now(), question=question, choice=choice, text=picked.label)
        return self._append(run, event)

    def revise(self, run: Run, text: str, anchors: tuple[Anchor, ...] = ()) -> Run:
        """The run with an instruction; drive it on with `steps`. What is shown stays when it cannot be followed."""
        plan = run.plan
        if plan is None:
            raise UsageError("There is no result to change yet.", "Run the goal first.")
        at = self._now()
        planned = self._changed(run, plan, text, anchors)
        match planned:
            case Plan():
                return self._append(run, *_revised(run, plan, planned, text, anchors, at))
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
        asking = self._askings.get(run.id)
        if asking is None:
            return present(run, Setting())
        return present(run, replace(asking.setting, before=self._fingerprints_before(run, asking)))

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
        self._bindings.close()
        if "journal" in self.__dict__:
            self.journal.close()

    # --- plumbing

    def _append(self, run: Run, *events: Event) -> Run:
        self.journal.append(run.goal, *events)
        return run.then(*events)

    def _note(self, goal: Goal, binding: Binding, stated: int | None) -> None:
        """What the view, Cancel and later changes of this run need."""
        setting = Setting(catalog=binding.catalog.name, inferred=binding.catalog.inferred)
        self._askings.put(goal.id, _Asking(setting, stated))
        self._bindings.remember(goal.id, binding)
        self._stops.put(goal.id, _stop())

    def _bound_for(self, run: Run) -> Binding:
        """A new kernel connects to what its settings say; whether that is the run's is looked at, never assumed."""
        self.connect()
        return self._bindings.of(run.goal)

    def _fingerprints_before(self, run: Run, asking: _Asking) -> tuple[str, ...]:
        """Of the last finished run of the same words, connection and queries before this one."""
        if asking.stated is None or run.plan is None or run.status != "done":
            return ()
        key = f"{run.id} {asking.stated} {run.plan.id}"
        found = self._before.get(key)
        if found is None:
            found = self.journal.fingerprints_before(run.goal, run.plan, asking.stated)
            self._before.put(key, found)
        return found

    def _changed(self, run: Run, plan: Plan, text: str, anchors: tuple[Anchor, ...]) -> Planning:
        from jupyter_goal.planner import edits

        stop = _stop()
        self._stops.put(run.id, stop)
        with self._bindings.use(self._bindings.of(run.goal)) as binding:

            def change() -> Planning:
                reading = binding.reading(stop.guard)
                context = context_of(reading.known, plan)
                return edits.revise(text, plan, anchors, binding.catalog, context, reading.lexicon)

            return stop.abandonable(change)

    def _driven(self, run: Run, drive: Callable[[Run, Desk], Iterator[Run]]) -> Iterator[Run]:
        with self._bindings.use(self._bindings.of(run.goal)) as binding:
            for current in drive(run, self._desk(run, binding)):
                if current.status == "done" and current.plan is not None:
                    self._previous.put(binding.key, current.plan)
                yield current

    def _desk(self, run: Run, binding: Binding) -> Desk:
        from jupyter_goal.agent.desk import Desk

        stop = self._stops.get(run.id) or _stop()
        self._stops.put(run.id, stop)
        return Desk(
            catalog=binding.catalog,
            connector=binding.connector,
            plan=lambda goal: binding.plan(goal, self._previous.get(binding.key), stop.guard),
            recorder=self.journal,
            now=self._now,
            keep=self._kept.put,
            stop=stop,
            row_cap=self.settings.limits.rows,
            debug=self.debug,
        )


@dataclass(frozen=True, slots=True)
class _Asking:
    """What is remembered of a run beside its log. `stated`: place of its goal in the journal."""

    setting: Setting
    stated: int | None


def _stop() -> Stop:
    from jupyter_goal.agent.desk import Stop

    return Stop()


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
    binding = session.bind(connection, catalog=catalog) if connection or catalog else None
    return Answer(session.finish(session.ask(text, as_of=as_of, binding=binding)), session)
