"""The groups of a question as lines: a key, and what is shown beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from goal_semantics.query import Filter, Measure, SemanticQuery
from tests.semantic.oracle.columns import Column, Shown, merged, own_times, shown
from tests.semantic.oracle.kinds import Reading, measure, wants_every_period
from tests.semantic.oracle.reading import Asking, Key, as_time
from tests.semantic.oracle.times import moved

LEVEL, OTHERS = "_level", "_others"


@dataclass(frozen=True)
class Line:
    """`values`: by column. `hidden`: measures of conditions. `level`: how many groupings are rolled up."""

    key: Key
    values: Mapping[str, Any]
    hidden: Mapping[Measure, Any]
    level: int = 0
    others: int = 0

    def get(self, query: SemanticQuery, name: str) -> Any:
        return self.columns(query)[name]

    def columns(self, query: SemanticQuery) -> dict[str, Any]:
        names = [each.name for each in query.groupings]
        key = (*self.key, *[None] * (len(names) - len(self.key)))
        return dict(zip(names, key, strict=True)) | dict(self.values) | {LEVEL: self.level, OTHERS: self.others}


@dataclass(frozen=True)
class Question:
    """A query at one level of its totals."""

    query: SemanticQuery
    asking: Asking
    conditions: tuple[Filter, ...] = ()
    level: int = 0
    memo: dict[str, Any] = field(default_factory=dict, compare=False)

    def columns(self, asking: Asking) -> dict[str, Column]:
        """The measures over some asking."""
        return {each.name: measure(Reading(asking), each) for each in self.query.measures}

    def hidden(self, asking: Asking) -> dict[Measure, Column]:
        from tests.semantic.oracle.having import measures_in

        return {each: measure(Reading(asking), each) for item in self.conditions for each in measures_in(item)}

    def every(self, asking: Asking) -> list[Column]:
        return [*self.columns(asking).values(), *self.hidden(asking).values()]

    def groups(self) -> Shown:
        """The groups that are shown, with all periods between them where that is asked."""
        at = self.time()
        if at is None or not self.fills:
            return shown(self.asking, self.every(self.asking))
        return shown(self.asking, self.every(self.asking), lambda found: filled(self.asking, found, at))

    @property
    def fills(self) -> bool:
        """Whether periods without rows are shown."""
        from tests.semantic.oracle.having import measures_in

        if sum(bool(self.asking.grain(self.asking.facts[0], each)) for each in self.query.groupings) != 1:
            return False
        asked = [*self.query.measures, *(each for item in self.conditions for each in measures_in(item))]
        return self.query.fill or wants_every_period(self.asking.world.catalog, asked)

    def lines(self) -> list[Line]:
        return self.at(self.asking, self.groups())

    def at(self, asking: Asking, groups: Shown) -> list[Line]:
        columns, hidden = self.columns(asking), self.hidden(asking)
        return [
            Line(key, {name: each.at(key, groups) for name, each in columns.items()},
                 {item: each.at(key, groups) for item, each in hidden.items()}, self.level)
            for key in groups
        ]  # fmt: skip

    def times(self) -> list[int]:
        """Positions of groupings that are periods."""
        fact = self.asking.facts[0]
        return [at for at, each in enumerate(self.asking.groupings) if self.asking.grain(fact, each)]

    def time(self) -> int | None:
        """The position of the one time grouping."""
        found = self.times()
        return found[0] if len(found) == 1 else None

    def grain(self, at: int) -> str:
        found = self.asking.grain(self.asking.facts[0], self.asking.groupings[at])
        assert found is not None
        return found

    def windowed(self) -> bool:
        """Whether the window limits the time that is grouped."""
        at, asking = self.time(), self.asking
        if at is None or (asking.span.start is None and asking.span.end is None):
            return False
        path = asking.groupings[at].field
        return all(
            (limit := asking.time or fact.time) is not None and asking.words(fact, limit) == asking.words(fact, path)
            for fact in asking.facts
        )


def filled(asking: Asking, found: Shown, at: int) -> Shown:
    """Every period between the first and the last one, for every group that occurs."""
    known = {key[at] for key in found if key[at] is not None}
    grain = asking.grain(asking.facts[0], asking.groupings[at])
    if not known or grain is None:
        return frozenset()
    periods, here = [], as_time(min(known))
    while here <= as_time(max(known)):
        periods.append(here if isinstance(min(known), type(here)) else here.date())
        here = moved(here, grain, 1)
    others = {key[:at] + key[at + 1 :] for key in found}
    return frozenset((*other[:at], period, *other[at:]) for period in periods for other in others)


__all__ = ["LEVEL", "OTHERS", "Line", "Question", "filled", "merged", "own_times"]
