"""Questions inside of conditions: which groups a row must be of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
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
    else:
        for name in _names(value.__class__):
            yield from _held(getattr(value, name))


@cache
def _names(kind: type) -> tuple[str, ...]:
    """Fields of a dataclass; nothing of what is none."""
    return tuple(slot.name for slot in fields(kind)) if is_dataclass(kind) else ()
