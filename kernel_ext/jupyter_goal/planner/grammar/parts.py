"""A part of a whole as one number: the asked number under a condition, divided by the same number without it."""

from __future__ import annotations

from goal_semantics.metrics import ratio
from goal_semantics.model import Catalog
from goal_semantics.query import Filter, Measure
from jupyter_goal.planner.facts import aggregate_of, is_additive
from jupyter_goal.planner.grammar.clauses import Compared, Missing, Valued
from jupyter_goal.planner.grammar.conditions import by_missing, by_number, by_value
from jupyter_goal.planner.grammar.options import Option, Trouble
from jupyter_goal.planner.grammar.slots import Alternative, Slot
from jupyter_goal.planner.grammar.sort import Part
from jupyter_goal.planner.grammar.task import Task
from jupyter_goal.planner.grammar.terms import Noun
from jupyter_goal.planner.grammar.tokens import stem, words_of


def part_slot(task: Task, root: str, combination: tuple[Option, ...]) -> Slot[Measure] | Trouble:
    """The readings of the part that is asked for; a ratio of the catalog with the same words takes part."""
    part = task.sorted.part
    assert part is not None
    if len(combination) != 1:
        return Trouble("share", "of which number is not clear", "Ask for one share at a time.")
    whole = combination[0].measure
    if not is_additive(whole, task.lexicon.catalog) and not _counts_things(whole, task):
        return Trouble("share", "the parts of this number do not add up to a total")
    found = _condition(part, root, task)
    if isinstance(found, Trouble):
        return found
    own = tuple(
        Alternative(whole.model_copy(update={"filter": each.value, "over": whole}), each.cost, each.said, each.weak)
        for each in found.alternatives
    )
    same, other = _governed(part, whole, task)
    if same:
        return Slot(found.text, tuple(_taken(name, found.text, task) for name in same))
    return Slot(found.text, (*own, *(_taken(name, found.text, task) for name in other)))


def _condition(part: Part, root: str, task: Task) -> Slot[Filter] | Trouble:
    match part:
        case Valued():
            return by_value(part, root, task.lexicon)
        case Compared():
            return by_number(part, root, task.lexicon, grouped=False)
        case Missing():
            return by_missing(part, root, task.lexicon)


def _counts_things(measure: Measure, task: Task) -> bool:
    metric = task.lexicon.catalog.metric.get(measure.metric or "")
    return (aggregate_of(metric) if metric is not None else measure.agg) == "count_distinct"


def _taken(name: str, text: str, task: Task) -> Alternative[Measure]:
    title = task.lexicon.catalog.metric[name].title
    return Alternative(Measure(metric=name), 0.0, (f"the share of “{text}” read as {title}",))


def _governed(part: Part, whole: Measure, task: Task) -> tuple[list[str], list[str]]:
    """Ratios of the catalog whose upper number has the words of the part: over the same whole, and over another one."""
    if not isinstance(part, Valued) or part.negated or part.side or len(part.values) != 1 or whole.metric is None:
        return [], []
    catalog = task.lexicon.catalog
    value = part.values[0]
    said = frozenset(stem(word) for word in words_of(value.text)) if isinstance(value, Noun) else frozenset()
    wanted = said | {stem(word) for word in words_of(catalog.metric[whole.metric].title)}
    same: list[str] = []
    other: list[str] = []
    for metric in catalog.metrics:
        if not isinstance(metric.spec, ratio.Spec) or metric.hidden or not _plain(metric.spec, catalog):
            continue
        upper = catalog.metric[metric.spec.numerator.metric]
        names = (upper.title, *upper.synonyms)
        if any({stem(word) for word in words_of(name)} == wanted for name in names):
            (same if metric.spec.denominator.metric == whole.metric else other).append(metric.name)
    return same, other


def _plain(spec: ratio.Spec, catalog: Catalog) -> bool:
    """Whether both sides are metrics as they are, neither narrowed nor of another time."""
    return spec.numerator.bare and spec.denominator.bare and spec.numerator.metric in catalog.metric
