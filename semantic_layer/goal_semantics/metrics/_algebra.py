"""SQL arithmetic over names of metrics, read into terms: closed, so that no text of an author reaches an engine.

Every engine computes the same: division is in DOUBLE and NULL for a zero divisor, the greatest and the least of values
of which one is missing are missing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from goal_semantics.model import DataType
from goal_semantics.relation import Call, Case, Cast, Constant, Function, Term

Meaning = Callable[[str], Term]

_BINARY: dict[type[exp.Expr], Function] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=",
    exp.GT: ">", exp.GTE: ">=", exp.And: "and", exp.Or: "or", exp.Nullif: "nullif",
}  # fmt: skip
_TYPES: dict[exp.DType, DataType] = {
    exp.DType.DOUBLE: "float", exp.DType.FLOAT: "float", exp.DType.BIGINT: "integer", exp.DType.INT: "integer",
    exp.DType.DECIMAL: "decimal",
}  # fmt: skip
_KNOWN = """Known: + - * /, comparisons, AND, OR, NOT, IS NULL, IN, BETWEEN, CASE, COALESCE, NULLIF, ABS, ROUND, \
GREATEST, LEAST, CAST"""


class Unreadable(ValueError):
    """The text is not arithmetic over names; the message says why."""


def names(text: str) -> tuple[str, ...]:
    """Every name in the text, in order. Errors: Unreadable."""
    return tuple(dict.fromkeys(each.name for each in _tree(text).find_all(exp.Column, bfs=False)))


def read(text: str, meaning: Meaning) -> Term:
    """The text as a term; `meaning` says what a name stands for. Errors: Unreadable."""
    return _term(_tree(text), meaning)


@lru_cache(maxsize=4096)
def _tree(text: str) -> exp.Expr:
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except SqlglotError as error:
        raise Unreadable(f"“{text}” is not an expression: {str(error).splitlines()[0].rstrip('.')}") from None
    _term(tree, lambda _: Constant(None))
    return tree


def _term(node: exp.Expr, meaning: Meaning) -> Term:
    def inner(each: exp.Expr) -> Term:
        return _term(each, meaning)

    match node:
        case exp.Paren() | exp.Alias(this=exp.Paren()):
            return inner(node.this)
        case exp.Column() if not node.table:
            return meaning(node.name)
        case exp.Literal() | exp.Boolean() | exp.Null():
            return _constant(node)
        case exp.Neg():
            return Call("-", (Constant(0), inner(node.this)))
        case exp.Not():
            return Call("not", (inner(node.this),))
        case exp.Is() if isinstance(node.expression, exp.Null):
            return Call("is null", (inner(node.this),))
        case exp.Expr() if type(node) in _BINARY:
            return Call(_BINARY[type(node)], (inner(node.this), inner(node.expression)))
        case exp.Between():
            low, high = (inner(node.args[name]) for name in ("low", "high"))
            return Call("and", (Call(">=", (inner(node.this), low)), Call("<=", (inner(node.this), high))))
        case exp.In() if node.expressions:
            return Call("in", (inner(node.this), *(inner(each) for each in node.expressions)))
        case exp.Case() | exp.If():
            return _case(node, inner)
        case exp.Cast() if node.to.this in _TYPES:
            return Cast(inner(node.this), _TYPES[node.to.this])
        case exp.Func():
            return _function(node, inner)
        case _:
            raise Unreadable(f"“{node.sql(dialect='duckdb')}” cannot stand in an expression over metrics. {_KNOWN}")


def _constant(node: exp.Expr) -> Term:
    if isinstance(node, exp.Null):
        return Constant(None)
    if isinstance(node, exp.Boolean):
        return Constant(bool(node.this))
    if node.is_string:
        return Constant(str(node.this))
    return Constant(int(node.this) if node.is_int else float(node.this))


def _case(node: exp.Case | exp.If, inner: Callable[[exp.Expr], Term]) -> Term:
    whole = node.this if isinstance(node, exp.Case) else None
    ifs = node.args["ifs"] if isinstance(node, exp.Case) else [node]
    default = node.args.get("default") if isinstance(node, exp.Case) else node.args.get("false")

    def when(each: exp.Expr) -> Term:
        return inner(each.this) if whole is None else Call("=", (inner(whole), inner(each.this)))

    branches = tuple((when(each), inner(each.args["true"])) for each in ifs)
    return Case(branches, inner(default) if default is not None else None)


def _function(node: exp.Func, inner: Callable[[exp.Expr], Term]) -> Term:
    several = tuple(inner(each) for each in (node.this, *node.expressions) if isinstance(each, exp.Expr))
    match node:
        case exp.Coalesce():
            return Call("coalesce", several)
        case exp.Abs():
            return Call("abs", several)
        case exp.Round():
            decimals = node.args.get("decimals")
            return Call("round", (inner(node.this), inner(decimals) if decimals is not None else Constant(0)))
        case exp.Greatest() | exp.Least():
            function: Function = "greatest" if isinstance(node, exp.Greatest) else "least"
            missing = tuple(Call("is null", (each,)) for each in several)
            return Case(((Call("or", missing), Constant(None)),), Call(function, several))
        case _:
            raise Unreadable(f"“{node.sql_name()}” cannot stand in an expression over metrics. {_KNOWN}")
