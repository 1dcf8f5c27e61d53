"""Several documents as one tree, and the way from a place in the tree to its path and line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from goal_semantics.issues import Issue, Issues, Place
from goal_semantics.load._yaml import Document, Trail


@dataclass(frozen=True, slots=True)
class Joined:
    """One tree: lists of the documents in a row, everything else from the document that has it."""

    value: dict[str, Any]
    places: dict[Trail, Place]
    issues: Issues

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

    def by_path(self) -> dict[str, Place]:
        """Every place by path; of equal paths the first."""
        found: dict[str, Place] = {}
        for trail, place in self.places.items():
            found.setdefault(self.path(trail), place)
        return found


def join(documents: Sequence[Document]) -> Joined:
    """Errors are issues: a top that is no mapping, a value that two documents give differently."""
    value: dict[str, Any] = {}
    places: dict[Trail, Place] = {}
    issues: list[Issue] = []
    for document in documents:
        start = document.places.get((), Place(document.file, 1))
        places.setdefault((), start)
        if not isinstance(document.value, dict) or not document.value:
            what = "empty" if not document.value else "not a mapping"
            issues.append(
                Issue(f"the catalog is {what}.", hint="Expected keys such as name and datasets.", place=start)
            )
            continue
        shifts = _add(value, document, places, issues)
        for trail, place in document.places.items():
            places.setdefault(_shifted(trail, shifts), place)
    return Joined(value, places, Issues(tuple(issues)))


def _add(value: dict[str, Any], document: Document, places: dict[Trail, Place], issues: list[Issue]) -> dict[Any, int]:
    """Put a document's keys into the tree; returns by how much the entries of its lists move."""
    shifts: dict[Any, int] = {}
    for key, part in document.value.items():
        before = value.get(key)
        if key not in value:
            value[key] = part
        elif isinstance(before, list) and isinstance(part, list):
            shifts[key] = len(before)
            value[key] = before + part
        elif before != part:
            hint = f"First: {places[(key,)]}."
            issues.append(Issue("given twice, differently.", key, hint, place=document.places[(key,)]))
    return shifts


def _shifted(trail: Trail, shifts: dict[Any, int]) -> Trail:
    if len(trail) > 1 and isinstance(trail[1], int):
        return (trail[0], trail[1] + shifts.get(trail[0], 0), *trail[2:])
    return trail
