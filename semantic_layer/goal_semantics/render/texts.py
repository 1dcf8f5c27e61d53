"""Text of each engine: how parts of it are found, and in which order it comes.

Engines compare text by its bytes, except PostgreSQL, which takes the rules of some language from its settings: there,
what is ordered is said to be ordered by bytes. Nodes remember that they are text (`mark`), because only text may be told so.
"""

from __future__ import annotations

from typing import Literal

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.render.names import identifier, wrapped

_TEXT = "text"
TextPart = Literal["contains", "starts with", "ends with"]


def mark(node: exp.Expr) -> exp.Expr:
    """The node, known to be text."""
    node.meta[_TEXT] = True
    return node


def is_text(node: exp.Expr | None) -> bool:
    """Whether a node is known to be text."""
    match node:
        case None:
            return False
        case exp.Alias() | exp.Paren() | exp.Min() | exp.Max() | exp.Coalesce() | exp.Filter() | exp.Window():
            return is_text(node.this)
        case exp.Case():
            return any(
                is_text(each) for each in (*(one.args["true"] for one in node.args["ifs"]), node.args.get("default"))
            )
        case _:
            return bool(node.meta.get(_TEXT))


def by_bytes(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    """The node where its order matters."""
    if dialect != "postgres" or not is_text(node):
        return node
    return mark(exp.Collate(this=wrapped(node), expression=identifier("C")))


def found_in(part: TextPart, text: exp.Expr, sought: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Whether a text has another at its start, at its end, or anywhere; upper and lower case are one."""
    low, part_low = exp.Lower(this=text), exp.Lower(this=sought)
    match part:
        case "contains" if dialect == "postgres":
            place = exp.Anonymous(this="STRPOS", expressions=[low, part_low])
            return exp.GT(this=place, expression=exp.Literal.number(0))
        case "contains":
            return exp.Contains(this=low, expression=part_low)
        case "starts with":
            return exp.StartsWith(this=low, expression=part_low)
        case "ends with" if dialect == "postgres":
            size = exp.Length(this=part_low)
            return exp.EQ(this=exp.Anonymous(this="RIGHT", expressions=[low, size]), expression=part_low.copy())
        case "ends with":
            return exp.EndsWith(this=low, expression=part_low)


def same(one: exp.Expr, other: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Whether two values are equal or both NULL.

    PostgreSQL joins by IS NOT DISTINCT FROM only row by row, and not FULL; arrays of one element are equal by the same
    rule, and it hashes them.
    """
    if dialect != "postgres":
        return exp.NullSafeEQ(this=one, expression=other)
    return exp.EQ(this=exp.Array(expressions=[one]), expression=exp.Array(expressions=[other]))
