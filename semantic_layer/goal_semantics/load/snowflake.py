"""Snowflake: YAML of semantic views, and of the older semantic models of Cortex Analyst.

Tables become datasets; dimensions, facts and filters fields; metrics metrics. SQL stays as written for Snowflake, beside a
translation for other engines. What is left out, or means something else, is a note.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from goal_semantics.issues import near
from goal_semantics.load import Loaded, Source
from goal_semantics.load._carrier import Carrier, carrier
from goal_semantics.load._draft import Draft
from goal_semantics.load._header import header
from goal_semantics.load._measures import Definition, Measures, settled_names
from goal_semantics.load._snowflake_fields import Written, add_fields, written
from goal_semantics.load._snowflake_shape import NonAdditive, Step, Table, TableMetric, View
from goal_semantics.load._space import Space, Uncarried
from goal_semantics.load._sql import Unreadable, parse
from goal_semantics.load._yaml import Trail
from goal_semantics.model import Aggregate, Catalog, Relationship

__all__ = ["claims", "read"]

_AGGREGATES: dict[str, Aggregate] = {
    "sum": "sum", "avg": "avg", "average": "avg", "min": "min", "max": "max", "median": "median", "count": "count",
    "count_distinct": "count_distinct",
}  # fmt: skip
_LEFT = ("custom_instructions", "module_custom_instructions", "tags", "comments", "synonyms")


def claims(keys: frozenset[str]) -> bool:
    """A semantic view has tables."""
    return "tables" in keys


def read(*sources: Source) -> Loaded:
    """The catalog of one semantic view, in one text or several. Errors: CatalogError with every issue."""
    bearer = carrier(*sources)
    view = bearer.shape(View)
    return bearer.loaded(_Reader(bearer, view).catalog() if view else Catalog(name=""))


@dataclass(slots=True)
class _Reader:
    carrier: Carrier
    view: View
    space: Space = field(default_factory=Space)

    def catalog(self) -> Catalog:
        for position, table in enumerate(self.view.tables):
            self._table(table, ("tables", position))
        for position, step in enumerate(self.view.relationships):
            self._relationship(step, ("relationships", position))
        metrics = self._metrics()
        self._remarks()
        questions = (
            each.question
            for each in self.view.verified_queries
            if each.use_as_onboarding_question or each.onboarding_question
        )
        return Catalog(
            name=self.view.name,
            description=self.view.description,
            datasets=tuple(draft.dataset() for draft in self.space.drafts.values()),
            relationships=tuple(self.space.relationships),
            metrics=metrics.finished(),
            questions=tuple(questions),
        )

    def _table(self, table: Table, at: Trail) -> None:
        words = header(table.name, description=table.description, synonyms=table.synonyms)
        draft = Draft(words.pop("name"), _source(self.carrier, table, at), "snowflake", header=words)
        if not self.space.add(draft):
            self.carrier.wrong(f"the name “{table.name}” is taken.", (*at, "name"))
            return
        self.carrier.put(f"datasets.{draft.name}", at)
        add_fields(self.carrier, draft, table, at)
        if table.primary_key:
            draft.primary_key = tuple(draft.column(name) for name in table.primary_key.columns)
        for unique in table.unique_keys:
            draft.unique(draft.column(name) for name in unique.columns)
        times = [made.field.name for made in draft.made.values() if made.field.role == "time"]
        if len(times) == 1:
            draft.header["default_time"] = times[0]
        elif times:
            self.carrier.leave("no default time: there are several, and Snowflake names none.", at)
        for key in ("constraints", "tags"):
            if getattr(table, key):
                self.carrier.leave("is not carried: a catalog has no such thing.", (*at, key))

    def _relationship(self, step: Step, at: Trail) -> None:
        ends = [self._end(name, (*at, key)) for key, name in _ends(step)]
        if step.join_type == "inner":
            self.carrier.leave("rows without a partner stay: relationships are joined LEFT.", (*at, "join_type"))
        if step.relationship_type == "many_to_many":
            self.carrier.leave("is not carried: a many-to-many relationship multiplies rows.", at)
            return
        many, one = ends
        if many is None or one is None:
            return
        pairs = [(pair.left_column, pair.right_column) for pair in step.relationship_columns]
        if step.relationship_type == "one_to_many":
            many, one, pairs = one, many, [(right, left) for left, right in pairs]
            self.carrier.leave("is turned round: a relationship leads from many to one.", at)
        keys = tuple(one.column(right) for _, right in pairs)
        if step.relationship_type:
            one.unique(keys)
        name = step.name or f"{many.name}_to_{one.name}"
        self.space.relationships.append(
            Relationship(
                name=name.replace(".", "_"),
                from_dataset=many.name,
                to_dataset=one.name,
                from_fields=tuple(many.column(left) for left, _ in pairs),
                to_fields=keys,
                one_to_one=step.relationship_type == "one_to_one",
            )
        )
        self.carrier.put(f"relationships.{name}", at)

    def _end(self, name: str, trail: Trail) -> Draft | None:
        draft = self.space.find(name)
        if draft is None:
            known = [each.name for each in self.space.drafts.values()]
            self.carrier.wrong(f"there is no table “{name}”.", trail, near=near(name, known))
        return draft

    def _metrics(self) -> Measures:
        owned = [
            *((table.name, metric.name) for table in self.view.tables for metric in table.metrics),
            *(("", metric.name) for metric in self.view.metrics),
            *((table.name, each.column.name) for table in self.view.tables for each in _measured(table)),
        ]
        names = settled_names(owned)
        reserved = frozenset(name.lower() for name in names.values())
        measures = Measures(self.carrier, self.space, "snowflake", reserved=reserved)
        for position, table in enumerate(self.view.tables):
            home = self.space.find(table.name)
            for inner, metric in enumerate(table.metrics):
                name = names[table.name, metric.name]
                self._metric(measures, metric, name, home, names, ("tables", position, "metrics", inner))
            for each in _measured(table, ("tables", position)):
                self._legacy(measures, table, each.column.name, names[table.name, each.column.name], each.trail)
        for position, metric in enumerate(self.view.metrics):
            self._metric(measures, metric, names["", metric.name], None, names, ("metrics", position))
        return measures

    def _metric(
        self,
        measures: Measures,
        metric: TableMetric,
        name: str,
        home: Draft | None,
        names: dict[tuple[str, str], str],
        trail: Trail,
    ) -> None:
        lower = {(owner.lower(), each.lower()): final for (owner, each), final in names.items()}

        def refer(node: exp.Expr) -> str | None:
            if not isinstance(node, exp.Column):
                return None
            owner = node.table or (home.name if home else "")
            return lower.get((owner.lower(), node.name.lower()))

        words = header(
            name,
            description=metric.description,
            synonyms=metric.synonyms,
            hidden=metric.access_modifier == "private_access",
        )
        try:
            definition = measures.define(words["name"], parse(metric.expr, "snowflake"), home, trail, refer)
            if metric.non_additive_dimensions:
                definition = self._balance(definition, metric.non_additive_dimensions, home, trail)
        except Unreadable as error:
            self.carrier.wrong(f"the SQL cannot be read: {error.reason}.", (*trail, "expr"))
            return
        except Uncarried as reason:
            self.carrier.leave(f"the metric is not carried: {reason}.", trail)
            return
        measures.add(words, definition, trail)
        if metric.using_relationships:
            self.carrier.leave("the path is named in the question, not by the metric.", (*trail, "using_relationships"))

    def _balance(
        self, definition: Definition, over: tuple[NonAdditive, ...], home: Draft | None, trail: Trail
    ) -> Definition:
        """A snapshot is never summed over its dimension. Errors: Uncarried."""
        if definition["kind"] != "simple" or len(over) != 1:
            raise Uncarried("it is not additive over several dimensions, or is no plain aggregate")
        (only,) = over
        draft = self.space.find(only.table) if only.table else home
        made = draft.find(only.dimension) if draft else None
        steps = self.space.path(self.space.drafts[definition["dataset"].lower()], draft) if draft and made else None
        if draft is None or made is None or (steps is None and draft.name != definition["dataset"]):
            raise Uncarried(f"there is no one way to the dimension {only.dimension} that it is not additive over")
        self.carrier.leave(
            f"rows without “{only.dimension}” are never the last or the first ones.",
            (*trail, "non_additive_dimensions"),
        )
        path = ".".join((definition["dataset"], *(steps or ()), made.field.name))
        take = "last" if only.sort_direction == "ascending" else "first"
        return definition | {"kind": "semi_additive", "over": path, "take": take}

    def _legacy(self, measures: Measures, table: Table, column: str, name: str, trail: Trail) -> None:
        """A measure of a semantic model aggregates by default."""
        (written_,) = [each.column for each in _measured(table) if each.column.name == column][:1]
        agg = _AGGREGATES.get(written_.default_aggregation.lower())
        draft = self.space.find(table.name)
        if agg is None or draft is None or draft.find(column) is None:
            known = tuple(_AGGREGATES)
            self.carrier.wrong(
                f"expected one of {', '.join(known)}; found “{written_.default_aggregation}”.",
                (*trail, "default_aggregation"),
                near=near(written_.default_aggregation, known),
            )
            return
        words = header(name, description=written_.description, synonyms=written_.synonyms)
        measures.add(
            words,
            {"kind": "simple", "dataset": draft.name, "agg": agg, "expression": _quoted(column)},
            trail,
        )

    def _remarks(self) -> None:
        for key in _LEFT:
            if getattr(self.view, key):
                self.carrier.leave("is not carried: a catalog has no such thing.", (key,))
        for position, each in enumerate(self.view.verified_queries):
            hint = "" if each.use_as_onboarding_question else "Ask it and keep the answer as a verified query."
            self.carrier.leave(
                f"“{each.question}” is not carried: a verified query names metrics, not SQL.",
                ("verified_queries", position),
                hint=hint,
            )


def _ends(step: Step) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("left_table", step.left_table), ("right_table", step.right_table)


def _measured(table: Table, at: Trail = ()) -> list[Written]:
    return [each for each in written(table, at) if each.column.default_aggregation]


def _quoted(name: str) -> str:
    return exp.column(exp.to_identifier(name)).sql(dialect="duckdb")


def _source(bearer: Carrier, table: Table, at: Trail) -> str:
    base = table.base_table
    if base.definition:
        return f"({base.definition.strip().rstrip(';')})"
    if not base.table:
        bearer.wrong("“table” is missing.", (*at, "base_table"))
    return ".".join(_quoted(part) if not part.startswith('"') else part for part in
                    (base.database, base.schema_, base.table) if part)  # fmt: skip
