"""The order of categories and series."""

from __future__ import annotations

import math
from collections.abc import Sequence

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = tuple(name.lower() for name in (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
))  # fmt: skip


def by_calendar(labels: Sequence[str]) -> list[int] | None:
    """Positions in calendar order when all labels are weekdays or all are months."""
    for names in (_WEEKDAYS, _MONTHS):
        places = [_place(label, names) for label in labels]
        if len(labels) > 1 and all(place is not None for place in places):
            return sorted(range(len(labels)), key=lambda i: places[i] or 0)
    return None


def by_size(sizes: Sequence[float | None], labels: Sequence[str], leftover: Sequence[bool]) -> list[int]:
    """Positions from largest to smallest, NULL after them and what a top left over last.

    Rows that came smallest first (and not merely by name) stay so: somebody asked for the smallest.
    """
    known = [size for size in sizes if size is not None]
    rising = known == sorted(known) and len(set(known)) > 1 and None not in sizes and list(labels) != sorted(labels)
    sign = 1 if rising else -1
    return sorted(range(len(sizes)), key=lambda i: (leftover[i], *_key(sizes[i], sign)))


def unique(labels: Sequence[str]) -> list[str]:
    """Different things that read alike get a number, so that no chart lays one over the other."""
    seen: dict[str, int] = {}
    taken = set(labels)
    result = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        name = label
        while seen[label] > 1 and name in taken:
            name = f"{label} ({seen[label]})"
            seen[label] += name in taken
        taken.add(name)
        result.append(name)
    return result


def _key(size: float | None, sign: int) -> tuple[bool, float]:
    return (True, 0.0) if size is None or math.isnan(size) else (False, sign * size)


def _place(label: str, names: tuple[str, ...]) -> int | None:
    word = label.strip().lower().rstrip(".")
    if len(word) < 3:
        return None
    return next((i for i, name in enumerate(names) if name == word or name[:3] == word), None)
