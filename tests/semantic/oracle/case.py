"""A world and several questions of it, drawn together."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from goal_semantics.query import SemanticQuery
from tests.semantic.oracle.listing import listings
from tests.semantic.oracle.questions import questions
from tests.semantic.oracle.world import World
from tests.semantic.oracle.worlds import worlds


@dataclass(frozen=True)
class Case:
    """One world is stored once for all of its questions."""

    world: World
    queries: tuple[SemanticQuery, ...]


@st.composite
def cases_of(draw: st.DrawFn, count: int) -> Case:
    world = draw(worlds())
    asked = (draw(listings(world) if draw(st.integers(0, 24)) == 0 else questions(world)) for _ in range(count))
    return Case(world, tuple(asked))
