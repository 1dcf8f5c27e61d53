"""A random world: a shape, rows of it, and metrics over it. What is said of a relationship is true."""

from __future__ import annotations

from hypothesis import strategies as st

from goal_semantics.model import Catalog
from tests.semantic.oracle.data import is_total, tables
from tests.semantic.oracle.metrics import metrics
from tests.semantic.oracle.shapes import CALENDARS, shapes
from tests.semantic.oracle.world import World


@st.composite
def worlds(draw: st.DrawFn) -> World:
    datasets, relationships, texts = draw(shapes())
    found = draw(tables(datasets, relationships))
    relationships = tuple(
        each.model_copy(update={"total": is_total(each, found) and draw(st.booleans())}) for each in relationships
    )
    known, more = draw(metrics(datasets, relationships))
    catalog = Catalog(
        name="random", datasets=datasets, relationships=relationships, metrics=known, calendar=draw(CALENDARS)
    )
    return World(catalog, found, {text: sql.of for text, sql in (texts | more).items()})
