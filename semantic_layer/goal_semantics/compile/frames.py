"""One row per group: facts aggregated in their own branches and parts in their own questions, then aligned.

Facts say which periods there are: a part that looks at other times never adds one. Within a period, the groups of any
part are shown.
"""

from __future__ import annotations

from dataclasses import replace

from goal_semantics import calendar
from goal_semantics.calendar import Span
from goal_semantics.compile import parts
from goal_semantics.compile.facts import LEVEL, fact, keys, within
from goal_semantics.compile.parts.request import Request
from goal_semantics.metrics import Balance, Converted, Folded, Pinned
from goal_semantics.relation import (
    Aggregate,
    Align,
    Call,
    Cast,
    Column,
    Constant,
    Derive,
    Filter,
    Join,
    Ref,
    Relation,
    Spine,
    Union,
    columns,
)
from goal_semantics.resolve.features import time_key
from goal_semantics.resolve.parts import moves
from goal_semantics.resolve.question import Branch, Part, Question
from goal_semantics.traversal import walk


def frame(
    question: Question,
    span: Span,
    positions: tuple[int, ...],
    extra: tuple[Column, ...] = (),
    periods: Relation | None = None,
    scanned: Span | None = None,
) -> Relation:
    """Keys at these positions, `_level` where totals are asked for, and every leaf; `extra` are leaves to add.

    `periods`: columns of times at which parts shall have values as well, where somebody else cuts what is shown.
    `scanned`: the longer span that several frames read at once, so that they are one.
    """
    if question.parts and question.query.totals:
        return _levels(question, span, positions)
    read = scanned or _reach(question, span, positions)
    branches = [each for each in question.branches if each.leaves or (positions and _tells(question, each))]
    facts = tuple(_fact(question, each, span, positions, extra, read) for each in branches)
    if not question.parts:
        return _aligned(facts, question, positions)
    shown = _aligned(facts, question, positions) if facts else None
    if shown is not None and question.filled:
        shown = filled(question, shown, positions)
    native = len(facts) == 1 and periods is None and not question.filled
    return _with_parts(question, shown, Request(span, positions, read, frame, periods, native))


def filled(question: Question, base: Relation, positions: tuple[int, ...]) -> Relation:
    """Every period between the first and the last one, for every group that the facts have; rows without a time stay."""
    at = time_key(question)
    if not question.filled or at is None or at not in positions:
        return base
    key = question.keys[at]
    chosen = [question.keys[each] for each in positions]
    others = tuple(Column(each.name, Ref(each.name)) for each in chosen if each is not key)
    periods: Relation = Spine(base, key.name, key.grain or "day", key.type)
    if others:
        groups = Derive(base, others, distinct=True, name="groups")
        crossed = Join(periods, groups, "cross", (), "groups")
        periods = Derive(
            crossed,
            tuple(Column(each.name, Ref(each.name) if each is key else Ref(each.name, "groups")) for each in chosen),
            name="every_period",
        )
    return Align((periods, base), keys(question, positions), "full", "filled")


def _aligned(relations: tuple[Relation, ...], question: Question, positions: tuple[int, ...]) -> Relation:
    return relations[0] if len(relations) == 1 else Align(relations, keys(question, positions), "full", "combined")


def _tells(question: Question, branch: Branch) -> bool:
    """Whether a branch without leaves has groups that no other branch of the same rows has."""

    def rows(each: Branch) -> tuple[object, ...]:
        return each.fact, each.keys, each.condition, each.bound, each.spreads, each.snapshot, each.periods

    return not any(rows(each) == rows(branch) for each in question.branches if each.leaves)


def _fact(
    question: Question, branch: Branch, span: Span, positions: tuple[int, ...], extra: tuple[Column, ...], read: Span
) -> Relation:
    """One fact in the span, cut out of a longer one by its periods where others read that too."""
    at = next((at for at in positions if _cuts(question, branch, at, span)), None)
    if read == span or at is None:
        return fact(question, branch, span, positions, extra)
    key = question.keys[at]
    inside = within(Ref(key.name), key.type, span)
    whole = fact(question, branch, read, positions, extra)
    return whole if inside is None else Filter(whole, inside)


def _cuts(question: Question, branch: Branch, at: int, span: Span) -> bool:
    """Whether a window of whole periods of this key chooses the same rows as one of the branch's time."""
    key = question.keys[at]
    return (
        key.temporal
        and branch.bound is not None
        and branch.bound.term in walk(branch.keys[at])
        and not (branch.spreads or branch.snapshot)
        and calendar.aligned(span, key.grain or "day", question.rules, key.first_month)
    )


