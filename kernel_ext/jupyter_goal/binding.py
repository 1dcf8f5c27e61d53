"""A connection bound to its catalog, with the planners that speak it."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goal_semantics.load import Loaded
from goal_semantics.model import Catalog
from jupyter_goal import demo, registry
from jupyter_goal.catalogs import infer_catalog, parse_catalog, read_catalog
from jupyter_goal.connectors import ConnectOptions, Connector, version_of
from jupyter_goal.connectors._address import Address, resolve
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.identity import content_hash
from jupyter_goal.core.plan import Plan, Planned
from jupyter_goal.core.recent import Recent
from jupyter_goal.errors import ConnectionProblem, GoalError, UsageError
from jupyter_goal.planner import PlanContext
from jupyter_goal.settings import Settings
from jupyter_goal.value_index import Known, Reading, Shelf, run_alone
from jupyter_goal.value_index import Run as RunStatement

if TYPE_CHECKING:
    from jupyter_goal.planner.grammar.lexicon import Lexicon


REMEMBERED = 200
"""Runs whose connection can be opened again; older ones are refused unless theirs is the current one."""


@dataclass(frozen=True, slots=True)
class Source:
    """How a connection is opened, again if need be. An empty target: the project's, else frames and files at hand."""

    target: str = ""
    frames: Mapping[str, Any] = field(default_factory=dict)
    live: Any = None


@dataclass(frozen=True, eq=False)
class Binding:
    """One connector and one catalog, and the planners between them. `shelf`: what was read of the data."""

    connector: Connector
    catalog: Catalog
    settings: Settings
    name: str = ""
    """What the person called it, if it has a name."""
    source: Source = field(default_factory=Source)
    seen: tuple[object, ...] | None = None
    """The version of the data when it was bound."""
    shelf: Shelf = field(default_factory=Shelf, repr=False)

    @cached_property
    def hash(self) -> str:
        """Content hash of the catalog."""
        return content_hash(self.catalog)

    @property
    def key(self) -> str:
        """Plans for one binding fit every other one of the same key."""
        return f"{self.connector.url} {self.hash}"

    @property
    def outdated(self) -> bool:
        """Its catalog was inferred from data that are others now."""
        return self.catalog.inferred and version_of(self.connector) != self.seen

    @property
    def known(self) -> Known:
        """Values and spans of the data as they are now. Blocks when they must be read."""
        return self.reading(run_alone).known

    @property
    def known_already(self) -> Known | None:
        """What was read before; never reads."""
        return self.shelf.last.known if self.shelf.last else None

    @property
    def lexicon(self) -> Lexicon:
        """The words of this catalog and these data, for the grammar."""
        return self.reading(run_alone).lexicon

    def reading(self, run: RunStatement) -> Reading:
        """Values, spans and words; `run` executes what must be read. Errors: Cancelled, ConnectionProblem."""
        return self.shelf.reading(self.catalog, self.connector, run, _words)

    def prepare(self) -> threading.Thread:
        """Read the values and build the lexicon while the person still types."""

        def work() -> None:
            with contextlib.suppress(GoalError):  # a connection that is lost meanwhile is told by the goal itself
                self.reading(run_alone)

        thread = threading.Thread(target=work, name="jupyter-goal-lexicon", daemon=True)
        thread.start()
        return thread

    def plan(self, goal: Goal, previous: Plan | None, run: RunStatement = run_alone) -> Planned:
        """Verified queries, then the grammar, then the model if one is configured."""
        from jupyter_goal.planner.route import route

        reading = self.reading(run)
        return route(goal, self.catalog, context_of(reading.known, previous), reading.lexicon, model=self._model)

    @cached_property
    def _model(self) -> Any:
        choice = self.settings.model
        if not choice.name:
            return None
        from jupyter_goal.llm import ModelSettings

        settings = ModelSettings(model=choice.name, base_url=choice.base_url or None)
        return registry.find("llm", choice.provider).connect(settings)

    def describe(self) -> str:
        """One line: what is asked of what."""
        counted = f"{len(self.catalog.datasets)} datasets, {len(self.catalog.metrics)} metrics"
        guessed = ", inferred from the data (`jupyter goal init` writes it down to be mended)"
        return f"Connected to {self.name or self.connector.url}: {counted}{guessed if self.catalog.inferred else ''}."

    def close(self) -> None:
        """Release the connection and the model."""
        self.connector.close()
        if self.__dict__.get("_model") is not None:
            self._model.close()


