"""What a metric of each kind is in a group: columns made of rows or of other columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from goal_semantics.metrics import Input, conversion, derived, find, ratio, simple
from goal_semantics.model import Catalog, Expression, Metric
from goal_semantics.query import Filter, Grouping, Measure
from tests.semantic.oracle import filters
from tests.semantic.oracle.aggregates import aggregate
from tests.semantic.oracle.columns import Column, combined
from tests.semantic.oracle.reading import Asking, Fact
from tests.semantic.oracle.world import Row, World

Narrowing = tuple[Filter | Expression, ...]
Value = Callable[[Row], Any]


@dataclass(frozen=True)
class Reading:
    """A metric on the way: what narrows its rows, and the time that the outermost metric which says so is read by."""

    asking: Asking
    narrowed: Narrowing = ()
    time: str | None = None
    where: tuple[str, ...] = ()

    def of(self, asking: Asking) -> Reading:
        return replace(self, asking=asking)

    def fact(self, dataset: str) -> Fact:
        own = self.asking.world.catalog.dataset[dataset].default_time
        return Fact(dataset, self.time or (f"{dataset}.{own}" if own else None), self.where)

    def counts(self, fact: Fact, row: Row) -> bool:
        return all(self.satisfied(fact, row, each) for each in self.narrowed)

    def satisfied(self, fact: Fact, row: Row, each: Filter | Expression) -> bool:
        if isinstance(each, Expression):
            return self.asking.world.computed(fact.dataset, row, each) is True
        return filters.holds(self.asking, fact, row, each)


def minus(now: Any, before: Any) -> Any:
    """A float beside a decimal makes both floats."""
    if now is None or before is None:
        return None
    return float(now) - float(before) if float in {type(now), type(before)} else now - before


def divided(above: Any, below: Any) -> float | None:
    return None if above is None or not below else float(above) / float(below)


def measure(reading: Reading, item: Measure) -> Column:
    if item.over is not None:
        above = measure(reading, item.model_copy(update={"over": None}))
        return combined([above, measure(reading, item.over)], lambda values: divided(*values))
    if item.filter is not None:
        reading = replace(reading, narrowed=(*reading.narrowed, item.filter))
    if item.metric is not None:
        return metric(reading, item.metric)
    assert item.field is not None
    assert item.agg is not None
    dataset = item.field.split(".", 1)[0]
    fact, asking = reading.fact(dataset), reading.asking
    if dataset == item.field:
        return leaf(reading, fact, "count", lambda row: 1)
    words = asking.world.words(dataset, item.field)
    if item.grain is not None:
        periods = Grouping(field=item.field, grain=item.grain)
        return leaf(reading, fact, item.agg, lambda row: asking.but(delay=()).member(fact, row, periods))
    return leaf(reading, fact, item.agg, lambda row: asking.world.local(dataset, row, words), item.percentile)


def leaf(reading: Reading, fact: Fact, agg: str, value: Value, percentile: float | None = None) -> Column:
    """An aggregate of the rows of a group; of a group without rows there is nothing."""
    asking = reading.asking

    def at(key: Any, shown: Any) -> Any:
        rows = asking.groups(fact).get(key)
        if rows is None:
            return None
        counted = [
            (value(row), weight)
            for row, weight in zip(rows, asking.weights(fact)[key], strict=True)
            if reading.counts(fact, row)
        ]
        if agg in {"sum", "count"} and any(weight != 1 for _, weight in counted):
            known = [(each, weight) for each, weight in counted if each is not None]
            return (
                sum(weight * (float(each) if agg == "sum" else 1) for each, weight in known)
                if known
                else 0
                if agg == "count"
                else None
            )
        return aggregate(agg, [each for each, _ in counted], percentile)

    return Column(frozenset({fact}), lambda key: key in asking.groups(fact), at)


def metric(reading: Reading, name: str) -> Column:
    found = reading.asking.world.catalog.metric[name]
    reading = replace(reading, time=reading.time or found.time)
    return KINDS[found.spec.kind](reading, found)


def given(reading: Reading, item: Input) -> Column:
    """A metric as the definition of another one wants it."""
    if item.filter is not None and not (item.offset or item.offset_to):
        reading = replace(reading, narrowed=(*reading.narrowed, item.filter))
    if item.offset or item.offset_to:
        column = MOVED[0](
            reading,
            item.model_copy(update={"offset": None, "offset_to": None, "fill": None}),
            item.offset,
            item.offset_to,
        )
    else:
        column = metric(reading, item.metric)
    if item.fill is None:
        return column
    return combined([column], lambda values: item.fill if values[0] is None else values[0])


def _simple(reading: Reading, found: Metric) -> Column:
    spec = found.spec
    assert isinstance(spec, simple.Spec)
    if spec.filter is not None and spec.narrows:
        reading = replace(reading, where=(*reading.where, spec.filter.text))
    elif spec.filter is not None:
        reading = replace(reading, narrowed=(*reading.narrowed, spec.filter))
    column = leaf(
        reading, reading.fact(spec.dataset), spec.agg, value_of(reading, spec.dataset, spec.expression), spec.percentile
    )
    if spec.fill is None:
        return column
    return combined([column], lambda values: spec.fill if values[0] is None else values[0])


def value_of(reading: Reading, dataset: str, expression: Expression | None) -> Value:
    if expression is None:
        return lambda row: 1
    return lambda row: reading.asking.world.computed(dataset, row, expression)


def _ratio(reading: Reading, found: Metric) -> Column:
    spec = found.spec
    assert isinstance(spec, ratio.Spec)
    return combined([given(reading, spec.numerator), given(reading, spec.denominator)], lambda values: divided(*values))


def _derived(reading: Reading, found: Metric) -> Column:
    spec = found.spec
    assert isinstance(spec, derived.Spec)
    known = spec.by_name
    meaning = reading.asking.world.meanings[spec.expression]
    return combined(
        [given(reading, each) for each in known.values()],
        lambda values: meaning(dict(zip(known, values, strict=True)).__getitem__),
    )


MOVED: list[Callable[..., Column]] = []
"""How a metric of an earlier time is found."""
KINDS: dict[str, Callable[[Reading, Metric], Column]] = {"simple": _simple, "ratio": _ratio, "derived": _derived}


def wants_every_period(catalog: Catalog, measures: Iterable[Measure]) -> bool:
    """Whether some metric asks for periods without rows."""
    every = [one for each in measures for one in (each, each.over) if one is not None]
    words = [each.metric for each in every if each.metric]
    while words:
        spec = catalog.metric[words.pop()].spec
        if getattr(spec, "spine", False):
            return True
        words += [spec.base.metric] if isinstance(spec, conversion.Spec) else find(spec.kind).parts(spec)
    return False


def adds_up(world: World, asked: Measure) -> bool:
    """Sums and counts of rows, as they are: the generator asks for nothing finer."""
    if asked.over is not None:
        return False
    if asked.metric is None:
        return asked.agg in {"sum", "count"}
    spec = world.catalog.metric[asked.metric].spec
    return isinstance(spec, simple.Spec) and spec.agg in {"sum", "count"} and spec.fill in {None, 0}
