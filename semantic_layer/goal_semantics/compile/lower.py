"""A resolved question as one relation: frames, earlier periods, running values, shares, conditions, top, order, limit.

The order is the meaning: values of other periods are found before the window is applied (so they stay visible), shares
and ranks see what the window leaves, and conditions on groups choose rows without changing numbers.
"""

from __future__ import annotations

from goal_semantics import calendar
from goal_semantics.calendar import Span
from goal_semantics.compile.facts import LEVEL, everything, keys, limits, measured, strata, within
from goal_semantics.compile.frames import filled, frame
from goal_semantics.compile.previous import compared, earlier_periods, looking_back, previous
from goal_semantics.compile.running import PRESENT, helpers, reach, run, runnings, with_beginning
from goal_semantics.compile.tops import OTHERS, leads, topped
from goal_semantics.joins import attach
from goal_semantics.query import Order, Rank, Share
from goal_semantics.relation import (
    Align,
    Call,
    Case,
    Column,
    Constant,
    Derive,
    Filter,
    Limit,
    Literal,
    Over,
    Ref,
    Relation,
    Sort,
    Term,
    Window,
    columns,
    conjunction,
)
from goal_semantics.resolve.features import followed, output_names, stride_of, time_key, windowed
from goal_semantics.resolve.question import Key, Listing, Question
from goal_semantics.traversal import walk


def lower(question: Question | Listing, count: int) -> Relation:
    """The relation whose rows are the answer, at most `count` of them."""
    if isinstance(question, Listing):
        return _listed(question, count)
    relation = _calculated(question, _groups(question))
    if question.condition is not None:
        relation = Filter(relation, question.condition)
    if leads(question):
        count = min(count, question.query.top.n if question.query.top else count)
    else:
        relation = topped(question, relation)
    ordered = Sort(relation, _order(question, relation)) if question.keys else relation
    flags = (OTHERS,) if OTHERS in columns(relation) else ()
    shown = tuple(Column(name, Ref(name)) for name in (*output_names(question), *flags))
    return Limit(Derive(ordered, shown), count)


def _groups(question: Question) -> Relation:
    """Keys, measures, and what comparisons and running values add to them, for the groups in the window."""
    at = time_key(question)
    if at is None:
        return _timeless(question)
    key, moving = question.keys[at], windowed(question)
    if question.parts or any(isinstance(each, Over) for shown in question.measures for each in walk(shown.term)):
        return _apart(question, moving=moving)
    if moving and not calendar.aligned(question.span, key.grain or "day", question.rules, key.first_month):
        return _apart(question, moving=True)
    span = looking_back(question, reach(question)) if moving else question.span
    base = filled(question, frame(question, span, everything(question), helpers(question)), everything(question))
    late = _grows(question)
    current: Relation = measured(question, base, everything(question)) if late else _with_running(question, base, span)
    inside = within(Ref(key.name), key.type, question.span) if moving and span != question.span else None
    if inside is not None:
        current = Filter(current, inside)
    if question.query.comparison is None:
        return current
    both = compared(question, current, previous(question, measured(question, base, everything(question))))
    return _running_beside(question, both, base, span) if late else both


def _grows(question: Question) -> bool:
    """Whether a comparison shows groups of which running values must be known, although the period has no rows of them."""
    return question.query.comparison is not None and len(question.keys) > 1 and bool(runnings(question))


def _running_beside(question: Question, shown: Relation, base: Relation, span: Span) -> Relation:
    """What is shown with its running values; `base` was read in the span."""
    names = keys(question, everything(question))
    if _grows(question):
        wanted = Derive(shown, tuple(Column(name, Ref(name)) for name in names), name="groups_shown")
        present = Derive(base, (*(Column(name, Ref(name)) for name in columns(base)), Column(PRESENT, Constant(1))))
        base = Align((wanted, present), names, "full", "every_group")
    history = _with_running(question, base, span)
    kept = (*names, *(f"{each.measure}_{each.kind}" for each in runnings(question)))
    extra = Derive(history, tuple(Column(name, Ref(name)) for name in kept), name="history")
    return Align((shown, extra), names, "left", "current")


def _timeless(question: Question) -> Relation:
    """Without a time grouping: the window itself is compared."""
    here = measured(question, frame(question, question.span, everything(question)), everything(question))
    stride = stride_of(question)
    if stride is None:
        return here
    there = frame(question, calendar.moved(question.span, stride.back), everything(question))
    return compared(question, here, previous(question, measured(question, there, everything(question))))


