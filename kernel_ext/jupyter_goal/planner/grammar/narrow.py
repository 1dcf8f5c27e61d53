"""What narrows an answer: conditions on rows and groups, and the window of time."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from goal_semantics.model import NUMERIC, Grain
from goal_semantics.query import (
    And,
    Between,
    Condition,
    Filter,
    Not,
    Relative,
    TimeWindow,
)
from jupyter_goal.planner.facts import default_time, time_of
from jupyter_goal.planner.grammar.clauses import Timed
from jupyter_goal.planner.grammar.conditions import (
    by_hour,
    by_missing,
    by_number,
    by_period,
    by_value,
    in_year,
    months_known,
)
from jupyter_goal.planner.grammar.ground import dimensions
from jupyter_goal.planner.grammar.options import Option, Trouble
from jupyter_goal.planner.grammar.slots import Alternative, Slot
from jupyter_goal.planner.grammar.task import Task


def where_slots(
    task: Task, root: str, combination: tuple[Option, ...], *, grouped: bool
) -> tuple[Slot[Filter], ...] | Trouble:
    slots: list[Slot[Filter]] = []
    for part in _wheres(task, root, combination, grouped=grouped):
        if isinstance(part, Trouble):
            return part
        slots.append(part)
    return tuple(slots)


def _wheres(
    task: Task, root: str, combination: tuple[Option, ...], *, grouped: bool
) -> Iterator[Slot[Filter] | Trouble]:
    for valued in task.sorted.values:
        yield by_value(valued, root, task.lexicon)
    for missing in task.sorted.missing:
        yield by_missing(missing, root, task.lexicon)
    for compared in task.sorted.compared:
        yield by_number(compared, root, task.lexicon, grouped=grouped)
    path = (
        time_of(combination[0].measure, task.lexicon.catalog)
        if combination
        else default_time(root, task.lexicon.catalog)
    )
    for clock in task.sorted.clocks:
        yield by_hour(clock, path, task.lexicon) if path else Trouble(clock.text, "what is asked has no time")
    for timed in task.sorted.times:
        if timed.negated:
            yield (
                by_period(timed, path, task.lexicon) if path else Trouble(timed.when.text, "what is asked has no time")
            )
        elif path is None and timed.when.year is not None:
            yield _year_number(task, timed, root)


def _year_number(task: Task, timed: Timed, root: str) -> Slot[Filter] | Trouble:
    for field in task.lexicon.catalog.dataset[root].fields:
        if not field.hidden and field.name.casefold() in {"year", "yr"} and field.type in NUMERIC:
            condition: Filter = Condition(field=f"{root}.{field.name}", op="=", values=(timed.when.year,))
            return Slot(timed.when.text, (Alternative(condition),))
    return Trouble(timed.when.text, "what is asked has no time")


def time_slots(
    task: Task, root: str, combination: tuple[Option, ...]
) -> tuple[Slot[TimeWindow | Filter], ...] | Trouble:
    path = (
        time_of(combination[0].measure, task.lexicon.catalog)
        if combination
        else default_time(root, task.lexicon.catalog)
    )
    wanted = [timed for timed in task.sorted.times if not timed.negated]
    if path is None:
        wanted = [timed for timed in wanted if timed.when.year is None or timed.of is not None]
    if not wanted:
        return ()
    if len(wanted) == 2 and (both := _both_ends(wanted)) is not None:
        wanted = [both]
    if len(wanted) > 1:
        return Trouble(wanted[1].when.text, "two periods at once cannot be shown together yet")
    timed = wanted[0]
    field = _time_field(task, timed, root)
    if isinstance(field, Trouble):
        return field
    if path is None and field is None:
        return Trouble(timed.when.text, "what is asked has no time")
    if timed.when.parts:
        return (_months(task, timed, field or path or "", field),)
    if timed.when.several and timed.when.several[0].year == 1:
        return _several_in_known_year(timed, field or path or "", task)
    if timed.when.several:
        condition: Filter = Condition(
            field=field or path or "", op="in", values=timed.when.several, grain=cast(Grain, timed.when.grain)
        )
        return (Slot(timed.when.text, (Alternative[TimeWindow | Filter](condition),)),)
    if timed.when.floating is not None:
        return _in_known_years(timed, timed.when.floating, task.extents.get(field or path or ""), field)
    windows = [timed.when.window, timed.when.other] if timed.when.other is not None else [timed.when.window]
    detail = not combination
    found = tuple(
        Alternative[TimeWindow | Filter](TimeWindow(window=window, field=field or (path if detail else None)))
        for window in windows
        if window is not None
    )
    return (Slot(timed.when.text, found),)


def _time_field(task: Task, timed: Timed, root: str) -> str | Trouble | None:
    if timed.of is None:
        return None
    spots = [s for s in dimensions(timed.of, root, "", task.lexicon) if s.field.role == "time"]
    return spots[0].path if spots else Trouble(timed.of.text, "it is not a time of what is asked")


def _months(task: Task, timed: Timed, path: str, field: str | None) -> Slot[TimeWindow | Filter]:
    """A month without a year: the one that the data has, else the person decides."""
    known = months_known(timed.when.parts, task.extents.get(path))
    condition = by_period(timed, path, task.lexicon)
    assert isinstance(condition, Slot)
    every = condition.alternatives[0].value
    said = f"“{timed.when.text}” read as every year's"
    if len(known) == len(timed.when.parts) and _follow(known):
        last = known[-1]
        end = type(last)(last.year + last.month // 12, last.month % 12 + 1, 1)
        window = TimeWindow(window=Between(start=known[0], end=end), field=field)
        return Slot(timed.when.text, (Alternative(window, 0.0, (f"“{timed.when.text}” read as {known[0].year}",)),))
    if known and len({each.year for each in known}) == 1 and len(known) == len(timed.when.parts):
        said = f"“{timed.when.text}” read as {known[0].year}"
    return Slot(timed.when.text, (Alternative(every, 0.0, (said,)),))


def _follow(known: tuple[datetime.date, ...]) -> bool:
    """The months come one after the other."""
    places = [each.year * 12 + each.month for each in known]
    return bool(places) and places == list(range(places[0], places[0] + len(places)))


def _in_known_years(
    timed: Timed, floating: Between, extent: tuple[datetime.date, datetime.date] | None, field: str | None
) -> tuple[Slot[TimeWindow | Filter], ...] | Trouble:
    """A day, quarter or open window without a year: in the year that the data has, or the person decides."""
    if extent is None:
        return Trouble(timed.when.text, "of which year is not clear", "Add the year.")
    found = [(year, window) for year in range(extent[0].year, extent[1].year + 1)
             if (window := in_year(floating, year, extent)) is not None]  # fmt: skip
    if not found:
        return Trouble(timed.when.text, f"the data goes from {extent[0]} to {extent[1]}", "Name a time in between.")
    return (
        Slot(
            timed.when.text,
            tuple(
                Alternative[TimeWindow | Filter](
                    TimeWindow(window=window, field=field), 0.0, (f"“{timed.when.text}” read as that of {year}",)
                )
                for year, window in found[-6:]
            ),
        ),
    )


def _several_in_known_year(timed: Timed, path: str, task: Task) -> tuple[Slot[TimeWindow | Filter], ...] | Trouble:
    """“Q1 and Q3”: of the only year that the data has."""
    extent = task.extents.get(path)
    if extent is None or extent[0].year != extent[1].year:
        return Trouble(timed.when.text, "of which year is not clear", "Add the year.")
    days = tuple(day.replace(year=extent[0].year) for day in timed.when.several)
    condition: Filter = Condition(field=path, op="in", values=days, grain=cast(Grain, timed.when.grain))
    said = (f"“{timed.when.text}” read as that of {extent[0].year}",)
    return (Slot(timed.when.text, (Alternative[TimeWindow | Filter](condition, 0.0, said),)),)


def contradict(filters: list[Filter]) -> bool:
    """Two positive conditions on one field that share no value: nothing is left, which is never what was meant."""
    chosen: dict[str, set[object]] = {}
    for item in filters:
        if isinstance(item, Condition) and item.op in {"=", "in"} and item.grain is None:
            known = chosen.setdefault(item.field, set(item.values))
            if not known & set(item.values):
                return True
    return False


def excludes_nothing(filters: list[Filter], windows: list[TimeWindow]) -> bool:
    """“from JFK but not from LGA”: what is left out is not among what was chosen, so it must mean something else."""
    chosen = {
        i.field: set(i.values) for i in filters if isinstance(i, Condition) and i.op in {"=", "in"} and i.grain is None
    }
    for item in filters:
        left_out = isinstance(item, Condition) and item.op in {"!=", "not in"} and item.field in chosen
        if left_out and isinstance(item, Condition) and not chosen[item.field] & set(item.values):
            return True
    months = _months_of(windows[0].window) if windows and isinstance(windows[0].window, Between) else None
    return months is not None and any(
        isinstance(item, Not) and isinstance(item.item, Condition) and item.item.grain == "month"
        and not months & set(item.item.values) for item in filters
    )  # fmt: skip


def _months_of(window: Between) -> set[object] | None:
    """The months of the year that a window touches; None where it is open."""
    if window.start is None or window.end is None:
        return None
    first, last = window.start, window.end - datetime.timedelta(days=1)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return {(first.month - 1 + i) % 12 + 1 for i in range(min(count, 12))}


def conjunction(filters: list[Filter]) -> Filter | None:
    unique = list(dict.fromkeys(filters))
    if not unique:
        return None
    return unique[0] if len(unique) == 1 else And(items=tuple(unique))


def _both_ends(wanted: list[Timed]) -> Timed | None:
    """“since March 2013 … until June 2013” is one window."""
    first, second = wanted[0].when.window, wanted[1].when.window
    if isinstance(first, Relative) or isinstance(second, Relative) or first is None or second is None:
        return None
    start, end = first.start or second.start, first.end or second.end
    if (first.start and second.start) or (first.end and second.end) or start is None or end is None or start >= end:
        return None
    return replace(wanted[0], when=replace(wanted[0].when, window=Between(start=start, end=end)))
