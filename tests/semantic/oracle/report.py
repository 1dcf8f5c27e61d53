"""What a case is about, and a difference as something that can be read and run again."""

from __future__ import annotations

from collections.abc import Iterator

from goal_semantics.query import SemanticQuery
from tests.semantic.oracle.data import statements
from tests.semantic.oracle.trial import Answered, same_row
from tests.semantic.oracle.world import World


def features(world: World, query: SemanticQuery) -> Iterator[str]:
    for each in query.measures:
        yield f"kind {world.catalog.metric[each.metric].spec.kind}" if each.metric else f"agg {each.agg}"
        yield from ["measure filter"] if each.filter else []
        yield from ["over"] if each.over else []
    for grouping in query.groupings:
        yield (
            f"grain {grouping.grain}"
            if grouping.grain
            else f"part {grouping.part}"
            if grouping.part
            else "bins"
            if grouping.bins
            else "plain"
        )
    for word in ("filter", "time", "comparison", "calculations", "totals", "fill", "top", "order", "limit"):
        if getattr(query, word):
            yield word


def described(world: World, query: SemanticQuery, outcome: Answered | None, *, sql: bool = False) -> str:
    metrics = "\n".join(f"  {each.name}: {each.spec!r} time={each.time}" for each in world.catalog.metrics)
    steps = ", ".join(
        f"{each.from_dataset}.{each.name}{'!' if each.total else ''}" for each in world.catalog.relationships
    )
    asked = "\n".join(("=" * 100, statements(world.catalog.datasets, dict(world.tables)), f"steps: {steps}",
                       f"{world.catalog.calendar!r}", metrics, query.model_dump_json(exclude_defaults=True)))  # fmt: skip
    if outcome is None:
        return asked
    rows = list(outcome.expected)
    extra = list[object]()
    for row in outcome.found:
        same = next((each for each in rows if same_row(each, row)), None)
        if same is None:
            extra.append(row)
        else:
            rows.remove(same)
    return "\n".join((
        asked, outcome.text if sql else "", f"columns: {outcome.columns}",
        "only expected:", *(f"  {row}" for row in rows), "only found:", *(f"  {row}" for row in extra),
        "" if rows or extra else f"order: expected {outcome.expected}, found {outcome.found}",
    ))  # fmt: skip


def differing(outcome: Answered) -> str:
    """Which columns differ, where the groups agree."""
    if len(outcome.found) != len(outcome.expected):
        return "other rows"
    pairs = list(zip(outcome.found, outcome.expected, strict=True))
    return "columns " + ", ".join(
        name
        for at, name in enumerate(outcome.columns)
        if not all(same_row([one[at]], [other[at]]) for one, other in pairs)
    )
