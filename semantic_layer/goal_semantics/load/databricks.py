"""Databricks: YAML of Unity Catalog metric views, versions 0.1 and 1.1. One text is one view; several make one catalog.

The source becomes a dataset named after the file, each join another; dimensions become fields of the dataset whose columns they
are made of. SQL stays as written for Databricks, beside a translation for other engines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from sqlglot import exp

from goal_semantics.errors import CatalogError
from goal_semantics.issues import Issue, Issues, near
from goal_semantics.load import Loaded, Places, Source
from goal_semantics.load._carrier import Carrier, carrier
from goal_semantics.load._databricks_fields import add_dimension, format_of, taken_for_column
from goal_semantics.load._databricks_joins import FACT, Tables, filtered, source_of
from goal_semantics.load._databricks_shape import VERSIONS, Column, MetricView
from goal_semantics.load._databricks_windows import Ordered, running, windowed
from goal_semantics.load._draft import Draft
from goal_semantics.load._header import header
from goal_semantics.load._measures import Measures, Refer
from goal_semantics.load._space import Space, Uncarried
from goal_semantics.load._sql import Unreadable, parse, replaced
from goal_semantics.load._yaml import Trail
from goal_semantics.model import Catalog

__all__ = ["claims", "read"]


def claims(keys: frozenset[str]) -> bool:
    """A metric view has a source, and something to measure or to group by."""
    return "source" in keys and bool(keys & {"measures", "dimensions", "fields"})


def read(*sources: Source) -> Loaded:
    """The catalog of one or more metric views. Errors: CatalogError with every issue."""
    space = Space()
    found: list[Loaded] = []
    issues: list[Issue] = []
    for source in sources:
        try:
            bearer = carrier(source)
            view = bearer.shape(MetricView)
            found.append(bearer.loaded(_Reader(bearer, view, space, _stem(source.file)).catalog() if view else Catalog(name="")))  # fmt: skip
        except CatalogError as error:
            issues.extend(error.issues)
    if issues or not found:
        raise CatalogError(Issues(tuple(issues) or (Issue("there is no metric view."),)))
    return _together(found, space)


def _together(found: list[Loaded], space: Space) -> Loaded:
    first = found[0].catalog
    catalog = first.model_copy(
        update={
            "datasets": tuple(draft.dataset() for draft in space.drafts.values()),
            "relationships": tuple(space.relationships),
            "metrics": tuple(metric for each in found for metric in each.catalog.metrics),
        }
    )
    places = {path: place for each in reversed(found) for path, place in each.places.by_path.items()}
    return Loaded(catalog, Places(places), Issues(tuple(note for each in found for note in each.notes)))


def _stem(file: str) -> str:
    return re.sub(r"\W+", "_", PurePath(file).name.split(".")[0]).strip("_") or "metric_view"


@dataclass(slots=True)
class _Reader:
    carrier: Carrier
    view: MetricView
    space: Space
    name: str
    trees: dict[str, exp.Expr] = field(default_factory=dict)

    def catalog(self) -> Catalog:
        view = self.view
        if view.version not in VERSIONS:
            self.carrier.wrong(
                f"version {view.version} is unknown.", ("version",), hint=f"Known: {', '.join(VERSIONS)}."
            )
        words = header(self.name, description=view.comment)
        fact = Draft(words.pop("name"), source_of(view.source), "databricks", header=words)
        if not self.space.add(fact):
            self.carrier.wrong(f"two metric views are called “{self.name}”.", ())
        self.carrier.put(f"datasets.{fact.name}", ("source",))
        tables = Tables(self.carrier, self.space, fact)
        for position, join in enumerate(view.joins):
            tables.add(join, ("joins", position), fact)
        self._dimensions(tables)
        self._filter(tables)
        tables.narrow()
        metrics = self._measures(tables).finished()
        for key in ("parameters", "materialization"):
            if getattr(view, key):
                self.carrier.leave("is not carried: a catalog has no such thing.", (key,))
        return Catalog(name=self.name, description=view.comment, metrics=metrics)

    def _columns(self) -> Iterator[tuple[Column, Trail]]:
        for key in ("dimensions", "fields"):
            for position, column in enumerate(getattr(self.view, key)):
                yield column, (key, position)

    def _dimensions(self, tables: Tables) -> None:
        for column, at in self._columns():
            if not column.name:
                self.carrier.leave(f"“{column.expr}” is not carried: name the columns that are meant.", at)
                continue
            try:
                tree = self._settled(tables.owned(parse(column.expr, "databricks")), column.name)
                add_dimension(self.carrier, self.space, tables.fact, column, tree, at)
                self.trees[column.name.lower()] = tree
            except Unreadable as error:
                self.carrier.wrong(f"the SQL cannot be read: {error.reason}.", (*at, "expr"))
            except Uncarried as reason:
                self.carrier.leave(f"is not carried: {reason}.", at)
        times = [
            made.field.name
            for made in tables.fact.made.values()
            if made.field.role == "time" and not isinstance(made.tree, exp.DateTrunc | exp.TimestampTrunc)
        ]
        if len(times) == 1:
            tables.fact.header["default_time"] = times[0]

    def _settled(self, tree: exp.Expr, own: str) -> exp.Expr:
        """The tree with earlier dimensions in the place of their names, except where the name is surely a column."""

        def one(column: exp.Column) -> exp.Expr | None:
            name = column.name.lower()
            known = self.trees.get(name) if not column.table and name != own.lower() else None
            return None if known is None or taken_for_column(name, known) else known

        return replaced(tree, one)

    def _filter(self, tables: Tables) -> None:
        if not self.view.filter:
            return
        try:
            condition = self._settled(tables.owned(parse(self.view.filter, "databricks")), "")
            tables.fact.source = filtered(tables.fact, condition, tables)
        except Unreadable as error:
            self.carrier.wrong(f"the SQL cannot be read: {error.reason}.", ("filter",))
        except Uncarried as reason:
            self.carrier.wrong(f"{reason} is not supported.", ("filter",), hint="Put it into a query as the source.")

    def _measures(self, tables: Tables) -> Measures:
        names = {each.name.lower(): each.name for each in self.view.measures}
        measures = Measures(self.carrier, self.space, "databricks", reserved=frozenset(names))

        def refer(node: exp.Expr) -> str | None:
            called = isinstance(node, exp.Anonymous) and node.name.upper() == "MEASURE" and len(node.expressions) == 1
            inside = node.expressions[0] if called else None
            return names.get(inside.name.lower(), inside.name) if isinstance(inside, exp.Column) else None

        for position, measure in enumerate(self.view.measures):
            at: Trail = ("measures", position)
            if not measure.name:
                self.carrier.leave(f"“{measure.expr}” is not carried: it has no name.", at)
                continue
            self._measure(measures, measure, tables, at, refer)
        return measures

    def _measure(self, measures: Measures, measure: Column, tables: Tables, at: Trail, refer: Refer) -> None:
        words = header(measure.name, label=measure.display_name, description=measure.comment, synonyms=measure.synonyms)
        try:
            tree = tables.owned(self._columns_first(parse(measure.expr, "databricks"), tables))
            tree = self.space.raw(tree, but=tables.fact)
            definition = measures.define(words["name"], tree, tables.fact, at, refer)
            if measure.window:
                orders = tuple(self._order(window.order, tables) for window in measure.window)
                fact = definition.get("dataset", tables.fact.name)
                definition = windowed(definition, measure.window, orders, measures, words["name"], at)
                if definition["kind"] != "semi_additive":
                    words["time"] = running(orders, measure.window).path(fact, self.space)
        except Unreadable as error:
            self.carrier.wrong(f"the SQL cannot be read: {error.reason}.", (*at, "expr"))
            return
        except Uncarried as reason:
            self.carrier.leave(f"the measure is not carried: {reason}.", at)
            return
        measures.add({**words, **format_of(self.carrier, measure, at)}, definition, at)

    def _columns_first(self, tree: exp.Expr, tables: Tables) -> exp.Expr:
        """A column of the source that a dimension has redefined under its own name is still the column."""

        def one(column: exp.Column) -> exp.Expr | None:
            known = self.trees.get(column.name.lower())
            bare = not column.table or column.table.lower() == FACT
            if not bare or known is None or not taken_for_column(column.name.lower(), known):
                return None
            return exp.column(exp.to_identifier(tables.fact.raw(column.name)))

        return replaced(tree, one)

    def _order(self, name: str, tables: Tables) -> Ordered:
        for draft in tables.by_path.values():
            made = draft.find(name)
            if made:
                return Ordered(draft, made)
        known = [column.name for column, _ in self._columns()]
        close = near(name, known)
        raise Uncarried(f"its window orders by {name}, which is no dimension{f' ({close[0]}?)' if close else ''}")
