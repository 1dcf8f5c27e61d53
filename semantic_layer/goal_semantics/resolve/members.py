"""Questions inside of conditions: which groups a row must be of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from goal_semantics.query import SemanticQuery
from goal_semantics.relation import Among
from goal_semantics.resolve.question import Listing, Question


def questions_inside(found: Question | Listing) -> tuple[SemanticQuery, ...]:
    """What conditions anywhere in a resolved query ask, each once."""
    return tuple(dict.fromkeys(each.query for each in _held(found)))


def _held(value: Any) -> Iterator[Among]:
    if isinstance(value, Among):
        yield value
    if type(value) is tuple:
        for item in value:
            yield from _held(item)
    elif is_dataclass(value):
        for slot in fields(value):
            yield from _held(getattr(value, slot.name))
