"""Along which dimensions the answer is shown: groupings, ranked things, compared values, a trend."""

from __future__ import annotations

from dataclasses import replace

from goal_semantics.model import NUMERIC, Grain
from goal_semantics.query import (
    Grouping,
)
from jupyter_goal.planner.facts import time_of
from jupyter_goal.planner.grammar.clauses import Grouped, Valued
from jupyter_goal.planner.grammar.ground import Spot, dimensions, valued_fields
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.options import Option, Trouble
from jupyter_goal.planner.grammar.slots import Alternative, Slot, close
from jupyter_goal.planner.grammar.task import Task


def group_slots(task: Task, root: str, combination: tuple[Option, ...]) -> tuple[Slot[Grouping], ...] | Trouble:
    wanted = [
        Grouped(rank_.subject, grain=rank_.grain)
        for rank_ in task.sorted.ranks
        if rank_.subject is not None or rank_.grain is not None
    ]
    slots: list[Slot[Grouping]] = []
    for grouped in (*wanted, *task.sorted.groups):
        made = _group_slot(task, grouped, root, combination)
        if isinstance(made, Trouble):
            return made
        slots.append(made)
    for valued in task.sorted.values:
        if valued.shown or valued.apart:
            spots = valued_fields(valued.values, valued.of, root, valued.side, task.lexicon)
            if not spots:
                return Trouble(valued.values[0].text, "no such value is known")
            known = {each.value.field for slot in slots for each in slot.alternatives}
            slots.append(close(valued.values[0].text, tuple(_side_by_side(spot, valued, known) for spot in spots)))
    if task.sorted.has("trend") and not any(_is_time(slot) for slot in slots):
        path = time_of(combination[0].measure, task.lexicon.catalog)
        if path is None:
            return Trouble(task.sorted.flag_text["trend"], "what is asked has no time")
        said = ("shown by month",)
        slots.insert(0, Slot("trend", (Alternative(Grouping(field=path, grain="month"), 0.0, said),)))
    return tuple(slots)


def _group_slot(task: Task, grouped: Grouped, root: str, combination: tuple[Option, ...]) -> Slot[Grouping] | Trouble:
    catalog = task.lexicon.catalog
    if grouped.noun is None:
        assert grouped.grain is not None
        path = time_of(combination[0].measure, catalog)
        if path is not None:
            return Slot(grouped.grain, (Alternative(Grouping(field=path, grain=grouped.grain, fiscal=grouped.fiscal)),))
        return _number_for_grain(task, grouped.grain, root)
    spots = dimensions(grouped.noun, root, grouped.side, task.lexicon)
    if not spots:
        return Trouble(grouped.noun.text, f"{_title(combination[0], task.lexicon)} cannot be grouped by it",
                       _reachable(task, root))  # fmt: skip
    return close(grouped.noun.text, tuple(_grouping(spot) for spot in spots))


def _number_for_grain(task: Task, grain: Grain, root: str) -> Slot[Grouping] | Trouble:
    """“by year” where the year is a plain number."""
    for field in task.lexicon.catalog.dataset[root].fields:
        if not field.hidden and field.name.casefold() in {grain, f"{grain}_id"} and field.type in NUMERIC:
            return Slot(grain, (Alternative(Grouping(field=f"{root}.{field.name}")),))
    return Trouble(grain, "what is asked has no time")


def _reachable(task: Task, root: str) -> str:
    fields = [f.title for f in task.lexicon.catalog.dataset[root].fields if not f.hidden and f.role == "dimension"]
    near = [
        f.title
        for step in task.lexicon.catalog.outgoing.get(root, ())
        for f in task.lexicon.catalog.dataset[step.to_dataset].fields
        if not f.hidden and f.role == "dimension"
    ]
    names = list(dict.fromkeys([*fields, *near]))[:8]
    return f"Possible: {', '.join(names)}." if names else ""


def _title(option: Option, lexicon: Lexicon) -> str:
    metric = lexicon.catalog.metric.get(option.measure.metric or "")
    if metric is not None:
        return metric.title
    return f"{(option.measure.agg or '').replace('_', ' ')} of {(option.measure.field or '').split('.')[-1].replace('_', ' ')}"


def _grouping(spot: Spot) -> Alternative[Grouping]:
    grain: Grain | None = "day" if spot.field.role == "time" else None
    return Alternative(Grouping(field=spot.path, grain=grain), spot.cost, spot.said, spot.weak)


def _side_by_side(spot: Spot, valued: Valued, known: set[str]) -> Alternative[Grouping]:
    found = replace(_grouping(spot), cost=0.0)
    if valued.shown or spot.path in known:
        return found
    names = ", ".join(value.text for value in valued.values)
    return Alternative(found.value, found.cost, (*found.said, f"{names} shown side by side"), found.weak)


def _is_time(slot: Slot[Grouping]) -> bool:
    return slot.alternatives[0].value.grain is not None