def _reach(question: Question, span: Span, positions: tuple[int, ...]) -> Span:
    """The span together with all that moving parts look at, at any depth."""
    found = [span]
    for part in question.parts:
        found += [_reach(part.inner, each, positions) for each in parts.looks_at(part, span, positions)]
    starts, ends = [each.start for each in found], [each.end for each in found]
    return Span(
        None if None in starts else min(each for each in starts if each is not None),
        None if None in ends else max(each for each in ends if each is not None),
    )


def _with_parts(question: Question, shown: Relation | None, asked: Request) -> Relation:
    """The facts' groups with the columns of all parts; pinned ones stand beside whatever groups there are."""
    names = keys(question, asked.positions)
    still = [each for each in question.parts if isinstance(each.form, Folded | Balance | Converted) and not moves(each)]
    moving = [each for each in question.parts if moves(each)]
    pinned = [each for each in question.parts if isinstance(each.form, Pinned)]
    rows = [shown] if shown is not None else []
    rows += [parts.relation(question, each, asked) for each in still]
    base = rows[0] if len(rows) == 1 else Align(tuple(rows), names, "left", "current") if rows else None
    for alike in ([each for each in moving if not _over(each, asked)], [each for each in moving if _over(each, asked)]):
        base = _beside(question, base, alike, asked) if alike else base
    for each in pinned:
        base = _around(question, base, each, asked)
    assert base is not None
    return base


def _over(part: Part, asked: Request) -> bool:
    """Whether the time that a part moves along is among the keys: if not, it has groups like any fact."""
    return any(at in asked.positions for at in part.times)


def _around(question: Question, base: Relation | None, part: Part, asked: Request) -> Relation:
    """A pinned part beside the groups that it belongs to; one that looks at other times has values at all of their periods."""
    kept = tuple(question.keys[at].name for at in part.kept if at in asked.positions)
    times = tuple(question.keys[part.kept[own]].name for own in part.times if part.kept[own] in asked.positions)
    if base is not None and asked.periods is None and times and any(map(moves, part.inner.parts)):
        asked = replace(asked, periods=_periods(base, times))
    value = parts.relation(question, part, asked)
    return Align((base, value), kept, "left", "current") if base is not None else value


def _periods(base: Relation, times: tuple[str, ...]) -> Relation:
    return Aggregate(base, tuple(Column(name, Ref(name)) for name in times), (), name="periods_shown")


def _beside(question: Question, base: Relation | None, moving: list[Part], asked: Request) -> Relation:
    """Parts that look at other times: their periods are those of the facts, or all if somebody else cuts them.

    What the facts show is read once by each part, however many there are.
    """
    names = keys(question, asked.positions)
    times = {each.name: tuple(question.keys[at].name for at in each.times if at in asked.positions) for each in moving}
    values = list[Relation]()
    added = list[Relation]()  # parts that have periods only: they have no group that the facts have not
    shown: dict[tuple[str, ...], Relation] = {}
    for each in moving:
        over = times[each.name]
        if base is None or not over or asked.periods is not None:
            values.append(parts.relation(question, each, asked))
            continue
        cut = shown.setdefault(over, _periods(base, over))
        value = parts.relation(question, each, replace(asked, periods=cut))
        if set(over) == set(names):
            added.append(value)
        else:
            same = tuple(Call("same", (Ref(name), Ref(name, "shown"))) for name in over)
            values.append(Join(value, cut, "semi", same, "shown"))
    beside = ([base] if base is not None else []) + values
    whole = beside[0] if len(beside) == 1 else Align(tuple(beside), names, "full", "current")
    return Align((whole, *added), names, "left", "current") if added else whole


def _levels(question: Question, span: Span, positions: tuple[int, ...]) -> Relation:
    """Every level of totals by itself: what a part shows is recomputed there."""
    plain = replace(question, query=question.query.model_copy(update={"totals": False}))
    found = list[Relation]()
    for count in range(len(positions), -1, -1):
        level = frame(plain, span, positions[:count])
        names = [name for name in columns(level) if name not in keys(plain, positions[:count])]
        rolled = {question.keys[at].name: Cast(Constant(None), question.keys[at].type) for at in positions[count:]}
        shown = tuple(Column(question.keys[at].name, rolled.get(question.keys[at].name, Ref(question.keys[at].name)))
                      for at in positions)  # fmt: skip
        marked = (*shown, Column(LEVEL, Constant(len(positions) - count)))
        found.append(Derive(level, (*marked, *(Column(name, Ref(name)) for name in sorted(names)))))
    return Union(tuple(found), "levels")
