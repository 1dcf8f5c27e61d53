"""Identifiers and physical columns as syntax, quoted the way each engine stores them."""

from __future__ import annotations

import re
from functools import lru_cache

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.errors import InternalError
from goal_semantics.resolve.author import RESERVED

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


@lru_cache(maxsize=8192)
def folded(name: str, dialect: Dialect) -> str:
    """An unquoted name of the author as the engine stores it."""
    if not _PLAIN.fullmatch(name):
        return name
    return name.upper() if dialect == "snowflake" else name.lower() if dialect == "postgres" else name


def physical(found: exp.Identifier, dialect: Dialect) -> exp.Identifier:
    """An identifier that the author wrote, quoted as the engine stores it."""
    return identifier(found.name if found.quoted else folded(found.name, dialect))


def parameter(index: int) -> exp.Expr:
    """The mark of a value; replaced after the text is generated."""
    return exp.Var(this=f"\ue000{index}\ue001")


def wrapped(node: exp.Expr) -> exp.Expr:
    """The node in parentheses where its parent could tear it apart."""
    loose = (exp.Binary, exp.Unary, exp.Between, exp.In, exp.AtTimeZone, exp.Interval, exp.Lambda)
    return exp.Paren(this=node) if isinstance(node, loose) and not isinstance(node, exp.Paren | exp.Dot) else node