def _words(catalog: Catalog, known: Known) -> Lexicon:
    from jupyter_goal.planner.grammar.lexicon import Lexicon

    return Lexicon.build(catalog, known.values)


def context_of(known: Known, previous: Plan | None) -> PlanContext:
    """What a planner may know."""
    return PlanContext(values=known.values, previous=previous, extents=known.extents)


def bind(settings: Settings, source: Source | str, *, catalog: str | None = None) -> Binding:
    """Open the source and find its catalog: the one named, the demo's, the project's, or one inferred from the data.

    Errors: UsageError, ConnectionProblem, CatalogProblem.
    """
    source = Source(source) if isinstance(source, str) else source
    called = source.target or settings.project.connection
    written = written_catalog(settings, source.target, catalog)
    known = written.catalog if written else None
    connector = _open(settings, source, _zone(known))
    seen = version_of(connector)
    if known is None:
        try:
            known = infer_catalog(connector)
        except BaseException:
            connector.close()
            raise
    return Binding(connector, known, settings, _name(settings, called), source, seen)


def reopen(binding: Binding) -> Binding:
    """The same catalog over the same source, connected again. Errors: UsageError, ConnectionProblem."""
    connector = _open(binding.settings, binding.source, _zone(binding.catalog))
    if connector.url != binding.connector.url:
        connector.close()
        raise UsageError(
            f"{binding.connector.url} cannot be reached as before: it is {connector.url} now.", "State the goal again."
        )
    return replace(binding, connector=connector)


def _open(settings: Settings, source: Source, time_zone: str) -> Connector:
    named = settings.url(source.target or settings.project.connection)
    return open_connector(settings, named, frames=source.frames, live=source.live, time_zone=time_zone)


def _name(settings: Settings, target: str) -> str:
    if target == demo.NAME:
        return "the demo (flights from New York in 2013)"
    return target if target in settings.connections else ""


def open_connector(
    settings: Settings, target: str, *, frames: Mapping[str, Any] | None = None, live: Any = None,
    time_zone: str = "UTC",
) -> Connector:  # fmt: skip
    """The connector for a target; an empty one means the frames and the data files of the project's folder."""
    address = _address(settings, target, frames, live)
    options = ConnectOptions(
        time_zone=time_zone,
        timeout_seconds=settings.limits.seconds,
        row_cap=settings.limits.rows,
        frames=frames or {},
        live=live,
        query_tag="jupyter-goal",
    )
    connector: Connector = registry.find("connectors", address.scheme).connect(address.url, options)
    return connector


def written_catalog(settings: Settings, target: str, catalog: str | None) -> Loaded | None:
    """The catalog that somebody wrote for a target: the one named, the demo's or the project's; None: there is none.

    Errors: UsageError, CatalogProblem.
    """
    named = settings.url(target or settings.project.connection)
    path = catalog or ("" if named == demo.NAME else settings.project.catalog)
    if path:
        return read_catalog(settings.directory / path)
    if named == demo.NAME:
        return parse_catalog(demo.catalog_text(), demo.CATALOG_FILE)
    return None


def _address(settings: Settings, target: str, frames: Mapping[str, Any] | None, live: Any) -> Address:
    if live is not None:
        return Address("duckdb", "duckdb://live")
    if target == demo.NAME:
        from jupyter_goal.demo.warehouse import ensure

        return Address("duckdb", f"duckdb:///{ensure(cache_directory())}")
    if target:
        return resolve(target)
    from jupyter_goal.connectors._data_files import files_in

    at_hand = files_in(settings.directory)
    return Address("duckdb", f"duckdb:///{settings.directory}" if at_hand or not frames else "duckdb://")


