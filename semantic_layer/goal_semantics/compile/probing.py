"""The relation of a probe and where each measured value stands in its one row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from goal_semantics.aggregates import HOLISTIC
from goal_semantics.compile.facts import limits
from goal_semantics.compiled import OutputColumn
from goal_semantics.joins import Steps, alias, attach, extend, leaving
from goal_semantics.model import DataType
from goal_semantics.passes.prune_joins import sources
from goal_semantics.relation import (
    AggCall,
    Aggregate,
    Align,
    Call,
    Column,
    Derive,
    FieldRef,
    Filter,
    Limit,
    Over,
    Ref,
    Relation,
    Term,
    conjunction,
)
from goal_semantics.resolve.question import Branch, Question, Shown
from goal_semantics.traversal import substitute, walk


@dataclass(frozen=True, slots=True)
class FactSlots:
    """Positions of what is measured of one fact."""

    dataset: str
    measures: tuple[str, ...]
    rows_in: int
    rows_joined: int
    time_min: int | None
    time_max: int | None
    unmatched: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class MeasureSlots:
    """Positions of what is measured of one measure.

    `total` None: conditions hide groups, so parts need not add up; or they never do, and it costs as much as the question.
    """

    measure: str
    dataset: str
    total: int | None
    inputs: int
    nulls: int | None
    denominator: int | None


@dataclass(frozen=True, slots=True)
class Slots:
    """Positions in the row, and its columns."""

    facts: tuple[FactSlots, ...]
    measures: tuple[MeasureSlots, ...]
    columns: tuple[OutputColumn, ...]


@dataclass(slots=True)
class _Row:
    """The columns of the probe, in order."""

    columns: list[Column] = field(default_factory=list)
    types: list[DataType] = field(default_factory=list)

    def add(self, name: str, term: Term, kind: DataType) -> int:
        """The position of a new column."""
        self.columns.append(Column(name, term))
        self.types.append(kind)
        return len(self.columns) - 1


def probing(question: Question) -> tuple[Relation, Slots]:
    """One row with everything that checks need of a question."""
    row = _Row()
    parts = list[Relation]()
    facts = tuple(_fact(question, at, row, parts) for at in range(len(question.branches)))
    measures = tuple(_measure(question, each, row) for each in question.measures if not each.hidden)
    relation: Relation = parts[0] if len(parts) == 1 else Align(tuple(parts), (), "full", "measured")
    described = tuple(
        OutputColumn(column.name, "detail", column.name, kind)
        for column, kind in zip(row.columns, row.types, strict=True)
    )
    once = {name: ref for part in parts if isinstance(part, Aggregate) for name, ref in _repeated(part.measures)}
    shown = tuple(Column(each.name, substitute(each.term, once)) for each in row.columns)
    return Limit(Derive(relation, shown), 1), Slots(facts, measures, described)


def _repeated(columns: tuple[Column, ...]) -> Iterator[tuple[str, Term]]:
    """Columns that an earlier one computes already, and that one."""
    for at, each in enumerate(columns):
        first = next(earlier for earlier in columns[: at + 1] if earlier.term == each.term)
        if first is not each:
            yield each.name, Ref(first.name)


def _fact(question: Question, at: int, row: _Row, parts: list[Relation]) -> FactSlots:
    """Measures are read without the joins of the groupings, so that what those multiply or lose shows.

    The extent stands alone: engines read the extremes of a whole column from its statistics.
    """
    branch = _unmoved(question.branches[at])
    name = _fact_name(question, at)
    window = limits(branch.bound, question.span) if branch.bound else None
    condition = conjunction(tuple(each for each in (window, branch.condition) if each is not None))
    own = _closed(branch, sources((*((condition,) if condition else ()), *(leaf.term for leaf in branch.leaves))))
    far = tuple(
        steps
        for steps in _closed(branch, sources(branch.keys))
        if steps not in own and all(step.beyond is None for step in steps)
    )
    rows, joined = f"{name}_rows", f"{name}_joined_rows" if far else f"{name}_rows"
    missing = tuple(_missing(branch, steps, AggCall("count")) for steps in own)
    values = (Column(rows, AggCall("count")), *missing, *branch.leaves, *_inputs(branch))
    parts.append(Aggregate(_rows(branch, own, condition), (), values, name=f"{name}_measured"))
    if far:
        parts.append(_joined(branch, _rows(branch, own, condition), far, name))
    extremes = _extremes(branch, f"{name}_time")
    if extremes:
        parts.append(Aggregate(attach(branch.fact, ()), (), extremes, name=f"{name}_extent"))
    kind = branch.time.type if branch.time else "date"
    paths = {_path(steps): _without(branch, steps) for steps in branch.joins if steps in own or steps in far}
    return FactSlots(
        branch.fact, tuple(each.name for each in question.measures if _serves(question, branch, each)),
        row.add(f"rows_in_{at}", Ref(rows), "integer"), row.add(f"rows_joined_{at}", Ref(joined), "integer"),
        row.add(f"time_min_{at}", Ref(extremes[0].name), kind) if extremes else None,
        row.add(f"time_max_{at}", Ref(extremes[1].name), kind) if extremes else None,
        tuple((path, row.add(f"unmatched_{at}_{path}", Ref(found), "integer")) for path, found in paths.items()),
    )  # fmt: skip


def _unmoved(branch: Branch) -> Branch:
    """The rows themselves, where periods of a time spine look at them: what limits those periods does not limit the rows."""
    if not branch.spreads:
        return branch
    spines = {each.alias for each in branch.spreads}
    condition = branch.condition
    parts = condition.arguments if isinstance(condition, Call) and condition.function == "and" else (condition,)
    kept = tuple(each for each in parts if each is not None and not spines & sources((each,)))
    return replace(branch, spreads=(), bound=None, condition=conjunction(kept), leaves=())


def _rows(branch: Branch, joins: tuple[Steps, ...], condition: Term | None) -> Relation:
    rows = attach(branch.fact, joins)
    return rows if condition is None else Filter(rows, condition)


def _joined(branch: Branch, chosen: Relation, far: tuple[Steps, ...], name: str) -> Relation:
    """Rows after the joins of the groupings, counted by key first: the few keys find the partners of all rows."""
    count = f"{name}_rows"
    known = dict[Term, Term]()
    for steps in far:
        own = alias(branch.fact, ())
        for field_ in (each for each in leaving(branch.fact, steps) if steps[:-1] not in far or each.alias == own):
            known[field_] = Ref(field_.field if field_.alias == branch.fact else f"{field_.alias}.{field_.field}")
    keys = tuple(Column(ref.name, term) for term, ref in known.items() if isinstance(ref, Ref))
    by_key = Aggregate(chosen, keys, (Column(count, AggCall("count")),), name=f"{name}_by_key")
    summed = AggCall("sum", Ref(count))
    counts = (Column(f"{name}_joined_rows", summed), *(_missing(branch, steps, summed) for steps in far))
    return Aggregate(extend(by_key, branch.fact, far, "", known), (), counts, name=f"{name}_joined")


def _measure(question: Question, shown: Shown, row: _Row) -> MeasureSlots:
    placed = any(isinstance(each, Over) for each in walk(shown.term))
    if placed or not all(_aggregated(question, name) for name in shown.leaves):
        return _apart(question, shown, row)
    leaf = next((name for name in shown.leaves if question.leaf(name).term is not None), shown.leaves[0])
    fact = next(each.fact for each in question.branches if any(column.name == leaf for column in each.leaves))
    dear = bool(question.keys) and any(question.leaf(each).aggregate in HOLISTIC for each in shown.leaves)
    compared = question.condition is None and not dear
    total = row.add(f"total_{shown.name}", shown.term, shown.type) if compared else None
    inputs = row.add(f"inputs_{shown.name}", Ref(f"{leaf} inputs"), "integer")
    counted = question.leaf(leaf).term is not None
    missing = Call("-", (Ref(f"{leaf} inputs"), Ref(f"{leaf} present")))
    nulls = row.add(f"nulls_{shown.name}", missing, "integer") if counted else None
    divides = isinstance(shown.term, Call) and shown.term.function == "/"
    divisor = shown.term.arguments[1] if divides and isinstance(shown.term, Call) else None
    denominator = row.add(f"denominator_{shown.name}", divisor, "float") if divisor is not None else None
    return MeasureSlots(shown.name, fact, total, inputs, nulls, denominator)


def _aggregated(question: Question, name: str) -> bool:
    """Whether a leaf is an aggregate of all rows that the question chooses, each counted once."""
    branch = next((each for each in question.branches if any(leaf.name == name for leaf in each.leaves)), None)
    return branch is not None and not branch.spreads and branch.snapshot is None


def _apart(question: Question, shown: Shown, row: _Row) -> MeasureSlots:
    """A measure that looks at other rows than those of its groups: it has no total that these add up to."""
    at = next(at for at, branch in enumerate(question.branches) if _serves(question, branch, shown))
    inputs = row.add(f"inputs_{shown.name}", Ref(f"{_fact_name(question, at)}_rows"), "integer")
    return MeasureSlots(shown.name, question.branches[at].fact, None, inputs, None, None)


def _serves(question: Question, branch: Branch, shown: Shown) -> bool:
    """Whether a measure reads the rows of a branch, itself or in a part."""
    if any(leaf.name in shown.leaves for leaf in branch.leaves):
        return True
    inner = (part.inner for part in question.parts if part.name in shown.leaves)
    return any((each.fact, each.time) == (branch.fact, branch.time) for one in inner for each in one.branches)


def _fact_name(question: Question, at: int) -> str:
    fact = question.branches[at].fact
    return f"{fact}_{at + 1}" if sum(each.fact == fact for each in question.branches) > 1 else fact


def _inputs(branch: Branch) -> list[Column]:
    found = list[Column]()
    for leaf in branch.leaves:
        if isinstance(leaf.term, AggCall):
            found.append(Column(f"{leaf.name} inputs", AggCall("count", None, leaf.term.where)))
            if leaf.term.term is not None:
                found.append(Column(f"{leaf.name} present", AggCall("count", leaf.term.term, leaf.term.where)))
    return found


def _extremes(branch: Branch, name: str) -> tuple[Column, ...]:
    time = branch.time
    if time is None or time.located.steps:
        return ()
    return (Column(f"{name}_min", AggCall("min", time.term)), Column(f"{name}_max", AggCall("max", time.term)))


def _missing(branch: Branch, steps: Steps, count: AggCall) -> Column:
    """The rows without a partner: they lack the key of the joined dataset, which only they do."""
    step = steps[-1]
    key = FieldRef(alias(branch.fact, steps), step.target, step.pairs[0][1])
    return Column(_without(branch, steps), AggCall(count.aggregate, count.term, Call("is null", (key,))))


def _without(branch: Branch, steps: Steps) -> str:
    return f"{branch.fact} without {_path(steps)}"


def _path(steps: Steps) -> str:
    return ".".join(step.name for step in steps)


def _closed(branch: Branch, aliases: set[str]) -> tuple[Steps, ...]:
    """The joins that some aliases need, those on the way included."""
    wanted = [steps for steps in branch.joins if alias(branch.fact, steps) in aliases]
    return tuple(steps for steps in branch.joins if any(each[: len(steps)] == steps for each in wanted))
