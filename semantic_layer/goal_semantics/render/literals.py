"""Values as typed literals, for the form of a statement that a person pastes into a console."""

from __future__ import annotations

import decimal

from goal_semantics.dialects import Dialect
from goal_semantics.relation import Literal

PLACEHOLDERS: dict[Dialect, str] = {
    "duckdb": "?",
    "snowflake": "?",
    "databricks": "?",
    "spark": "?",
    "postgres": "%s",
}
_BACKSLASH: frozenset[Dialect] = frozenset({"snowflake", "databricks", "spark"})


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
    return _quoted(text, dialect)


def _quoted(text: str, dialect: Dialect) -> str:
    """Text between quotes, with the escapes that the engine reads back.

    Spark and Databricks read two quotes as the seam of two literals and replace `${…}` before they parse, so that is torn
    apart by such a seam. Snowflake and Spark drop the backslash of escapes that they do not know: only the backslash
    itself and the quote get one, all other characters stand for themselves.
    """
    if dialect not in _BACKSLASH:
        doubled = text.replace("'", "''")
        return f"'{doubled}'"
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'" if dialect == "snowflake" else f"'{escaped}'".replace("${", "$' '{")
