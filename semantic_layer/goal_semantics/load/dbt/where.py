"""Templates of conditions as filters of a query, for the facts that are asked."""

from __future__ import annotations

from dataclasses import dataclass

from goal_semantics.issues import Issue
from goal_semantics.load.dbt.conditions import Found, Unsayable, all_of, condition
from goal_semantics.load.dbt.facts import Facts
from goal_semantics.load.dbt.items import Item, UnreadableTemplate, behind, item, marked
from goal_semantics.load.dbt.links import SEPARATOR
from goal_semantics.load.dbt.paths import Fact, Paths
from goal_semantics.model import Catalog
from goal_semantics.query import Filter, Measure, MetricAt, Operator, Scalar


@dataclass(frozen=True, slots=True)
class Where:
    """Reads templates over the rows of the asked facts."""

    facts: Facts
    catalog: Catalog
    asked: tuple[Fact, ...]

    def filter(self, templates: tuple[str, ...]) -> Filter | None:
        """All of the templates hold. Errors: Unsayable."""
        return all_of(tuple(self._condition(each) for each in templates))

    def _condition(self, template: str) -> Filter:
        paths = self.facts.paths
        try:
            text, items = marked(template, paths.custom)
        except UnreadableTemplate as error:
            raise Unsayable(Issue(f"{error.reason}.", "where", f"Text: {template.strip()}")) from error

        def find(column: str) -> Found:
            found = named(column, items, paths)
            return self._metric(found) if found.kind == "Metric" else paths.spot(self.catalog, self.asked, found)

        return condition(text, find, self.catalog.calendar)

    def _metric(self, asked: Item) -> Found:
        """Rows whose group, by the entities that the metric is grouped by, satisfies a condition on it."""
        inside = self.facts.of(asked.name)
        if not asked.by or not inside:
            raise Unsayable(Issue(f"“{asked.name}” needs to be a metric, and grouped by something.", "where"))
        here, there = list[str](), list[str]()
        for name in asked.by:
            grouping = item(name)
            found = (
                self.facts.paths.place(self.catalog, self.asked, Item((), grouping.name)),
                self.facts.paths.place(self.catalog, inside, grouping),
            )
            for each in found:
                if isinstance(each, Issue):
                    raise Unsayable(each)
            outer, inner = found
            assert not isinstance(outer, Issue)
            assert not isinstance(inner, Issue)
            here.append(outer.path)
            there.append(inner.path)

        def compared(op: Operator, values: tuple[Scalar, ...]) -> Filter:
            measure = Measure(metric=asked.name)
            return MetricAt(measure=measure, by=tuple(here), grouped=tuple(there), op=op, values=values)

        return compared


def named(column: str, items: tuple[Item, ...], paths: Paths) -> Item:
    """What a column of a marked text stands for; one that no template put there is a name itself."""
    found = behind(column, items)
    if found is not None:
        return found
    return item(column, paths.custom) if SEPARATOR in column else Item((), column.lower())
