"""Several documents as one tree, and the way from a place in the tree to its path and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from goal_semantics.issues import Issue, Issues, Place
from goal_semantics.load._yaml import Trail


class Written(Protocol):
    """One text that was read, whatever it was written in."""

    @property
    def file(self) -> str:
        """Its name in messages."""

    @property
    def value(self) -> Any:
        """What it says."""

    @property
    def places(self) -> Mapping[Trail, Place]:
        """Where it says it."""


@dataclass(frozen=True)
class Joined:
    """One tree: lists of the documents in a row, everything else from the document that has it.

    `shifts`: per document, by how much the entries of its lists move.
    """

    value: dict[str, Any]
    documents: tuple[Written, ...]
    shifts: tuple[Mapping[Any, int], ...]
    issues: Issues

    @cached_property
    def places(self) -> dict[Trail, Place]:
        """Every place by trail in the tree; of equal trails the first."""
        found: dict[Trail, Place] = {}
        for document, shifts in zip(self.documents, self.shifts, strict=True):
            found.setdefault((), Place(document.file, 1))
            for trail, place in document.places.items():
                found.setdefault(_shifted(trail, shifts), place)
        return found

    def place(self, trail: Trail) -> Place:
        """Where the trail, or the nearest thing around it, is written."""
        while trail and trail not in self.places:
            trail = trail[:-1]
        return self.places[trail]

    def path(self, trail: Trail) -> str:
        """The trail in names: `datasets.orders.fields.total`."""
        parts: list[str] = []
        value: Any = self.value
        for step in trail:
            inside = isinstance(value, list) and isinstance(step, int) and step < len(value)
            value = value[step] if inside else value.get(step) if isinstance(value, dict) else None
            name = value.get("name") if isinstance(value, dict) and isinstance(step, int) else None
            parts.append(name if isinstance(name, str) else str(step))
        return ".".join(parts)


@dataclass(frozen=True)
class ByPath(Mapping[str, Place]):
    """Every place of a tree by path, found when somebody asks for one; of equal paths the first."""

    joined: Joined

    @cached_property
    def _found(self) -> dict[str, Place]:
        found: dict[str, Place] = {}
        for trail, place in self.joined.places.items():
            found.setdefault(self.joined.path(trail), place)
        return found

    def __getitem__(self, path: str) -> Place:
        return self._found[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def join(documents: Sequence[Written]) -> Joined:
    """Errors are issues: a top that is no mapping, a value that two documents give differently."""
    value: dict[str, Any] = {}
    givers: dict[str, Written] = {}
    shifts: list[dict[Any, int]] = []
    issues: list[Issue] = []
    for document in documents:
        shifts.append({})
        if isinstance(document.value, dict) and document.value:
            shifts[-1] = _add(value, document, givers, issues)
            continue
        what = "empty" if not document.value else "not a mapping"
        place = document.places.get((), Place(document.file, 1))
        issues.append(Issue(f"the catalog is {what}.", hint="Expected keys such as name and datasets.", place=place))
    return Joined(value, tuple(documents), tuple(shifts), Issues(tuple(issues)))


def _add(value: dict[str, Any], document: Written, givers: dict[str, Written], issues: list[Issue]) -> dict[Any, int]:
    """Put a document's keys into the tree; returns by how much the entries of its lists move."""
    shifts: dict[Any, int] = {}
    for key, part in document.value.items():
        before = value.get(key)
        if key not in value:
            value[key] = part
            givers[key] = document
        elif isinstance(before, list) and isinstance(part, list):
            shifts[key] = len(before)
            value[key] = before + part
        elif before != part:
            hint = f"First: {givers[key].places[(key,)]}."
            issues.append(Issue("given twice, differently.", key, hint, place=document.places[(key,)]))
    return shifts


def _shifted(trail: Trail, shifts: Mapping[Any, int]) -> Trail:
    if len(trail) > 1 and isinstance(trail[1], int):
        return (trail[0], trail[1] + shifts.get(trail[0], 0), *trail[2:])
    return trail
