"""A question in dbt's words as a semantic query: metrics, group-bys, conditions, a range of time, order and limit."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from goal_semantics import calendar
from goal_semantics.calendar import Stride
from goal_semantics.issues import Issue, Issues, near
from goal_semantics.load.dbt.conditions import Unsayable
from goal_semantics.load.dbt.datasets import grain_of
from goal_semantics.load.dbt.items import METRIC_TIME, Item, item
from goal_semantics.load.dbt.manifest import GRAINS
from goal_semantics.load.dbt.paths import Fact, Place, coarsest
from goal_semantics.load.dbt.project import Project
from goal_semantics.load.dbt.where import Where
from goal_semantics.load.dbt.windows import both, reads_time, split
from goal_semantics.model import Aggregate, Border, TimePart
from goal_semantics.query import (
    OWN_TIME,
    Between,
    Filter,
    Grouping,
    Measure,
    MetricAt,
    Order,
    SemanticQuery,
    TimeWindow,
)
from goal_semantics.resolve.filters import leaves

_PARTS: Mapping[str, TimePart] = {
    "year": "year", "quarter": "quarter", "month": "month", "day": "day", "dow": "day_of_week", "doy": "day_of_year",
}  # fmt: skip


class GroupBy(Border):
    """A name, with its grain or date part beside it."""

    name: str
    grain: str = ""
    date_part: str = ""


class DbtQuery(Border):
    """What dbt's semantic layer can be asked. `time`: first and last moment. `order_by`: names, with “-” for descending."""

    metrics: tuple[str, ...] = ()
    group_by: tuple[GroupBy, ...] = ()
    where: tuple[str, ...] = ()
    time: tuple[datetime.datetime, datetime.datetime] | None = None
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    extremes: bool = False
    """Only the least and the greatest value of the one group-by."""
    distinct: bool = True
    """Without metrics: each combination once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The query, and which of its columns the question asks for."""

    query: SemanticQuery
    columns: tuple[str, ...]


def ask(project: Project, asked: DbtQuery) -> Asked | Issues:
    """The same question of the project's catalog, or every reason why it cannot be asked."""
    unknown = tuple(_unknown(project, asked))
    return Issues(unknown) if unknown else _Reading(project, asked).read()


def _unknown(project: Project, asked: DbtQuery) -> Iterator[Issue]:
    for name in asked.metrics:
        if name in project.catalog.metric:
            continue
        note = next((each for each in project.notes if each.path == f"metrics.{name}"), None)
        if note is not None:
            yield Issue(f"The metric “{name}” could not be carried: {note.message}", "metrics", note.hint)
        else:
            yield Issue(f"There is no metric “{name}”.", "metrics", "", near(name, project.catalog.metric))


