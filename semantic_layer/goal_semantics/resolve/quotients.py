"""One measure divided by another that a query names: a part of a whole, or one number per another. Knows no catalog."""

from __future__ import annotations

from goal_semantics.issues import Issue
from goal_semantics.model import NUMERIC, Format
from goal_semantics.query import Measure
from goal_semantics.relation import Call
from goal_semantics.resolve.question import Shown

_PERCENT = Format(style="percent")


def quotient(measure: Measure, above: Shown, below: Shown) -> Shown:
    """What `measure` shows: in DOUBLE, nothing where the divisor is 0; never added up, like every ratio."""
    spoken = f"share of {below.label}" if measure.is_part else f"{above.label} per {below.label}"
    return Shown(
        measure.name, measure.alias.replace("_", " ") if measure.alias else spoken,
        Call("/", (above.term, below.term)), "float", f"{above.definition} divided by {below.definition}",
        format=_PERCENT if measure.is_part else None, unit="" if measure.is_part else _unit(above.unit, below.unit),
        range=(0, 1) if measure.is_part and below.counts else (None, None),
    )  # fmt: skip


def undivided(*sides: Shown | None) -> tuple[Issue, ...]:
    """Why sides that are no numbers cannot be divided."""
    return tuple(
        Issue(f"“{each.name}” is of type {each.type}, so it cannot be divided.", "measures", "Divide numbers, or a count of it.")
        for each in sides if each is not None and each.type not in NUMERIC | {"opaque"}
    )  # fmt: skip


def _unit(above: str, below: str) -> str:
    if above == below:
        return ""
    return f"{above}/{below}" if below else above
