"""Rows of one dataset as they are: fields of it and of what it points at."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import strategies as st

from goal_semantics.query import SemanticQuery
from tests.semantic.oracle import filters
from tests.semantic.oracle.choosing import filters as random_filters
from tests.semantic.oracle.choosing import windows
from tests.semantic.oracle.reading import Asking, Fact
from tests.semantic.oracle.times import Span, moment, window
from tests.semantic.oracle.world import World


def listed(world: World, query: SemanticQuery, as_of: datetime.datetime) -> list[dict[str, Any]]:
    """The rows in order: as asked, then by key; different ones by all that they show."""
    detail = query.detail
    assert detail is not None
    own = world.catalog.dataset[detail.dataset]
    fact = Fact(own.name, f"{own.name}.{own.default_time}" if own.default_time else None)
    asking = Asking(world, (), filters.splits(query.filter)[0])
    if query.time is not None:
        here = moment(as_of, world.zone)
        assert here is not None
        asking = asking.but(span=window(query.time.window, here, world.catalog.calendar), time=query.time.field)
    paths = {"_".join(words): words for words in (world.words(own.name, each) for each in detail.fields)}
    found = list[tuple[dict[str, Any], Any]]()
    for row in asking.rows(fact) if asking.span != Span() else asking.chosen(fact):
        shown = {name: world.local(own.name, row, words) for name, words in paths.items()}
        if not detail.distinct or shown not in [each for each, _ in found]:
            found.append((shown, row[own.primary_key[0]]))
    found.sort(key=lambda each: each[1])
    by = [(each.by, each.descending) for each in query.order]
    for name, descending in reversed([*by, *((name, False) for name in paths if detail.distinct)]):
        known = [each for each in found if each[0][name] is not None]
        known.sort(key=lambda each: each[0][name], reverse=descending)
        found = known + [each for each in found if each[0][name] is None]
    return [shown for shown, _ in found][: query.limit]


@st.composite
def listings(draw: st.DrawFn, world: World) -> SemanticQuery:
    own = draw(st.sampled_from(world.catalog.datasets))
    fact = Fact(own.name, f"{own.name}.{own.default_time}" if own.default_time else None)
    paths = [
        ".".join((own.name, *way, field.name))
        for way in [[], *world.ways(own.name)] for field in world.catalog.dataset[world.end(own.name, way)].fields
    ]  # fmt: skip
    fields = list(dict.fromkeys(draw(st.sampled_from(paths)) for _ in range(draw(st.integers(1, 4)))))
    query: dict[str, Any] = {"detail": {"dataset": own.name, "fields": fields, "distinct": draw(st.booleans())}}
    if draw(st.booleans()):
        query["filter"] = draw(random_filters(world, [fact], paths, None))
    if draw(st.integers(0, 2)) == 0 and (time := draw(windows(world, [fact], paths))) is not None:
        query["time"] = time
    if draw(st.booleans()):
        names = ["_".join(each.split(".")[1:]) for each in fields]
        query["order"] = [{"by": draw(st.sampled_from(names)), "descending": draw(st.booleans())}]
    if draw(st.integers(0, 3)) == 0:
        query["limit"] = draw(st.integers(1, 5))
    return SemanticQuery.model_validate(query)
