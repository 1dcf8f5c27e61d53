"""Versions of a slowly changing dimension that overlap: rows that meet two of them are counted twice."""

from __future__ import annotations

from goal_semantics.contracts.broken import ROWS, Rows
from goal_semantics.expectation import Apart
from goal_semantics.relation import (
    AggCall,
    Aggregate,
    Call,
    Column,
    Constant,
    Function,
    Join,
    Ref,
    Relation,
    Term,
)

_EARLIER = "earlier"
_END, _OPEN = "latest end", "open ends"


def overlapping(rows: Rows, key: tuple[str, ...], rule: Apart) -> Relation:
    """Starts of versions at which another one of the same key is valid: the key, the start, how many rows start there.

    Rows without a key have no versions.
    """
    end = rows.raw(rule.end)
    starts = Aggregate(
        rows.having(key), tuple(Column(name, rows.raw(name)) for name in (*key, rule.start)),
        (
            Column(ROWS, AggCall("count")), Column(_END, AggCall("max", end)),
            Column(_OPEN, AggCall("count", None, Call("is null", (end,)))),
        ),
        name=f"{rows.dataset}_starts",
    )  # fmt: skip
    return Join(starts, starts, "semi", _crosses(key, rule), _EARLIER)


def _crosses(key: tuple[str, ...], rule: Apart) -> tuple[Term, ...]:
    """An earlier version of the same key is still valid when this one starts, or one starts with it.

    A start without a value is the first of all.
    """
    same = tuple(Call("=", (Ref(name, _EARLIER), Ref(name))) for name in key)
    then, now = Ref(rule.start, _EARLIER), Ref(rule.start)
    first = Call("and", (Call("is null", (then,)), Call("not", (Call("is null", (now,)),))))
    before = Call("or", (Call("<", (then, now)), first))
    still: Function = ">=" if rule.inclusive else ">"
    lasts = Call("or", (Call(">", (Ref(_OPEN, _EARLIER), Constant(0))), Call(still, (Ref(_END, _EARLIER), now))))
    at_once = Call("and", (Call("same", (then, now)), Call(">", (Ref(ROWS), Constant(1)))))
    return (*same, Call("or", (Call("and", (before, lasts)), at_once)))
