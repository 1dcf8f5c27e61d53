"""How many versions of a slowly changing dimension overlap: rows that meet two of them are counted twice."""

from __future__ import annotations

from goal_semantics.dialects import Dialect
from goal_semantics.joins import Valid, valid_of
from goal_semantics.model import Catalog, Relationship
from goal_semantics.relation import (
    AggCall,
    Aggregate,
    Call,
    Column,
    Constant,
    FieldRef,
    Filter,
    Function,
    Join,
    Ref,
    Relation,
    Scan,
    Term,
)
from goal_semantics.render import Rendered, render

_THERE = "earlier"


def compile_overlaps(relationship: Relationship, catalog: Catalog, dialect: Dialect) -> Rendered:
    """One row with one number: starts of versions at which another one of the same key is valid. Rows without a key have none.

    Errors: ValueError for a relationship without versions.
    """
    valid = valid_of(relationship, catalog)
    if valid is None:
        raise ValueError(f"“{relationship.name}” has no versions")
    return render(_counted(relationship, valid), catalog, dialect)


def _counted(relationship: Relationship, valid: Valid) -> Relation:
    dataset = relationship.to_dataset
    keys = tuple(
        Column(f"key_{at}", FieldRef(dataset, dataset, name)) for at, name in enumerate(relationship.to_fields)
    )
    known = Call("and", tuple(_present(each.term) for each in keys)) if len(keys) > 1 else _present(keys[0].term)
    start, end = FieldRef(dataset, dataset, valid.start), FieldRef(dataset, dataset, valid.end)
    starts = Aggregate(
        Filter(Scan(dataset, dataset), known), (*keys, Column("starts", start)),
        (
            Column("versions", AggCall("count")), Column("ends", AggCall("max", end)),
            Column("open", AggCall("count", None, Call("is null", (end,)))),
        ),
        name="starts",
    )  # fmt: skip
    wrong = Join(starts, starts, "semi", _crosses(keys, valid), _THERE)
    return Aggregate(wrong, (), (Column("overlaps", AggCall("count")),), name="overlaps")


def _crosses(keys: tuple[Column, ...], valid: Valid) -> tuple[Term, ...]:
    """An earlier version of the same key is still valid when this one starts, or one starts with it.

    A start without a value is the first of all.
    """
    same = tuple(Call("=", (Ref(each.name, _THERE), Ref(each.name))) for each in keys)
    then, now, ends = Ref("starts", _THERE), Ref("starts"), Ref("ends", _THERE)
    first = Call("and", (Call("is null", (then,)), _present(now)))
    before = Call("or", (Call("<", (then, now)), first))
    still: Function = ">=" if valid.inclusive else ">"
    lasts = Call("or", (Call(">", (Ref("open", _THERE), Constant(0))), Call(still, (ends, now))))
    at_once = Call("and", (Call("same", (then, now)), Call(">", (Ref("versions"), Constant(1)))))
    return (*same, Call("or", (Call("and", (before, lasts)), at_once)))


def _present(term: Term) -> Term:
    return Call("not", (Call("is null", (term,)),))
