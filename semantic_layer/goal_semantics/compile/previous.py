"""Another period beside each group, found by calendar: never by counting rows.

With a time grouping, a period is shown if the current data has it; within it, groups of either period are shown.
"""

from __future__ import annotations

from goal_semantics.calendar import Span, Stride, moved
from goal_semantics.compile.facts import everything, keys
from goal_semantics.relation import (
    Aggregate,
    Align,
    Call,
    Column,
    Derive,
    Filter,
    Join,
    Ref,
    Relation,
    Shift,
    Term,
    columns,
)
from goal_semantics.resolve.features import stride_of, time_key, windowed
from goal_semantics.resolve.question import Question, Shown

_UNEVEN = frozenset({"month", "quarter", "year"})


def looking_back(question: Question, span: Span) -> Span:
    """The span, opened as far back as the comparison looks."""
    stride = stride_of(question)
    if stride is None or span.start is None or question.span.start is None:
        return span
    earlier = moved(question.span, stride.back).start
    return Span(min(span.start, earlier) if earlier else None, span.end)


def previous(question: Question, values: Relation) -> Relation:
    """The measures of the other period, under the keys of the period that they are compared with."""
    at, stride = time_key(question), stride_of(question)
    names = keys(question, everything(question))
    kept = {name: Column(name, Ref(name)) for name in names}
    if at is not None and stride is not None:
        key = question.keys[at]
        kept[key.name] = Column(key.name, Shift(Ref(key.name), stride.grain, stride.count, key.type))
        if not windowed(question):
            values = Filter(values, Call("not", (Call("is null", (Ref(key.name),)),)))
        values = _reversible(question, values, key.name, stride)
    renamed = tuple(Column(f"{each.name}_previous", Ref(each.name)) for each in question.measures if not each.hidden)
    return Derive(values, (*kept.values(), *renamed), name="previous")


def earlier_periods(question: Question, current: Relation) -> Relation:
    """The periods that those of the current values are compared with."""
    at, stride = time_key(question), stride_of(question)
    assert at is not None
    assert stride is not None
    key = question.keys[at]
    shown = Aggregate(current, (Column(key.name, Ref(key.name)),), (), name="periods_shown")
    # Several days of one month have the same day in a shorter one.
    return Derive(
        shown, (Column(key.name, Shift(Ref(key.name), stride.grain, -stride.count, key.type)),), distinct=True
    )


def compared(question: Question, current: Relation, earlier: Relation) -> Relation:
    """Both periods side by side, with what the comparison shows."""
    at, names = time_key(question), keys(question, everything(question))
    if isinstance(current, Derive):
        current = Derive(current.input, current.columns, current.distinct, "current")
    if at is None:
        both: Relation = Align((current, earlier), names, "full", "compared")
    elif len(question.keys) == 1:
        both = Align((current, earlier), names, "left", "compared")
    else:
        key = question.keys[at].name
        shown = Aggregate(current, (Column(key, Ref(key)),), (), name="periods_shown")
        visible = Join(earlier, shown, "semi", (Call("same", (Ref(key), Ref(key, "shown"))),), "shown")
        both = Align((current, visible), names, "full", "compared")
    return Derive(both, _columns(question, both))


def _columns(question: Question, both: Relation) -> tuple[Column, ...]:
    added = list[Column]()
    for each in question.measures:
        if each.hidden:
            continue
        now, then = Ref(each.name), Ref(f"{each.name}_previous")
        difference = Call("-", (now, then))
        added.append(Column(f"{each.name}_change", difference))
        added.append(Column(f"{each.name}_change_pct", Call("/", (difference, _base(each, then)))))
    return tuple(Column(name, Ref(name)) for name in columns(both)) + tuple(added)


def _base(measure: Shown, then: Term) -> Term:
    """What a change is a fraction of: the size of the earlier value, so that a rise from -2 to -1 is a rise."""
    return then if measure.counts else Call("abs", (then,))


def _reversible(question: Question, values: Relation, key: str, stride: Stride) -> Relation:
    """Without the days that do not exist in the other period (29 February), which would land on another day's."""
    at = time_key(question)
    grain = question.keys[at].grain if at is not None else None
    if stride.grain not in _UNEVEN or grain in _UNEVEN or grain is None:
        return values
    kind = question.keys[at].type if at is not None else "date"
    there = Shift(Ref(key), stride.grain, stride.count, kind)
    back = Shift(there, stride.grain, -stride.count, kind)
    return Filter(values, Call("=", (back, Ref(key))))
