"""Forms of parts: how a column is made of a question of its own, where one aggregate at the asked grain cannot say it.

Values only: names and distances, as definitions have them. `resolve` finds their fields, `compile.parts` their rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from goal_semantics.interval import Interval
from goal_semantics.model import Aggregate, Expression, Grain
from goal_semantics.query import Grouping

Edge = Literal["last", "first", "avg"]
Take = Literal["last", "first", "min", "max", "avg"]


@dataclass(frozen=True, slots=True)
class Shifted:
    """The value of an earlier time: `by` a distance, or at the start of the period `to` that holds the asked one."""

    by: Interval | None = None
    to: Grain | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """The rows up to each period: of the last `window`, since the start of `to_date`, or all.

    `at`: which moment of a longer period counts; moments lie within the data.
    """

    window: Interval | None = None
    to_date: Grain | None = None
    at: Edge = "last"


@dataclass(frozen=True, slots=True)
class Pinned:
    """The value by these groupings only, whatever else is grouped by."""

    by: tuple[Grouping, ...] = ()


@dataclass(frozen=True, slots=True)
class Folded:
    """The values by these groupings too, aggregated to what is asked."""

    by: tuple[Grouping, ...]
    agg: Aggregate


@dataclass(frozen=True, slots=True)
class Balance:
    """Rows of one moment per period (of each of `by`), or an extreme or average over moments; never summed over time.

    `filter`: which rows have moments at all.
    """

    over: str
    take: Take = "last"
    by: tuple[str, ...] = ()
    filter: Expression | None = None


@dataclass(frozen=True, slots=True)
class Converted:
    """Rows of another fact, each counted at the last base row before it that has its key (within `window`)."""

    base_key: str
    conversion_key: str
    window: Interval | None = None
    constant: tuple[tuple[str, str], ...] = ()


Form = Shifted | Run | Pinned | Folded | Balance | Converted
