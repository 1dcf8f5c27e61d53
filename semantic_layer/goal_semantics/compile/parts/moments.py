"""The moments up to which a running value counts rows: one per period, or every day of it.

Moments lie within the data and the window, so that the last period ends where its data does.
"""

from __future__ import annotations

from dataclasses import dataclass

from goal_semantics.calendar import coarser
from goal_semantics.compile.facts import rows
from goal_semantics.compile.parts.request import Request
from goal_semantics.metrics import Run
from goal_semantics.model import DataType, Grain
from goal_semantics.relation import (
    AggCall,
    Aggregate,
    Call,
    Column,
    Derive,
    Filter,
    Join,
    Ref,
    Relation,
    Shift,
    Spine,
    Term,
    Truncate,
    Union,
)
from goal_semantics.resolve.question import Branch, Part

FROM, UNTIL, UNIT = "_from", "_until", "_unit"
_FIRST, _LAST = "_first", "_last"
_SHORT: frozenset[Grain] = frozenset({"second", "minute", "hour"})


@dataclass(frozen=True, slots=True)
class Moments:
    """`relation`: times, `_until` (excluded), `_from` if `bounded`, and `_unit` if values are to be folded over it."""

    relation: Relation
    bounded: bool
    folds: bool


def unit_of(form: Run) -> Grain:
    """The step by which moments follow each other."""
    return form.window.grain if form.window is not None else "day"


def longer(grain: Grain, form: Run) -> bool:
    """Whether a period of a grain holds several moments."""
    return coarser(grain, unit_of(form))


def _matters(grain: Grain, form: Run) -> bool:
    """Whether it makes a difference that the last period ends where the data does."""
    return form.at != "last" or form.window is not None or (form.to_date is not None and coarser(grain, form.to_date))


def of(part: Part, form: Run, asked: Request) -> Moments:
    """The moments of the asked periods; without a time among the keys, of the whole window."""
    unit = unit_of(form)
    if not part.times and unit not in _SHORT:
        unit = "day"
    kind: DataType = "timestamp" if unit in _SHORT else "date"
    grain = (part.inner.keys[part.times[0]].grain or "day") if part.times else None
    several = grain is None or (longer(grain, form) and _matters(grain, form))
    folds = form.at == "avg" and several
    times = tuple(part.inner.keys[at] for at in part.times)
    ends: Relation
    if folds:
        spine = Spine(_days(part, asked, unit, kind), UNIT, unit, kind)
        ends = Derive(spine, (
            *(Column(key.name, Truncate(Ref(UNIT), key.grain or "day", kind, part.inner.rules.week_start, key.first_month))
              for key in times),
            Column(UNIT, Ref(UNIT)), Column(UNTIL, Shift(Ref(UNIT), unit, 1, kind)),
        ), name="days")  # fmt: skip
    elif several:
        ends = _within_data(part, form, asked, unit, kind)
    else:
        finest = times[0]
        end = Shift(Ref(finest.name), finest.grain or "day", 1, finest.type)
        ends = Derive(
            dated(part, asked), (*(Column(key.name, Ref(key.name)) for key in times), Column(UNTIL, end)), name="ends"
        )
    names = [*(key.name for key in times), *([UNIT] if folds else []), UNTIL]
    start = _start(part, form, kind if several else times[0].type, unit if several else times[0].grain or "day")
    bounds = (Column(FROM, start),) if start is not None else ()
    relation = Derive(ends, (*(Column(name, Ref(name)) for name in names), *bounds), name="moments")
    return Moments(relation, start is not None, folds)


def _start(part: Part, form: Run, kind: DataType, grain: Grain) -> Term | None:
    """The first moment that counts, from the one up to which rows count."""
    if form.window is not None:
        return Shift(Ref(UNTIL), form.window.grain, -form.window.count, kind)
    if form.to_date is None:
        return None
    step: Grain = grain if grain in _SHORT else "day"
    first_month = part.inner.keys[part.times[0]].first_month if part.times else 1
    return Truncate(Shift(Ref(UNTIL), step, -1, kind), form.to_date, kind, part.inner.rules.week_start, first_month)


def _within_data(part: Part, form: Run, asked: Request, unit: Grain, kind: DataType) -> Relation:
    """The last (first) moment of each period that lies within the data."""
    edges = _edges(part, asked, unit, kind)
    if not part.times:
        edge = Ref(_LAST if form.at == "last" else _FIRST)
        return Derive(edges, (Column(UNTIL, Shift(edge, unit, 1, kind)),), name="ends")
    finest = part.inner.keys[part.times[0]]
    crossed = Join(dated(part, asked), edges, "cross", (), "edges")
    if form.at == "last":
        over = Shift(Ref(finest.name), finest.grain or "day", 1, finest.type)
        end: Term = Call("least", (over, Shift(Ref(_LAST, "edges"), unit, 1, kind)))
    else:
        end = Shift(Call("greatest", (Ref(finest.name), Ref(_FIRST, "edges"))), unit, 1, kind)
    names = [part.inner.keys[at].name for at in part.times]
    return Derive(crossed, (*(Column(name, Ref(name)) for name in names), Column(UNTIL, end)), name="ends")


def dated(part: Part, asked: Request) -> Relation:
    """The asked periods: rows without a time come before no moment."""
    assert asked.periods is not None
    return Filter(asked.periods, Call("not", (Call("is null", (Ref(part.inner.keys[part.times[0]].name),)),)))


def _edges(part: Part, asked: Request, unit: Grain, kind: DataType) -> Relation:
    """The first and the last moment of the data in the window, over all facts."""
    days = _days(part, asked, unit, kind)
    both = (Column(_FIRST, AggCall("min", Ref(UNIT))), Column(_LAST, AggCall("max", Ref(UNIT))))
    return Aggregate(days, (), both, name="edges")


def _days(part: Part, asked: Request, unit: Grain, kind: DataType) -> Relation:
    """The moments that have rows in the window, over all facts."""
    found = tuple(
        Aggregate(rows(each, asked.span, ()), (Column(UNIT, _unit(part, each, unit)),), (), name=f"{each.fact}_days")
        for each in part.inner.branches
    )
    return found[0] if len(found) == 1 else Union(found, "days_of_facts")


def _unit(part: Part, branch: Branch, unit: Grain) -> Term:
    assert branch.time is not None
    return Truncate(branch.time.term, unit, branch.time.type, part.inner.rules.week_start)
