"""Rows that count at other periods than their own: which periods of the time spine look at them, and which are shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from goal_semantics.calendar import GRAINS, coarser
from goal_semantics.issues import Issue
from goal_semantics.joins import Located, Step, locate
from goal_semantics.metrics import Run, Shifted
from goal_semantics.model import Catalog, Grain
from goal_semantics.query import OWN_TIME, Cumulative, Grouping, Rolling
from goal_semantics.relation import Author, Call, FieldRef, Ref, Shift, Term, Truncate, conjunction
from goal_semantics.resolve.features import followed
from goal_semantics.resolve.groupings import key_of
from goal_semantics.resolve.question import Bound, Branch, Key, Periods, Question, Reading, Shown, Snapshot, Spread
from goal_semantics.resolve.scope import Scope
from goal_semantics.traversal import rebuilt, walk


@dataclass(frozen=True, slots=True)
class Spine:
    """The time spine of a grain."""

    dataset: str
    field: str
    grain: Grain


def spine_of(catalog: Catalog, grain: Grain) -> Spine | None:
    """The longest periods that are no longer than the grain."""
    found = list[Spine]()
    for path in catalog.calendar.spines:
        dataset, name = path.split(".", 1)
        if dataset in catalog.dataset and name in catalog.dataset[dataset].by_name:
            own = catalog.dataset[dataset].by_name[name].grain or "day"
            if not coarser(own, grain):
                found.append(Spine(dataset, name, own))
    return max(found, key=lambda each: GRAINS.index(each.grain), default=None)


def spread(scope: Scope, reading: Reading, name: str) -> tuple[Spread, ...]:
    """The joins to the spine; the scope's own time becomes that of the spine."""
    time = scope.time
    if time is None:
        scope.issues.append(Issue(f"“{name}” has no time of its own to move along.", "measures"))
        return ()
    scope.use(time)
    scope.read_by = time
    grain: Grain = scope.field(time).grain or "day"
    spine = spine_of(scope.catalog, grain)
    if spine is None:
        scope.issues.append(Issue(f"There is no time spine by {grain} for “{name}”.", "measures"))
        return ()
    found = list[Spread]()
    row = _period(scope, time, grain)
    for at, form in enumerate(reading.through, start=1):
        step = Step("time_spine" if at == 1 else f"time_spine_{at}", scope.fact, spine.dataset, ())
        there = Located(scope.fact, (step,), spine.dataset, spine.field)
        period = scope.local(there)
        starts = () if spine.grain == grain else (Call("=", (_period(scope, there, grain), period)),)
        on = _looks(scope, form, period, row, grain, name)
        found.append(Spread(spine.dataset, there.alias, (*on, *starts), period, isinstance(form, Run)))
        scope.time, row = there, period
    return tuple(found)


def settled(
    branch: Branch, keys: tuple[Key, ...], scope: Scope, reading: Reading, groupings: tuple[Grouping, ...], name: str
) -> Branch:
    """The branch with what depends on the groupings: the moments of longer periods, and the periods that are shown."""
    own = tuple(at for at, grouping in enumerate(groupings) if _is_own(scope, grouping))
    if reading.through:
        branch = _edged(branch, keys, scope, reading, own, name)
    if reading.every and own:
        branch = replace(branch, periods=_periods(branch, keys, scope, groupings, own))
    return branch


def held(measure: Shown, branches: tuple[Branch, ...]) -> Shown:
    """The measure, which does not add up where a row counts at several times, or only some of the rows count."""
    names = {leaf.name for branch in branches if _holds(branch) for leaf in branch.leaves}
    return replace(measure, additive=False) if names.intersection(measure.leaves) else measure


def unsupported(question: Question) -> Iterator[Issue]:
    """What would add up values of different times that are not parts of one: totals, tops over time, running values."""
    over_time = len(followed(question)) < len(question.keys)
    running = {each.measure for each in question.query.calculations if isinstance(each, Cumulative | Rolling)}
    for measure in question.measures:
        branches = [each for each in question.branches if any(leaf.name in measure.leaves for leaf in each.leaves)]
        moved = [each for each in branches if each.spreads or each.snapshot or each.periods]
        if moved and question.query.top is not None and question.query.top.others:
            yield Issue(f"Others of “{measure.name}” are not yet supported.", "top", "Leave the others out.")
        if any(each.bridges for each in moved):
            yield Issue(f"“{measure.name}” by a grouping over many-to-many is not yet supported: its rows would be there twice.",
                        "groupings", "Leave that grouping out.")  # fmt: skip
        if not any(_holds(each) for each in branches):
            continue
        if question.query.totals or over_time:
            yield Issue(f"“{measure.name}” does not add up over time, so totals and tops over time of it are not yet supported.",
                        "totals" if question.query.totals else "top")  # fmt: skip
        if measure.name in running:
            yield Issue(f"“{measure.name}” does not add up over time, so it has no running value.", "calculations")


def _holds(branch: Branch) -> bool:
    """Whether a row counts at several times, or only some of the rows count."""
    return branch.snapshot is not None or any(each.accumulates for each in branch.spreads)


def snapshot(scope: Scope, reading: Reading) -> Snapshot | None:
    """Which rows are at their moment."""
    if reading.moment is None:
        return None
    found = [scope.find(path) for path in (reading.moment.over, *reading.moment.by)]
    if None in found:
        return None
    over, *apart = (scope.local(each) for each in found if each is not None)
    return Snapshot(over, reading.moment.take == "last", tuple(apart))


