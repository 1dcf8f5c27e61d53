"""Values of an earlier time under the periods that they are compared with. Found by calendar, never by counting rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from goal_semantics.calendar import Span, Stride, moved, truncate
from goal_semantics.compile.facts import keys, within
from goal_semantics.compile.parts.request import Request, known
from goal_semantics.metrics import Converted, Shifted
from goal_semantics.relation import (
    Call,
    Column,
    Derive,
    Filter,
    Join,
    Ref,
    Relation,
    Shift,
    Term,
    Truncate,
)
from goal_semantics.resolve.parts import otherwise_told, stride, whole
from goal_semantics.resolve.question import Branch, Key, Part, Question
from goal_semantics.traversal import rebuilt, walk

_UNEVEN = frozenset({"month", "quarter", "year"})


def relation(question: Question, part: Part, form: Shifted, asked: Request) -> Relation:
    """The values of the earlier time."""
    if form.by is not None and otherwise_told(part, asked.positions):
        return _row_by_row(part, stride(part, part.times[0]) if part.times else _step(form), asked)
    if not part.times:
        return _of_window(part, form, asked)
    if form.to is not None:
        return _at_start(question, part, form, asked)
    step = stride(part, part.times[0])
    if not whole(step, part.inner.keys[part.times[0]].grain or "day"):
        return _row_by_row(part, step, asked)
    return _by_period(question, part, step, asked)


def looks_at(part: Part, form: Shifted, span: Span) -> tuple[Span, ...]:
    """The span that whole periods come from."""
    if form.to is not None:
        return (_since_start(part, form, span),)
    step = stride(part, part.times[0])
    return (moved(span, step.back),) if whole(step, part.inner.keys[part.times[0]].grain or "day") else ()


def _of_window(part: Part, form: Shifted, asked: Request) -> Relation:
    """Without the time among the keys, the window itself is moved."""
    there = moved(asked.span, _step(form).back)
    return asked.values(part.inner, there, asked.positions)


def _step(form: Shifted) -> Stride:
    assert form.by is not None
    return Stride(form.by.grain, form.by.count)


def _by_period(question: Question, part: Part, step: Stride, asked: Request) -> Relation:
    finest, names = part.inner.keys[part.times[0]], keys(part.inner, asked.positions)
    there = moved(asked.span, step.back) if part.windowed else asked.span
    periods = None
    if asked.periods is not None:
        earlier = _moved(part, Shift(Ref(finest.name), step.grain, -step.count, finest.type))
        periods = Derive(asked.periods, earlier, distinct=True)  # several days have the same one in a shorter month
    read = asked.reading(part, there)
    below = asked.values(part.inner, read, asked.positions, periods, asked.scanned)
    times = _moved(part, Shift(Ref(finest.name), step.grain, step.count, finest.type))
    chosen = {each.name: each for each in times}
    shown = tuple(chosen.get(name, Column(name, Ref(name))) for name in (*names, part.name))
    moved_there = Derive(_reversible(known(below, part, read), finest, step), shown, name="earlier")
    return _inside(question, part, moved_there, asked.span) if read != there else moved_there


def _inside(question: Question, part: Part, values: Relation, span: Span) -> Relation:
    """The values of the periods in the window, where another fact may show more periods than it limits."""
    key = part.inner.keys[part.times[0]]
    bounded = (
        each.bound is not None and each.bound.term in walk(each.keys[part.times[0]]) for each in question.branches
    )
    first = truncate(span.start, key.grain or "day", part.inner.rules, key.first_month) if span.start else None
    condition = None if all(bounded) else within(Ref(key.name), key.type, Span(first, span.end))
    return values if condition is None else Filter(values, condition)


def _moved(part: Part, start: Term) -> tuple[Column, ...]:
    """The time keys for another moment: the coarser ones follow from the finest."""
    finest, *others = (part.inner.keys[at] for at in part.times)
    week = part.inner.rules.week_start
    kind = finest.type
    coarser = (Column(key.name, Truncate(start, key.grain or "day", kind, week, key.first_month)) for key in others)
    return (Column(finest.name, start), *coarser)


def _reversible(values: Relation, key: Key, step: Stride) -> Relation:
    """Without the days that do not exist in the other period (29 February), which would land on another day's."""
    if step.grain not in _UNEVEN or key.grain in _UNEVEN:
        return values
    there = Shift(Ref(key.name), step.grain, step.count, key.type)
    back = Shift(there, step.grain, -step.count, key.type)
    return Filter(values, Call("=", (back, Ref(key.name))))


def _row_by_row(part: Part, step: Stride, asked: Request) -> Relation:
    """A distance that is not made of whole periods moves every row before it is grouped."""
    later = _later(part.inner, step)
    below = asked.values(later, asked.span, asked.positions, asked.periods, None)
    return known(below, part, asked.span) if part.times else below


def _later(question: Question, step: Stride, *, read: bool = True) -> Question:
    """The question with the own time of every row moved ahead, where it tells groups and what lies in the window.

    `read`: also where rows are told apart by it. What was converted came after its base, however far back both are looked at.
    """
    branches = tuple(_later_branch(each, step, read=read) for each in question.branches)
    inner = tuple(
        replace(each, inner=_later(each.inner, step, read=not isinstance(each.form, Converted)))
        for each in question.parts
    )
    return replace(question, branches=branches, parts=inner)


def _later_branch(branch: Branch, step: Stride, *, read: bool) -> Branch:
    time = branch.time
    assert time is not None
    moved_time = Shift(time.term, step.grain, step.count, time.type)

    def visit(term: Any) -> Any:
        return moved_time if term == time.term else rebuilt(term, visit)

    bound = branch.bound
    if bound is not None and bound.term == time.term:
        bound = replace(bound, term=moved_time)
    keys_ = tuple(visit(each) for each in branch.keys)
    return replace(branch, keys=keys_, bound=bound, time=replace(time, term=moved_time) if read else time)


def _since_start(part: Part, form: Shifted, span: Span) -> Span:
    assert form.to is not None
    first_month = part.inner.keys[part.times[0]].first_month
    start = truncate(span.start, form.to, part.inner.rules, first_month) if span.start else None
    return Span(start, span.end)


def _at_start(question: Question, part: Part, form: Shifted, asked: Request) -> Relation:
    """Every period takes the value of the first one of the period `to` that holds it."""
    assert form.to is not None
    assert asked.periods is not None
    key, names = part.inner.keys[part.times[0]], keys(part.inner, asked.positions)
    start = Truncate(Ref(key.name), form.to, key.type, question.rules.week_start, key.first_month)
    source = f"{key.name} source"
    wanted = Derive(
        asked.periods, (*(Column(name, Ref(name)) for name in _times(part)), Column(source, start)), name="starts"
    )
    periods = Derive(asked.periods, _moved(part, start), distinct=True)
    there = _since_start(part, form, asked.span) if part.windowed else asked.span
    below = asked.values(part.inner, asked.reading(part, there), asked.positions, periods, asked.scanned)
    others = tuple(Column(name, Ref(name)) for name in names if name not in _times(part))
    values = Derive(below, (Column("_start", Ref(key.name)), *others, Column(part.name, Ref(part.name))), name="firsts")
    joined = Join(values, wanted, "inner", (Call("=", (Ref("_start"), Ref(source, "wanted"))),), "wanted")
    shown = tuple(Column(name, Ref(name, "wanted") if name in _times(part) else Ref(name)) for name in names)
    return Derive(joined, (*shown, Column(part.name, Ref(part.name))), name="at_start")


def _times(part: Part) -> tuple[str, ...]:
    return tuple(part.inner.keys[at].name for at in part.times)
