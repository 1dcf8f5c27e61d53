"""Parts of a question: at which grain their own questions stand, along which time they move, and what they cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from goal_semantics import calendar
from goal_semantics.calendar import GRAINS, Span, Stride, coarser
from goal_semantics.issues import Issue
from goal_semantics.joins import alias, locate
from goal_semantics.metrics import Balance, Converted, Folded, Pinned, Run, Shifted
from goal_semantics.model import TEMPORAL, Catalog
from goal_semantics.model import Grain as Time
from goal_semantics.query import Grouping
from goal_semantics.relation import FieldRef, Over, Ref
from goal_semantics.resolve import author
from goal_semantics.resolve.features import followed
from goal_semantics.resolve.measures import PartDraft
from goal_semantics.resolve.question import Branch, Part, Question, Shown
from goal_semantics.traversal import walk

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Grain:
    """The groupings of a part's own question. `kept`: positions in the asking one; `extra`: positions of added ones."""

    groupings: tuple[Grouping, ...]
    kept: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()


def grain_of(draft: PartDraft, groupings: tuple[Grouping, ...], catalog: Catalog, issues: list[Issue]) -> Grain:
    """At which grain the question inside stands."""
    match draft.form:
        case Pinned(by=by):
            found = [(each, _position(each, groupings, draft, catalog)) for each in by]
            for each, at in found:
                if at is None:
                    words = f"{each.field} by {each.grain}" if each.grain else each.field
                    issues.append(
                        Issue(f"“{draft.name}” needs “{words}” among the groupings.", "groupings", "Group by it too.")
                    )
            kept = tuple(dict.fromkeys(at for _, at in found if at is not None))
            return Grain(tuple(groupings[at] for at in kept), kept)
        case Folded(by=by):
            same = {each: _position_of_same(each, groupings, draft, catalog) for each in by}
            new = tuple(each for each, at in same.items() if at is None)
            return replace(_extended(groupings, new), kept=tuple(at for at in same.values() if at is not None))
        case Balance(over=over, by=paths):
            return _extended(groupings, tuple(Grouping(field=path) for path in (over, *paths)))
        case Converted(base_key=key, constant=pairs):
            return _extended(groupings, tuple(Grouping(field=path) for path in (key, *(here for here, _ in pairs))))
        case _:
            return Grain(groupings)


def counted_by(form: Converted) -> tuple[Grouping, ...]:
    """The groupings of what a conversion counts: what must agree with the base."""
    paths = (form.conversion_key, *(there for _, there in form.constant))
    return tuple(Grouping(field=path, alias=f"_other_{at}") for at, path in enumerate(paths))


def _extended(groupings: tuple[Grouping, ...], more: tuple[Grouping, ...]) -> Grain:
    taken = {each.name for each in groupings}
    free = (name for at in count(1) if (name := f"_by_{at}") not in taken)
    named = tuple(each.model_copy(update={"alias": name}) for each, name in zip(more, free, strict=False))
    return Grain((*groupings, *named), extra=tuple(range(len(groupings), len(groupings) + len(named))))


def _position_of_same(
    wanted: Grouping, groupings: tuple[Grouping, ...], draft: PartDraft, catalog: Catalog
) -> int | None:
    """The position of a grouping whose groups are the wanted ones: a month is not the day that a path alone means."""
    found = tuple(
        each if (each.grain, each.fiscal, each.bins) == (wanted.grain, wanted.fiscal, wanted.bins) else None
        for each in groupings
    )
    return next((at for at, each in enumerate(found) if each and _position(wanted, (each,), draft, catalog) == 0), None)


def _position(wanted: Grouping, groupings: tuple[Grouping, ...], draft: PartDraft, catalog: Catalog) -> int | None:
    for at, each in enumerate(groupings):
        if wanted.grain is not None and (wanted.grain, wanted.fiscal) != (each.grain, each.fiscal):
            continue
        if wanted.bins is not None and wanted.bins != each.bins:
            continue
        if wanted.field == each.field or any(
            locate(catalog, fact, wanted.field) == locate(catalog, fact, each.field)
            for (fact, _), _ in draft.inner.facts()
        ):
            return at
    return None


def own_times(question: Question) -> tuple[int, ...]:
    """Positions of the keys that every fact reads as its own time, the finest first."""
    found = [
        at for at, key in enumerate(question.keys)
        if key.temporal and all(b.time is not None and b.time.term in walk(b.keys[at]) for b in question.branches)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda at: GRAINS.index(question.keys[at].grain or "day")))


def otherwise_told(part: Part, positions: tuple[int, ...]) -> bool:
    """Whether a key that is no period (the number of a month) follows from the own time too, so that it moves with it."""
    return any(
        at not in part.times
        and any(b.time is not None and b.time.term in walk(b.keys[at]) for b in part.inner.branches)
        for at in positions
    )


