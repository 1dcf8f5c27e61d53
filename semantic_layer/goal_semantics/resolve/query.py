"""A whole aggregate query over definitions: branches, keys, measures, window, and what refers to them by name."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace

from goal_semantics.calendar import Span
from goal_semantics.issues import Issue, Issues
from goal_semantics.metrics import Balance, Converted
from goal_semantics.model import Catalog
from goal_semantics.query import Filter, Grouping, Measure, MetricCondition, SemanticQuery
from goal_semantics.relation import Ref, Term, conjunction
from goal_semantics.resolve import bridges, filters, parts
from goal_semantics.resolve.features import misused
from goal_semantics.resolve.groupings import extents, key_of
from goal_semantics.resolve.listing import listing
from goal_semantics.resolve.measures import Draft, Gatherer, PartDraft
from goal_semantics.resolve.members import questions_inside
from goal_semantics.resolve.question import Bound, Branch, Key, Listing, Part, Question, Shown, Spread
from goal_semantics.resolve.spreads import held, settled, snapshot, spread, unmoved, unsupported
from goal_semantics.resolve.types import kind_of
from goal_semantics.resolve.values import coerce
from goal_semantics.resolve.windows import bound_of, span_of

_ANY_MOMENT = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
LEVEL = "_level"


def resolve_query(query: SemanticQuery, catalog: Catalog) -> Issues:
    """Every reason why the query cannot be answered from the catalog; none if it can."""
    found = resolve(query, catalog, _ANY_MOMENT)
    return found if isinstance(found, Issues) else Issues()


def resolve(query: SemanticQuery, catalog: Catalog, as_of: datetime.datetime) -> Question | Listing | Issues:
    """The query over definitions, or every reason why not."""
    issues: list[Issue] = []
    span = span_of(query, catalog, as_of, issues)
    found = listing(query, catalog, span, issues) if query.detail else _Reading(query, catalog, issues).question(span)
    if issues or found is None:
        return Issues(tuple(dict.fromkeys(issues)))
    inner = {each: resolve(each, catalog, as_of) for each in questions_inside(found)}
    wrong = tuple(issue for each in inner.values() if isinstance(each, Issues) for issue in each)
    if wrong:
        return Issues(tuple(dict.fromkeys(wrong)))
    members = tuple((asked, each) for asked, each in inner.items() if isinstance(each, Question))
    return replace(found, members=members) if members else found


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question and those inside of it have in common."""

    query: SemanticQuery
    rows: tuple[Filter, ...]
    span: Span
    spoken: frozenset[str]
    """Default times of all facts, by path."""


