"""The closed plan algebra: relations over relations, with a small closed language of terms.

Values only. Nothing here knows SQL text, the catalog's content or how a node is drawn; `passes` and `render` match on
these nodes exhaustively, metric kinds compose them. A new node is a decision, not a convenience.

Scopes: below the first `Aggregate` or `Derive`, rows have *sources*; `FieldRef` and `Author` name one by its alias.
Above it, columns have names; `Ref` names one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from goal_semantics.model import Aggregate as AggregateName
from goal_semantics.model import DataType, Expression, Grain, TimePart
from goal_semantics.query import Scalar, SemanticQuery

Function = OneOf[
    "and", "or", "not", "=", "<>", "<", "<=", ">", ">=", "in", "is null", "same", "contains", "starts with",
    "ends with", "+", "-", "*", "/", "nullif", "coalesce", "abs", "round", "floor", "least", "greatest",
]  # fmt: skip
"""`same` is IS NOT DISTINCT FROM; `/` divides in DOUBLE and gives NULL for a zero divisor."""

WindowFunction = OneOf["sum", "avg", "min", "max", "count", "rank", "row number"]
JoinKind = OneOf["left", "inner", "semi", "anti", "asof", "cross"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A column of the input by name; `source` is the alias of a joined relation."""

    name: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field of a dataset in scope under `alias`. `paths`: what the dotted names in its definition mean."""

    alias: str
    dataset: str
    field: str
    paths: tuple[tuple[str, Term], ...] = ()


@dataclass(frozen=True, slots=True)
class Author:
    """SQL of the author, fields before columns. `bindings`: values of `{attribute}`; `paths`: what names mean that lead away."""

    alias: str
    dataset: str
    expression: Expression
    bindings: tuple[tuple[str, tuple[Scalar, ...]], ...] = ()
    paths: tuple[tuple[str, Term], ...] = ()


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that someone gave: bound as a parameter, never written into the text."""

    value: Scalar
    type: DataType


@dataclass(frozen=True, slots=True)
class Constant:
    """A value of our own making, written into the text."""

    value: int | float | str | bool | None


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the closed set."""

    function: Function
    arguments: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """The term as another type."""

    term: Term
    type: DataType


@dataclass(frozen=True, slots=True)
class Truncate:
    """The start of the calendar period that holds a local time. `type` is the type of the term."""

    term: Term
    grain: Grain
    type: DataType
    week_start: OneOf["monday", "sunday", "saturday"] = "monday"
    first_month: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A number of the calendar: month 1..12, hour 0..23, ISO week. Whole, also for seconds."""

    term: Term
    part: TimePart


@dataclass(frozen=True, slots=True)
class Shift:
    """A local time moved by whole calendar units; days that do not exist become the last of their month."""

    term: Term
    grain: Grain
    count: int
    type: DataType


@dataclass(frozen=True, slots=True)
class ToZone:
    """The local wall-clock time of an instant."""

    term: Term
    zone: str


@dataclass(frozen=True, slots=True)
class Case:
    """The first branch whose condition holds."""

    branches: tuple[tuple[Term, Term], ...]
    otherwise: Term | None = None


@dataclass(frozen=True, slots=True)
class AggCall:
    """An aggregate of the closed set over the rows for which `where` holds. `term` None: counts rows."""

    aggregate: AggregateName
    term: Term | None = None
    where: Term | None = None
    percentile: float | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The rows of a window: all up to this one, or those of the last `count` calendar units (this one included)."""

    count: int | None = None
    grain: Grain | None = None


@dataclass(frozen=True, slots=True)
class Over:
    """A window function. `order` pairs a term with "descending"; NULLs come last."""

    function: WindowFunction
    term: Term | None = None
    partition: tuple[Term, ...] = ()
    order: tuple[tuple[Term, bool], ...] = ()
    frame: Frame | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """How many of these keys a row of grouping sets has rolled up."""

    keys: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether the relation, which may refer to sources outside, has a row."""

    relation: Relation


@dataclass(frozen=True, slots=True)
class Among:
    """Whether the keys are those of a group in the answer to a question; lowered to an `Exists` together with it."""

    keys: tuple[Term, ...]
    query: SemanticQuery


Term = (
    Ref | FieldRef | Author | Literal | Constant | Call | Cast | Truncate | Part | Shift | ToZone | Case | AggCall
    | Over | Level | Exists | Among
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A named term."""

    name: str
    term: Term


@dataclass(frozen=True, slots=True)
class Guard:
    """What a viewer may see of a dataset: rows for which `rows` holds; masked fields show another term."""

    rows: Term | None = None
    masks: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """The rows of a dataset under an alias: its table, or a guarded subquery in its place."""

    dataset: str
    alias: str
    guard: Guard | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """The rows for which the condition is true."""

    input: Relation
    condition: Term


@dataclass(frozen=True, slots=True)
class Join:
    """Rows of `left` with partners in `right` (under `alias` if it has named columns); `on` may hold inequalities."""

    left: Relation
    right: Relation
    kind: JoinKind
    on: tuple[Term, ...] = ()
    alias: str = ""
    many: bool = False
    """Rows are lost or repeated by it: it is never left out, and never added to other rows."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One row per distinct keys. `sets`: the groups of key positions to roll up to (grouping sets)."""

    input: Relation
    keys: tuple[Column, ...]
    measures: tuple[Column, ...]
    sets: tuple[tuple[int, ...], ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Align:
    """Relations of the same keys side by side, matched by IS NOT DISTINCT FROM; `left` keeps the groups of the first."""

    parts: tuple[Relation, ...]
    keys: tuple[str, ...]
    kind: OneOf["full", "left"] = "full"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Union:
    """The rows of all parts, which have the same columns."""

    parts: tuple[Relation, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """The input's columns and window functions over its rows."""

    input: Relation
    columns: tuple[Column, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Derive:
    """Exactly these columns, computed from the input's."""

    input: Relation
    columns: tuple[Column, ...]
    distinct: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Spine:
    """Every period of a grain from the first to the last value of `key` in `bounds`, as the one column `key`."""

    bounds: Relation
    key: str
    grain: Grain
    type: DataType


@dataclass(frozen=True, slots=True)
class Sort:
    """Ordered rows; pairs of term and "descending", NULLs last."""

    input: Relation
    keys: tuple[tuple[Term, bool], ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """The first rows."""

    input: Relation
    count: int


Relation = Scan | Filter | Join | Aggregate | Align | Union | Window | Derive | Spine | Sort | Limit


def columns(relation: Relation) -> tuple[str, ...]:
    """Names of the columns of a relation; none while its rows still have sources."""
    match relation:
        case Scan():
            return ()
        case Filter(input=below) | Sort(input=below) | Limit(input=below):
            return columns(below)
        case Join(left=left, right=right, kind=kind):
            return columns(left) if kind in {"semi", "anti"} else columns(left) + columns(right)
        case Aggregate(keys=keys, measures=measures):
            return tuple(column.name for column in keys + measures)
        case Align(parts=parts, keys=names):
            return names + tuple(name for part in parts for name in columns(part) if name not in names)
        case Union(parts=parts):
            return columns(parts[0])
        case Window(input=below, columns=added):
            return columns(below) + tuple(column.name for column in added)
        case Derive(columns=chosen):
            return tuple(column.name for column in chosen)
        case Spine(key=key):
            return (key,)


def conjunction(terms: tuple[Term, ...]) -> Term | None:
    """All of them; None when there is none."""
    if len(terms) < 2:
        return terms[0] if terms else None
    return Call("and", terms)
