"""SQL that authors of other formats wrote, taken apart: columns, aggregates, and the arithmetic around them.

Works on syntax trees in the dialect of the format. Never run, never concatenated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.model import Expression
from goal_semantics.resolve import author
from goal_semantics.resolve.author import DEFAULT, Unreadable

__all__ = [
    "DEFAULT",
    "Leaf",
    "Unreadable",
    "column_name",
    "columns",
    "dotted",
    "expression",
    "leaf",
    "leaves",
    "parse",
    "replaced",
]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One aggregate of rows: `agg` as in a simple metric; no expression counts rows."""

    agg: str
    expression: exp.Expr | None = None
    filter: exp.Expr | None = None
    percentile: float | None = None


def parse(text: str, dialect: Dialect) -> exp.Expr:
    """One SQL expression. Errors: Unreadable."""
    inside = f"({text}\n)"
    written = Expression(text=inside) if dialect == DEFAULT else Expression(text="", dialects={dialect: inside})
    tree = author.parse(written, dialect)
    if not isinstance(tree, exp.Paren):
        raise Unreadable("it is not one expression")
    return tree.unnest()


def expression(tree: exp.Expr, dialect: Dialect) -> Expression:
    """The tree as an author's expression: for every engine, and as written for the engine of its dialect."""
    text = tree.sql(dialect=DEFAULT)
    native = tree.sql(dialect=dialect)
    return Expression(text=text) if native == text else Expression(text=text, dialects={dialect: native})


def columns(tree: exp.Expr) -> Iterator[exp.Column]:
    """Every column in the tree."""
    yield from tree.find_all(exp.Column)


def column_name(tree: exp.Expr) -> str | None:
    """The name, if the tree is nothing but an unqualified column."""
    return tree.name if isinstance(tree, exp.Column) and not tree.table else None


def dotted(*words: str) -> exp.Expr:
    """A name of several words: steps and a field."""
    first, *others = (exp.to_identifier(word) for word in words)
    return exp.Dot.build([exp.column(first), *others]) if others else exp.column(first)


def replaced(tree: exp.Expr, by: Callable[[exp.Column], exp.Expr | None]) -> exp.Expr:
    """A copy of the tree with columns replaced, in parentheses where they are more than a column; None keeps one."""

    def one(node: exp.Expr) -> exp.Expr:
        fresh = by(node) if isinstance(node, exp.Column) else None
        if fresh is None:
            return node
        simple = (
            isinstance(fresh, exp.Column | exp.Dot | exp.Literal | exp.Func | exp.Paren | exp.Cast)
            or node.parent is None
        )
        return fresh.copy() if simple else exp.Paren(this=fresh.copy())

    return tree.copy().transform(one, copy=False)


def leaves(tree: exp.Expr) -> Iterator[exp.Expr]:
    """The outermost aggregates in the tree, each with its FILTER and WITHIN GROUP."""
    if isinstance(tree, exp.Filter | exp.WithinGroup | exp.AggFunc):
        yield tree
        return
    for child in tree.iter_expressions():
        yield from leaves(child)


def leaf(node: exp.Expr) -> Leaf | str:
    """What an aggregate computes; or, in words, why it is none that a metric can be."""
    match node:
        case exp.Filter():
            inner = leaf(node.this)
            return inner if isinstance(inner, str) else Leaf(inner.agg, inner.expression, node.expression.this)
        case exp.WithinGroup():
            return _within_group(node)
        case exp.Count():
            return _count(node)
        case exp.CountIf():
            return Leaf("count", None, node.this)
        case exp.ApproxDistinct():
            return Leaf("approx_count_distinct", node.this)
        case exp.ApproxQuantile() | exp.PercentileCont() | exp.PercentileDisc() | exp.Quantile():
            return _percentile(node)
        case _:
            return _plain(node)


def _plain(node: exp.Expr) -> Leaf | str:
    agg = _PLAIN.get(type(node))
    if agg is None:
        return f"{node.sql_name() if isinstance(node, exp.Func) else node.key.upper()} is no aggregate of a catalog"
    if isinstance(node.this, exp.Distinct):
        if agg not in {"min", "max"} or len(node.this.expressions) != 1:
            return f"{agg.upper()} of distinct values is no aggregate of a catalog"
        return Leaf(agg, node.this.expressions[0])
    return Leaf(agg, node.this)


_PLAIN: dict[type[exp.Expr], str] = {
    exp.Sum: "sum", exp.Avg: "avg", exp.Min: "min", exp.Max: "max", exp.Median: "median",
    exp.Stddev: "stddev", exp.StddevSamp: "stddev", exp.StddevPop: "stddev_pop",
    exp.Variance: "variance", exp.VariancePop: "variance_pop",
}  # fmt: skip

_FRACTIONS: dict[type[exp.Expr], str] = {
    exp.ApproxQuantile: "approx_percentile", exp.PercentileDisc: "percentile_discrete",
}  # fmt: skip


def _count(node: exp.Count) -> Leaf | str:
    inside = node.this
    if isinstance(inside, exp.Distinct):
        if len(inside.expressions) != 1:
            return "a count of distinct combinations of columns is no aggregate of a catalog"
        return Leaf("count_distinct", inside.expressions[0])
    if node.expressions:
        return "a count of several columns is no aggregate of a catalog"
    rows = isinstance(inside, exp.Star | exp.Literal) or inside is None
    return Leaf("count") if rows else Leaf("count", inside)


def _percentile(node: exp.Expr) -> Leaf | str:
    fraction = _number(node.args.get("quantile") or node.args.get("expression"))
    if fraction is None or node.this is None:
        return "a percentile needs its fraction as a number"
    agg = _FRACTIONS.get(type(node), "percentile")
    return Leaf(agg, node.this, None, fraction)


def _within_group(node: exp.WithinGroup) -> Leaf | str:
    order = node.expression
    ordered = order.expressions[0] if isinstance(order, exp.Order) and len(order.expressions) == 1 else None
    fraction = _number(node.this.this)
    if ordered is None or fraction is None or not isinstance(node.this, exp.PercentileCont | exp.PercentileDisc):
        return f"{node.sql()} is no aggregate of a catalog"
    if isinstance(ordered, exp.Ordered) and ordered.args.get("desc"):
        fraction = round(1 - fraction, 12)
    agg = "percentile" if isinstance(node.this, exp.PercentileCont) else "percentile_discrete"
    return Leaf(agg, ordered.this if isinstance(ordered, exp.Ordered) else ordered, None, fraction)


def _number(node: object) -> float | None:
    if not isinstance(node, exp.Literal) or node.is_string:
        return None
    return float(node.this)
