"""The contract of a connector. Each sibling file is one; the file name is the URL scheme.

A connector module has `connect(url: str, options: ConnectOptions) -> Connector`. Files that start with `_` are plumbing:
`resolve` says which connector serves what a person typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from goal_semantics.compiled import CompiledQuery
from goal_semantics.dialects import Dialect
from goal_semantics.profile import Profile
from jupyter_goal.connectors._address import Address as Address
from jupyter_goal.connectors._address import resolve as resolve
from jupyter_goal.core.frame import ResultFrame


@dataclass(frozen=True, slots=True)
class ConnectOptions:
    """What a connection may use. `frames`: data frames of the namespace by name; `live`: a user's own connection."""

    time_zone: str = "UTC"
    timeout_seconds: float = 300.0
    row_cap: int = 1_000_000
    byte_cap: int = 1 << 30
    frames: Mapping[str, Any] = field(default_factory=dict)
    live: Any = None
    query_tag: str = ""


@dataclass(frozen=True, slots=True)
class Execution:
    """Where and how a query ran."""

    frame: ResultFrame
    seconds: float
    engine: str
    """Name and version ("DuckDB 2.0.0")."""


class Statement(Protocol):
    """A statement under way. `run` blocks (call it in a worker thread); `cancel` may come from any thread."""

    def run(self) -> Execution:
        """Execute and fetch all rows up to the caps. Errors: QueryFailed, Cancelled, ConnectionProblem."""

    def cancel(self) -> bool:
        """Stop it at the server; True when the server confirmed. Safe before `run` and after the end."""


class Connector(Protocol):
    """A read-only session with one database, locked before the first query."""

    dialect: Dialect
    url: str
    """Without secrets."""
    isolated: bool
    """False when the session is the user's own live connection."""

    def prepare(self, query: CompiledQuery) -> Statement:
        """A statement in a fresh cursor or session."""

    def profile(self, tables: tuple[str, ...] = ()) -> Profile:
        """Measure types, counts, samples, uniqueness and inclusion. Blocks."""

    def columns(self) -> Mapping[str, Mapping[str, str]]:
        """source table -> column -> native type, cheap: what `check` and stale-catalog detection read."""

    def close(self) -> None:
        """Release everything; idempotent."""


@runtime_checkable
class Versioned(Protocol):
    """What a connector may offer besides: a word on whether its data are still those that were read."""

    def version(self) -> tuple[object, ...] | None:
        """Cheap; differs when the data are others than before. None: it cannot be told."""


def version_of(connector: Connector) -> tuple[object, ...] | None:
    """The version of its data; None when the connector cannot tell."""
    return connector.version() if isinstance(connector, Versioned) else None


Connect = Callable[[str, ConnectOptions], Connector]