@dataclass(slots=True)
class _Reading:
    """One pass over a query; `issues` gathers what is wrong."""

    query: SemanticQuery
    catalog: Catalog
    issues: list[Issue]
    shown: dict[Measure, Shown | None] = field(default_factory=dict)

    def question(self, span: Span) -> Question | None:
        """The resolved query; None after noting why there is none."""
        query = self.query
        if not query.measures:
            self.issues.append(Issue("The query asks for no measure.", "measures", "Name a metric or an aggregate."))
            return None
        groupings = _distinct(query.groupings)
        taken = {grouping.name for grouping in groupings} | {LEVEL}
        gatherer = Gatherer(self.catalog, self.issues, taken, groupings)
        for measure in query.measures:
            self.shown[measure] = gatherer.shown(measure)
        rows, groups = self._filters()
        terms = (filters.tree(each, lambda leaf: self._having(gatherer, leaf)) for each in groups)
        condition = conjunction(tuple(term for term in terms if term is not None))
        if self.issues:
            self._keys_anyway(gatherer, groupings, rows)
            return None
        measures = tuple(measure for measure in self.shown.values() if measure is not None)
        spoken = frozenset(draft.scope.time.path for _, draft in gatherer.facts() if draft.scope.time)
        asked = _Asked(query, rows, span, spoken)
        question = self._assembled(gatherer, groupings, measures, asked, condition)
        if self.issues:
            return None
        question = replace(question, filled=query.fill or (gatherer.spine and len(_times(question)) == 1))
        shown = (held(bridges.settled(each, question.branches), question.branches) for each in measures)
        question = replace(question, measures=tuple(shown))
        self.issues.extend(
            [
                *misused(question),
                *bridges.misused(question),
                *parts.torn(question),
                *parts.unsettled(question),
                *unsupported(question),
            ]
        )
        return question

    def _assembled(
        self, gatherer: Gatherer, groupings: tuple[Grouping, ...], measures: tuple[Shown, ...], asked: _Asked,
        condition: Term | None = None,
    ) -> Question:  # fmt: skip
        """What is gathered as a question by some groupings; those of its parts stand inside of it."""
        for key, draft in tuple(gatherer.facts()):
            gatherer.adopt(key, draft)
        branches, keys = list[Branch](), tuple[Key, ...]()
        for draft in gatherer.drafts.values():
            draft.scope.spoken = asked.spoken
            branch, keys = self._branch(draft, groupings, asked)
            branches.append(branch)
        inner = () if self.issues else tuple(self._part(each, groupings, asked) for each in gatherer.parts)
        return Question(
            asked.query, self.catalog, tuple(branches), keys, measures, condition, asked.span, parts=inner
        )  # fmt: skip

    def _part(self, draft: PartDraft, groupings: tuple[Grouping, ...], asked: _Asked) -> Part:
        grain = parts.grain_of(draft, groupings, self.catalog, self.issues)
        other, condition = None, None
        if isinstance(draft.form, Balance) and draft.form.filter is not None:
            [only] = draft.inner.drafts.values()
            condition = only.scope.author(draft.form.filter)
        inner = self._inner(draft.inner, draft.term, draft.name, grain.groupings, asked)
        if isinstance(draft.form, Converted) and draft.other is not None:
            gatherer, term = draft.other
            anywhere = replace(asked, query=SemanticQuery(), rows=(), span=Span())
            other = self._inner(gatherer, term, draft.name, parts.counted_by(draft.form), anywhere)
        part = Part(draft.name, inner, draft.form, (), False, grain.kept, grain.extra, condition, other)
        if self.issues:
            return part
        times = tuple(at for at in parts.own_times(inner) if at not in grain.extra)
        part = replace(part, times=times, windowed=parts.limited(inner))
        self.issues.extend([*parts.unsupported(part, asked.span), *bridges.misused(inner)])
        return part

    def _inner(
        self, gatherer: Gatherer, term: Term, name: str, groupings: tuple[Grouping, ...], asked: _Asked
    ) -> Question:
        measure = Shown(name, name.replace("_", " "), term, kind_of(term, gatherer.type_of), name)
        for draft in gatherer.drafts.values():
            if draft.scope.time is not None:
                draft.scope.use(draft.scope.time)
        query = SemanticQuery(groupings=groupings, filter=asked.query.filter, time=asked.query.time)
        return self._assembled(gatherer, groupings, (measure,), replace(asked, query=query))

    def _keys_anyway(self, gatherer: Gatherer, groupings: tuple[Grouping, ...], rows: tuple[Filter, ...]) -> None:
        """What is wrong with groupings, filters and window of the facts that could be read, beside all else."""
        spoken = frozenset(draft.scope.time.path for draft in gatherer.drafts.values() if draft.scope.time)
        for draft in gatherer.drafts.values():
            draft.scope.spoken = spoken
            self._branch(draft, groupings, _Asked(self.query, rows, Span(), spoken))

    def _filters(self) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
        found = filters.split(self.query.filter)
        if isinstance(found, Issue):
            self.issues.append(found)
            return (), ()
        return found

    def _branch(self, draft: Draft, groupings: tuple[Grouping, ...], asked: _Asked) -> tuple[Branch, tuple[Key, ...]]:
        scope, reading = draft.scope, draft.reading
        name = draft.leaves[0].name if draft.leaves else scope.fact
        own, spreads = scope.time, tuple[Spread, ...]()
        if reading.through and not unmoved(reading, scope, groupings, bounded=asked.query.time is not None):
            spreads = spread(scope, reading, name)
        else:
            reading = replace(reading, through=())
        found = [key_of(grouping, scope, self.issues) for grouping in groupings]
        pairs = [pair for pair in found if pair is not None]
        chosen = [filters.rows(scope, each) for each in asked.rows]
        condition = conjunction(tuple(term for term in chosen if term is not None))
        bound = bound_of(asked.query, scope)
        edges = tuple(column for grouping in groupings for column in extents(grouping, scope))
        terms, keys = tuple(term for _, term in pairs), tuple(key for key, _ in pairs)
        reads = Bound(own, scope.local(own), scope.kind(own)) if own else None
        over = bridges.crossed(groupings, scope)
        branch = Branch(
            scope.fact, tuple(scope.used), terms, condition, bound, tuple(draft.leaves), reads, edges, over, spreads
        )  # fmt: skip
        if len(keys) == len(groupings):
            branch = settled(branch, keys, scope, reading, groupings, name)
        narrowing = tuple(scope.author(each) for each in reading.where)
        branch = replace(branch, snapshot=snapshot(scope, reading))
        scope.time, scope.read_by = own, None
        joins = tuple(scope.used)
        every = tuple(each for each in (branch.condition, *narrowing) if each is not None)
        return replace(branch, joins=joins, condition=conjunction(every)), keys

    def _having(self, gatherer: Gatherer, item: filters.Leaf) -> Term | None:
        """A condition on groups; a measure that is not shown is added as a hidden one."""
        assert isinstance(item, MetricCondition)
        if item.measure not in self.shown:
            self.shown[item.measure] = gatherer.hidden(item.measure)
        measure = self.shown[item.measure]
        problem = filters.arity(item.op, item.values, item.measure.name)
        if problem:
            self.issues.append(problem)
        if measure is None or problem:
            return None
        kind = "decimal" if measure.type == "integer" else measure.type
        values = [coerce(value, kind, measure.name, self.catalog.calendar.time_zone) for value in item.values]
        wrong = [value for value in values if isinstance(value, Issue)]
        self.issues.extend(wrong)
        if wrong:
            return None
        return filters.compare(item.op, Ref(measure.name), kind, tuple(v for v in values if not isinstance(v, Issue)))


def _distinct(groupings: tuple[Grouping, ...]) -> tuple[Grouping, ...]:
    """Groupings whose names differ: the path spells out what its last words do not tell apart."""
    taken, renamed = set[str](), list[Grouping]()
    for grouping in groupings:
        name = grouping.name
        if name in taken and grouping.alias is None:
            name = f"{grouping.field.split('.', 1)[0]}_{name}"
            grouping = grouping.model_copy(update={"alias": name})
        taken.add(name)
        renamed.append(grouping)
    return tuple(renamed)


def _times(question: Question) -> tuple[Key, ...]:
    return tuple(key for key in question.keys if key.temporal)
