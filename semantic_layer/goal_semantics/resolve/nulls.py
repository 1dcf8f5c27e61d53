"""Whether SQL of an author is NULL on a row of NULLs: what an outer join makes of a dataset that has no partner row.

Decided by form, from below: what is not known to keep NULL is taken to turn it into a value.
"""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.model import Dataset, Expression
from goal_semantics.resolve.author import parse

_OF_ANY = (
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.IntDiv, exp.DPipe, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE,
    exp.Like, exp.ILike, exp.Neg, exp.Not, exp.Paren, exp.Abs, exp.Round, exp.Floor, exp.Ceil,
    exp.Upper, exp.Lower, exp.Trim, exp.Substring, exp.Length, exp.Left, exp.Right, exp.Extract, exp.TimestampTrunc,
    exp.DateTrunc, exp.Year, exp.Quarter, exp.Month, exp.Week, exp.Day, exp.DayOfMonth, exp.DayOfWeek, exp.DayOfYear,
    exp.Dayname, exp.Monthname, exp.Hour, exp.Minute, exp.Second, exp.AtTimeZone,
)  # fmt: skip
"""NULL as soon as one of their inputs is."""
_OF_FIRST = (exp.Cast, exp.TryCast, exp.Nullif, exp.Between)
_OF_ALL = (exp.And, exp.Or, exp.Coalesce)


def vanishes(dataset: Dataset, name: str, dialect: Dialect) -> bool:
    """Whether a field is surely NULL where its row is missing."""
    expression = dataset.by_name[name].expression
    return expression is None or _surely(expression, dialect)


def _surely(expression: Expression, dialect: Dialect) -> bool:
    return _text(expression.on(dialect), dialect if expression.on(dialect) != expression.text else "duckdb")


@lru_cache(maxsize=8192)
def _text(text: str, dialect: Dialect) -> bool:
    return _null(parse(Expression(text=text, dialects={dialect: text}), dialect))


def _null(node: object) -> bool:
    match node:
        case exp.Column() | exp.Null():
            return True
        case exp.Case():
            default = node.args.get("default")
            never = node.this is not None and _null(node.this)
            branches = (never or _null(each.this) or _null(each.args["true"]) for each in node.args["ifs"])
            return (default is None or _null(default)) and all(branches)
        case exp.If():
            otherwise = node.args.get("false")
            return (_null(node.this) or _null(node.args["true"])) and (otherwise is None or _null(otherwise))
        case exp.In():
            return _null(node.this) and bool(node.expressions)
        case exp.Expr() if isinstance(node, _OF_ALL):
            return all(_null(each) for each in node.iter_expressions())
        case exp.Expr() if isinstance(node, _OF_FIRST):
            return _null(node.this)
        case exp.Expr() if isinstance(node, _OF_ANY):
            return any(_null(each) for each in node.iter_expressions())
        case _:
            return False
