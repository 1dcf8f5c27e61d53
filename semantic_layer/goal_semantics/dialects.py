"""The SQL dialects we compile to, by name."""

from __future__ import annotations

from typing import Literal, get_args

Dialect = Literal["duckdb", "snowflake", "databricks", "spark", "postgres"]

DIALECTS: tuple[Dialect, ...] = get_args(Dialect)
