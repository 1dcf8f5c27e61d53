"""A connection bound to its catalog, with the planners that speak it."""

from __future__ import annotations

import contextlib
import datetime
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goal_semantics.model import Catalog
from jupyter_goal import demo, registry
from jupyter_goal.catalogs import infer_catalog, parse_catalog, read_catalog
from jupyter_goal.connectors import ConnectOptions, Connector
from jupyter_goal.connectors._address import Address, resolve
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.identity import content_hash
from jupyter_goal.core.plan import Plan, Planned
from jupyter_goal.errors import GoalError
from jupyter_goal.planner import PlanContext
from jupyter_goal.settings import Settings
from jupyter_goal.value_index import Known, collect

if TYPE_CHECKING:
    from jupyter_goal.planner.grammar.lexicon import Lexicon


@dataclass(frozen=True)
class Binding:
    """One connector and one catalog, and the planners between them."""

    connector: Connector
    catalog: Catalog
    settings: Settings
    name: str = ""
    """What the person called it, if it has a name."""
    _building: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @cached_property
    def hash(self) -> str:
        """Content hash of the catalog."""
        return content_hash(self.catalog)

    @cached_property
    def known(self) -> Known:
        """Values and spans of the data."""
        return collect(self.catalog, self.connector, as_of=datetime.datetime.now(datetime.UTC))

    @property
    def values(self) -> Mapping[str, tuple[str, ...]]:
        """The value index."""
        return self.known.values

    def prepare(self) -> threading.Thread:
        """Read the values and build the lexicon while the person still types."""

        def work() -> None:
            with contextlib.suppress(GoalError):  # a connection that is lost meanwhile is told by the goal itself
                self.lexicon  # noqa: B018 - kept for the goals to come

        thread = threading.Thread(target=work, name="jupyter-goal-lexicon", daemon=True)
        thread.start()
        return thread

    @property
    def lexicon(self) -> Lexicon:
        """The words of this catalog, for the grammar; built once, whoever asks first."""
        with self._building:
            return self._lexicon

    @cached_property
    def _lexicon(self) -> Lexicon:
        from jupyter_goal.planner.grammar.lexicon import Lexicon

        return Lexicon.build(self.catalog, self.values)

    def context(self, previous: Plan | None) -> PlanContext:
        """What a planner may know."""
        return PlanContext(values=self.values, previous=previous, extents=self.known.extents)

    def plan(self, goal: Goal, previous: Plan | None) -> Planned:
        """Verified queries, then the grammar, then the model if one is configured."""
        from jupyter_goal.planner.route import route

        return route(goal, self.catalog, self.context(previous), self.lexicon, model=self._model)

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


def bind(
    settings: Settings, target: str, *, frames: Mapping[str, Any] | None = None, live: Any = None,
    catalog: str | None = None,
) -> Binding:  # fmt: skip
    """Open the target and find its catalog: the one named, the demo's, the project's, or one inferred from the data.

    Errors: UsageError, ConnectionProblem, CatalogProblem.
    """
    named = settings.url(target or settings.project.connection)
    path = catalog or ("" if named == demo.NAME else settings.project.catalog)
    known = _known_catalog(settings, named, path)
    connector = open_connector(settings, named, frames=frames, live=live, time_zone=_zone(known))
    if known is None:
        try:
            known = infer_catalog(connector)
        except BaseException:
            connector.close()
            raise
    return Binding(connector, known, settings, name=_name(settings, target or settings.project.connection))


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


def _known_catalog(settings: Settings, target: str, path: str) -> Catalog | None:
    if path:
        return read_catalog(settings.directory / path)
    if target == demo.NAME:
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


def cache_directory() -> Path:
    """Where data that can be made again are kept (XDG)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jupyter-goal"
