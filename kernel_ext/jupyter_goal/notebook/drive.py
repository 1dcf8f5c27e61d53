"""Drives one goal on one output: the edge that awaits, so that the loop itself need not.

Whatever may block runs in a worker thread; meanwhile the event loop hears clicks. One run at a time: a click made while
another goal runs waits for its turn.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from goal_semantics.errors import UserError
from jupyter_goal.binding import Binding
from jupyter_goal.core.run import Run
from jupyter_goal.core.wire import Cancel, Choose, Message, Offer, Problem, Revise, RunView, StepView, Undo
from jupyter_goal.errors import GoalError
from jupyter_goal.notebook.point import anchor_marks
from jupyter_goal.notebook.trouble import in_two_lines
from jupyter_goal.notebook.view import Output
from jupyter_goal.session import Session

T = TypeVar("T")

WAKE = 0.2
"""Seconds. ipykernel 7.4 hears SIGINT without waking a sleeping event loop: whoever awaits long must wake it."""
PATIENCE = 10.0
"""Seconds to wait for the end of a cancelled statement before the cell is given back."""
CONNECTING = 0.3
"""Seconds after which the time before the first step is shown as a step of its own."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Goals to click, and the connection that they were made for."""

    goals: tuple[str, ...]
    binding: Binding


class Drive:
    """One run, its output, and what clicks on it do.

    `offered`: goals that stay on offer on this output. `note`: said among the assumptions.
    """

    def __init__(
        self, session: Session, turn: asyncio.Lock, *, live: bool, goal: str = "", offered: Offered | None = None
    ) -> None:
        self.output = Output(live=live, hear=self.hear)
        self.run: Run | None = None
        self.note = ""
        self.interrupted = False
        self._session = session
        self._turn = turn
        self._goal = goal
        self._offered = offered
        self._offers = offered.goals if offered else ()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    def view(self) -> RunView:
        """What is to be seen now."""
        if self.run is None:
            return _before_the_run(self._goal, self._offers)
        view = self._session.view(self.run)
        assumptions = (*view.assumptions, self.note) if self.note else view.assumptions
        return view.model_copy(update={"offers": view.offers or self._offers, "assumptions": assumptions})

    async def go(self, state: Callable[[], Run]) -> Run:
        """Get the run from `state` (which may block), drive it to where it rests, and show it.

        An interrupt of the cell cancels at the server and is kept in `interrupted`. Errors: GoalError, UserError.
        """
        async with self._turn:
            self._stopping = False
            stating = asyncio.ensure_future(asyncio.to_thread(state))
            if not (await asyncio.wait({stating}, timeout=CONNECTING))[0]:
                self.output.progress(self.view())
            self.run = await stay_awake(stating)
            if self._stopping:
                self._stop()
            if self.run.status in {"planning", "running"}:
                steps = self._session.steps(self.run)
                while (moved := await self._next(steps)) is not None:
                    self.run = moved
        self.output.settle(self.view())
        return self.run

    def go_now(self, state: Callable[[], Run]) -> Run:
        """The same without an event loop to await on: a synchronous cell hears Ctrl-C, but no clicks."""
        self.run = state()
        self.output.progress(self.view())
        self.run = self._session.finish(self.run)
        self.output.settle(self.view())
        return self.run

    def hear(self, message: Message) -> None:
        """A click. Returns at once; what it starts goes on beside the cells."""
        match message:
            case Cancel():
                self._stop()
            case Choose(question=question, choice=choice):
                self._change(lambda run: self._session.answer(run, question, choice))
            case Revise():
                self._change(lambda run: self._revised(run, message))
            case Undo():
                self._change(self._session.undo)
            case Offer(goal=text):
                self._spawn(self._continue(lambda: self._session.ask(text, binding=self._made_for())))

    def fail(self, error: Exception) -> None:
        """Show a problem beside what is shown already."""
        told = in_two_lines(error)
        status = self.run.status if self.run is not None and self.run.artifacts else "failed"
        changed = {"problem": Problem(message=told.message, hint=told.hint), "status": status}
        self.output.settle(self.view().model_copy(update=changed))

    def close(self) -> None:
        """Stop listening."""
        for task in self._tasks:
            task.cancel()
        self.output.close()

    def _change(self, change: Callable[[Run], Run]) -> None:
        def state() -> Run:
            assert self.run is not None
            return change(self.run)

        if self.run is not None:
            self._spawn(self._continue(state))

    def _made_for(self) -> Binding | None:
        """An offer is asked of what it was made for; None: that is current."""
        if self.run is not None:
            made_for = self._session.binding_of(self.run)
        elif self._offered is not None:
            made_for = self._offered.binding
        else:
            return None
        now = self._session.bound
        return None if now is not None and now.key == made_for.key else made_for

    def _revised(self, run: Run, message: Revise) -> Run:
        artifact = run.artifact(message.artifact)
        anchors = anchor_marks(artifact, message.marks) if artifact is not None else ()
        return self._session.revise(run, message.text, anchors)

    async def _continue(self, state: Callable[[], Run]) -> None:
        self.output.progress(self.view().model_copy(update={"status": "planning", "questions": ()}))
        try:
            await self.go(state)
        except (GoalError, UserError) as error:
            self.fail(error)
        except Exception as error:
            self.fail(error)
            raise

    async def _next(self, steps: Iterator[Run]) -> Run | None:
        """One step of the loop in a thread; meanwhile the view is kept fresh and an interrupt is obeyed."""
        step = asyncio.ensure_future(asyncio.to_thread(next, steps, None))
        deadline, stale = math.inf, True
        while not step.done():
            try:
                await asyncio.wait({step}, timeout=min(WAKE, self.output.due) if stale else WAKE)
            except asyncio.CancelledError:
                self._interrupt()
                deadline = time.monotonic() + PATIENCE
            if time.monotonic() > deadline:
                raise GoalError("The database did not stop the query in time.", "Restart the kernel if it goes on.")
            if stale and not self.output.due and not step.done():
                self.output.progress(self.view())
                stale = False
        if self._stopping:
            self._stop()
        return step.result()

    def _interrupt(self) -> None:
        self.interrupted = True
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        self._stop()

    def _stop(self) -> None:
        """Cancel at the server, from a thread of its own: that may need the network."""
        self._stopping = True
        if self.run is not None:
            threading.Thread(target=self._session.cancel, args=(self.run.id,), daemon=True).start()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def in_thread(work: Callable[[], T]) -> T:
    """The result of blocking work."""
    return await stay_awake(asyncio.ensure_future(asyncio.to_thread(work)))


async def stay_awake(work: asyncio.Future[T]) -> T:
    """The result of `work`, with the event loop woken often enough to hear an interrupt."""
    while not work.done():
        await asyncio.wait({work}, timeout=WAKE)
    return work.result()


def _before_the_run(goal: str, offers: tuple[str, ...]) -> RunView:
    if not goal:
        return RunView(id="", goal="", status="waiting", offers=offers)
    steps = (StepView(title="Connecting", state="running"),)
    return RunView(id="", goal=goal, status="planning", headline=goal[:1].upper() + goal[1:], steps=steps)
