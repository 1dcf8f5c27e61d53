"""Rows up to each period: of all time, of a rolling window, or of a period to date.

What adds up over periods is run over them by windows; all else is computed from the rows before each moment. The window
of a question limits what is shown and where the data ends, never where it begins.
"""

from __future__ import annotations

from dataclasses import replace

from goal_semantics.calendar import GRAINS, Span, Stride, shift, truncate
from goal_semantics.compile.facts import keys, rows
from goal_semantics.compile.parts import moments
from goal_semantics.compile.parts.request import Request, known
from goal_semantics.compile.running import halves, over_leaves
from goal_semantics.metrics import Interval, Run
from goal_semantics.model import Grain
from goal_semantics.relation import (
    AggCall,
    Aggregate,
    Align,
    Call,
    Column,
    Constant,
    Derive,
    Filter,
    Frame,
    Join,
    Over,
    Ref,
    Relation,
    Term,
    Truncate,
    Window,
    columns,
    conjunction,
)
from goal_semantics.resolve.features import CUMULABLE
from goal_semantics.resolve.question import Branch, Part, Question

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}
_ROWS, _SEEN = "_rows", "_seen"


def relation(part: Part, form: Run, asked: Request) -> Relation:
    """The value of each group that has any row in its window, at every period that is asked for."""
    if not part.times:
        if form.window is None and form.to_date is None and form.at == "last":
            return asked.values(_dated(part.inner), _opened(part, form, asked.span), asked.positions)
        return _by_moments(part, form, asked)
    frame = _frame(part, form)
    return _by_moments(part, form, asked) if frame is None else _by_windows(part, form, frame, asked)


def _dated(question: Question) -> Question:
    """Of rows that have a time: those without one are in no period, so the last one does not hold them either."""
    return replace(
        question,
        branches=tuple(_dated_rows(each) for each in question.branches),
        parts=tuple(replace(each, inner=_dated(each.inner)) for each in question.parts),
    )


def _dated_rows(branch: Branch) -> Branch:
    if branch.time is None:
        return branch
    present = Call("not", (Call("is null", (branch.time.term,)),))
    return replace(
        branch, condition=conjunction(tuple(each for each in (branch.condition, present) if each is not None))
    )


def looks_at(part: Part, form: Run, span: Span) -> tuple[Span, ...]:
    """The window, opened as far back as its first value looks, where that is made of whole periods."""
    return (_opened(part, form, span),) if _frame(part, form) is not None else ()


def _opened(part: Part, form: Run, span: Span) -> Span:
    if not part.windowed or span.start is None:
        return span
    if form.window is not None:
        return Span(shift(span.start, Stride(form.window.grain, -form.window.count)), span.end)
    if form.to_date is None:
        return Span(None, span.end)
    first_month = part.inner.keys[part.times[0]].first_month if part.times else 1
    return Span(truncate(span.start, form.to_date, part.inner.rules, first_month), span.end)


def _frame(part: Part, form: Run) -> Frame | None:
    """How many periods a window holds; None where it is not made of whole ones, or values of periods do not add up."""
    key = part.inner.keys[part.times[0]]
    grain = key.grain or "day"
    aggregates = {part.inner.leaf(name).aggregate for name in part.inner.measures[0].leaves}
    if not aggregates <= CUMULABLE or (form.at != "last" and moments.longer(grain, form)):
        return None
    if form.window is not None:
        count = periods(form.window, grain)
        return Frame(count, grain) if count else None
    if form.to_date is not None and (
        GRAINS.index(form.to_date) < GRAINS.index(grain) or grain == "week" != form.to_date
    ):
        return None
    return Frame()


def periods(window: Interval, grain: Grain) -> int | None:
    """How many periods of a grain a distance holds; None if it is not made of them."""
    for family in (_MONTHS, _DAYS):
        if window.grain in family and grain in family:
            count, rest = divmod(family[window.grain] * window.count, family[grain])
            return count if count and not rest else None
    return window.count if window.grain == grain else None


