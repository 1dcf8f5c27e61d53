"""How each engine is asked about its own data: its quotes, its sketches, its samples, its names of types."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from goal_semantics.dialects import Dialect
from goal_semantics.model import DataType

Read = Callable[[str], list[tuple[Any, ...]]]
"""Runs one SELECT and returns its rows."""


@dataclass(frozen=True, slots=True)
class Speech:
    """`distinct`: an aggregate that counts distinct values; `sample`: what follows a table to read a percentage of it."""

    dialect: Dialect
    quote: str = '"'
    distinct: str = "approx_count_distinct({})"
    sample: str = ""
    text: str = "VARCHAR"
    types: tuple[tuple[str, DataType], ...] = ()
    metered: bool = False
    """Whether every scan is paid for: then less is measured."""

    def quoted(self, name: str) -> str:
        """An identifier."""
        return self.quote + name.replace(self.quote, 2 * self.quote) + self.quote

    def relation(self, source: str) -> str:
        """A source with every part quoted, folded as the engine folds it."""
        parts = re.findall(r'"((?:[^"]|"")*)"|([^.]+)', source)
        return ".".join(self.quoted(exact.replace('""', '"') or self._stored(plain)) for exact, plain in parts)

    def source(self, *names: str) -> str:
        """A table as a catalog names it: quoted only where its name needs that."""
        return ".".join(name if self._plain(name) else '"' + name.replace('"', '""') + '"' for name in names)

    def type_of(self, native: str) -> DataType:
        """The neutral type of a native one."""
        return next((kind for pattern, kind in self.types if re.fullmatch(pattern, native, re.IGNORECASE)), "opaque")

    def _plain(self, name: str) -> bool:
        return bool(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)) and self._stored(name) == name

    def _stored(self, name: str) -> str:
        fold = {"snowflake": str.upper, "postgres": str.lower}.get(self.dialect)
        return fold(name) if fold is not None else name


WAREHOUSE_TYPES: tuple[tuple[str, DataType], ...] = (
    (r"BIGINT|INT|INTEGER|SMALLINT|TINYINT|LONG|SHORT|BYTE", "integer"),
    (r"DECIMAL.*|NUMBER.*|NUMERIC.*", "decimal"),
    (r"DOUBLE.*|FLOAT|REAL", "float"),
    (r"BOOLEAN", "boolean"),
    (r"STRING|TEXT|VARCHAR.*|CHAR.*", "string"),
    (r"DATE", "date"),
    (r"TIME", "time"),
    (r"TIMESTAMP_NTZ.*|DATETIME", "timestamp"),
    (r"TIMESTAMP.*", "timestamp_tz"),
)
POSTGRES_TYPES: tuple[tuple[str, DataType], ...] = (
    (r"smallint|integer|bigint", "integer"),
    (r"numeric.*", "decimal"),
    (r"real|double precision", "float"),
    (r"boolean", "boolean"),
    (r"text|character.*|name|citext|uuid|enum", "string"),
    (r"date", "date"),
    (r"time(\(\d\))?( without time zone)?", "time"),
    (r"timestamp(\(\d\))? without time zone", "timestamp"),
    (r"timestamp(\(\d\))? with time zone", "timestamp_tz"),
)
DUCKDB = Speech("duckdb")
POSTGRES = Speech(
    "postgres", distinct="count(DISTINCT {})", sample="TABLESAMPLE SYSTEM ({})", text="TEXT", types=POSTGRES_TYPES
)
SPARK = Speech("spark", quote="`", sample="TABLESAMPLE ({} PERCENT)", text="STRING", types=WAREHOUSE_TYPES)
DATABRICKS = Speech(
    "databricks", quote="`", sample="TABLESAMPLE ({} PERCENT)", text="STRING", types=WAREHOUSE_TYPES, metered=True
)
SNOWFLAKE = Speech("snowflake", sample="SAMPLE BERNOULLI ({})", types=WAREHOUSE_TYPES, metered=True)
