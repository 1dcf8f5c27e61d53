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
    """Rows before joins (with those that conditions need), after them, and what found no partner."""
    branch = question.branches[at]
    twice = sum(each.fact == branch.fact for each in question.branches) > 1
    name = f"{branch.fact}_{at + 1}" if twice else branch.fact
    window = limits(branch.bound, question.span) if branch.bound else None
    condition = conjunction(tuple(each for each in (window, branch.condition) if each is not None))
    needed = sources((condition,)) if condition else set[str]()
    before = _closed(branch, needed)
    after = _closed(branch, needed | sources((*branch.keys, *(leaf.term for leaf in branch.leaves))))
    unmatched = {".".join(step.name for step in steps): _missing(branch, steps) for steps in after}
    counts = [Column(f"{name}_rows", AggCall("count", None))]
    extremes = _extremes(branch, f"{name}_time")
    values = [Column(f"{name} lacks {path}", AggCall("count", None, term)) for path, term in unmatched.items()]
    values += [*branch.leaves, *_inputs(branch)]
    joined = f"{name}_joined_rows"
    if before == after:
        alone = _narrowed((*counts, *values), condition)
        parts.append(Aggregate(attach(branch.fact, after), (), (*alone, *extremes), name=f"{name}_measured"))
        joined = counts[0].name
    else:
        alone = _narrowed(tuple(counts), condition)
        parts.append(Aggregate(attach(branch.fact, before), (), (*alone, *extremes), name=f"{name}_alone"))
        chosen = attach(branch.fact, after)
        chosen = Filter(chosen, condition) if condition else chosen
        parts.append(
            Aggregate(chosen, (), (Column(joined, AggCall("count", None)), *values), name=f"{name}_with_joins")
        )
    kind = branch.time.type if branch.time else "date"
    owned = tuple(each.name for each in question.measures if set(each.leaves) & {leaf.name for leaf in branch.leaves})
    return FactSlots(
        branch.fact, owned,
        row.add(f"rows_in_{at}", Ref(counts[0].name), "integer"), row.add(f"rows_joined_{at}", Ref(joined), "integer"),
        row.add(f"time_min_{at}", Ref(extremes[0].name), kind) if extremes else None,
        row.add(f"time_max_{at}", Ref(extremes[1].name), kind) if extremes else None,
        tuple((path, row.add(f"unmatched_{at}_{path}", Ref(f"{name} lacks {path}"), "integer")) for path in unmatched),
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


def _narrowed(chosen: tuple[Column, ...], condition: Term | None) -> tuple[Column, ...]:
    """The same aggregates over the chosen rows only, so that they share a scan with what reads all rows."""
    if condition is None:
        return chosen
    return tuple(
        Column(each.name, AggCall(each.term.aggregate, each.term.term, _both(condition, each.term.where)))
        for each in chosen
        if isinstance(each.term, AggCall)
    )


def _both(condition: Term, where: Term | None) -> Term:
    return condition if where is None else Call("and", (condition, where))


def _extremes(branch: Branch, name: str) -> tuple[Column, ...]:
    time = branch.time
    if time is None or time.located.steps:
        return ()
    return (Column(f"{name}_min", AggCall("min", time.term)), Column(f"{name}_max", AggCall("max", time.term)))


def _missing(branch: Branch, steps: Steps) -> Term:
    step = steps[-1]
    return Call("is null", (FieldRef(alias(branch.fact, steps), step.target, step.pairs[0][1]),))


def _closed(branch: Branch, aliases: set[str]) -> tuple[Steps, ...]:
    """The joins that some aliases need, those on the way included."""
    wanted = [steps for steps in branch.joins if alias(branch.fact, steps) in aliases]
    return tuple(steps for steps in branch.joins if any(each[: len(steps)] == steps for each in wanted))
