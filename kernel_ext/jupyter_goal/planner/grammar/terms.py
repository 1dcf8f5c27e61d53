"""What words can refer to in a catalog, and the nodes a goal is read into."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from goal_semantics.query import Between, Relative


@dataclass(frozen=True, slots=True)
class MetricRef:
    """A metric of the catalog."""

    metric: str


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field where it is defined; the path that leads to it depends on what is asked.

    `via`: the relationship that the words named ("origin airport name"), or empty.
    """

    dataset: str
    field: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class RowRef:
    """The rows of a dataset ("flight")."""

    dataset: str


@dataclass(frozen=True, slots=True)
class RoleRef:
    """A relationship, by its name: a step of a path."""

    dataset: str
    name: str
    to: str


@dataclass(frozen=True, slots=True)
class ValueRef:
    """A value of a field."""

    dataset: str
    field: str
    value: str


Ref = MetricRef | FieldRef | RowRef | RoleRef | ValueRef


@dataclass(frozen=True, slots=True)
class Match:
    """One thing that words may refer to. `cost` 0 is an exact name; `said` is what must be told if it is taken."""

    ref: Ref
    cost: float = 0.0
    said: str = ""
    weak: bool = False
    """Only a guess: taken after asking."""


@dataclass(frozen=True, slots=True)
class Noun:
    """Words of the catalog, with everything they may refer to."""

    text: str
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase of the planner's own closed vocabulary."""

    text: str
    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, with its unit where one was written ("60 minutes", "80%", "1.5k")."""

    text: str
    value: int | float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Text between quotes: always a value."""

    text: str


@dataclass(frozen=True, slots=True)
class When:
    """A time expression. `parts`: months of any year, as numbers; `other`: the second reading of “3/4/2013”."""

    text: str
    window: Relative | Between | None = None
    parts: tuple[int, ...] = ()
    grain: str = ""
    """What it is one period of, where it is one."""
    year: int | None = None
    """A bare year, for catalogs whose year is a number."""
    other: Between | None = None
    floating: Between | None = None
    """A window whose year was not said, written in year 1."""
    several: tuple[datetime.date, ...] = ()
    """First days of several periods of `grain` that are wanted together."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase with parts of its own (comparison, rolling window, chart), read as a whole."""

    text: str
    kind: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A content word that nothing explains."""

    text: str


Node = Noun | Word | Number | Quoted | When | Pattern | Unknown
Moment = datetime.datetime | datetime.date
