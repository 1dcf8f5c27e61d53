"""A query whose names are resolved: what `lower` turns into relations. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field

from goal_semantics.calendar import Span
from goal_semantics.joins import Located, Steps
from goal_semantics.metrics import Balance, Edge, Form, Run, Shifted
from goal_semantics.model import Calendar, Catalog, DataType, Expression, Format, Grain
from goal_semantics.query import Detail, SemanticQuery
from goal_semantics.relation import AggCall, Column, Over, Ref, Term
from goal_semantics.traversal import walk


@dataclass(frozen=True, slots=True)
class Key:
    """One grouping of the answer. `terms` of the branches compute it."""

    name: str
    label: str
    path: str
    type: DataType
    grain: Grain | None = None
    first_month: int = 1
    format: Format | None = None
    unit: str = ""
    listed: tuple[str, ...] = ()
    """Its values in the order in which they are read, where that is not the alphabet's."""

    @property
    def temporal(self) -> bool:
        """Whether its values are periods of a known grain."""
        return self.grain is not None


@dataclass(frozen=True, slots=True)
class Bound:
    """The time that a window limits in one branch."""

    located: Located
    term: Term
    type: DataType


@dataclass(frozen=True, slots=True)
class Crossed:
    """The key at a position leads over a bridge at the end of `steps`; `weight` None: rows count fully."""

    position: int
    steps: Steps
    weight: Term | None


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of a fact are read, where that is not just each at its own time.

    `through`: each row counts at the periods of the time spine that look at it, what is nearest to the rows first.
    `where`: author SQL that chooses the rows. `moment`: of these, only those at the last or first moment of each period.
    `every`: all periods of the time spine are shown.
    """

    through: tuple[Shifted | Run, ...] = ()
    where: tuple[Expression, ...] = field(default=(), hash=False)
    moment: Balance | None = None
    every: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """Rows joined to the periods of a time spine that look at them."""

    dataset: str
    alias: str
    on: tuple[Term, ...]
    period: Term
    accumulates: bool = False
    """A running value: a window limits its periods also where something else looks at them."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Only rows whose time is the last or first one among those of the same keys of that time, and of each of `apart`."""

    over: Term
    last: bool
    apart: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Periods:
    """All periods of a time spine, for the keys at these positions. `kept`: over keys; rows without groups go where it fails."""

    dataset: str
    keys: tuple[tuple[int, Term], ...]
    bound: Bound | None
    kept: Term | None


@dataclass(frozen=True, slots=True)
class Branch:
    """Everything asked of one fact: how it is joined, filtered, grouped and aggregated."""

    fact: str
    joins: tuple[Steps, ...]
    keys: tuple[Term, ...]
    condition: Term | None
    bound: Bound | None
    leaves: tuple[Column, ...]
    """Terms are `AggCall`."""
    time: Bound | None = None
    """The time that the asked metrics are read by."""
    extents: tuple[Column, ...] = ()
    """Extremes over all chosen rows, which keys refer to as columns of the source `extent`."""
    bridges: tuple[Crossed, ...] = ()
    spreads: tuple[Spread, ...] = ()
    edge: Edge | None = None
    """Spread rows grouped by longer periods: which moment of a period is shown."""
    moment: Term | None = None
    """The period of the spine, where `edge` chooses among them."""
    periods: Periods | None = None
    snapshot: Snapshot | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A measure as a term over leaves. Hidden ones only serve conditions."""

    name: str
    label: str
    term: Term
    type: DataType
    definition: str
    additive: bool = False
    counts: bool = False
    """Never negative: a count."""
    hidden: bool = False
    metric: str | None = None
    format: Format | None = None
    unit: str = ""
    range: tuple[float | None, float | None] = (None, None)

    @property
    def leaves(self) -> tuple[str, ...]:
        """Names of the aggregates and parts that it is made of, in order."""
        groups = {ref for each in walk(self.term) if isinstance(each, Over) for ref in each.partition}
        return tuple(
            dict.fromkeys(each.name for each in walk(self.term) if isinstance(each, Ref) and each not in groups)
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf that is a question of its own: its keys and the one column `name`, in the way of `form`.

    `inner` has the same filter and window, at the grain that the form needs; its one measure is called `name` too.
    """

    name: str
    inner: Question
    form: Form
    times: tuple[int, ...] = ()
    """Positions of the keys of the asking question that are the inner metrics' own time, the finest first."""
    windowed: bool = False
    """Whether the window limits that time, so that it moves with it."""
    kept: tuple[int, ...] = ()
    """Positions of the keys of the asking question that make the grain of `inner`; of a pinned part, in its order."""
    extra: tuple[int, ...] = ()
    """Positions of the keys that only `inner` has."""
    condition: Term | None = None
    """Of a balance: which rows have moments."""
    other: Question | None = None
    """Of a conversion: the rows that are counted."""


@dataclass(frozen=True, slots=True)
class Question:
    """An aggregate query, resolved. A branch without leaves says which groups there are for the parts."""

    query: SemanticQuery
    catalog: Catalog
    branches: tuple[Branch, ...]
    keys: tuple[Key, ...]
    measures: tuple[Shown, ...]
    condition: Term | None
    """Over measure names: which groups are shown."""
    span: Span
    members: tuple[tuple[SemanticQuery, Question], ...] = ()
    """The questions inside of conditions (`Among`), resolved."""
    parts: tuple[Part, ...] = ()
    filled: bool = False
    """Whether periods without rows are shown, between the first and the last one."""

    @property
    def rules(self) -> Calendar:
        """The catalog's calendar."""
        return self.catalog.calendar

    def leaf(self, name: str) -> AggCall:
        """The aggregate behind a leaf. Errors: KeyError."""
        for branch in self.branches:
            for column in branch.leaves:
                if column.name == name and isinstance(column.term, AggCall):
                    return column.term
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One field of a detail query."""

    name: str
    label: str
    located: Located
    term: Term
    type: DataType
    format: Format | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A detail query, resolved."""

    query: SemanticQuery
    catalog: Catalog
    detail: Detail
    joins: tuple[Steps, ...]
    shelves: tuple[Shelf, ...]
    condition: Term | None
    bound: Bound | None
    span: Span
    unique: tuple[Term, ...]
    """The primary key, which makes the order of rows repeatable."""
    members: tuple[tuple[SemanticQuery, Question], ...] = ()
    """The questions inside of conditions (`Among`), resolved."""
