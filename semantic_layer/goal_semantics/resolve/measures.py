"""Measures as terms over leaves: aggregates, gathered in one branch per fact and reading time, and parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from goal_semantics import aggregates
from goal_semantics.aggregates import ADDITIVE, COUNTS, FLOATS
from goal_semantics.issues import Issue, near
from goal_semantics.joins import Located, locate
from goal_semantics.metrics import Context, Form, Input, Shifted, find
from goal_semantics.model import NUMERIC, Aggregate, DataType, Expression, Format
from goal_semantics.query import Filter, Grouping, Measure
from goal_semantics.relation import AggCall, Call, Case, Column, Constant, Over, Ref, Term, conjunction
from goal_semantics.resolve import filters
from goal_semantics.resolve.appearance import appearance, definition
from goal_semantics.resolve.author import DEFAULT, Unreadable, parse
from goal_semantics.resolve.groupings import key_of
from goal_semantics.resolve.paths import misplaced
from goal_semantics.resolve.question import Reading, Shown
from goal_semantics.resolve.quotients import quotient, undivided
from goal_semantics.resolve.readings import Reads
from goal_semantics.resolve.scope import Scope
from goal_semantics.resolve.types import adds_up, kind_of
from goal_semantics.traversal import walk

_MOST_TERMS = 5_000

Way = tuple[str, Reading]
"""The path of the time that rows are read by, and how."""


@dataclass(slots=True)
class Draft:
    """A branch in the making."""

    scope: Scope
    leaves: list[Column] = field(default_factory=list)
    reading: Reading = Reading()
    types: dict[str, DataType] = field(default_factory=dict)


@dataclass(slots=True)
class PartDraft:
    """A part in the making: what is asked inside, as a term over the leaves of `inner`."""

    name: str
    form: Form
    inner: Gatherer
    term: Term
    other: tuple[Gatherer, Term] | None = None

    def same(self, than: PartDraft) -> bool:
        """Whether both hold the same values."""
        return self.content() == than.content()

    def content(self) -> tuple[object, ...]:
        """What is asked, comparable; not under which name."""
        other = self.other and (self.other[1], self.other[0].content())
        return self.form, self.term, self.inner.content(), other


@dataclass(slots=True)
class Gatherer(Reads):
    """Collects the leaves of all measures. `taken` holds column names in use; `groupings` None: any there may be."""

    taken: set[str]
    groupings: tuple[Grouping, ...] | None = None
    drafts: dict[tuple[str, Way], Draft] = field(default_factory=dict)
    parts: list[PartDraft] = field(default_factory=list)
    _measure: Measure | None = None
    _lowered: dict[tuple[str, Filter | None, str | None, str, Reading], Term] = field(default_factory=dict)
    """What metrics are, by name, narrowing, time and reading: each is lowered once, however often others use it."""
    _narrowing: tuple[Expression | Filter, ...] = ()
    _keys: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._keys = frozenset(self.taken)

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
        narrowed = self._measure.filter if self._measure else None
        key = (name, narrowed, self._time(), repr(self._narrowing), self._reading)
        if key not in self._lowered:
            self._metrics.append(metric)
            try:
                self._lowered[key] = find(metric.spec.kind).lower(metric.spec, self)
            finally:
                self._metrics.pop()
        return self._lowered[key]

    def input(self, asked: Input) -> Term:
        """A metric with what another one's definition says about it."""
        if asked.offset is not None or asked.offset_to is not None:
            plain = asked.model_copy(update={"offset": None, "offset_to": None, "fill": None})
            term = self.part(Shifted(asked.offset, asked.offset_to), lambda inner: inner.input(plain))
        elif asked.filter is not None:
            outside = self._narrowing
            self._narrowing = (*outside, asked.filter)
            term = self.metric(asked.metric)
            self._narrowing = outside
        else:
            term = self.metric(asked.metric)
        return term if asked.fill is None else Call("coalesce", (term, Constant(asked.fill)))

    def part(
        self, form: Form, inside: Callable[[Context], Term], other: Callable[[Context], Term] | None = None
    ) -> Term:
        """A leaf that is a question of its own."""
        inner, term = self._inside(inside)
        draft = PartDraft("", form, inner, term, self._inside(other, narrowed=False) if other is not None else None)
        self.spine = self.spine or inner.spine
        if self.groupings is None:
            self._check(draft)
        for known in self.parts:
            if known.same(draft):
                return Ref(known.name)
        draft.name = self._name()
        self.parts.append(draft)
        return Ref(draft.name)

    def rank(self, value: Term, within: tuple[str, ...], *, ascending: bool) -> Term:
        """The place of each group by a value; none where there is no value."""
        partition = tuple(Ref(name) for path in within if (name := self._grouping(path)) is not None)
        place = Over("rank", None, partition, ((value, not ascending),))
        return Case(((Call("not", (Call("is null", (value,)),)), place),))

    def facts(self) -> Iterator[tuple[tuple[str, Way], Draft]]:
        """Every branch whose groups the parts may have, at any depth: what a conversion counts has none."""
        yield from self.drafts.items()
        for part in self.parts:
            yield from part.inner.facts()

    def content(self) -> tuple[object, ...]:
        """What is gathered, comparable."""
        leaves = tuple((key, tuple(draft.leaves)) for key, draft in self.drafts.items())
        return leaves, tuple((each.name, *each.content()) for each in self.parts)

    def adopt(self, key: tuple[str, Way], draft: Draft) -> None:
        """A branch of the same rows without leaves: it says which groups there are."""
        if key not in self.drafts:
            scope = draft.scope
            self.drafts[key] = Draft(Scope(self.catalog, scope.fact, self.issues, scope.time), reading=draft.reading)

    def _inside(self, build: Callable[[Context], Term], *, narrowed: bool = True) -> tuple[Gatherer, Term]:
        """What is asked inside. The filter of a measure holds there too, but not on the rows that are converted to."""
        inner = Gatherer(self.catalog, self.issues, set(self._keys), self.groupings)
        inner._metrics = [*self._metrics]
        if narrowed:
            inner._measure, inner._narrowing = self._measure, self._narrowing
            inner._reading = self._reading
        if self._reading.through:
            name = self._metrics[-1].name if self._metrics else "the metric"
            self._note(Issue(f"“{name}” cannot be moved along the time spine.", f"metrics.{name}"))
        return inner, build(inner)

    def _check(self, draft: PartDraft) -> None:
        """Whether the paths of a form lead anywhere, whatever is asked."""
        facts = tuple(dict.fromkeys(fact for (fact, _), _ in draft.inner.facts()))
        others = tuple(fact for fact, _ in draft.other[0].drafts) if draft.other else ()
        for issue in misplaced(draft.form, facts, others, self.catalog):
            self._note(replace(issue, path=f"metrics.{self._metrics[-1].name}"))

    def _grouping(self, path: str) -> str | None:
        """The name of the grouping by a path; None after noting that there is none."""
        if self.groupings is None:
            return None
        for fact in dict.fromkeys(fact for (fact, _), _ in self.facts()):
            wanted = locate(self.catalog, fact, path)
            for each in self.groupings:
                if each.field == path or (
                    isinstance(wanted, Located) and locate(self.catalog, fact, each.field) == wanted
                ):
                    return each.name
        metric = self._metrics[-1].name if self._metrics else path
        self._note(Issue(f"“{metric}” needs “{path}” among the groupings.", "groupings", "Group by it too."))
        return None

    def draft(self, dataset: str) -> Draft:
        """The branch of a dataset for the time that the outermost metric which says so is read by."""
        path = self._time() or self.catalog.dataset[dataset].default_time or ""
        key = (dataset, (path, self._reading))
        if key not in self.drafts:
            scope = Scope(self.catalog, dataset, self.issues)
            located = locate(self.catalog, dataset, path) if path else None
            if isinstance(located, Issue):
                self._note(replace(located, path=f"datasets.{dataset}.default_time"))
            scope.time = located if isinstance(located, Located) else None
            self.drafts[key] = Draft(scope, reading=self._reading)
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
        style, unit = appearance(self.catalog, metric)
        return replace(
            shown, label=label, metric=name, format=style, unit=unit, range=metric.range,
            definition=definition(self.catalog, metric),
        )  # fmt: skip

    def _divided(self, measure: Measure, whole: Measure) -> Shown | None:
        """A measure divided by another one, both at every grain."""
        part = f"{measure.name}_part" if measure.filter is not None else None
        above = self.shown(measure.model_copy(update={"over": None, "alias": part}))
        below = self.shown(whole.model_copy(update={"alias": None}))
        self.issues.extend(misfits := undivided(above, below))
        return None if above is None or below is None or misfits else quotient(measure, above, below)

    def _plain(self, measure: Measure, term: Term) -> Shown:
        leaf = self._column(term.name) if isinstance(term, Ref) else None
        call = leaf.term if leaf and isinstance(leaf.term, AggCall) else None
        words = f"{(measure.agg or '').replace('_', ' ')} of {measure.field or 'rows'}"
        kind = kind_of(term, self.type_of)
        style = Format(style="integer") if call and call.aggregate in COUNTS else None
        label = (measure.alias or words).replace("_", " ")
        return Shown(
            measure.name, label, term, kind, words, additive=adds_up(term, self._adds_up),
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
        term, own = draft.scope.local(located), draft.scope.kind(located)
        if measure.grain is not None:
            periods = key_of(Grouping(field=measure.field, grain=measure.grain), draft.scope, self.issues)
            if periods is None:
                return None
            term, own = periods[1], periods[0].type
        kind = aggregates.type_of(measure.agg, own)
        return self._leaf(draft, AggCall(measure.agg, term, None, measure.percentile), kind)

    def _leaf(self, draft: Draft, call: AggCall, kind: DataType) -> Term:
        narrowed = (call.where, *self._narrowed(draft))
        call = replace(call, where=conjunction(tuple(each for each in narrowed if each is not None)))
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

    def _narrowed(self, draft: Draft) -> Iterator[Term | None]:
        """What the measure and the definitions on the way say about rows."""
        asked = (self._measure.filter,) if self._measure and self._measure.filter is not None else ()
        for each in (*asked, *self._narrowing):
            if not isinstance(each, Expression):
                yield filters.rows(draft.scope, each)
                continue
            try:
                parse(each, DEFAULT)
            except Unreadable as error:
                self._note(Issue(f"The filter cannot be read: {error.reason}.", f"metrics.{self._metrics[-1].name}"))
                continue
            yield draft.scope.author(each)

    def type_of(self, name: str) -> DataType:
        """The type of a leaf."""
        for draft in self.drafts.values():
            if name in draft.types:
                return draft.types[name]
        for part in self.parts:
            if part.name == name:
                source, term = part.other or (part.inner, part.term)
                kind = kind_of(term, source.type_of)
                fold = getattr(part.form, "agg", None)
                return aggregates.type_of(fold, kind) if fold else kind
        return "float"

    def _adds_up(self, name: str) -> bool:
        leaf = self._column(name)
        return leaf is not None and isinstance(leaf.term, AggCall) and leaf.term.aggregate in ADDITIVE

    def _type(self, dataset: str, aggregate: Aggregate, expression: Expression | None) -> DataType:
        if expression is None or aggregate in COUNTS | FLOATS:
            return aggregates.type_of(aggregate, "integer")
        try:
            kind = self.draft(dataset).scope.type_of(expression)
        except Unreadable as error:
            self._note(Issue(f"The expression cannot be read: {error.reason}.", f"metrics.{self._metrics[-1].name}"))
            return "float"
        return "float" if kind == "opaque" and aggregate == "sum" else kind
