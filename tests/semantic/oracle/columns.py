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

    `beyond`: it may have groups that the rows of its facts in the window have not.
    """

    facts: frozenset[Fact]
    exists: Callable[[Key], bool]
    at: Callable[[Key, Shown], Any]
    beyond: bool = False


def combined(columns: list[Column], of: Callable[[list[Any]], Any]) -> Column:
    """A function of other columns in the same group."""
    return Column(
        frozenset(fact for each in columns for fact in each.facts),
        lambda key: any(each.exists(key) for each in columns),
        lambda key, shown: of([each.at(key, shown) for each in columns]),
        any(each.beyond for each in columns),
    )


def shown(asking: Asking, columns: list[Column]) -> Shown:
    """Groups of the facts' rows in the window; in the periods that these have, also those that any column has."""
    if not asking.groupings and asking.whole:
        return frozenset({()})
    facts = sorted({fact for each in columns for fact in each.facts}, key=repr)
    here = {key for fact in facts for key in asking.groups(fact)}
    moving = [each for each in columns if each.beyond]
    beyond = {key for each in moving for key in _candidates(asking, each.facts, here) if each.exists(key)}
    return frozenset(here | beyond)


def _candidates(asking: Asking, facts: frozenset[Fact], here: set[Key]) -> set[Key]:
    """Every period of the facts' time that is shown, with every group that rows of any time have."""
    times = own_times(asking, facts)
    others = [at for at in range(len(asking.groupings)) if at not in times]
    everywhere = {asking.key(fact, row) for fact in facts for row in asking.chosen(fact)}
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
