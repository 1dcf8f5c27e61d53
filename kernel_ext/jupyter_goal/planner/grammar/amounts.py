"""Which numbers a goal asks for: those named, those of rankings and conditions, and the count that nobody named."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from goal_semantics.query import (
    Measure,
)
from jupyter_goal.planner.facts import row_count
from jupyter_goal.planner.grammar.clauses import LEADS, Measured
from jupyter_goal.planner.grammar.look import is_metric
from jupyter_goal.planner.grammar.options import Option, Trouble, options
from jupyter_goal.planner.grammar.task import Task
from jupyter_goal.planner.grammar.terms import FieldRef, Noun, RoleRef, RowRef

NO_NUMBER = "no number to show was named"
NUMBERLESS = frozenset({NO_NUMBER, "by which number is not clear"})


def asked_amounts(task: Task) -> list[tuple[Option, ...]] | Trouble:
    """Combinations of measures; ranks, orders and conditions contribute theirs."""
    wanted = list(task.sorted.measures)
    wanted += [rank_.by for rank_ in task.sorted.ranks if rank_.by is not None]
    wanted += list(task.sorted.by)
    wanted += [order.by for order in task.sorted.orders if isinstance(order.by, Measured)]
    if task.sorted.by and task.sorted.measures and not task.sorted.ranks and not task.sorted.orders:
        return Trouble(task.sorted.by[0].noun.text, "an answer cannot be grouped by it")
    choices: list[tuple[Option, ...]] = []
    over = populations(task)
    for measured in dict.fromkeys(wanted):
        read = options(settled(task, measured), over, task.lexicon)
        if isinstance(read, Trouble):
            return read
        choices.append(read[:5])
    if not choices:
        fallback = _implied(task)
        if isinstance(fallback, Trouble):
            return fallback
        choices = [fallback]
    combinations = [_unique(each) for each in product(*choices)]
    combinations.sort(key=lambda each: sum(option.cost for option in each))
    return combinations[:16]


def settled(task: Task, measured: Measured) -> Measured:
    """“highest delay” is an extreme of rows unless something is ranked by it."""
    ranks = measured.extreme and measured.how == "bare" and ranks_something(task)
    return replace(measured, extreme=False) if ranks else measured


def ranks_something(task: Task) -> bool:
    """Something was named to be ranked, rather than only “by …”."""
    subjects = any(rank.subject is not None or rank.grain is not None for rank in task.sorted.ranks)
    return subjects or any(group.lead in LEADS for group in task.sorted.groups)


def populations(task: Task) -> tuple[str, ...]:
    rows = [m.ref.dataset for noun in task.sorted.population for m in noun.matches if isinstance(m.ref, RowRef)]
    return tuple(dict.fromkeys(rows))


def names_amounts(task: Task) -> bool:
    """Some number was named besides those of conditions."""
    return bool(task.sorted.measures or task.sorted.by or any(rank_.by for rank_ in task.sorted.ranks))


def _implied(task: Task) -> tuple[Option, ...] | Trouble:
    """The number that was not named: what a condition counts, or rows ("busiest")."""
    found: list[Option] = []
    for clause in task.sorted.compared:
        noun = clause.noun
        measured = noun if isinstance(noun, Measured) else None
        if isinstance(noun, Noun) and (is_metric(noun) or any(isinstance(m.ref, RowRef) for m in noun.matches)):
            measured = Measured(noun) if is_metric(noun) else Measured(noun, "count")
        read = options(measured, (), task.lexicon) if measured is not None else Trouble("", "")
        if not isinstance(read, Trouble):
            found += read
    if not found and any(rank_.rows for rank_ in task.sorted.ranks):
        found = _row_counts(task)
    return tuple(found) if found else Trouble("", NO_NUMBER)


def _row_counts(task: Task) -> list[Option]:
    """Row counts of the facts from which the ranked thing can be reached."""
    catalog = task.lexicon.catalog
    nouns = [rank_.subject for rank_ in task.sorted.ranks] + [grouped.noun for grouped in task.sorted.groups]
    refs = [match.ref for noun in nouns if noun is not None for match in noun.matches]
    homes = {ref.dataset for ref in refs if isinstance(ref, FieldRef) and not ref.via}
    things: set[str] = {ref.dataset for ref in refs if isinstance(ref, RowRef)} | {
        r.to for r in refs if isinstance(r, RoleRef)
    }
    homes -= things
    found: list[Option] = []
    for dataset in catalog.datasets:
        if dataset.hidden or dataset.name in things:
            continue
        measure = row_count(dataset.name, catalog)
        title = catalog.metric[measure.metric].title if measure.metric else f"number of {dataset.title}"
        penalty = 0.0 if dataset.name in homes or not homes else 0.3
        found.append(Option(measure, (dataset.name,), penalty, (f"ranked by {title}",)))
    return sorted(found, key=lambda option: option.cost)


def _unique(combination: tuple[Option, ...]) -> tuple[Option, ...]:
    seen: dict[Measure, Option] = {}
    for option in combination:
        seen.setdefault(option.measure, option)
    return tuple(seen.values())