def _zone(catalog: Catalog | None) -> str:
    return catalog.calendar.time_zone if catalog is not None else "UTC"


class Bindings:
    """The connections of one session: the current one, and those that earlier runs were asked of.

    A run keeps its own: what it is changed by is asked of the same source and catalog, whatever is current by then.
    What is neither current nor in use is closed, so that files can be written by others; it is opened again on demand.
    """

    def __init__(self, settings: Settings) -> None:
        self.current: Binding | None = None
        self._settings = settings
        self._lock = threading.RLock()
        self._of: Recent[Binding] = Recent(REMEMBERED)
        self._open: set[Binding] = set()
        self._users: Counter[Binding] = Counter()

    def open(self, source: Source, catalog: str | None) -> Binding:
        """A connection beside the current one. Errors: UsageError, ConnectionProblem, CatalogProblem."""
        return self._opened(lambda: bind(self._settings, source, catalog=catalog))

    def make_current(self, binding: Binding) -> None:
        """Goals that name no connection are asked of this one from now on."""
        before, self.current = self.current, binding
        if before is not None:
            self.let_go(before)

    def remember(self, run_id: str, binding: Binding) -> None:
        """This run is this binding's."""
        self._of.put(run_id, binding)

    def of(self, goal: Goal) -> Binding:
        """The binding that the goal was asked of, or the current one where it is the same.

        Errors: UsageError: an answer from elsewhere would carry the name of the first connection.
        """
        found = self._of.get(goal.id)
        if found is not None:
            return found
        now = self.current
        if now is None or now.connector.url != goal.connection:
            there = f"now {now.connector.url} is connected" if now else "nothing is connected"
            raise UsageError(f"This goal was asked of {goal.connection}; {there}.", _way_back(goal))
        if now.hash != goal.catalog:
            raise UsageError(
                f"The catalog of {goal.connection} is another one than when this goal was asked.",
                "State the goal again, or connect with the earlier catalog.",
            )
        return now

    @contextlib.contextmanager
    def use(self, binding: Binding) -> Iterator[Binding]:
        """The binding with its connection open; not closed by anything that happens meanwhile."""
        held = self.opened(binding)
        with self._lock:
            self._users[held] += 1
        try:
            yield held
        finally:
            with self._lock:
                self._users[held] -= 1
            self.let_go(held)

    def opened(self, binding: Binding) -> Binding:
        """Itself, or the same connected again."""
        if binding in self._open:
            return binding
        again = self._opened(lambda: reopen(binding))
        self._of.swap(binding, again)
        if self.current is binding:
            self.current = again
        return again

    def let_go(self, binding: Binding) -> None:
        """Close it, unless it is current or in use."""
        if binding is not self.current:
            self._close_idle(binding)

    def close(self) -> None:
        """Close every one."""
        for binding in tuple(self._open):
            self._open.discard(binding)
            binding.close()

    def _opened(self, connect: Callable[[], Binding]) -> Binding:
        """One process can hold a file open in one way only: what is idle makes way."""
        try:
            binding = connect()
        except ConnectionProblem as refused:
            try:
                idle = [held for held in tuple(self._open) if self._close_idle(held)]
                if not idle:
                    raise
                binding = connect()
            except ConnectionProblem:
                raise
            except Exception as broken:  # making way failed: the person reads why the door was closed
                raise refused from broken
        self._open.add(binding)
        return binding

    def _close_idle(self, binding: Binding) -> bool:
        with self._lock:
            if self._users[binding] > 0 or binding not in self._open:
                return False
            del self._users[binding]
            self._open.discard(binding)
        binding.close()
        return True


def _way_back(goal: Goal) -> str:
    from jupyter_goal.demo.warehouse import ensure

    of_demo = goal.connection == f"duckdb:///{ensure(cache_directory())}"
    target = demo.NAME if of_demo else goal.connection
    return f"`%goal connect {target}` first, then try again."


def cache_directory() -> Path:
    """Where data that can be made again are kept (XDG)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jupyter-goal"
