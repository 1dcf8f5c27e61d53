"""Values by some of the asked groupings only, to stand beside every group that has them."""

from __future__ import annotations

from goal_semantics.compile.parts.request import Request
from goal_semantics.relation import Relation, columns
from goal_semantics.resolve.question import Part


def relation(part: Part, asked: Request) -> Relation:
    """The part's own keys and its column."""
    here = tuple(own for own, at in enumerate(part.kept) if at in asked.positions)
    times = tuple(part.inner.keys[own].name for own in part.times)
    periods = asked.periods if asked.periods is not None and times == columns(asked.periods) else None
    return asked.values(part.inner, asked.span, here, periods)