def _by_windows(part: Part, form: Run, frame: Frame, asked: Request) -> Relation:
    inner, names = part.inner, keys(part.inner, asked.positions)
    key = inner.keys[part.times[0]]
    span = asked.reading(part, _opened(part, form, asked.span))
    history = asked.frame(inner, span, asked.positions, halves(inner, inner.measures[0].leaves), None, asked.scanned)
    dated = known(history, part, span)
    times = [inner.keys[at].name for at in part.times]
    groups = tuple(name for name in names if name not in times)
    partition = tuple[Term, ...](Ref(name) for name in groups)
    if form.to_date is not None:
        partition += (Truncate(Ref(key.name), form.to_date, key.type, inner.rules.week_start, key.first_month),)
    value = Column(part.name, over_leaves(inner, inner.measures[0], partition, key, frame))
    shown = tuple(Column(name, Ref(name)) for name in (*names, part.name))
    if asked.native and not groups:
        return Derive(Window(dated, (value,), "running"), shown, name=f"{part.name}_run"[:60])
    seen = Column(_SEEN, Over("sum", Ref(_ROWS), partition, ((Ref(key.name), False),), frame))
    run = Window(_grid(part, dated, asked, names, groups), (value, seen), "running")
    return Derive(Filter(run, Call("not", (Call("is null", (Ref(_SEEN),)),))), shown, name=f"{part.name}_run"[:60])


def _grid(part: Part, dated: Relation, asked: Request, names: tuple[str, ...], groups: tuple[str, ...]) -> Relation:
    """The periods of the data and every asked one, for every group: a balance stays where nothing happens."""
    present = Derive(dated, (*(Column(name, Ref(name)) for name in columns(dated)), Column(_ROWS, Constant(1))))
    wanted = moments.dated(part, asked)
    if groups:
        listed = Derive(dated, tuple(Column(name, Ref(name)) for name in groups), distinct=True, name="groups")
        crossed = Join(wanted, listed, "cross", (), "groups")
        wanted = Derive(
            crossed, tuple(Column(name, Ref(name, "groups") if name in groups else Ref(name)) for name in names),
            name="every_period",
        )  # fmt: skip
    return Align((wanted, present), names, "full", "periods_and_groups")


def _by_moments(part: Part, form: Run, asked: Request) -> Relation:
    """Every fact's rows that lie before a moment, aggregated for it."""
    inner = part.inner
    when = moments.of(part, form, asked)
    span = _opened(part, form, asked.span)
    names = keys(inner, asked.positions)
    unit = (moments.UNIT,) if when.folds else ()
    facts = list[Relation]()
    for branch in inner.branches:
        if not branch.leaves:
            continue
        assert branch.time is not None
        inside = [Call("<", (branch.time.term, Ref(moments.UNTIL, "moments")))]
        inside += [Call(">=", (branch.time.term, Ref(moments.FROM, "moments")))] if when.bounded else []
        joined = Join(rows(branch, span, asked.positions), when.relation, "inner", tuple(inside), "moments")
        grouped = tuple(
            Column(inner.keys[at].name, Ref(inner.keys[at].name, "moments") if at in part.times else branch.keys[at])
            for at in asked.positions
        )
        grouped += tuple(Column(name, Ref(name, "moments")) for name in unit)
        facts.append(Aggregate(joined, grouped, branch.leaves, name=f"{part.name}_up_to"[:60]))
    base = facts[0] if len(facts) == 1 else Align(tuple(facts), (*names, *unit), "full", "combined")
    value = Column(part.name, inner.measures[0].term)
    shown = Derive(base, (*(Column(name, Ref(name)) for name in (*names, *unit)), value))
    if not when.folds:
        return shown
    mean = Column(part.name, AggCall("avg", Ref(part.name)))
    return Aggregate(shown, tuple(Column(name, Ref(name)) for name in names), (mean,), name=f"{part.name}_mean"[:60])