def unmoved(reading: Reading, scope: Scope, groupings: tuple[Grouping, ...], *, bounded: bool) -> bool:
    """Whether all rows count once: everything up to the end, not grouped by the time."""
    everything = all(isinstance(each, Run) and not each.window and not each.to_date for each in reading.through)
    return everything and not bounded and not any(_is_own(scope, each) for each in groupings)


def _edged(
    branch: Branch, keys: tuple[Key, ...], scope: Scope, reading: Reading, own: tuple[int, ...], name: str
) -> Branch:
    time = scope.time
    if not own or time is None:
        scope.issues.append(Issue(f"“{name}” looks at other times, so it needs its time as a grouping.", "groupings"))
        return branch
    grain: Grain = scope.field(time).grain or "day"
    if any(keys[at].grain is not None and not coarser(keys[at].grain or "day", grain) for at in own):
        return branch
    period = scope.local(time)
    runs = [each for each in reading.through if isinstance(each, Run)]
    starts = [each for each in reading.through if isinstance(each, Shifted) and each.to is not None]
    if starts:
        first = [Call("=", (branch.keys[at], period)) for at in own if isinstance(branch.keys[at], Truncate)]
        condition = first[0] if len(first) == 1 else Call("or", tuple(first))
        chosen = tuple(each for each in (branch.condition, condition if first else None) if each is not None)
        branch = replace(branch, condition=conjunction(chosen))
    return replace(branch, edge=runs[-1].at, moment=period) if runs else branch


def _periods(
    branch: Branch, keys: tuple[Key, ...], scope: Scope, groupings: tuple[Grouping, ...], own: tuple[int, ...]
) -> Periods | None:
    grains = [keys[at].grain or "day" for at in own]
    spine = spine_of(scope.catalog, min(grains, key=GRAINS.index))
    if spine is None:
        scope.issues.append(Issue(f"There is no time spine by {min(grains, key=GRAINS.index)}.", "groupings"))
        return None
    there = Scope(scope.catalog, spine.dataset, scope.issues, Located(spine.dataset, (), spine.dataset, spine.field))
    terms = [(at, key_of(groupings[at].model_copy(update={"field": _own_path(groupings[at])}), there, scope.issues))
             for at in own]  # fmt: skip
    bound = None
    if branch.bound is not None and branch.bound.located == scope.time:
        assert there.time is not None
        bound = Bound(there.time, there.local(there.time), there.kind(there.time))
    kept = _over_keys(branch, keys)
    return Periods(spine.dataset, tuple((at, pair[1]) for at, pair in terms if pair is not None), bound, kept)


def _over_keys(branch: Branch, keys: tuple[Key, ...]) -> Term | None:
    """The conditions on rows that are conditions on keys: periods without a group do not hold them."""
    known: dict[Term, Term] = {term: Ref(key.name) for key, term in zip(keys, branch.keys, strict=True)}

    def visit(value: object) -> object:
        if isinstance(value, tuple):
            return tuple(visit(item) for item in value)
        if isinstance(value, Term):
            return known[value] if value in known else rebuilt(value, visit)
        return value

    condition = branch.condition
    parts = condition.arguments if isinstance(condition, Call) and condition.function == "and" else (condition,)
    moved = [visit(each) for each in parts if each is not None]
    return conjunction(tuple(
        each for each in moved
        if isinstance(each, Term) and not any(isinstance(inner, FieldRef | Author) for inner in walk(each))
    ))  # fmt: skip


def _is_own(scope: Scope, grouping: Grouping) -> bool:
    if grouping.field.split(".", 1)[0] == OWN_TIME:
        return True
    return scope.time is not None and locate(scope.catalog, scope.fact, grouping.field) == scope.time


def _own_path(grouping: Grouping) -> str:
    return grouping.field if grouping.field.split(".", 1)[0] == OWN_TIME else OWN_TIME


def _looks(scope: Scope, form: Shifted | Run, period: Term, row: Term, grain: Grain, name: str) -> tuple[Term, ...]:
    """When a period looks at a row."""
    distance = form.by if isinstance(form, Shifted) else form.window
    if distance is not None and coarser(grain, distance.grain):
        message = f"“{name}” looks back by {distance}, but its time has one value per {grain}."
        scope.issues.append(Issue(message, "measures"))
    week = scope.catalog.calendar.week_start
    match form:
        case Shifted(by=by) if by is not None:
            return (Call("=", (Shift(period, by.grain, -by.count, "timestamp"), row)),)
        case Shifted(to=to) if to is not None:
            return (Call("=", (Truncate(period, to, "timestamp", week), row)),)
        case Run(window=window) if window is not None:
            first = Shift(period, window.grain, -window.count, "timestamp")
            return (Call("<=", (row, period)), Call(">", (row, first)))
        case Run(to_date=to_date) if to_date is not None:
            return (Call("<=", (row, period)), Call(">=", (row, Truncate(period, to_date, "timestamp", week))))
        case _:
            return (Call("<=", (row, period)),)


def _period(scope: Scope, time: Located, grain: Grain) -> Term:
    term, kind = scope.local(time), scope.kind(time)
    return term if (kind, grain) == ("date", "day") else Truncate(term, grain, kind, scope.catalog.calendar.week_start)
