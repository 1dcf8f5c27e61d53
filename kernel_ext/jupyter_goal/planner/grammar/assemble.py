"""From sorted clauses to queries: every combination of close alternatives, each over reachable paths only."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from goal_semantics.query import (
    Condition,
    Filter,
    Grouping,
    Measure,
    MetricCondition,
    Not,
    SemanticQuery,
    TimeWindow,
)
from jupyter_goal.core.plan import ChartIntent
from jupyter_goal.planner.grammar.amounts import asked_amounts, names_amounts
from jupyter_goal.planner.grammar.axes import group_slots
from jupyter_goal.planner.grammar.narrow import conjunction, contradict, excludes_nothing, time_slots, where_slots
from jupyter_goal.planner.grammar.options import Option, Trouble
from jupyter_goal.planner.grammar.parts import part_slot
from jupyter_goal.planner.grammar.ranking import ranking
from jupyter_goal.planner.grammar.shape import Frame, Ranking, calculate, compare, draw
from jupyter_goal.planner.grammar.slots import Alternative, combine
from jupyter_goal.planner.grammar.task import Task
from jupyter_goal.planner.grammar.terms import RowRef
from jupyter_goal.planner.grammar.variants import variants


@dataclass(frozen=True, slots=True)
class Reading:
    """One query that a goal may mean."""

    query: SemanticQuery
    chart: ChartIntent
    cost: float
    said: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    """Words that were read in more than one way."""
    weak: bool = False
    """Only a guess: to be asked."""


def readings(task: Task) -> tuple[Reading, ...] | Trouble:
    """All readings, cheapest first; or the trouble of the most promising one."""
    if task.sorted.flag_text.get("detail", "list").split()[0].casefold() not in {"list", "a", "enumerate"}:
        return Trouble(task.sorted.flag_text["detail"], "rows and numbers cannot be shown together")
    meant = variants(task)
    if isinstance(meant, Trouble):
        return meant
    found: list[Reading] = []
    trouble: tuple[float, Trouble] | None = None
    for variant in meant:
        asked = asked_amounts(variant)
        if isinstance(asked, Trouble):
            trouble = trouble or (0.0, asked)
            continue
        for combination in asked:
            made = _read(variant, combination)
            cost = sum(option.cost for option in combination)
            if isinstance(made, Trouble):
                trouble = (cost, made) if trouble is None or cost < trouble[0] else trouble
            else:
                found += made
    if found:
        return tuple(sorted(found, key=lambda reading: reading.cost))
    return trouble[1] if trouble is not None else Trouble("", "nothing to show was named")


def _read(task: Task, combination: tuple[Option, ...]) -> list[Reading] | Trouble:
    roots = tuple(dict.fromkeys(root for option in combination for root in option.roots))
    if not roots:
        return Trouble("", "nothing to count was named")
    root = roots[0]
    problem = _population_problem(task, roots)
    if problem is not None:
        return problem
    groups = group_slots(task, root, combination)
    if isinstance(groups, Trouble):
        return groups
    wheres = where_slots(task, root, combination, grouped=bool(groups))
    if isinstance(wheres, Trouble):
        return wheres
    times = time_slots(task, root, combination)
    if isinstance(times, Trouble):
        return times
    parts = part_slot(task, root, combination) if task.sorted.part is not None else None
    if isinstance(parts, Trouble):
        return parts
    shares: tuple[Alternative[Measure] | None, ...] = parts.alternatives if parts is not None else (None,)
    found: list[Reading] = []
    trouble: Trouble | None = None
    group_choices, where_choices, time_choices = combine(groups), combine(wheres), combine(times)
    doubtful = tuple(slot.text for slot in (*groups, *wheres, *times) if len(slot.alternatives) > 1)
    for chosen in product(group_choices[:8], where_choices[:8], time_choices[:4], shares):
        made = _finish(task, combination, *chosen, doubtful)
        if isinstance(made, Trouble):
            trouble = trouble or made
        else:
            found.append(made)
    return found or trouble or Trouble("", "it cannot be read")


def _population_problem(task: Task, roots: tuple[str, ...]) -> Trouble | None:
    for noun in task.sorted.population:
        rows = {m.ref.dataset for m in noun.matches if isinstance(m.ref, RowRef)}
        if not rows & set(roots):
            return Trouble(noun.text, "what is counted is not about them")
    return None


def _finish(task: Task, combination: tuple[Option, ...], groups: tuple[Alternative[Grouping], ...],
    wheres: tuple[Alternative[Filter], ...], times: tuple[Alternative[TimeWindow | Filter], ...],
    share: Alternative[Measure] | None, doubtful: tuple[str, ...],
) -> Reading | Trouble:  # fmt: skip
    groupings = _merged_time(_distinct(task, tuple(each.value for each in groups)))
    windows = [each.value for each in times if isinstance(each.value, TimeWindow)]
    filters = [each.value for each in wheres] + [e.value for e in times if not isinstance(e.value, TimeWindow)]
    measures = _shown(task, combination, filters) if share is None else (share.value,)
    if not names_amounts(task) and len(measures) > len(combination):
        return Trouble("", "the condition is on another number")
    if _counts_what_is_fixed(measures, groupings, filters):
        return Trouble("", "what is counted is also what is asked for")
    if not _chosen_alike(task, groupings, filters):
        return Trouble("", "the values and what is shown are of different fields")
    if contradict(filters):
        return Trouble("", "no row can have both values of one field", "Say “or”, or name one of them.")
    if excludes_nothing(filters, windows):
        return Trouble("", "what is left out is not among what was chosen", "Leave one of the two conditions out.")
    frame = Frame(measures, groupings, windows[0] if windows else None)
    compared = compare(frame, task.sorted, task.lexicon.catalog)
    if isinstance(compared, Trouble):
        return compared
    frame, comparison = compared
    calculated = calculate(frame, task.sorted, task.lexicon.catalog)
    if isinstance(calculated, Trouble):
        return calculated
    frame, calculations = calculated
    ranked = ranking(task, frame)
    if isinstance(ranked, Trouble):
        return ranked
    lacking = _unranked(task, frame, ranked) if not calculations else ()
    filters += [Condition(field=grouping.field, op="is not null") for grouping, _ in lacking]
    query = SemanticQuery(
        measures=frame.measures, groupings=frame.groupings, filter=conjunction(filters), time=frame.window,
        comparison=comparison, calculations=calculations, totals=task.sorted.has("totals"), top=ranked.top,
        order=ranked.order, limit=ranked.limit,
    )  # fmt: skip
    parts = (*groups, *wheres, *times, *((share,) if share is not None else ()))
    cost = sum(option.cost for option in combination) + sum(part.cost for part in parts)
    said = (
        *task.sorted.said,
        *(s for o in combination for s in o.said),
        *(s for part in parts for s in part.said),
        *frame.said,
        *ranked.said,
        *(said for _, said in lacking),
    )
    weak = any(part.weak for part in parts)
    return Reading(query, draw(task.sorted), cost, tuple(dict.fromkeys(said)), doubtful, weak)


def _unranked(task: Task, frame: Frame, ranked: Ranking) -> tuple[tuple[Grouping, str], ...]:
    """Rows that say nothing of what is ranked are no candidate of a ranking."""
    top = ranked.top
    if top is None:
        return ()
    found: list[tuple[Grouping, str]] = []
    for grouping in frame.groupings:
        root, *steps, name = grouping.field.split(".")
        chain = task.lexicon.reach.chain(root, tuple(steps))
        field = task.lexicon.catalog.dataset[chain[-1].to_dataset if chain else root].by_name[name]
        lacks = field.role == "key" or (top.n == 1 and any(not step.total for step in chain))
        if lacks and grouping.name not in top.within and grouping.grain is None:
            found.append((grouping, f"rows without {field.title} are not ranked"))
    return tuple(found)


def _distinct(task: Task, groupings: tuple[Grouping, ...]) -> tuple[Grouping, ...]:
    """A key seen from both sides of a relationship is one dimension."""
    kept: dict[tuple[object, object], Grouping] = {}
    for grouping in groupings:
        root, *steps, field = grouping.field.split(".")
        kept.setdefault((task.lexicon.reach.entity(root, tuple(steps), field), grouping.grain), grouping)
    return tuple(kept.values())


def _shown(task: Task, combination: tuple[Option, ...], filters: list[Filter]) -> tuple[Measure, ...]:
    measures = list(dict.fromkeys(option.measure for option in combination))
    for item in filters:
        inner = item.item if isinstance(item, Not) else item
        if isinstance(inner, MetricCondition) and inner.measure not in measures:
            measures.append(inner.measure)
    return tuple(measures)


def _counts_what_is_fixed(
    measures: tuple[Measure, ...], groupings: tuple[Grouping, ...], filters: list[Filter]
) -> bool:
    """Different values of a field of which each group or a filter leaves one: never what was meant."""
    fixed = {item.field for item in filters if isinstance(item, Condition) and item.op == "="}
    fixed |= {grouping.field for grouping in groupings if grouping.grain is None}
    return any(measure.agg == "count_distinct" and measure.field in fixed for measure in measures)


def _chosen_alike(task: Task, groupings: tuple[Grouping, ...], filters: list[Filter]) -> bool:
    """Values that stand side by side are grouped by the very field that they are chosen by."""
    lists = {item.field for item in filters if isinstance(item, Condition) and item.op in {"in", "="}}
    wanted = sum(valued.shown or valued.apart for valued in task.sorted.values)
    return sum(grouping.field in lists for grouping in groupings) >= min(wanted, len(lists))


def _merged_time(groupings: tuple[Grouping, ...]) -> tuple[Grouping, ...]:
    """“by month of scheduled departure”: the named time takes the grain that stands beside it."""
    grains = [g for g in groupings if g.grain is not None]
    if len(grains) == 2 and grains[0].field == grains[1].field and grains[1].grain == "day" != grains[0].grain:
        return tuple(g for g in groupings if g != grains[1])
    return groupings
