"""A dbt project as a catalog, with what is needed to ask it in dbt's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from goal_semantics.issues import Issue, Issues, Place
from goal_semantics.load import Places, Source
from goal_semantics.load.dbt.aggregates import Aggregations
from goal_semantics.load.dbt.columns import Columns
from goal_semantics.load.dbt.datasets import calendars, dataset, grain_of, relationships, spines, without_path
from goal_semantics.load.dbt.document import read_manifest
from goal_semantics.load.dbt.facts import Facts, declared
from goal_semantics.load.dbt.filters import Filters
from goal_semantics.load.dbt.items import Item
from goal_semantics.load.dbt.links import Links, Meant
from goal_semantics.load.dbt.manifest import GRAINS, QueryParams
from goal_semantics.load.dbt.metrics import Metrics
from goal_semantics.load.dbt.paths import Fact, Paths
from goal_semantics.load.dbt.places import ByThing
from goal_semantics.model import Calendar, Catalog


@dataclass(frozen=True, slots=True)
class Project:
    """The catalog of a manifest. `notes`: what the catalog cannot carry, each with its path and place."""

    catalog: Catalog
    places: Places
    notes: Issues
    paths: Paths
    facts: Facts

    def saved(self, name: str) -> QueryParams:
        """The question of a saved query; an empty one where there is none of the name."""
        found = self.paths.links.manifest.saved_queries
        return next((each.query_params for each in found if each.name == name), QueryParams())

    def holder(self, items: list[Item]) -> tuple[Fact, ...] | Issue:
        """The one model that has all of these itself."""
        links = self.paths.links
        if items and all(each.is_metric_time for each in items):
            return self._spine(items)
        for model in links.models:
            found = [links.find(model, each.links, each.name) for each in items]
            if found and all(isinstance(each, Meant) and not each.steps for each in found):
                return (Fact(model, None),)
        names = ", ".join("__".join((*each.links, each.name)) for each in items) or "nothing"
        return Issue(
            f"No model has {names}, and values of several models are not combined without a metric.", "group_by"
        )

    def _spine(self, items: list[Item]) -> tuple[Fact, ...] | Issue:
        """The time spine of the longest periods that are no longer than those asked for."""
        finest = min((each.grain if each.grain in GRAINS else "day" for each in items), key=GRAINS.index)
        fitting = [each for each in self.paths.periods if GRAINS.index(each.grain) <= GRAINS.index(finest)]
        if not fitting:
            return Issue(f"The project has no time spine by {finest}.", "group_by")
        spine = max(fitting, key=lambda each: GRAINS.index(each.grain))
        return (Fact(spine.dataset, spine.column),)


def open_project(*sources: Source) -> Project:
    """The project of one or more texts. Errors: CatalogError with every issue that makes it unreadable."""
    read = read_manifest(*sources)
    links = Links(read.manifest)
    tables = spines(links)
    paths = Paths(links, tuple(periods for _, periods in tables))
    aggregations = Aggregations(read.manifest)
    plain = {model.name: dataset(model) for model in read.manifest.semantic_models}
    named, steps = calendars(links, paths.periods)
    outline = Catalog(name="dbt", datasets=tuple(plain.values()), relationships=tuple(relationships(links)))
    columns = {name: Columns(dict(made.by_name)) for name, made in plain.items()}
    facts = Facts(declared(links), aggregations, paths)
    metrics = Metrics(links, aggregations, columns, Filters(paths, outline, facts), facts.declared)
    made = metrics.all()
    whole = tuple(
        dataset(model, (*named.get(model.name, ()), *columns[model.name].added.values()), steps)
        for model in read.manifest.semantic_models
    )
    catalog = Catalog(
        name="dbt", datasets=(*whole, *(table for table, _ in tables)), relationships=(*outline.relationships, *steps),
        metrics=made, calendar=Calendar(spines=tuple(each.path for each in paths.periods if grain_of(each.grain))),
    )  # fmt: skip
    notes = (*without_path(links), *metrics.notes)
    placed = Issues(tuple(_placed(each, read.places) for each in notes))
    return Project(catalog, Places(ByThing(catalog, read.places)), placed, paths, facts)


def _placed(issue: Issue, places: Mapping[str, Place]) -> Issue:
    return replace(issue, place=Places(places).find(issue.path))
