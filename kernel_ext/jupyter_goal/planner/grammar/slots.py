"""Alternatives of one part of a reading, and their combinations within a margin."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Generic, TypeVar

MARGIN = 0.1
"""Readings that cost less more than the best one are as likely: the person decides."""
_MOST = 24

T = TypeVar("T")


@dataclass(frozen=True)
class Alternative(Generic[T]):
    """One way to read a part, what it costs, and what must be said if it is taken."""

    value: T
    cost: float = 0.0
    said: tuple[str, ...] = ()
    weak: bool = False


@dataclass(frozen=True)
class Slot(Generic[T]):
    """A part of the goal (`text`: its words) and the close ways to read it, cheapest first."""

    text: str
    alternatives: tuple[Alternative[T], ...]


def close(text: str, alternatives: tuple[Alternative[T], ...]) -> Slot[T]:
    """A slot with the alternatives that are as likely as the best."""
    ordered = sorted(alternatives, key=lambda each: each.cost)
    return Slot(text, tuple(each for each in ordered if each.cost <= ordered[0].cost + MARGIN))


def combine(slots: tuple[Slot[T], ...]) -> list[tuple[Alternative[T], ...]]:
    """Every combination of alternatives; cut off where there are too many to ask about."""
    combinations = list(product(*(slot.alternatives for slot in slots))) if slots else [()]
    combinations.sort(key=lambda parts: sum(part.cost for part in parts))
    return combinations[:_MOST]
