"""Rows of a fact at the periods of a time spine; longer periods by one of their moments; periods without rows."""

from __future__ import annotations

from goal_semantics.relation import (
    AggCall,
    Aggregate,
    Align,
    Call,
    Column,
    Derive,
    Filter,
    Join,
    Over,
    Ref,
    Relation,
    Scan,
    Term,
    Window,
)
from goal_semantics.resolve.question import Branch, Periods, Snapshot
from goal_semantics.traversal import walk

_MOMENT, _EDGE = "_moment", "_edge"


def spread(relation: Relation, branch: Branch) -> Relation:
    """The rows, once for each period that looks at them."""
    for each in branch.spreads:
        relation = Join(relation, Scan(each.dataset, each.alias), "inner", each.on, many=True)
    return relation


def at_moment(rows: Relation, again: Relation, branch: Branch, chosen: Snapshot) -> Relation:
    """The rows at the last or first moment of each period that is asked for. `again`: the same rows, read once more."""
    periods = tuple(term for term in branch.keys if chosen.over in walk(term))
    told = tuple(Column(f"_told_{at}", term) for at, term in enumerate((*periods, *chosen.apart), start=1))
    edge = Column(_MOMENT, AggCall("max" if chosen.last else "min", chosen.over))
    moments = Aggregate(again, told, (edge,), name=f"{branch.fact}_moments"[:60])
    same = tuple(Call("same", (each.term, Ref(each.name, "moments"))) for each in told)
    return Join(rows, moments, "inner", (*same, Call("=", (chosen.over, Ref(_MOMENT, "moments")))), "moments")


def by_moment(
    rows: Relation, branch: Branch, grouped: tuple[Column, ...], leaves: tuple[Column, ...], name: str
) -> Relation:
    """Aggregated at every period of the spine, then the one that stands for the longer period, or the mean of all."""
    assert branch.moment is not None
    moment = Column(_MOMENT, branch.moment)
    finest = Aggregate(rows, (*grouped, moment), leaves, name=f"{name}_at_every_moment"[:60])
    keys = tuple(Column(each.name, Ref(each.name)) for each in grouped)
    values = tuple(Ref(each.name) for each in leaves)
    if branch.edge == "avg":
        means = tuple(Column(each.name, AggCall("avg", each)) for each in values)
        return Aggregate(finest, keys, means, name=name)
    partition: tuple[Term, ...] = tuple(each.term for each in keys)
    edge = Over("min" if branch.edge == "first" else "max", Ref(_MOMENT), partition)
    marked = Window(finest, (Column(_EDGE, edge),), f"{name}_edges"[:60])
    chosen = Filter(marked, Call("=", (Ref(_MOMENT), Ref(_EDGE))))
    return Derive(chosen, (*keys, *(Column(each.name, each) for each in values)), name=name)


def at_every_period(
    found: Relation, periods: Periods, names: tuple[str, ...], positions: tuple[int, ...], inside: Term | None
) -> Relation:
    """All periods of the spine beside the groups that there are; what lies outside of it stays.

    `names`: of all keys of the question.
    """
    shown = tuple(Column(names[at], term) for at, term in periods.keys if at in positions)
    if not shown:
        return found
    rows: Relation = Scan(periods.dataset, periods.dataset)
    if inside is not None:
        rows = Filter(rows, inside)
    every = Derive(rows, shown, distinct=True, name="every_period")
    aligned = Align((every, found), tuple(each.name for each in shown), "full", "at_every_period")
    return aligned if periods.kept is None else Filter(aligned, periods.kept)
