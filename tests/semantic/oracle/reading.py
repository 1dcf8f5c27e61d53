"""The rows of one fact that a question is about, and the groups that they are in."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from goal_semantics.model import Expression
from goal_semantics.query import OWN_TIME, Filter, Grouping
from tests.semantic.oracle import filters
from tests.semantic.oracle.times import GRAINS, Span, Time, moved, part_of, start_of
from tests.semantic.oracle.world import Row, Unreachable, World

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Fact:
    """A dataset and the path of the time that its asked metrics are read by."""

    dataset: str
    time: str | None
    where: tuple[str, ...] = ()
    """Author SQL that chooses its rows: groups without such rows do not exist."""
    moment: tuple[str, bool, tuple[str, ...]] | None = None
    """(path of a time, whether the last, apart by these paths): of the chosen rows, only those at this moment of their period."""


@dataclass(frozen=True)
class Asking:
    """What decides about rows: groupings, conditions on rows, and a window on the own time of each fact, or on `time`.

    `limits`: further windows, each on the time at a path or on the own one. `among`: only rows of these groups by some groupings. `whole`:
    without groupings there is one group, whatever it holds. `delay`: the own time of each row counts as so much later. `spoken`: default times that stand for any fact's own.
    """

    world: World
    groupings: tuple[Grouping, ...]
    conditions: tuple[Filter, ...] = ()
    span: Span = Span()
    time: str | None = None
    spoken: frozenset[str] = frozenset()
    delay: tuple[tuple[str, int], ...] = ()
    limits: tuple[tuple[str | None, Span], ...] = ()
    among: tuple[tuple[Grouping, ...], frozenset[Key]] | None = None
    whole: bool = True
    rolled: int = 0
    """How many groupings a total leaves out; only of what is shown itself."""
    facts: tuple[Fact, ...] = ()
    """All facts of the question: bins of a count divide what they have in common."""
    memo: dict[Any, Any] = field(default_factory=dict, compare=False)

    def but(self, **changes: Any) -> Asking:
        """The same with other decisions."""
        return replace(self, **{"rolled": 0, **changes}, memo={})

    def words(self, fact: Fact, path: str) -> list[str]:
        """What a path means for a fact; the default time of another one means its own."""
        if path == OWN_TIME and fact.time is not None:
            return self.world.words(fact.dataset, fact.time)
        try:
            return self.world.words(fact.dataset, path)
        except Unreachable:
            if path in self.spoken and fact.time is not None:
                return self.world.words(fact.dataset, fact.time)
            raise

    def is_own_time(self, fact: Fact, path: str) -> bool:
        return fact.time is not None and self.words(fact, path) == self.world.words(fact.dataset, fact.time)

    def clock(self, fact: Fact, row: Row, path: str) -> Time | None:
        """A time of a row, delayed if it is its own."""
        time = self.world.time(fact.dataset, row, self.words(fact, path))
        if time is not None and self.is_own_time(fact, path):
            for step in self.delay:
                time = moved(time, *step)
        return time

    def inside(self, fact: Fact, row: Row) -> bool:
        """Whether the row lies in the window."""
        path = self.time or fact.time
        return self.span == Span() or (path is not None and self.span.holds(self.clock(fact, row, path)))

    def chosen(self, fact: Fact) -> list[Row]:
        """Rows that satisfy the conditions, of any time."""
        rows = self.world.tables[fact.dataset]
        for text in fact.where:
            rows = [row for row in rows if self.world.computed(fact.dataset, row, Expression(text=text)) is True]
        return [row for row in rows if all(filters.holds(self, fact, row, each) for each in self.conditions)]

    def rows(self, fact: Fact) -> list[Row]:
        """Rows that count: chosen, in the window, within all limits, at their moment."""
        rows = [row for row in self.chosen(fact) if self.inside(fact, row) and self.limited(fact, row)]
        return rows if fact.moment is None else self.at_moment(fact, fact.moment, rows)

    def at_moment(self, fact: Fact, moment: tuple[str, bool, tuple[str, ...]], rows: list[Row]) -> list[Row]:
        """Those at the last (first) time among the rows of the same periods of it, and of the same values of what is apart."""
        path, last, apart = moment
        over = self.words(fact, path)
        times = [each for each in self.groupings if self.words(fact, each.field) == over]
        edges = dict[Key, Time]()
        told = list[tuple[Key, Time, Row]]()
        for row in rows:
            when = self.world.time(fact.dataset, row, over)
            if when is None:
                continue
            values = [self.world.local(fact.dataset, row, self.words(fact, each)) for each in apart]
            key = (*(self.member(fact, row, each) for each in times), *values)
            edges[key] = (max if last else min)(edges.get(key, when), when)
            told.append((key, when, row))
        return [row for key, when, row in told if edges[key] == when]

    def limited(self, fact: Fact, row: Row) -> bool:
        for path, span in self.limits:
            own = path or fact.time
            if own is None or not span.holds(self.clock(fact, row, own)):
                return False
        return self.among is None or tuple(self.member(fact, row, each) for each in self.among[0]) in self.among[1]

    def groups(self, fact: Fact) -> Mapping[Key, list[Row]]:
        """Rows by group, each once. Without groupings there is one group, whatever it holds."""
        if ("groups", fact) not in self.memo:
            found: dict[Key, list[Row]] = {(): []} if self.whole and not self.groupings else {}
            weights: dict[Key, list[float]] = {(): []} if self.whole and not self.groupings else {}
            for row in self.rows(fact):
                for key, weight in self.shares(fact, row):
                    found.setdefault(key, []).append(row)
                    weights.setdefault(key, []).append(weight)
            self.memo["groups", fact], self.memo["weights", fact] = found, weights
        groups: Mapping[Key, list[Row]] = self.memo["groups", fact]
        return groups

    def weights(self, fact: Fact) -> Mapping[Key, list[float]]:
        """How much each row of a group counts in it."""
        self.groups(fact)
        found: Mapping[Key, list[float]] = self.memo["weights", fact]
        return found

    def shares(self, fact: Fact, row: Row) -> list[tuple[Key, float]]:
        """The groups of a row, and how much it counts in each: over a bridge there are several."""
        paths = [self.words(fact, each.field) for each in self.groupings]
        over = next((words[0] for words in paths if self.world.crosses(fact.dataset, words)), None)
        if over is None:
            return [(tuple(self.member(fact, row, each) for each in self.groupings), 1.0)]
        found = dict[Key, float]()
        full = self.world.step(fact.dataset, over).bridge.allocate == "full"  # type: ignore[union-attr]
        for weight, far in self.world.beyond(fact.dataset, row, over):
            key = tuple(
                (None if far is None else self.binned(each, far[words[-1]])) if words[0] == over and len(words) > 1
                else self.member(fact, row, each)
                for each, words in zip(self.groupings, paths, strict=True)
            )  # fmt: skip
            found[key] = 1.0 if full else found.get(key, 0.0) + weight
        return list(found.items())

    def keys(self, fact: Fact, row: Row) -> list[Key]:
        return [key for key, _ in self.shares(fact, row)]

    def key(self, fact: Fact, row: Row) -> Key:
        [found] = self.keys(fact, row)
        return found

    def member(self, fact: Fact, row: Row, grouping: Grouping) -> Any:
        """The value of one grouping."""
        words = self.words(fact, grouping.field)
        if grouping.grain or grouping.part:
            time = self.clock(fact, row, grouping.field)
            return None if time is None else self.period_of(time, grouping)
        value = self.world.local(fact.dataset, row, words)
        if self.delay and value is not None and self.is_own_time(fact, grouping.field):
            time = self.clock(fact, row, grouping.field)
            return time if time is None or isinstance(value, datetime.datetime) else time.date()
        return self.binned(grouping, value)

    def binned(self, grouping: Grouping, value: Any) -> Any:
        if grouping.bins is None or value is None:
            return value
        if grouping.bins.width is not None:
            return math.floor(float(value) / grouping.bins.width) * float(grouping.bins.width)
        return self.bin(grouping, float(value))

    def period_of(self, time: Time, grouping: Grouping) -> Any:
        calendar = self.world.catalog.calendar
        if grouping.part is not None:
            return part_of(time, grouping.part, calendar, fiscal=grouping.fiscal)
        assert grouping.grain is not None
        start = start_of(time, grouping.grain, calendar, fiscal=grouping.fiscal)
        return start if GRAINS.index(grouping.grain) < GRAINS.index("day") else start.date()

    def bin(self, grouping: Grouping, value: float) -> float:
        """One of so many equal parts of what lies between the extremes of all facts."""
        assert grouping.bins is not None
        count = grouping.bins.count
        assert count is not None
        found = [
            float(each) for fact in self.facts for row in self.but(among=None).rows(fact)
            if (each := self.world.local(fact.dataset, row, self.words(fact, grouping.field))) is not None
        ]  # fmt: skip
        low, high = min(found), max(found)
        if low == high:
            return low
        width = (high - low) / count
        return low + min(math.floor((value - low) / width), count - 1) * width

    def grain(self, fact: Fact, grouping: Grouping) -> str | None:
        """The length of its periods; None where its values are none."""
        if grouping.part or grouping.bins:
            return None
        return grouping.grain or (
            "day" if self.world.kind(fact.dataset, self.words(fact, grouping.field)) == "date" else None
        )


def as_time(value: Any) -> Time:
    """A period as the moment it begins at."""
    return value if isinstance(value, datetime.datetime) else datetime.datetime(value.year, value.month, value.day)
