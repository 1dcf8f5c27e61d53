"""SQL conditions of dbt as filters: only what compares a name with values, and exactly as SQL means it.

In SQL a row is kept where the condition is true: what compares with NULL is not. So every `not` is driven inwards to the
comparisons, and those that would keep NULL rows in our filters are joined by "is not null".
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from goal_semantics import calendar
from goal_semantics.calendar import Stride
from goal_semantics.issues import Issue
from goal_semantics.model import Calendar, Grain
from goal_semantics.query import And, Condition, Filter, Operator, Or, Scalar

Order = Literal["=", "!=", "<", "<=", ">", ">="]
_ORDERS: dict[type[exp.Expr], Order] = {
    exp.EQ: "=", exp.NEQ: "!=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
_TURNED: dict[Order, Order] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATED: dict[Order, Order] = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Spot:
    """What a column of the condition stands for: a path, and the period of it that is compared."""

    path: str
    time: bool = False
    grain: Grain | None = None
    part: Grain | None = None


Found = Spot | Callable[[Operator, tuple[Scalar, ...]], Filter]
"""A function makes the condition of something that is no field: a metric."""


class Unsayable(Exception):
    """A condition that no filter can say; `issue` says which."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(str(issue))
        self.issue = issue


def condition(text: str, find: Callable[[str], Found], rules: Calendar) -> Filter:
    """The condition as a filter; `find` tells what a column stands for. Errors: Unsayable."""
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except SqlglotError as error:
        first = str(error).splitlines()[0] if str(error) else "it cannot be parsed"
        raise Unsayable(Issue(f"“{text}” is no SQL condition: {first}", "where")) from error
    return _Reading(find, rules, text).tree(tree, kept=True)


def all_of(items: tuple[Filter, ...]) -> Filter | None:
    """They all hold; None when there is none."""
    flat = tuple(each for item in items for each in (item.items if isinstance(item, And) else (item,)))
    return And(items=flat) if len(flat) > 1 else flat[0] if flat else None


