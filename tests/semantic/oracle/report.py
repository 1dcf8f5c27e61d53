"""What a case is about, and a difference as something that can be read and run again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from goal_semantics.aggregates import APPROXIMATE
from goal_semantics.metrics import find, kinds
from goal_semantics.model import Aggregate, TimePart
from goal_semantics.query import (
    OWN_TIME,
    And,
    Condition,
    Exists,
    Filter,
    Grouping,
    Measure,
    MetricAt,
    MetricCondition,
    Not,
    Operator,
    Or,
    SemanticQuery,
)
from tests.semantic.oracle.data import statements
from tests.semantic.oracle.times import GRAINS
from tests.semantic.oracle.trial import Answered, same_row
from tests.semantic.oracle.world import World


def features(world: World, query: SemanticQuery) -> Iterator[str]:
    """What the model and the query have that a case is about, in words. `FEATURES` lists all that are counted."""
    if query.detail is not None:
        yield from ("detail", *(["detail distinct"] if query.detail.distinct else []))
    for each in query.measures:
        yield f"agg {each.agg}" if each.agg else "measure metric"
        yield from ["measure filter"] if each.filter else []
        yield from ["measure over"] if each.over else []
        yield from ["measure grain"] if each.grain else []
    yield from _definitions(world, [name for each in query.measures for name in _metrics(each)])
    for grouping in query.groupings:
        yield from _grouping(grouping)
    yield from _conditions(query.filter) if query.filter is not None else ()
    if query.time is not None:
        yield f"window {query.time.window.kind}"
        yield from ["window of a field"] if query.time.field else []
    yield from [f"comparison {query.comparison.to}"] if query.comparison else []
    yield from (f"calculation {each.kind}" for each in query.calculations)
    if query.top is not None:
        yield from ("top", *(["others"] if query.top.others else []), *(["top within"] if query.top.within else []))
    for word in ("totals", "fill", "order", "limit"):
        yield from [word] if getattr(query, word) else []
    asked = query.model_dump_json()
    for step in world.catalog.relationships:
        if f".{step.name}." in asked:
            yield from ["versions"] if step.validity else []
            yield from [f"bridge {'full' if step.bridge.allocate == 'full' else 'weights'}"] if step.bridge else []


def _metrics(measure: Measure) -> list[str]:
    return [each.metric for each in (measure, measure.over) if each is not None and each.metric is not None]


def _definitions(world: World, words: list[str]) -> Iterator[str]:
    """Of the metrics and of all that they are made of."""
    while words:
        metric = world.catalog.metric[words.pop()]
        spec = metric.spec
        yield f"kind {spec.kind}"
        yield from ["metric time"] if metric.time else []
        for option in ("filter", "narrows", "fill", "spine", "window", "to_date", "to", "constant", "by"):
            value = getattr(spec, option, None)
            if value is not None and value is not False and value != ():
                yield f"{spec.kind} {option}"
        for option in ("agg", "show", "at", "take", "moment", "missing", "calculation"):
            if hasattr(spec, option):
                yield f"{spec.kind} {option} {getattr(spec, option)}"
        inside = getattr(spec, "inputs", ()), getattr(spec, "numerator", None), getattr(spec, "denominator", None)
        for item in (*inside[0], *inside[1:]):
            for option in ("filter", "offset", "offset_to", "fill") if item is not None else ():
                yield from [f"input {option}"] if getattr(item, option) is not None else []
        words += find(spec.kind).parts(spec)


def _grouping(grouping: Grouping) -> Iterator[str]:
    yield from ["own time"] if grouping.field == OWN_TIME else []
    yield from ["fiscal"] if grouping.fiscal else []
    if grouping.bins is not None:
        yield "bins of a width" if grouping.bins.width is not None else "bins of a count"
    elif grouping.grain or grouping.part:
        yield f"grain {grouping.grain}" if grouping.grain else f"part {grouping.part}"
    else:
        yield "plain grouping"


def _conditions(item: Filter) -> Iterator[str]:
    match item:
        case And(items=items) | Or(items=items):
            yield item.kind
            for each in items:
                yield from _conditions(each)
        case Not(item=inner):
            yield "not"
            yield from _conditions(inner)
        case Exists(negate=negate):
            yield "without" if negate else "exists"
        case MetricAt():
            yield from (
                "metric at",
                *(["metric at another fact"] if item.grouped else []),
                *(["metric at times"] if item.time else []),
            )
        case MetricCondition():
            yield "condition on a measure"
        case Condition():
            yield f"op {item.op}"
            yield from ["condition on a period"] if item.grain else []
            yield from ["condition on a part"] if item.part else []


EXACT = frozenset(get_args(Aggregate)) - APPROXIMATE
FEATURES = frozenset({
    *(f"agg {each}" for each in EXACT - {"stddev_pop", "variance"}), *(f"simple agg {each}" for each in EXACT),
    *(f"kind {each}" for each in kinds()), *(f"grain {each}" for each in GRAINS if each != "second"),
    *(f"part {each}" for each in get_args(TimePart)), *(f"op {each}" for each in get_args(Operator)),
    *(f"calculation {each}" for each in ("share", "rank", "cumulative", "rolling")),
    *(f"offset show {each}" for each in ("value", "change", "change_pct", "ratio")), "offset to",
    *(f"cumulative at {each}" for each in ("last", "first", "avg")), "cumulative window", "cumulative to_date", "cumulative fill",
    *(f"semi_additive take {each}" for each in ("last", "first", "min", "max", "avg")), "semi_additive moment asked",
    "semi_additive filter", "semi_additive by", "semi_additive fill", "simple filter", "simple narrows", "simple fill", "simple spine",
    *(f"conversion {each}" for each in ("missing zero", "missing null", "calculation rate", "calculation count", "constant", "window")),
    *(f"fixed agg {each}" for each in ("None", "avg", "max", "sum", "count")), "fixed by", "metric time",
    "input filter", "input offset", "input offset_to", "input fill", "measure metric", "measure filter", "measure over", "measure grain",
    "plain grouping", "own time", "fiscal", "bins of a width", "bins of a count", "and", "or", "not", "exists", "without",
    "metric at", "metric at another fact", "metric at times", "condition on a measure", "condition on a period", "condition on a part",
    "window between", "window relative", "window of a field", "comparison previous_period", "comparison previous_year", "totals",
    "fill", "order", "limit", "top", "top within", "others", "detail", "detail distinct", "versions", "bridge full", "bridge weights",
})  # fmt: skip
"""All that random questions are made of. Not among them: approximate aggregates, whose values differ between engines;
time spines of the catalog (`spine` and `every` of running and earlier values), whose cases are those of MetricFlow;
versions by `@time`, `beside`, policies, and names that follow from a calendar, which have traps of their own."""


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
