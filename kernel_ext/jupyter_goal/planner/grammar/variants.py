"""Ways in which a goal may be meant as a whole: values apart or pooled, a part of a whole or parts of it, per or by.

One variant is taken, several are asked about. Reads clauses only; paths are found later.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from itertools import product
from typing import cast

from goal_semantics.calendar import coarser
from goal_semantics.metrics import ratio
from goal_semantics.model import Grain
from goal_semantics.query import Between
from jupyter_goal.planner.facts import time_of
from jupyter_goal.planner.grammar.amounts import asked_amounts, ranks_something
from jupyter_goal.planner.grammar.clauses import Compared, Grouped, Measured, Valued
from jupyter_goal.planner.grammar.look import field_of, is_metric
from jupyter_goal.planner.grammar.options import Trouble
from jupyter_goal.planner.grammar.sort import Part, Sorted
from jupyter_goal.planner.grammar.task import Task
from jupyter_goal.planner.grammar.terms import FieldRef, Match, MetricRef, Noun, Quoted, RoleRef, RowRef, ValueRef, When

_FEW = 50
"""A field with more values than that is an identifier: nobody reads a number for each of them."""


def variants(task: Task) -> tuple[Task, ...] | Trouble:
    """The goal in every way that it may be meant."""
    parts = _parts(task)
    if isinstance(parts, Trouble):
        return parts
    timed = [_whole(_periods(_compared(part))) for part in parts]
    return tuple(per for part in timed for apart in _apart(part) for per in _per(apart))


def _with(task: Task, sorted_: Sorted) -> Task:
    return replace(task, sorted=sorted_)


def _apart(task: Task) -> list[Task]:
    """“United and Delta”: side by side, unless the goal says together; a ranking may be of each or of both."""
    sorted_ = task.sorted
    ranked = bool(sorted_.ranks) and (ranks_something(task) or any(rank.n is not None for rank in sorted_.ranks))
    ranked = ranked or any(not _on_rows(compared) for compared in sorted_.compared)
    choices: list[tuple[Valued, ...]] = []
    for valued in sorted_.values:
        if not valued.apart:
            choices.append((valued,))
            continue
        pooled = replace(valued, apart=False, shown=False)
        if valued.negated or sorted_.has("pooled") or sorted_.listed:
            choices.append((pooled,))
        else:
            choices.append((valued, pooled) if ranked and not valued.shown else (valued,))
    return [_with(task, replace(sorted_, values=each)) for each in product(*choices)]


def _parts(task: Task) -> list[Task] | Trouble:
    """“what share of flights was cancelled”: a condition narrows the upper number, never the whole."""
    sorted_ = task.sorted
    total = sorted_.has("share total") and not sorted_.groups and not sorted_.ranks and not sorted_.has("trend")
    conditions: list[Part] = [*sorted_.values, *(c for c in sorted_.compared if _on_rows(c)), *sorted_.missing]
    if not (sorted_.has("share") or total):
        return [task]
    if not conditions:
        return _of_whole(task)
    told = [each for each in conditions if each.told]
    found = [_part(task, each) for each in (told[-1:] or conditions)]
    things = [group for group in sorted_.groups if group.noun is not None]
    if not told and (things or any(rank.subject is not None for rank in sorted_.ranks)):
        return [*found, task]
    several = [each for each in told[-1:] or conditions if isinstance(each, Valued) and each.apart]
    if several and not sorted_.has("pooled"):
        return Trouble(several[0].values[0].text, "the share of several at once is not clear", "Ask for one of them.")
    return found


def _compared(task: Task) -> Task:
    """“compare the on-time rate of United with Delta”: values of one field that stand apart belong together."""
    values = task.sorted.values
    if not task.sorted.has("compared") or len(values) < 2 or any(each.negated or each.of for each in values):
        return task
    fields = [_fields(value) for each in values for value in each.values]
    if not set.intersection(*fields) or len({each.side for each in values}) != 1:
        return task
    both = replace(values[0], values=tuple(value for each in values for value in each.values), shown=True)
    return _with(task, replace(task.sorted, values=(both,)))


def _fields(value: Noun | Quoted) -> set[tuple[str, str]]:
    matches = value.matches if isinstance(value, Noun) else ()
    return {(m.ref.dataset, m.ref.field) for m in matches if isinstance(m.ref, ValueRef)}


def _periods(task: Task) -> Task:
    """“January and July”, “2012 vs 2014”: periods of one kind side by side."""
    sorted_ = task.sorted
    times = [each for each in sorted_.times if not each.negated]
    grains = {each.when.grain for each in times}
    if len(times) < 2 or len(grains) != 1 or len({each.of for each in times}) != 1:
        return task
    grain = next(iter(grains))
    parts = tuple(dict.fromkeys(part for each in times for part in each.when.parts))
    starts = tuple(dict.fromkeys(day for each in times if (day := _start(each.when)) is not None))
    if grain not in {"day", "month", "quarter", "year"} or len(parts) not in {0, len(times)}:
        return task
    if not parts and len(starts) != len(times):
        return task
    text = " and ".join(each.when.text for each in times)
    one = replace(times[0], when=When(text, parts=tuple(sorted(parts)), grain=grain, several=() if parts else starts))
    kept = tuple(each for each in sorted_.times if each.negated)
    shown = (
        sorted_.has("pooled")
        or any(each.either for each in times)
        or any(group.grain is not None for group in sorted_.groups)
        or sorted_.listed
    )
    groups = sorted_.groups if shown else (Grouped(grain=cast("Grain", grain)), *sorted_.groups)
    return _with(task, replace(sorted_, times=(*kept, one), groups=groups))


def _start(when: When) -> datetime.date | None:
    """The first day of a fixed period; in year 1 where the year was not said."""
    if when.floating is not None:
        return when.floating.start
    if not isinstance(when.window, Between) or when.window.start is None or when.other is not None:
        return None
    return when.window.start


def _whole(task: Task) -> Task:
    """“the busiest day of the year”: where the data has one year, that is no grouping; else the best of each year."""
    sorted_ = task.sorted
    ranked = next((rank.grain for rank in sorted_.ranks if rank.grain is not None), None)
    whole = next((g for g in sorted_.groups if g.noun is None and g.lead == "prep" and not g.each), None)
    if ranked is None or whole is None or whole.grain is None or not coarser(whole.grain, ranked):
        return task
    asked = asked_amounts(task)
    measures = [option.measure for each in asked for option in each] if isinstance(asked, list) else []
    paths = [path for measure in measures if (path := time_of(measure, task.lexicon.catalog)) is not None]
    extents = [task.extents.get(path) for path in paths]
    kept = tuple(group for group in sorted_.groups if group is not whole)
    if extents and all(_is_one(extent, whole.grain) for extent in extents):
        said = f"the data has one {whole.grain} only"
        return _with(task, replace(sorted_, groups=kept, said=(*sorted_.said, said)))
    return _with(task, replace(sorted_, groups=(*kept, replace(whole, each=True))))


def _is_one(extent: tuple[datetime.date, datetime.date] | None, grain: Grain) -> bool:
    if extent is None:
        return False
    first, last = extent
    same = {"year": first.year == last.year, "month": (first.year, first.month) == (last.year, last.month)}
    return same.get(grain, False)


def _of_whole(task: Task) -> list[Task]:
    """“percentage of late flights”: a number that the catalog divides is meant with its ratio, or as parts of itself."""
    sorted_, catalog = task.sorted, task.lexicon.catalog
    measured = sorted_.measures[0] if len(sorted_.measures) == 1 else None
    if measured is None or measured.how == "agg" or not is_metric(measured.noun):
        return [task]
    best = min(match.cost for match in measured.noun.matches)
    names = {m.ref.metric for m in measured.noun.matches if isinstance(m.ref, MetricRef) and m.cost == best}
    found: list[Task] = []
    for metric in catalog.metrics:
        if isinstance(metric.spec, ratio.Spec) and str(metric.spec.numerator) in names and not metric.hidden:
            noun = Noun(measured.noun.text, (Match(MetricRef(metric.name)),))
            said = (*sorted_.said, f"the share of “{measured.noun.text}” read as {metric.title}")
            flags = sorted_.flags - {"share", "share total"}
            found.append(_with(task, replace(sorted_, measures=(Measured(noun),), flags=flags, said=said)))
    parts = bool(sorted_.groups or sorted_.ranks or sorted_.has("trend"))
    return [*found, task] if parts or not found else found


def _on_rows(compared: Compared) -> bool:
    return not isinstance(compared.noun, Measured) and not (compared.noun is not None and is_metric(compared.noun))


def _part(task: Task, part: Part) -> Task:
    sorted_ = task.sorted
    changed = replace(
        sorted_, part=part, flags=sorted_.flags - {"share", "share total"},
        values=tuple(each for each in sorted_.values if each is not part),
        compared=tuple(each for each in sorted_.compared if each is not part),
        missing=tuple(each for each in sorted_.missing if each is not part),
    )  # fmt: skip
    return _with(task, changed)


def _per(task: Task) -> list[Task]:
    """“distance per flight” divides, “flights per airline” groups; per something without a short list may be either."""
    sorted_ = task.sorted
    group = next((each for each in sorted_.groups if each.per and each.noun is not None), None)
    if group is None or group.noun is None or len(sorted_.measures) != 1 or sorted_.ranks:
        return [task]
    above = sorted_.measures[0]
    asked = asked_amounts(task)
    roots = {root for each in asked for option in each for root in option.roots} if isinstance(asked, list) else set()
    rows = {match.ref.dataset for match in group.noun.matches if isinstance(match.ref, RowRef)}
    quotient = _with(
        task,
        replace(
            sorted_,
            measures=(replace(above, below=Measured(group.noun, "count")),),
            groups=tuple(each for each in sorted_.groups if each is not group),
        ),
    )
    if rows & roots:
        return [quotient]
    counted = above.how == "count"
    return [task] if counted or not _is_endless(group, task) else [task, quotient]


def _is_endless(group: Grouped, task: Task) -> bool:
    """A thing that has no short list of values."""
    assert group.noun is not None
    names = [field_of(m.ref, task.lexicon) for m in group.noun.matches if isinstance(m.ref, FieldRef)]
    known = [len(task.lexicon.indexed.get(key, ())) for key in _keys(group.noun)]
    things = any(isinstance(m.ref, RowRef | RoleRef) for m in group.noun.matches)
    return things and not any(0 < each <= _FEW for each in known) and all(f.role != "time" for f in names)


def _keys(noun: Noun) -> list[tuple[str, str]]:
    return [(m.ref.dataset, m.ref.field) for m in noun.matches if isinstance(m.ref, FieldRef)]
