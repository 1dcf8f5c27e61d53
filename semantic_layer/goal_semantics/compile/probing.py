"""The relation of a probe and where each measured value stands in its one row."""

from __future__ import annotations

from dataclasses import dataclass, field

from goal_semantics.compile.frames import limits
from goal_semantics.compiled import OutputColumn
from goal_semantics.joins import Steps, alias, attach
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
    Ref,
    Relation,
    Term,
    conjunction,
)
from goal_semantics.resolve.question import Branch, Question, Shown


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
    """Positions of what is measured of one measure. `total` None: conditions hide groups, so parts need not add up."""

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
    return Limit(Derive(relation, tuple(row.columns)), 1), Slots(facts, measures, described)


def _fact(question: Question, at: int, row: _Row, parts: list[Relation]) -> FactSlots:
    """Measures are read without the joins of the groupings, so that what those multiply or lose shows."""
    branch = question.branches[at]
    twice = sum(each.fact == branch.fact for each in question.branches) > 1
    name = f"{branch.fact}_{at + 1}" if twice else branch.fact
    window = limits(branch.bound, question.span) if branch.bound else None
    condition = conjunction(tuple(each for each in (window, branch.condition) if each is not None))
    own = _closed(branch, sources((*((condition,) if condition else ()), *(leaf.term for leaf in branch.leaves))))
    all_of_them = tuple(
        steps for steps in branch.joins if steps in own or steps in _closed(branch, sources(branch.keys))
    )
    paths = {".".join(step.name for step in steps): steps for steps in all_of_them}
    rows, joined = f"{name}_rows", f"{name}_joined_rows"
    matched = tuple(
        Column(f"{name} has {path}", AggCall("count", _partner(branch, steps))) for path, steps in paths.items()
    )
    values = (Column(rows, AggCall("count")), *branch.leaves, *_inputs(branch))
    extremes = _extremes(branch, f"{name}_time")
    if own == all_of_them:
        values, matched, joined = (*values, *matched), (), rows
    if condition is None:
        parts.append(Aggregate(attach(branch.fact, own), (), (*values, *extremes), name=f"{name}_measured"))
    else:
        parts.append(Aggregate(Filter(attach(branch.fact, own), condition), (), values, name=f"{name}_measured"))
        parts += [Aggregate(attach(branch.fact, ()), (), extremes, name=f"{name}_extent")] if extremes else []
    if own != all_of_them:
        chosen = attach(branch.fact, all_of_them)
        counts = (Column(joined, AggCall("count")), *matched)
        parts.append(Aggregate(Filter(chosen, condition) if condition else chosen, (), counts, name=f"{name}_joined"))
    kind = branch.time.type if branch.time else "date"
    leaves = {leaf.name for leaf in branch.leaves}
    missing = {path: Call("-", (Ref(joined), Ref(f"{name} has {path}"))) for path in paths}
    return FactSlots(
        branch.fact, tuple(each.name for each in question.measures if leaves.intersection(each.leaves)),
        row.add(f"rows_in_{at}", Ref(rows), "integer"), row.add(f"rows_joined_{at}", Ref(joined), "integer"),
        row.add(f"time_min_{at}", Ref(extremes[0].name), kind) if extremes else None,
        row.add(f"time_max_{at}", Ref(extremes[1].name), kind) if extremes else None,
        tuple((path, row.add(f"unmatched_{at}_{path}", term, "integer")) for path, term in missing.items()),
    )  # fmt: skip


def _measure(question: Question, shown: Shown, row: _Row) -> MeasureSlots:
    leaf = next((name for name in shown.leaves if question.leaf(name).term is not None), shown.leaves[0])
    fact = next(each.fact for each in question.branches if any(column.name == leaf for column in each.leaves))
    total = row.add(f"total_{shown.name}", shown.term, shown.type) if question.condition is None else None
    inputs = row.add(f"inputs_{shown.name}", Ref(f"{leaf} inputs"), "integer")
    counted = question.leaf(leaf).term is not None
    missing = Call("-", (Ref(f"{leaf} inputs"), Ref(f"{leaf} present")))
    nulls = row.add(f"nulls_{shown.name}", missing, "integer") if counted else None
    divides = isinstance(shown.term, Call) and shown.term.function == "/"
    divisor = shown.term.arguments[1] if divides and isinstance(shown.term, Call) else None
    denominator = row.add(f"denominator_{shown.name}", divisor, "float") if divisor is not None else None
    return MeasureSlots(shown.name, fact, total, inputs, nulls, denominator)


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


def _partner(branch: Branch, steps: Steps) -> Term:
    """A key of the joined dataset, which only a row without a partner lacks."""
    step = steps[-1]
    return FieldRef(alias(branch.fact, steps), step.target, step.pairs[0][1])


def _closed(branch: Branch, aliases: set[str]) -> tuple[Steps, ...]:
    """The joins that some aliases need, those on the way included."""
    wanted = [steps for steps in branch.joins if alias(branch.fact, steps) in aliases]
    return tuple(steps for steps in branch.joins if any(each[: len(steps)] == steps for each in wanted))