def _apart(question: Question, *, moving: bool) -> Relation:
    """Each period of a comparison is computed over exactly its own rows: windows that cut periods, and parts."""
    at = time_key(question)
    assert at is not None
    positions = everything(question)
    current = measured(question, _frame(question, question.span, positions), positions)
    before = reach(question) if moving else question.span
    history = _frame(question, before, positions, helpers(question)) if runnings(question) else None
    if history is not None and not _grows(question):
        current = _running_beside(question, current, history, before)
    stride = stride_of(question)
    if stride is None:
        return current
    span = calendar.moved(question.span, stride.back) if moving else question.span
    there = frame(question, span, positions, (), earlier_periods(question, current) if question.parts else None)
    there = there if question.parts else filled(question, there, positions)
    both = compared(question, current, previous(question, measured(question, there, positions)))
    return both if history is None or not _grows(question) else _running_beside(question, both, history, before)


def _frame(question: Question, span: Span, positions: tuple[int, ...], extra: tuple[Column, ...] = ()) -> Relation:
    base = frame(question, span, positions, extra)
    return base if question.parts else filled(question, base, positions)


def _with_running(question: Question, base: Relation, span: Span) -> Relation:
    """`base` was read in the span."""
    plain = measured(question, base, everything(question))
    items = runnings(question)
    if not items or not isinstance(plain, Derive):
        return plain
    reaching = with_beginning(question, plain.input, span)
    begun, among = reaching is not plain.input, PRESENT in columns(reaching)
    added = tuple(run(question, item, begun=begun, among=among) for item in items)
    below = Window(reaching, added, "running")
    return Derive(below, plain.columns + tuple(Column(each.name, Ref(each.name)) for each in added), name="current")


def _calculated(question: Question, relation: Relation) -> Relation:
    """Shares and ranks among the groups in the window."""
    level = (Ref(LEVEL),) if question.query.totals else ()
    added = list[Column]()
    for each in question.query.calculations:
        value = Ref(each.measure)
        match each:
            case Share(within=names):
                whole = Over("sum", value, (*level, *(Ref(name) for name in names)))
                added.append(Column(f"{each.measure}_share", Call("/", (value, whole))))
            case Rank(within=names, ascending=ascending):
                place = Over("rank", None, strata(question, names), ((value, not ascending),))
                known = Call("not", (Call("is null", (value,)),))
                added.append(Column(f"{each.measure}_rank", Case(((known, place),))))
            case _:
                continue
    return Window(relation, tuple(added), "calculated") if added else relation


def _order(question: Question, relation: Relation) -> tuple[tuple[Term, bool], ...]:
    """As asked (by default: the top's own order, else the groupings), then by all groupings: never left to chance."""
    query, top = question.query, question.query.top
    asked = query.order
    terms: list[tuple[Term, bool]] = []
    if top is not None and not asked and len(followed(question)) == len(question.keys):
        terms += [(Ref(name), False) for name in top.within]
        terms += [(Ref(OTHERS), False)] if OTHERS in columns(relation) else []
        asked = (Order(by=top.by, descending=not top.ascending),)
    elif OTHERS in columns(relation) and query.order:
        terms.append((Ref(OTHERS), False))
    listed = {key.name: _rank(key) for key in question.keys if key.listed}
    for name, descending in [
        *((each.by, each.descending) for each in asked),
        *((key.name, False) for key in question.keys),
    ]:
        terms += [(listed[name], descending)] if name in listed else []
        terms.append((Ref(name), descending))
    if query.totals:
        terms.append((Ref(LEVEL), False))
    names = list[Term]()
    unique = list[tuple[Term, bool]]()
    for term, descending in terms:
        if term not in names:
            names.append(term)
            unique.append((term, descending))
    return tuple(unique)


def _rank(key: Key) -> Term:
    """The place of a value among those of its closed set; others come after them, and a missing one has none."""
    missing = (Call("is null", (Ref(key.name),)), Constant(None))
    places = tuple(
        (Call("=", (Ref(key.name), Literal(value, "string"))), Constant(at)) for at, value in enumerate(key.listed)
    )
    return Case((missing, *places), Constant(len(key.listed)))


def _listed(listing: Listing, count: int) -> Relation:
    relation: Relation = attach(listing.detail.dataset, listing.joins)
    window = limits(listing.bound, listing.span) if listing.bound is not None else None
    condition = conjunction(tuple(each for each in (window, listing.condition) if each is not None))
    if condition is not None:
        relation = Filter(relation, condition)
    shown = Derive(relation, tuple(Column(each.name, each.term) for each in listing.shelves), listing.detail.distinct)
    asked = tuple((Ref(each.by), each.descending) for each in listing.query.order)
    if listing.detail.distinct:
        rest = tuple((Ref(each.name), False) for each in listing.shelves if Ref(each.name) not in [t for t, _ in asked])
        return Limit(Sort(shown, asked + rest), count)
    terms = {each.name: each.term for each in listing.shelves}
    by = tuple((terms[each.by], each.descending) for each in listing.query.order)
    return Limit(Derive(Sort(relation, by + tuple((t, False) for t in listing.unique)), shown.columns), count)
