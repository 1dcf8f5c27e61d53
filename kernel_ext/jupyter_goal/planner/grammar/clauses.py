"""What the nodes of a goal say, clause by clause, before the catalog decides which paths they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from goal_semantics.model import Aggregate, Grain
from goal_semantics.query import Operator
from jupyter_goal.planner.grammar.patterns import Drawn, Rolled, Versus
from jupyter_goal.planner.grammar.terms import Noun, Number, Quoted, When

Side = Literal["", "from", "to"]
Direction = Literal["asc", "desc", "best", "worst"]
LEADS = frozenset({"start", "which", "all", "prep"})
"""What stands before a dimension that is the subject of a goal."""

Way = Literal["asc", "desc", "best", "worst", "name", "time"]


@dataclass(frozen=True, slots=True)
class Measured:
    """A number to show: an aggregate or count of something, or the thing itself (`how` "bare")."""

    noun: Noun
    how: Literal["bare", "agg", "count", "distinct"] = "bare"
    agg: Aggregate | None = None
    extreme: bool = False
    """Made from "highest …": also a way to rank."""
    below: Measured | None = None
    """What it is divided by."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Words of the catalog that no other word explains. `lead`: what stood before ("and", "prep", "start", "which", "")."""

    noun: Noun
    lead: str = ""
    prep: str = ""
    """The preposition before it that neither lists nor breaks down ("on", "at")."""
    n: int | None = None
    side: Side = ""
    plural: bool = False
    verbal: bool = False
    """A verb that only shares its stem with a name: lost unless a condition takes it."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """One dimension of the answer. `each`: "in each", which ranks within it."""

    noun: Noun | None = None
    grain: Grain | None = None
    each: bool = False
    side: Side = ""
    fiscal: bool = False
    lead: str = ""
    plural: bool = False
    per: bool = False
    """“per …”, which may also divide."""


@dataclass(frozen=True, slots=True)
class Valued:
    """A filter by values of one field. `of`: the field that was named beside them."""

    values: tuple[Noun | Quoted, ...]
    negated: bool = False
    side: Side = ""
    of: Noun | None = None
    shown: bool = False
    """The values are compared with each other: group by their field."""
    apart: bool = False
    """Several were named with “and”: they are wanted side by side, unless the goal says otherwise."""
    told: bool = False
    """It is what is said of the rest (“were cancelled”, “leave from Newark”), rather than part of a name."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A numeric condition on a field or on a number that is shown. `noun` None: the unit must tell."""

    op: Operator
    numbers: tuple[Number, ...]
    noun: Noun | Measured | None = None
    negated: bool = False
    told: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """Rows with or without a value of a field."""

    noun: Noun
    missing: bool = True
    told: bool = False


@dataclass(frozen=True, slots=True)
class Timed:
    """When. `of`: the time field that was named beside it."""

    when: When
    negated: bool = False
    of: Noun | None = None
    either: bool = False
    """Joined to the one before with “or”: both together."""


@dataclass(frozen=True, slots=True)
class Clocked:
    """Hours of the day, first and last included; None: open."""

    text: str
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """Top or bottom: how many, which way, by what, of what. None: not said here."""

    direction: Direction
    n: int | None = None
    by: Measured | None = None
    subject: Noun | None = None
    grain: Grain | None = None
    rows: bool = False
    """By number of rows ("busiest")."""
    plural: bool = False


@dataclass(frozen=True, slots=True)
class Ordered:
    """Sort by something, or by what is shown when `by` is None."""

    direction: Way | None
    by: Noun | Measured | None = None
    grain: Grain | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """Only so many rows."""

    n: int


@dataclass(frozen=True, slots=True)
class ByMeasure:
    """“by flights”: what a ranking or an order goes by."""

    by: Measured


@dataclass(frozen=True, slots=True)
class Flag:
    """A calculation or presentation without parts."""

    kind: Literal["share", "share total", "cumulative", "growth", "totals", "trend", "log", "detail", "distinct", "all",
                  "pooled", "compared"]  # fmt: skip
    text: str


@dataclass(frozen=True, slots=True)
class Noted:
    """How some words were read, to be said with the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Words that could not be placed. `why`: more than that, where something is known."""

    text: str
    why: str = ""
    near: tuple[str, ...] = ()
    hint: str = ""
    """What to say instead."""
    unknown: bool = False
    """A word of no list, rather than a known one in a place where it says nothing."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Why a goal cannot be read: its lost words."""

    items: tuple[Lost, ...]


Clause = (
    Measured | Subject | Grouped | Valued | Compared | Missing | Timed | Ranked | Ordered | Counted | ByMeasure | Flag | Lost
    | Versus | Rolled | Drawn | Noted | Clocked
)  # fmt: skip