@dataclass(frozen=True, slots=True)
class _Reading:
    find: Callable[[str], Found]
    rules: Calendar
    text: str

    def tree(self, node: exp.Expr, *, kept: bool) -> Filter:
        """Rows for which the node is true (kept) or false."""
        match node:
            case exp.Paren():
                return self.tree(node.this, kept=kept)
            case exp.Not():
                return self.tree(node.this, kept=not kept)
            case exp.And() | exp.Or():
                both = (self.tree(node.left, kept=kept), self.tree(node.right, kept=kept))
                if isinstance(node, exp.And) == kept:
                    return all_of(both) or both[0]
                return Or(items=tuple(e for each in both for e in (each.items if isinstance(each, Or) else (each,))))
            case exp.Column():
                return self._compared(self._operand(node), "=", kept)
            case exp.Is():
                return self._is(node, kept=kept)
            case exp.In() if node.expressions and not node.args.get("query"):
                values = tuple(self._value(each) for each in node.expressions)
                return self._among(self._operand(node.this), values, kept=kept)
            case exp.Between():
                low: Order = ">=" if kept else "<"
                high: Order = "<=" if kept else ">"
                found = self._operand(node.this)
                both = (
                    self._compared(found, low, self._value(node.args["low"])),
                    self._compared(found, high, self._value(node.args["high"])),
                )
                return And(items=both) if kept else Or(items=both)
            case _ if type(node) in _ORDERS:
                return self._order(node, _ORDERS[type(node)], kept=kept)
            case _:
                raise self._unsayable(node)

    def _order(self, node: exp.Expr, op: Order, *, kept: bool) -> Filter:
        left, right = node.this, node.expression
        if _column(left) is None:
            left, right, op = right, left, _TURNED[op]
        return self._compared(self._operand(left), op if kept else _NEGATED[op], self._value(right))

    def _is(self, node: exp.Is, *, kept: bool) -> Filter:
        found = self._operand(node.this)
        if isinstance(node.expression, exp.Null):
            return self._plain(found, "is null" if kept else "is not null", ())
        if isinstance(node.expression, exp.Boolean):
            if kept:
                return self._compared(found, "=", bool(node.expression.this))
            other = self._compared(found, "=", not node.expression.this)
            return Or(items=(other, self._plain(found, "is null", ())))
        raise self._unsayable(node)

    def _among(self, found: Found, values: tuple[Scalar, ...], *, kept: bool) -> Filter:
        if isinstance(found, Spot) and found.time:
            each = tuple(self._compared(found, "=" if kept else "!=", value) for value in values)
            return (Or(items=each) if kept else And(items=each)) if len(each) > 1 else each[0]
        if kept:
            return self._plain(found, "in", values)
        return And(items=(self._plain(found, "not in", values), self._plain(found, "is not null", ())))

    def _compared(self, found: Found, op: Order, value: Scalar) -> Filter:
        if value is None:
            raise Unsayable(Issue(f"“{self.text}” compares with NULL, which nothing equals.", "where"))
        if isinstance(found, Spot) and found.time and found.part is None:
            return self._moment(found, op, self._time(value))
        if op == "!=":
            return And(items=(self._plain(found, op, (value,)), self._plain(found, "is not null", ())))
        return self._plain(found, op, (value,))

    def _plain(self, found: Found, op: Operator, values: tuple[Scalar, ...]) -> Filter:
        if not isinstance(found, Spot):
            return found(op, values)
        return Condition(field=found.path, op=op, values=values, grain=found.part)

    def _moment(self, spot: Spot, op: Order, value: datetime.datetime) -> Filter:
        """The start of a period compared with a moment, as a condition on the time itself."""
        start = calendar.truncate(value, spot.grain, self.rules) if spot.grain else value
        after = calendar.shift(start, Stride(spot.grain, 1)) if spot.grain else None
        whole = start == value

        def edge(side: Order, moment: datetime.datetime) -> Filter:
            return Condition(field=spot.path, op=side, values=(moment,))

        if after is None:
            if op == "!=":
                return And(items=(edge("!=", value), Condition(field=spot.path, op="is not null")))
            return edge(op, value)
        match op:
            case ">=":
                return edge(">=", start if whole else after)
            case ">":
                return edge(">=", after)
            case "<":
                return edge("<", start if whole else after)
            case "<=":
                return edge("<", after)
            case "=" if whole:
                return And(items=(edge(">=", start), edge("<", after)))
            case "!=" if whole:
                return Or(items=(edge("<", start), edge(">=", after)))
            case _:
                raise Unsayable(Issue(f"“{self.text}” compares {spot.grain}s with a moment inside of one.", "where"))

    def _operand(self, node: exp.Expr) -> Found:
        column = _column(node)
        if column is None:
            raise self._unsayable(node)
        found = self.find(column)
        if isinstance(node, exp.Cast) and not (isinstance(found, Spot) and found.time):
            raise self._unsayable(node)
        if isinstance(found, Spot) and found.time and isinstance(node, exp.Cast) and node.to.is_type("date"):
            return Spot(found.path, time=True, grain=_coarsest(found.grain, "day"))
        return found

    def _value(self, node: exp.Expr) -> Scalar:
        match node:
            case exp.Paren() | exp.Cast():
                return self._value(node.this)
            case exp.Neg(this=exp.Literal() as number):
                return -self._number(number)
            case exp.Literal():
                return str(node.this) if node.is_string else self._number(node)
            case exp.Boolean():
                return bool(node.this)
            case exp.Null():
                return None
            case _:
                raise self._unsayable(node)

    def _number(self, node: exp.Literal) -> int | decimal.Decimal:
        text = str(node.this)
        return int(text) if text.isdigit() else decimal.Decimal(text)

    def _time(self, value: Scalar) -> datetime.datetime:
        try:
            return datetime.datetime.fromisoformat(str(value))
        except ValueError:
            raise Unsayable(Issue(f"“{value}” is no time.", "where", "Write it like 2024-03-31.")) from None

    def _unsayable(self, node: exp.Expr) -> Unsayable:
        part = node.sql(dialect="duckdb")
        message = f"“{self.text.strip()}” cannot be a filter: “{part}” is no comparison of a name with values."
        return Unsayable(Issue(message, "where"))


def _column(node: exp.Expr) -> str | None:
    while isinstance(node, exp.Paren | exp.Cast):
        node = node.this
    return node.name if isinstance(node, exp.Column) and not node.table else None


def _coarsest(one: Grain | None, other: Grain) -> Grain:
    return one if one is not None and calendar.coarser(one, other) else other
