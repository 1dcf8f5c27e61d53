"""The first groups: of rows, or, beside a time grouping, of what is followed over time."""

from __future__ import annotations

from dataclasses import replace

from goal_semantics.compile.facts import measured
from goal_semantics.compile.frames import filled, frame
from goal_semantics.relation import (
    AggCall,
    Aggregate,
    Call,
    Case,
    Column,
    Constant,
    Derive,
    Exists,
    Filter,
    Join,
    Over,
    Ref,
    Relation,
    Term,
    Union,
    Window,
    columns,
)
from goal_semantics.resolve.features import followed, recomputed
from goal_semantics.resolve.question import Branch, Question
from goal_semantics.traversal import substitute

PLACE = "_place"
OTHERS = "_others"
OTHERS_LABEL = "Others"


def leads(question: Question) -> bool:
    """Whether the top is just the first rows of the answer in its own order."""
    top = question.query.top
    whole = len(followed(question)) == len(question.keys)
    return top is not None and whole and not (top.within or top.others or question.query.order)


def topped(question: Question, relation: Relation) -> Relation:
    """The groups that the query's top keeps, with one row of others per stratum if asked."""
    top = question.query.top
    if top is None:
        return relation
    positions = followed(question)
    if len(positions) < len(question.keys):
        return _followed(question, relation, positions)
    placed = Window(relation, (Column(PLACE, _place(question, positions)),), "placed")
    kept: Relation = Filter(placed, Call("<=", (Ref(PLACE), Constant(top.n))))
    names = columns(relation)
    if not top.others:
        return Derive(kept, tuple(Column(name, Ref(name)) for name in names))
    rest = Filter(placed, Call(">", (Ref(PLACE), Constant(top.n))))
    return _with_others(question, kept, rest, positions)


def _followed(question: Question, relation: Relation, positions: tuple[int, ...]) -> Relation:
    """What is followed over time is ranked over the whole window, then all of its periods are shown."""
    top = question.query.top
    assert top is not None
    whole = measured(question, frame(question, question.span, positions), positions)
    placed = Window(whole, (Column(PLACE, _place(question, positions)),), "placed")
    names = [question.keys[at].name for at in positions]
    best = Derive(
        Filter(placed, Call("<=", (Ref(PLACE), Constant(top.n)))), tuple(Column(n, Ref(n)) for n in names), name="best"
    )
    same = tuple(Call("same", (Ref(name), Ref(name, "best"))) for name in names)
    kept: Relation = Join(relation, best, "semi", same, "best")
    if not top.others:
        return kept
    return _with_others(question, kept, Join(relation, best, "anti", same, "best"), positions)


def _with_others(question: Question, kept: Relation, rest: Relation, positions: tuple[int, ...]) -> Relation:
    top = question.query.top
    assert top is not None
    if recomputed(question):
        return _recomputed(question, kept, rest, positions)
    chosen = [question.keys[at].name for at in positions if question.keys[at].name not in top.within]
    strata = [key.name for key in question.keys if key.name not in chosen]
    measures = [each.name for each in question.measures]
    summed = Aggregate(
        rest, tuple(Column(name, Ref(name)) for name in strata),
        (*(Column(name, AggCall("sum", Ref(name))) for name in measures), Column(PLACE, AggCall("count"))),
        name="rest",
    )  # fmt: skip
    present = Filter(summed, Call(">", (Ref(PLACE), Constant(0))))
    label = {name: Constant(OTHERS_LABEL if at == 0 else None) for at, name in enumerate(chosen)}
    names = [*(key.name for key in question.keys), *measures]
    first = Derive(kept, (*(Column(n, Ref(n)) for n in names), Column(OTHERS, Constant(0))))
    second = Derive(present, (*(Column(n, label.get(n, Ref(n))) for n in names), Column(OTHERS, Constant(1))))
    return Union((first, second), "with_others")


def _recomputed(question: Question, kept: Relation, rest: Relation, positions: tuple[int, ...]) -> Relation:
    """Others computed from the rows of all groups that are not kept."""
    top = question.query.top
    assert top is not None
    chosen = [question.keys[at].name for at in positions if question.keys[at].name not in top.within]
    strata = tuple(at for at, key in enumerate(question.keys) if key.name not in chosen)
    groups = Derive(rest, tuple(Column(key.name, Ref(key.name)) for key in question.keys), name="rest")
    narrowed = replace(question, branches=tuple(_among(question, branch, groups) for branch in question.branches))
    if not strata:
        narrowed = _present(narrowed)
    base = filled(narrowed, frame(narrowed, question.span, strata), strata)
    values: Relation = measured(narrowed, base, strata)
    if not strata:
        values = Filter(values, Exists(Filter(groups, Constant(True))))
    label = {name: Constant(OTHERS_LABEL if at == 0 else None) for at, name in enumerate(chosen)}
    names = [*(key.name for key in question.keys), *(each.name for each in question.measures)]
    first = Derive(kept, (*(Column(n, Ref(n)) for n in names), Column(OTHERS, Constant(0))))
    second = Derive(values, (*(Column(n, label.get(n, Ref(n))) for n in names), Column(OTHERS, Constant(1))))
    return Union((first, second), "with_others")


def _present(question: Question) -> Question:
    """With no value of a fact that has no rows at all: nothing was counted there."""
    counts = [Column(f"_rows_{at}", AggCall("count")) for at in range(len(question.branches))]
    seen: dict[str, Term] = {
        leaf.name: Case(((Call(">", (Ref(count.name), Constant(0))), Ref(leaf.name)),))
        for branch, count in zip(question.branches, counts, strict=True)
        for leaf in branch.leaves
    }
    branches = tuple(
        replace(branch, leaves=(*branch.leaves, count)) if branch.leaves else branch
        for branch, count in zip(question.branches, counts, strict=True)
    )
    measures = tuple(replace(each, term=substitute(each.term, seen)) for each in question.measures)
    return replace(question, branches=branches, measures=measures)


def _among(question: Question, branch: Branch, groups: Relation) -> Branch:
    """The rows of a branch that are in one of the groups."""
    same = tuple(Call("same", (Ref(key.name), term)) for key, term in zip(question.keys, branch.keys, strict=True))
    inside = Exists(Filter(groups, Call("and", same) if len(same) > 1 else same[0]))
    condition = inside if branch.condition is None else Call("and", (branch.condition, inside))
    return replace(branch, condition=condition)


def _place(question: Question, positions: tuple[int, ...]) -> Term:
    top = question.query.top
    assert top is not None
    ties = tuple((Ref(question.keys[at].name), False) for at in positions if question.keys[at].name not in top.within)
    strata = tuple(Ref(question.keys[at].name) for at in positions if question.keys[at].name in top.within)
    return Over("row number", None, strata, ((Ref(top.by), not top.ascending), *ties))
