"""A number as a function of a group. The facts that it is counted from say which groups there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.semantic.oracle.reading import Asking, Fact, Key

Shown = frozenset[Key]


@dataclass(frozen=True)
class Column:
    """`at(key, shown)`: the value of a group among those that are shown. `exists`: whether there is anything in the group.

    `moving`: what it is made of that looks at other times, and so may have groups that the rows in the window have not.
    """

    facts: frozenset[Fact]
    exists: Callable[[Key], bool]
    at: Callable[[Key, Shown], Any]
    moving: tuple[Moving, ...] = ()


@dataclass(frozen=True)
class Moving:
    """The groups of something that looks at other times: which there are, and whose rows tell the groups that there may be."""

    facts: frozenset[Fact]
    exists: Callable[[Key], bool]
    told_by: tuple[Asking, ...]


def combined(columns: list[Column], of: Callable[[list[Any]], Any]) -> Column:
    """A function of other columns in the same group."""
    return Column(
        frozenset(fact for each in columns for fact in each.facts),
        lambda key: any(each.exists(key) for each in columns),
        lambda key, shown: of([each.at(key, shown) for each in columns]),
        tuple(found for each in columns for found in each.moving),
    )


def shown(asking: Asking, columns: list[Column], fill: Callable[[Shown], Shown] | None = None) -> Shown:
    """Groups of the facts' rows in the window; in the periods that these have, also those that any column has.

    `fill`: those of the facts in every period between the first and the last one.
    """
    if not asking.groupings and asking.whole:
        return frozenset({()})
    here = {key for each in columns for fact in each.facts for key in asking.groups(fact)}
    here |= fill(frozenset(here)) if fill is not None else frozenset()
    moving = [(each, own_times(asking, each.facts)) for column in columns for each in column.moving]
    for timed in (False, True):  # what moves along no grouping has groups like any fact
        here |= {
            key for each, times in moving if bool(times) == timed
            for key in _candidates(asking, each, times, here) if each.exists(key)
        }  # fmt: skip
    return frozenset(here)


def _candidates(asking: Asking, moving: Moving, times: list[int], here: set[Key]) -> set[Key]:
    """Every period that is shown with every group that rows of any time have."""
    others = [at for at in range(len(asking.groupings)) if at not in times]
    everywhere = {
        key
        for each in moving.told_by
        for fact in moving.facts
        for row in each.chosen(fact)
        for key in each.keys(fact, row)
    }
    periods = {tuple(key[at] for at in times) for key in here} if times else {()}
    groups = {tuple(key[at] for at in others) for key in everywhere}
    return {merged(len(asking.groupings), dict(zip(times, period, strict=True)) | dict(zip(others, group, strict=True)))
            for period in periods for group in groups}  # fmt: skip


def merged(length: int, members: dict[int, Any]) -> Key:
    return tuple(members[at] for at in range(length))


def own_times(asking: Asking, facts: frozenset[Fact]) -> list[int]:
    """Positions of the groupings that are periods of every fact's own time."""
    return [
        at for at, each in enumerate(asking.groupings)
        if all(asking.grain(fact, each) and asking.is_own_time(fact, each.field) for fact in facts)
    ]  # fmt: skip


def limited(asking: Asking, facts: frozenset[Fact]) -> bool:
    """Whether the window limits the own time of every fact."""
    return all(
        fact.time is not None and (asking.time is None or asking.is_own_time(fact, asking.time)) for fact in facts
    )


def grouped(asking: Asking, facts: frozenset[Fact], key: Key) -> bool:
    """Whether any fact has rows in a group."""
    return any(key in asking.groups(fact) for fact in facts)
