"""Values as typed literals, for the form of a statement that a person pastes into a console."""

from __future__ import annotations

import decimal

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.relation import Literal

PLACEHOLDERS: dict[Dialect, str] = {
    "duckdb": "?",
    "snowflake": "?",
    "databricks": "?",
    "spark": "?",
    "postgres": "%s",
}


def literal(item: Literal, dialect: Dialect) -> str:
    """The value as the engine writes it; casts around it are part of the statement."""
    value = item.value
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return repr(value)
    text = value if isinstance(value, str) else value.isoformat(*((" ",) if item.type == "timestamp" else ()))
    return exp.Literal.string(text).sql(dialect=dialect)
