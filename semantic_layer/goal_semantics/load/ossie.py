"""Apache Ossie, formerly Open Semantic Interchange, in YAML or JSON. Every Ossie document is a catalog.

What a catalog lacks (extensions of vendors, contexts for models, texts in MDX or MAQL, metrics that are no aggregates) is kept
and said again by `dump`. What Ossie lacks stands in our own `custom_extensions`, so that reading a dump gives the catalog back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from goal_semantics.issues import near
from goal_semantics.load import Loaded, Source
from goal_semantics.load._carrier import Carrier, carrier
from goal_semantics.load._draft import Draft
from goal_semantics.load._header import header
from goal_semantics.load._measures import Definition, Measures, Refer
from goal_semantics.load._ossie_fields import Chosen, add_field, query_or_table, text_of
from goal_semantics.load._ossie_kept import Kept, synonyms
from goal_semantics.load._ossie_own import DATASET_KEYS, RELATIONSHIP_KEYS, Own
from goal_semantics.load._ossie_shape import (
    VERSIONS,
    Document,
    OssieDataset,
    OssieMetric,
    OssieModel,
    OssieRelationship,
)
from goal_semantics.load._ossie_write import dump
from goal_semantics.load._space import Space, Uncarried
from goal_semantics.load._sql import DEFAULT, Unreadable, parse
from goal_semantics.load._yaml import Trail
from goal_semantics.model import Catalog, Relationship

__all__ = ["claims", "dump", "read"]


def claims(keys: frozenset[str]) -> bool:
    """An Ossie document has semantic models."""
    return "semantic_model" in keys


def read(*sources: Source) -> Loaded:
    """The catalog of one document, or of several whose models are joined. Errors: CatalogError with every issue."""
    bearer = carrier(*sources)
    document = bearer.shape(Document)
    return bearer.loaded(_Reader(bearer, document).catalog() if document else Catalog(name=""))


@dataclass(slots=True)
class _Reader:
    carrier: Carrier
    document: Document
    space: Space = field(default_factory=Space)

    def catalog(self) -> Catalog:
        if self.document.version and self.document.version not in VERSIONS:
            known = ", ".join(VERSIONS)
            self.carrier.leave(
                f"version {self.document.version} is read like {VERSIONS[-1]}; known: {known}.", ("version",)
            )
        models = self.document.semantic_model
        kept = Kept(self.carrier)
        own = Own(self.carrier)
        measures = Measures(self.carrier, self.space, DEFAULT)
        measures.reserved = frozenset(metric.name.lower() for model in models for metric in model.metrics)
        for position, model in enumerate(models):
            at: Trail = ("semantic_model", position) if isinstance(self.carrier.joined.value["semantic_model"], list) else ("semantic_model",)  # fmt: skip
            if position:
                self.carrier.leave(f"its datasets are joined to those of {models[0].name}: a catalog is one model.", at)
            own.model(kept.thing("" if not position else f"models.{model.name}", model, at), at)
            self._model(model, at, kept, own, measures)
        first = models[0]
        kept.keep("", "synonyms", list(synonyms(first)))
        return own.catalog(
            name=first.name,
            description=first.description,
            datasets=tuple(draft.dataset() for draft in self.space.drafts.values()),
            relationships=tuple(self.space.relationships),
            metrics=measures.finished(),
            extensions=kept.extensions(),
        )

    def _model(self, model: OssieModel, at: Trail, kept: Kept, own: Own, measures: Measures) -> None:
        for position, dataset in enumerate(model.datasets):
            self._dataset(dataset, (*at, "datasets", position), kept, own)
        for position, step in enumerate(model.relationships):
            self._relationship(step, (*at, "relationships", position), kept, own)
        for position, metric in enumerate(model.metrics):
            self._metric(metric, (*at, "metrics", position), kept, own, measures)
        for trail, ours in own.metrics(at):
            measures.add(ours.header, ours.definition, trail)

    def _dataset(self, dataset: OssieDataset, at: Trail, kept: Kept, own: Own) -> None:
        words = header(dataset.name, description=dataset.description, synonyms=synonyms(dataset))
        name = words.pop("name")
        draft = Draft(name, query_or_table(dataset.source), DEFAULT, header=words)
        if not self.space.add(draft):
            self.carrier.wrong(f"the name “{dataset.name}” is taken.", (*at, "name"))
            return
        self.carrier.put(f"datasets.{name}", at)
        for position, each in enumerate(dataset.fields):
            add_field(self.carrier, draft, dataset, each, (*at, "fields", position), kept, own)
        draft.primary_key = tuple(draft.column(column) for column in dataset.primary_key)
        for key in dataset.unique_keys:
            draft.unique(draft.column(column) for column in key)
        ours = kept.thing(f"datasets.{name}", dataset, at)
        keys = own.keys(ours, DATASET_KEYS, at)
        if "primary_key" in keys or "unique_keys" in keys:
            draft.primary_key = tuple(keys.pop("primary_key", ()))
            draft.keys = [tuple(key) for key in keys.pop("unique_keys", ())]
        draft.header |= keys
        times = [made.field.name for made in draft.made.values() if made.field.role == "time"]
        if "default_time" not in draft.header and not ours and len(times) == 1:
            draft.header["default_time"] = times[0]

    def _relationship(self, step: OssieRelationship, at: Trail, kept: Kept, own: Own) -> None:
        ends: list[Draft] = []
        for key, name in (("from", step.from_), ("to", step.to)):
            draft = self.space.find(name)
            if draft is None:
                known = [each.name for each in self.space.drafts.values()]
                self.carrier.wrong(f"there is no dataset “{name}”.", (*at, key), near=near(name, known))
            else:
                ends.append(draft)
        if len(step.from_columns) != len(step.to_columns):
            self.carrier.wrong("both sides of a relationship need the same number of columns.", at)
        if len(ends) != 2:
            return
        many, one = ends
        words = header(step.name, description=step.description, synonyms=synonyms(step))
        ours = own.keys(kept.thing(f"relationships.{words['name']}", step, at), RELATIONSHIP_KEYS, at)
        sides = (("from_columns", many, step.from_columns), ("to_columns", one, step.to_columns))
        fields = {key: ours.pop(key, None) or [end.column(each) for each in columns] for key, end, columns in sides}
        self.space.relationships.append(
            Relationship.model_validate(
                {
                    **words,
                    **ours,
                    "from_dataset": many.name,
                    "to_dataset": one.name,
                    "from_fields": fields["from_columns"],
                    "to_fields": fields["to_columns"],
                }
            )
        )
        self.carrier.put(f"relationships.{words['name']}", at)

    def _metric(self, metric: OssieMetric, at: Trail, kept: Kept, own: Own, measures: Measures) -> None:
        words = header(metric.name, description=metric.description, synonyms=synonyms(metric))
        path = f"metrics.{words['name']}"
        ours = kept.thing(path, metric, at)
        kept.keep(path, "datatype", metric.datatype)
        found = text_of(self.carrier, metric.expression, at, kept, path)
        mine = own.metric(words, ours, found.text if found else "", at)
        if mine is not None:
            measures.add(mine.header, mine.definition, at)
            return
        try:
            definition = _defined(measures, words["name"], found, at)
        except Unreadable as error:
            self.carrier.wrong(f"the SQL cannot be read: {error.reason}.", (*at, "expression"))
            return
        except Uncarried as reason:
            self.carrier.leave(f"the metric is not carried: {reason}.", at, hint="An export says it again.")
            kept.leave(path, metric)
            return
        measures.add(words, definition, at)


def _defined(measures: Measures, name: str, found: Chosen | None, at: Trail) -> Definition:
    """The definition of a text. Errors: Uncarried, Unreadable."""
    if found is None:
        raise Uncarried("it is written in no SQL that a catalog speaks")
    return measures.define(name, parse(found.text, found.dialect), None, at, _referring(measures))


def _referring(measures: Measures) -> Refer:
    """A bare name outside of every aggregate is a metric."""

    def refer(node: exp.Expr) -> str | None:
        named = isinstance(node, exp.Column) and not node.table and node.name.lower() in measures.reserved
        return node.name if named else None

    return refer
