"""dbt's items as paths of the catalog: one path that means for every asked fact what dbt means by the name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from goal_semantics.issues import Issue
from goal_semantics.joins import Located, locate
from goal_semantics.load.dbt.conditions import Spot, Unsayable
from goal_semantics.load.dbt.datasets import Periods, calendar_step, grain_of
from goal_semantics.load.dbt.items import Item
from goal_semantics.load.dbt.links import SEPARATOR, Links, Meant
from goal_semantics.load.dbt.manifest import GRAINS
from goal_semantics.model import Catalog, Grain
from goal_semantics.query import OWN_TIME

_PARTS = {"dow": "ISODOW"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A model that is aggregated, and the time that it is read by."""

    model: str
    time: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """What an item means: its path, full name and grain."""

    path: str
    name: str
    time: bool = False
    grain: str = ""


@dataclass(frozen=True, slots=True)
class Paths:
    """Finds items from facts. `periods`: the time spines."""

    links: Links
    periods: tuple[Periods, ...] = ()

    @property
    def custom(self) -> Collection[str]:
        """Grains that the project defines."""
        return tuple(name for each in self.periods for name in each.custom)

    def column(self, model: str, item: Item, time: str | None) -> exp.Expr | None:
        """The item as a column over the rows of a model; None where no column says it."""
        if item.kind == "Metric":
            return None
        found = self._own_time(model, time) if item.is_metric_time else self.links.find(model, item.links, item.name)
        if isinstance(found, Issue):
            return None
        words = [*(step.name for step in found.steps), found.name]
        if item.grain in self.custom:
            words = [*words[:-1], calendar_step(found.name), self._custom(item.grain)]
        text = ".".join(f'"{word}"' for word in words)
        grain = item.grain or (found.grain if found.sort == "time" else "")
        if item.part:
            text = f"EXTRACT({_PARTS.get(item.part, item.part)} FROM {text})"
        elif grain and item.grain not in self.custom:
            text = f"DATE_TRUNC('{grain}', {text})"
        return sqlglot.parse_one(text, dialect="duckdb")

    def spot(self, catalog: Catalog, facts: tuple[Fact, ...], item: Item) -> Spot:
        """The item as something that a filter compares. Errors: Unsayable."""
        found = self.place(catalog, facts, item)
        if isinstance(found, Issue):
            raise Unsayable(found)
        if item.part:
            part = grain_of(item.part)
            if part is None:
                raise Unsayable(Issue(f"A filter cannot compare the {item.part} of “{found.name}”.", "where"))
            return Spot(found.path, time=True, part=part)
        grain: Grain | None = None if item.grain in self.custom else grain_of(found.grain)
        return Spot(found.path, found.time, grain)

    def place(self, catalog: Catalog, facts: tuple[Fact, ...], item: Item) -> Place | Issue:
        """The path by which all facts find the item."""
        if item.is_metric_time:
            return self._metric_time(facts, item)
        found = [self.links.find(fact.model, item.links, item.name) for fact in facts]
        wrong = [each for each in found if isinstance(each, Issue)]
        if wrong:
            return wrong[0]
        meant = [each for each in found if isinstance(each, Meant)]
        first = meant[0]
        time = first.sort == "time"
        name = self._named(first.full, item, first.grain if time else "")
        grain = item.grain or (first.grain if time else "")
        if time and all(_is_own(self, each, fact) for each, fact in zip(meant, facts, strict=True)):
            return Place(self._customised(OWN_TIME, OWN_TIME, item), name, time=True, grain=grain)
        paths = dict.fromkeys(self._path(fact, each, item) for fact, each in zip(facts, meant, strict=True))
        for path in paths:
            if all(
                _same(locate(catalog, fact.model, path), locate(catalog, fact.model, self._path(fact, each, item)))
                for fact, each in zip(facts, meant, strict=True)
            ):
                return Place(path, name, time=time, grain=grain)
        return Issue(
            f"“{item.name}” is found by different ways from {', '.join(fact.model for fact in facts)}.", first.full
        )

    def own_time(self, fact: Fact) -> str | None:
        """The time dimension by which a model is read."""
        model = self.links.models.get(fact.model)
        return fact.time or (model.default_time if model else None)

    def default_grain(self, facts: tuple[Fact, ...]) -> str:
        """The finest grain of the times that all facts are read by."""
        own = [self._own_time(fact.model, fact.time) for fact in facts]
        return coarsest(*(each.grain for each in own if isinstance(each, Meant)))

    def _metric_time(self, facts: tuple[Fact, ...], item: Item) -> Place | Issue:
        for fact in facts:
            own = self._own_time(fact.model, fact.time)
            if isinstance(own, Issue):
                return own
        grain = item.grain or coarsest("day", self.default_grain(facts))
        path = self._customised(OWN_TIME, OWN_TIME, item)
        return Place(path, self._named(item.name, item, grain), time=True, grain=grain)

    def _path(self, fact: Fact, meant: Meant, item: Item) -> str:
        way = ".".join((fact.model, *(step.name for step in meant.steps)))
        return self._customised(f"{way}.{meant.name}", f"{way}.{calendar_step(meant.name)}", item)

    def _customised(self, plain: str, calendar: str, item: Item) -> str:
        return f"{calendar}.{self._custom(item.grain)}" if item.grain in self.custom else plain

    def _named(self, full: str, item: Item, grain: str) -> str:
        """The column as dbt calls it."""
        if item.part:
            return SEPARATOR.join((full, f"extract_{item.part}"))
        return SEPARATOR.join((full, item.grain or grain)) if item.grain or grain else full

    def _own_time(self, model: str, time: str | None) -> Meant | Issue:
        spine = next((each for each in self.periods if each.dataset == model), None)
        if spine is not None:
            return Meant((), (), model, spine.column, "time", spine.grain)
        name = time or self.links.models[model].default_time
        if name is None:
            return Issue(f"“{model}” has no time that its metrics are read by.", f"semantic_models.{model}")
        own = [each for each in self.links.elements(model) if not each.steps and each.name == name]
        return own[0] if own else Issue(f"“{name}” is no time of “{model}”.", f"semantic_models.{model}")

    def _custom(self, grain: str) -> str:
        return next(each.custom[grain] for each in self.periods if grain in each.custom)


def coarsest(*grains: str) -> str:
    """The coarsest of dbt's grains; the day where there is none."""
    return max((each for each in grains if each in GRAINS), key=GRAINS.index, default="day")


def _is_own(paths: Paths, meant: Meant, fact: Fact) -> bool:
    return not meant.steps and meant.name == paths.own_time(fact)


def _same(one: Located | Issue, other: Located | Issue) -> bool:
    """Whether two ways reach the same field of the same rows."""
    if isinstance(one, Issue) or isinstance(other, Issue):
        return False
    return (one.steps, one.dataset, one.field) == (other.steps, other.dataset, other.field)