def follows(part: Part) -> Iterator[str]:
    """Labels of keys that no period tells, but that follow from the own time all the same: its words, its calendar's fields."""
    for at, key in enumerate(part.inner.keys):
        if at not in part.times and any(_from_time(part.inner.catalog, branch, at) for branch in part.inner.branches):
            yield key.label


def _from_time(catalog: Catalog, branch: Branch, at: int) -> bool:
    if branch.time is None:
        return False
    own = branch.time.located
    columns = _columns(catalog, own.dataset, own.field)
    for each in walk(branch.keys[at]):
        if isinstance(each, FieldRef) and each.alias == own.alias and each.field != own.field:
            if _columns(catalog, each.dataset, each.field) <= columns:
                return True
        elif isinstance(each, FieldRef) and not own.steps:
            steps = next((found for found in branch.joins if alias(branch.fact, found) == each.alias), ())
            if steps and {near for near, _ in steps[0].pairs} == {own.field}:
                return True
    return False


def _columns(catalog: Catalog, dataset: str, field: str) -> frozenset[str]:
    found = catalog.dataset[dataset].by_name[field]
    return frozenset({field} if found.expression is None else author.used(found.expression, dataset)) or frozenset({""})


def moves(part: Part) -> bool:
    """Whether a part has values of other times, so that it may have groups that no fact has in the same period.

    What is folded does if it folds such a part by the same times; if it is finer in time, its facts say which periods there are.
    """
    if isinstance(part.form, Shifted | Run):
        return True
    inside = [each for each in part.inner.parts if moves(each)]
    return isinstance(part.form, Folded) and bool(inside) and all(each.times == part.times for each in inside)


def limited(question: Question) -> bool:
    """Whether the window limits the own time of every fact."""
    return bool(question.branches) and all(
        b.bound is not None and b.time is not None and b.bound.term == b.time.term for b in question.branches
    )


def stride(part: Part, at: int) -> Stride:
    """How far back a shifted part looks, in units that its key has: years of weeks are 52 weeks."""
    form = part.form
    assert isinstance(form, Shifted) and form.by is not None
    if part.inner.keys[at].grain == "week" and form.by.grain == "year":
        return Stride("week", 52 * form.by.count)
    return Stride(form.by.grain, form.by.count)


def whole(step: Stride, grain: Time) -> bool:
    """Whether a distance is made of whole periods of a grain, so that periods move onto periods."""
    if grain in _MONTHS:
        return step.grain in _MONTHS and _MONTHS[step.grain] * step.count % _MONTHS[grain] == 0
    if step.grain in _MONTHS:
        return grain != "week"
    return GRAINS.index(step.grain) >= GRAINS.index(grain)


def unsupported(part: Part, span: Span) -> Iterator[Issue]:
    """What a part cannot do in this question."""
    if any(branch.extents for branch in part.inner.branches):
        yield Issue(f"A count of bins beside “{part.name}” is not yet supported: its bins would be others.", "groupings",
                    "Give a width.")  # fmt: skip
        return
    if isinstance(part.form, Run | Balance | Converted) and any(branch.bridges for branch in part.inner.branches):
        yield Issue(f"“{part.name}” by a grouping over many-to-many is not yet supported: its rows would be there twice.",
                    "groupings", "Leave that grouping out.")  # fmt: skip
        return
    if not isinstance(part.form, Pinned | Folded) and any(b.spreads or b.snapshot for b in part.inner.branches):
        yield Issue(f"“{part.name}” looks at other times of a metric that looks at other times itself; not yet supported.",
                    "measures", "Let it move along the time spine (“spine”), or define that metric without it.")  # fmt: skip
        return
    match part.form:
        case Shifted() | Run():
            if any(branch.time is None for branch in part.inner.branches):
                yield Issue(f"“{part.name}” has no time of its own to move along.", "measures",
                            "Give its dataset a default time.")  # fmt: skip
            else:
                yield from _nested(part)
                for label in follows(part):
                    yield Issue(f"“{part.name}” moves along its time, and “{label}” follows from that time; not yet supported.",
                                "groupings", "Group by a grain of the time.")  # fmt: skip
                yield from _shifted(part, span) if isinstance(part.form, Shifted) else _run(part)
        case Balance(over=over):
            if part.inner.keys and part.inner.keys[part.extra[0]].type not in TEMPORAL:
                yield Issue(f"“{over}” is not a time, so “{part.name}” has no last or first moment.", "measures")
        case Converted():
            yield from _converted(part)
        case _:
            return


def _nested(part: Part) -> Iterator[Issue]:
    """Several groupings of one time: the finer must lie inside of the coarser."""
    keys = [part.inner.keys[at] for at in part.times]
    if len(keys) > 1 and keys[0].grain == "week":
        yield Issue(f"Weeks cross the borders of months and years, so “{part.name}” cannot be grouped by both.",
                    "groupings", "Group by one of them.")  # fmt: skip


