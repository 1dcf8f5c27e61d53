"""Alternatives of one part of a reading, and their combinations within a margin."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Generic, TypeVar

MARGIN = 0.1
"""Readings that cost less more than the best one are as likely: the person decides."""
_MOST = 24

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Alternative(Generic[T_co]):
    """One way to read a part, what it costs, and what must be said if it is taken."""

    value: T_co
    cost: float = 0.0
    said: tuple[str, ...] = ()
    weak: bool = False


@dataclass(frozen=True)
class Slot(Generic[T_co]):
    """A part of the goal (`text`: its words) and the close ways to read it, cheapest first."""

    text: str
    alternatives: tuple[Alternative[T_co], ...]


def close(text: str, alternatives: tuple[Alternative[T_co], ...]) -> Slot[T_co]:
    """A slot with the alternatives that are as likely as the best."""
    ordered = sorted(alternatives, key=lambda each: each.cost)
    return Slot(text, tuple(each for each in ordered if each.cost <= ordered[0].cost + MARGIN))


def combine(slots: tuple[Slot[T_co], ...]) -> list[tuple[Alternative[T_co], ...]]:
    """Every combination of alternatives; cut off where there are too many to ask about."""
    combinations: list[tuple[Alternative[T_co], ...]] = list(product(*(slot.alternatives for slot in slots)))
    combinations.sort(key=_cost)
    return combinations[:_MOST]


def _cost(parts: tuple[Alternative[object], ...]) -> float:
    return sum(part.cost for part in parts)
