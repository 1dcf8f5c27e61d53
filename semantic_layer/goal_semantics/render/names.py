"""Identifiers and physical columns as syntax, quoted the way each engine stores them."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.errors import InternalError
from goal_semantics.resolve.author import RESERVED

MOST_BYTES = 63
"""Of a name in PostgreSQL; it cuts the rest off without an error."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
PARAMETER = re.compile("\ue000(\\d+)\ue001")


def identifier(name: str) -> exp.Identifier:
    """A name of ours, quoted. Errors: InternalError for characters that no name may have."""
    if not RESERVED.isdisjoint(name):
        raise InternalError(f"a name with control characters reached the SQL: {name!r}")
    return exp.Identifier(this=name, quoted=True)


def column(name: str, source: str = "") -> exp.Column:
    """A column of ours."""
    return exp.Column(this=identifier(name), table=identifier(source) if source else None)


def duplicate(node: exp.Expr) -> exp.Expr:
    """A copy with what is noted on the node; a plain column is made anew, which is many times as fast."""
    if type(node) is not exp.Column or len(node.args) > 2:
        return node.copy()
    made = exp.Column(**{name: exp.Identifier(**part.args) for name, part in node.args.items() if part is not None})
    if node.meta:
        made.meta.update(node.meta)
    return made


@lru_cache(maxsize=8192)
def folded(name: str, dialect: Dialect) -> str:
    """An unquoted name of the author as the engine stores it."""
    if dialect == "postgres":
        return _cut(name.lower() if _PLAIN.fullmatch(name) else name, MOST_BYTES)
    return name.upper() if dialect == "snowflake" and _PLAIN.fullmatch(name) else name


def physical(found: exp.Identifier, dialect: Dialect) -> exp.Identifier:
    """An identifier that the author wrote, quoted as the engine stores it."""
    if found.quoted:
        return identifier(_cut(found.name, MOST_BYTES) if dialect == "postgres" else found.name)
    return identifier(folded(found.name, dialect))


def shorten(tree: exp.Expr) -> None:
    """Names of ours that PostgreSQL would cut off, so that two become one: the rest of each is told by its hash.

    Columns and tables are as long as they are stored, so what is longer is of our making.
    """
    for each in tree.find_all(exp.Identifier):
        if len(each.name) * 4 > MOST_BYTES and len(each.name.encode()) > MOST_BYTES:
            each.set("this", f"{_cut(each.name, MOST_BYTES - 9)}_{hashlib.sha256(each.name.encode()).hexdigest()[:8]}")


def _cut(name: str, most: int) -> str:
    """The first bytes of a name, whole characters only, as PostgreSQL stores it."""
    return name if len(name) * 4 <= most else name.encode()[:most].decode(errors="ignore")


def parameter(index: int) -> exp.Expr:
    """The mark of a value; replaced after the text is generated."""
    return exp.Var(this=f"\ue000{index}\ue001")


def wrapped(node: exp.Expr) -> exp.Expr:
    """The node in parentheses where its parent could tear it apart."""
    loose = (exp.Binary, exp.Unary, exp.Between, exp.In, exp.AtTimeZone, exp.Interval, exp.Lambda)
    return exp.Paren(this=node) if isinstance(node, loose) and not isinstance(node, exp.Paren | exp.Dot) else node