def _shifted(part: Part, span: Span) -> Iterator[Issue]:
    form = part.form
    assert isinstance(form, Shifted)
    if not part.times:
        if form.to is not None or not limited(part.inner) or span.start is None or span.end is None:
            yield Issue(f"“{part.name}” looks back along its own time, so it needs that time as a grouping"
                        f"{'' if form.to else ' or a window with two ends'}.", "groupings",
                        "Say which period is meant.")  # fmt: skip
        return
    key = part.inner.keys[part.times[0]]
    if form.to is not None:
        if otherwise_told(part, tuple(range(len(part.inner.keys)))):
            yield Issue(
                f"“{part.name}” by a part of its own time is not yet supported.", "groupings", "Group by a grain."
            )
        if key.grain != form.to and (key.grain == "week" or coarser(key.grain or "day", form.to)):
            yield Issue(f"A {form.to} does not begin with a {key.grain}, so “{part.name}” has no value there.",
                        "groupings", "Group by a finer time.")  # fmt: skip
        return
    step = stride(part, part.times[0])
    if key.grain == "week" and step.grain in _MONTHS:
        yield Issue(f"Weeks have no week that is {form.by} earlier.", "groupings", "Group by day or month.")
    if step.grain in {"second", "minute", "hour"} and any(
        b.time and b.time.type == "date" for b in part.inner.branches
    ):
        yield Issue(f"“{part.name}” looks back by {form.by}, but its time has whole days only.", "measures")


def _run(part: Part) -> Iterator[Issue]:
    measure = part.inner.measures[0]
    if part.times and otherwise_told(part, tuple(range(len(part.inner.keys)))):
        yield Issue(f"“{part.name}” runs along its time, so it cannot be grouped by a part of it as well.", "groupings",
                    "Group by one of them.")  # fmt: skip
    if part.inner.parts or any(isinstance(each, Over) for each in walk(measure.term)):
        yield Issue(f"“{part.name}” runs over a metric that itself looks at other rows or groups; not yet supported.",
                    "measures", "Define that metric over the cumulative one instead.")  # fmt: skip


def _converted(part: Part) -> Iterator[Issue]:
    for question, word in ((part.inner, "base"), (part.other, "conversion")):
        if question is None:
            continue
        simple = len(question.branches) == 1 and not question.parts and isinstance(question.measures[0].term, Ref)
        if not simple:
            yield Issue(f"The {word} of “{part.name}” must be one aggregate of one dataset.", "measures",
                        "Use a metric of kind “simple”.")  # fmt: skip
        elif question.branches[0].time is None:
            yield Issue(f"The {word} of “{part.name}” has no time, so nothing comes before or after it.", "measures",
                        "Give its dataset a default time.")  # fmt: skip


def torn(question: Question) -> Iterator[Issue]:
    """Parts that move along different groupings: each would say which periods the other one is shown for."""
    moving = [each for each in question.parts if moves(each) and each.times]
    other = next((each for each in moving if each.times != moving[0].times), None)
    if other is not None:
        yield Issue(f"“{moving[0].name}” and “{other.name}” move along different times, and the question is grouped by both.",
                    "groupings", "Ask for them apart, or group by one of the times.")  # fmt: skip
    if (
        question.query.comparison is not None
        and any(map(moves, question.parts))
        and any(map(_placed, question.measures))
    ):
        yield Issue("A place beside values of other times has no previous place; not yet supported.", "comparison",
                    "Ask for them apart.")  # fmt: skip
    for part in question.parts:
        if _placed(part.inner.measures[0]) and any(map(moves, part.inner.parts)):
            yield Issue(f"“{part.name}” looks at places among values of other times; not yet supported.", "measures",
                        "Rank what is shown instead.")  # fmt: skip
        yield from torn(part.inner)


def _placed(measure: Shown) -> bool:
    return any(isinstance(each, Over) for each in walk(measure.term))


def unsettled(question: Question) -> Iterator[Issue]:
    """Totals and tops over time look at groups without their time: an offset then needs a window that can move."""
    whole_window = len(followed(question)) < len(question.keys)
    if not (question.query.totals or whole_window):
        return
    closed = question.span.start is not None and question.span.end is not None
    for part in question.parts:
        yield from _unsettled(part, closed=closed)


def _unsettled(part: Part, *, closed: bool) -> Iterator[Issue]:
    if isinstance(part.form, Shifted) and part.times and (not closed or part.form.to or not part.windowed):
        yield Issue(f"“{part.name}” looks back, so its totals and tops over time need a window with two ends.", "time",
                    "Say from when to when.")  # fmt: skip
    for inner in part.inner.parts:
        yield from _unsettled(inner, closed=closed)


def aligned(part: Part, span: Span) -> bool:
    """Whether the span holds whole periods of the part's time only."""
    keys = [part.inner.keys[at] for at in part.times]
    return all(calendar.aligned(span, key.grain or "day", part.inner.rules, key.first_month) for key in keys)