@dataclass(slots=True)
class _Reading:
    project: Project
    asked: DbtQuery

    def read(self) -> Asked | Issues:
        items = [item(each.name, self.project.paths.custom, grain=each.grain, part=each.date_part)
                 for each in self.asked.group_by]  # fmt: skip
        facts = self.project.facts.of(*self.asked.metrics) if self.asked.metrics else self.project.holder(items)
        if isinstance(facts, Issue):
            return Issues((facts,))
        groupings, places, issues = list[Grouping](), list[Place](), list[Issue]()
        for each in items:
            found = self.project.paths.place(self.project.catalog, facts, self._grained(each, facts))
            if isinstance(found, Issue):
                issues.append(found)
                continue
            places.append(found)
            groupings.append(_grouping(found, each, self.project.paths.custom))
        try:
            where = Where(self.project.facts, self.project.catalog, facts).filter(self.asked.where)
        except Unsayable as error:
            issues.append(error.issue)
            where = None
        if issues:
            return Issues(tuple(issues))
        return self._asked(facts, tuple(groupings), tuple(places), where)

    def _asked(
        self, facts: tuple[Fact, ...], groupings: tuple[Grouping, ...], places: tuple[Place, ...], where: Filter | None
    ) -> Asked | Issues:
        rows, between = split(where)
        between = self._within(facts, places, between)
        time = TimeWindow(window=between) if between is not None else None
        order = self._order(facts, places)
        if isinstance(order, Issue):
            return Issues((order,))
        if (
            reads_time(rows)
            and not self.project.paths.periods
            and any(self.project.facts.moves(name) for name in self.asked.metrics)
        ):
            message = "A condition on the time that is no range cannot be put to a metric that looks at other times."
            return Issues((Issue(message, "where", "Ask for a range of time."),))
        names = tuple(each.name for each in groupings)
        if not self.asked.metrics:
            return self._values(facts[0], groupings, rows, time, order)
        measures = tuple(Measure(metric=name) for name in self.asked.metrics)
        query = SemanticQuery(measures=measures, groupings=groupings, filter=rows, time=time, order=order,
                              limit=self.asked.limit)  # fmt: skip
        return Asked(query, (*names, *self.asked.metrics))

    def _values(
        self, holder: Fact, groupings: tuple[Grouping, ...], rows: Filter | None, time: TimeWindow | None,
        order: tuple[Order, ...],
    ) -> Asked | Issues:  # fmt: skip
        """Without metrics: the values that there are, or the first and the last one."""
        if any(isinstance(each, MetricAt) for each in (leaves(rows) if rows is not None else ())):
            message = "Values without metrics cannot be chosen by a metric: of which model they are is not said."
            return Issues((Issue(message, "where", "Ask for a metric as well."),))
        if not self.asked.distinct:
            return Issues((Issue("Values without metrics are shown once each.", "group_by"),))
        if not self.asked.extremes:
            counted = Measure(agg="count", field=holder.model, alias="rows_of_group")
            query = SemanticQuery(measures=(counted,), groupings=groupings, filter=rows, time=time, order=order,
                                  limit=self.asked.limit)  # fmt: skip
            return Asked(query, tuple(each.name for each in groupings))
        if len(groupings) != 1 or groupings[0].part:
            return Issues((Issue("The least and the greatest value are those of one group-by.", "group_by"),))
        [only] = groupings
        time_of = self.project.paths.own_time(holder)
        path = f"{holder.model}.{time_of}" if only.field == OWN_TIME else only.field
        ends: tuple[tuple[Aggregate, str], ...] = (("min", f"{only.name}__min"), ("max", f"{only.name}__max"))
        measures = tuple(Measure(agg=agg, field=path, grain=only.grain, alias=name) for agg, name in ends)
        query = SemanticQuery(measures=measures, filter=rows, time=time)
        return Asked(query, tuple(name for _, name in ends))

    def _grained(self, asked: Item, facts: tuple[Fact, ...]) -> Item:
        """The metric time with the grain that the metrics are read by unless they say otherwise."""
        if not asked.is_metric_time or asked.grain or asked.part:
            return asked
        return Item(asked.links, asked.name, self._default_grain(facts), kind=asked.kind)

    def _default_grain(self, facts: tuple[Fact, ...]) -> str:
        if self.asked.metrics:
            return self.project.facts.grain(*self.asked.metrics)
        return coarsest("day", self.project.paths.default_grain(facts))

    def _within(self, facts: tuple[Fact, ...], places: tuple[Place, ...], between: Between | None) -> Between | None:
        """The range of time, widened to whole periods, and narrowed by what the conditions say of the same time."""
        if self.asked.time is None:
            return between
        times = [each.grain for each in places if each.name.startswith(METRIC_TIME) and each.grain in GRAINS]
        finest = min(times, key=GRAINS.index) if times else self.project.paths.default_grain(facts)
        unit, rules = grain_of(finest) or "second", self.project.catalog.calendar
        start, last = (calendar.truncate(edge, unit, rules) for edge in self.asked.time)
        return both(Between(start=start, end=calendar.shift(last, Stride(unit, 1))), between)

    def _order(self, facts: tuple[Fact, ...], places: tuple[Place, ...]) -> tuple[Order, ...] | Issue:
        found = list[Order]()
        for text in self.asked.order_by:
            name, descending = text.removeprefix("-"), text.startswith("-")
            if name not in self.asked.metrics:
                wanted = self._grained(item(name, self.project.paths.custom), facts)
                place = self.project.paths.place(self.project.catalog, facts, wanted)
                if isinstance(place, Issue):
                    return place
                name = place.name
            known = {*self.asked.metrics, *(each.name for each in places)}
            if name not in known:
                return Issue(
                    f"“{name}” is not asked for, so nothing can be ordered by it.", "order_by", "", near(name, known)
                )
            found.append(Order(by=name, descending=descending))
        return tuple(found)


def _grouping(place: Place, asked: Item, custom: Collection[str]) -> Grouping:
    """Periods of the time, one of its numbers (the month of the year), or the value itself."""
    if asked.part:
        return Grouping(field=place.path, part=_PARTS[asked.part], alias=place.name)
    grain = grain_of(place.grain) if place.time and place.grain not in custom else None
    return Grouping(field=place.path, grain=grain, alias=place.name)
