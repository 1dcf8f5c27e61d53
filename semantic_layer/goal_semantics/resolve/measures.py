"""Measures as terms over leaf aggregates, gathered in one branch per fact and reading time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice

from goal_semantics import aggregates
from goal_semantics.aggregates import ADDITIVE, COUNTS, FLOATS
from goal_semantics.issues import Issue, near
from goal_semantics.joins import Located, locate
from goal_semantics.metrics import find
from goal_semantics.model import NUMERIC, Aggregate, Catalog, DataType, Expression, Format, Metric
from goal_semantics.query import Filter, Measure
from goal_semantics.relation import AggCall, Column, Ref, Term, conjunction
from goal_semantics.resolve import filters
from goal_semantics.resolve.author import Unreadable
from goal_semantics.resolve.question import Shown
from goal_semantics.resolve.quotients import quotient
from goal_semantics.resolve.scope import Scope
from goal_semantics.traversal import walk

_MOST_TERMS = 5_000


@dataclass(slots=True)
class Draft:
    """A branch in the making."""

    scope: Scope
    leaves: list[Column] = field(default_factory=list)
    types: dict[str, DataType] = field(default_factory=dict)


@dataclass(slots=True)
class Gatherer:
    """Collects the leaves of all measures. `taken` holds column names in use."""

    catalog: Catalog
    issues: list[Issue]
    taken: set[str]
    drafts: dict[tuple[str, str], Draft] = field(default_factory=dict)
    _metrics: list[Metric] = field(default_factory=list)
    _measure: Measure | None = None
    _lowered: dict[tuple[str, Filter | None, str | None], Term] = field(default_factory=dict)
    """What metrics are, by name, narrowing and time: each is lowered once, however often others use it."""

    def shown(self, measure: Measure) -> Shown | None:
        """The measure over leaves; None after noting what is wrong."""
        if measure.over is not None:
            return self._divided(measure, measure.over)
        before = len(self.issues)
        self._measure = measure
        if measure.metric is not None:
            return self._governed(measure, measure.metric, before)
        term = self._field_aggregate(measure)
        return None if term is None or len(self.issues) > before else self._plain(measure, term)

    def hidden(self, measure: Measure) -> Shown | None:
        """The same for a measure that only serves a condition."""
        count = sum(1 for name in self.taken if name.startswith("_condition"))
        alias = f"_condition_{count + 1}"
        self.taken.add(alias)
        found = self.shown(measure.model_copy(update={"alias": f"{alias}_value"}))
        return replace(found, name=alias, hidden=True) if found else None

    # The `Context` of metric kinds.

    def aggregate(
        self,
        dataset: str,
        aggregate: Aggregate,
        expression: Expression | None,
        where: Expression | None,
        *,
        percentile: float | None = None,
    ) -> Term:
        """A leaf over the rows of a dataset."""
        if dataset not in self.catalog.dataset:
            known = near(dataset, self.catalog.dataset)
            self._note(Issue(f"There is no dataset “{dataset}”.", f"metrics.{self._metrics[-1].name}", "", known))
            return Ref(dataset)
        draft = self.draft(dataset)
        inside = draft.scope.author(expression) if expression else None
        condition = draft.scope.author(where) if where else None
        call = AggCall(aggregate, inside, condition, percentile)
        return self._leaf(draft, call, self._type(dataset, aggregate, expression))

    def metric(self, name: str) -> Term:
        """Another metric, with the filter and time of the one asked for."""
        metric = self.catalog.metric.get(name)
        if metric is None:
            known = near(name, self.catalog.metric)
            self._note(Issue(f"There is no metric “{name}”.", f"metrics.{self._metrics[-1].name}", "", known))
            return Ref(name)
        if metric in self._metrics:
            self._note(Issue(f"The metric “{name}” is defined by itself.", f"metrics.{name}"))
            return Ref(name)
        key = (name, self._measure.filter if self._measure else None, self._time())
        if key not in self._lowered:
            self._metrics.append(metric)
            try:
                self._lowered[key] = find(metric.spec.kind).lower(metric.spec, self)
            finally:
                self._metrics.pop()
        return self._lowered[key]

    def draft(self, dataset: str) -> Draft:
        """The branch of a dataset for the time that the outermost metric which says so is read by."""
        path = self._time() or self.catalog.dataset[dataset].default_time or ""
        key = (dataset, path)
        if key not in self.drafts:
            scope = Scope(self.catalog, dataset, self.issues)
            located = locate(self.catalog, dataset, path) if path else None
            if isinstance(located, Issue):
                self._note(replace(located, path=f"datasets.{dataset}.default_time"))
            scope.time = located if isinstance(located, Located) else None
            self.drafts[key] = Draft(scope)
        return self.drafts[key]

    def _time(self) -> str | None:
        return next((each.time for each in self._metrics if each.time), None)

    def _governed(self, measure: Measure, name: str, before: int) -> Shown | None:
        metric = self.catalog.metric.get(name)
        if metric is None:
            known = {
                word: each.name for each in self.catalog.metrics for word in (each.name, each.label, *each.synonyms)
            }
            meant = tuple(dict.fromkeys(known[word] for word in near(name, [word for word in known if word])))
            self._note(Issue(f"There is no metric “{name}”.", "measures", "", meant))
            return None
        term = self.metric(name)
        if next(islice(walk(term), _MOST_TERMS, None), None) is not None:
            self._note(Issue(f"“{name}” is too large: its definition has more than {_MOST_TERMS} parts.", f"metrics.{name}",
                             "Use a metric once in a definition, not twice at each level."))  # fmt: skip
        if len(self.issues) > before:
            return None
        shown = self._plain(measure, term)
        label = measure.alias.replace("_", " ") if measure.alias else metric.title
        return replace(
            shown, label=label, metric=name, format=metric.format, unit=metric.unit, range=metric.range,
            definition=_definition(self.catalog, metric),
        )  # fmt: skip

    def _divided(self, measure: Measure, whole: Measure) -> Shown | None:
        """A measure divided by another one, both at every grain."""
        part = f"{measure.name}_part" if measure.filter is not None else None
        above = self.shown(measure.model_copy(update={"over": None, "alias": part}))
        below = self.shown(whole.model_copy(update={"alias": None}))
        return None if above is None or below is None else quotient(measure, above, below)

    def _plain(self, measure: Measure, term: Term) -> Shown:
        leaf = self._column(term.name) if isinstance(term, Ref) else None
        call = leaf.term if leaf and isinstance(leaf.term, AggCall) else None
        words = f"{(measure.agg or '').replace('_', ' ')} of {measure.field or 'rows'}"
        kind = self._kind(term)
        style = Format(style="integer") if call and call.aggregate in COUNTS else None
        label = (measure.alias or words).replace("_", " ")
        return Shown(
            measure.name, label, term, kind, words, additive=bool(call and call.aggregate in ADDITIVE),
            counts=bool(call and call.aggregate in COUNTS), format=style,
        )  # fmt: skip

    def _field_aggregate(self, measure: Measure) -> Term | None:
        if measure.agg is None or measure.field is None:
            self._note(Issue("A measure needs a metric, or an aggregate and a field.", "measures"))
            return None
        root = measure.field.split(".", 1)[0]
        if root not in self.catalog.dataset:
            known = near(root, self.catalog.dataset)
            self._note(Issue(f"“{measure.field}” does not start with a dataset.", "measures", "", known))
            return None
        draft = self.draft(root)
        if root == measure.field:
            if measure.agg != "count":
                self._note(Issue(f"“{measure.agg}” needs a field of “{root}”.", "measures"))
            return self._leaf(draft, AggCall("count"), "integer")
        located = draft.scope.find(measure.field)
        if located is None:
            return None
        found = draft.scope.field(located)
        if problem := aggregates.misfit(measure.agg, measure.percentile):
            self._note(Issue(problem, "measures", "Example: 0.9."))
        if aggregates.needs_numbers(measure.agg) and found.type not in NUMERIC | {"opaque"}:
            hint = "Count it, or take its minimum or maximum."
            self._note(
                Issue(
                    f"“{measure.agg}” needs numbers, but “{measure.field}” is of type {found.type}.", "measures", hint
                )
            )
        kind = aggregates.type_of(measure.agg, draft.scope.kind(located))
        return self._leaf(draft, AggCall(measure.agg, draft.scope.local(located), None, measure.percentile), kind)

    def _leaf(self, draft: Draft, call: AggCall, kind: DataType) -> Term:
        narrowing = self._measure.filter if self._measure else None
        extra = filters.rows(draft.scope, narrowing) if narrowing is not None else None
        call = replace(call, where=conjunction(tuple(each for each in (call.where, extra) if each is not None)))
        for known in draft.leaves:
            if known.term == call:
                return Ref(known.name)
        name = self._name()
        draft.leaves.append(Column(name, call))
        draft.types[name] = kind
        return Ref(name)

    def _name(self) -> str:
        measure = self._measure
        inner = self._metrics[-1].name if len(self._metrics) > 1 else measure.name if measure else "value"
        name, count = inner, 1
        while name in self.taken:
            count += 1
            name = f"{inner}_{count}"
        self.taken.add(name)
        return name

    def _column(self, name: str) -> Column | None:
        return next((each for draft in self.drafts.values() for each in draft.leaves if each.name == name), None)

    def _kind(self, term: Term) -> DataType:
        if not isinstance(term, Ref):
            return "float"
        return next((draft.types[term.name] for draft in self.drafts.values() if term.name in draft.types), "float")

    def _type(self, dataset: str, aggregate: Aggregate, expression: Expression | None) -> DataType:
        if expression is None or aggregate in COUNTS | FLOATS:
            return aggregates.type_of(aggregate, "integer")
        try:
            kind = self.draft(dataset).scope.type_of(expression)
        except Unreadable as error:
            self._note(Issue(f"The expression cannot be read: {error.reason}.", f"metrics.{self._metrics[-1].name}"))
            return "float"
        return "float" if kind == "opaque" and aggregate == "sum" else kind

    def _note(self, issue: Issue) -> None:
        if issue not in self.issues:
            self.issues.append(issue)


def _definition(catalog: Catalog, metric: Metric) -> str:
    kind = find(metric.spec.kind)
    inner = [catalog.metric[name] for name in kind.parts(metric.spec) if name in catalog.metric]
    parts = "".join(f"; {each.name}: {find(each.spec.kind).define(each.spec)}" for each in inner)
    return f"{kind.define(metric.spec)}{parts}"
