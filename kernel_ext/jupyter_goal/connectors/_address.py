"""Which connector serves what a person typed: a URL, a file, a folder."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import NamedTuple

from jupyter_goal.errors import UsageError

DATABASE_SUFFIXES = (".duckdb", ".ddb", ".db")
DATA_SUFFIXES = (".csv", ".tsv", ".csv.gz", ".tsv.gz", ".parquet", ".pq")
ALIASES = {"postgresql": "postgres", "sc": "spark"}
"""URL scheme -> file name in this folder, where they differ."""


class Address(NamedTuple):
    """The connector's name and the URL it understands."""

    scheme: str
    url: str


def resolve(text: str) -> Address:
    """`demo.duckdb`, `data.csv`, `reports/`, `snowflake://name`, `postgresql://…`. Errors: UsageError."""
    text = text.strip()
    scheme, found, _ = text.partition("://")
    if found and re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme.lower()):
        if scheme.lower() == "frame":
            return Address("duckdb", "duckdb://")
        name = scheme.lower().split("+", 1)[0]
        return Address(ALIASES.get(name, name), text)
    if not text:
        raise UsageError("No connection is named.", "Name a URL, a database file, or a data file: connect sales.duckdb")
    if is_file(text) or text.endswith(("/", ".")) or not PurePath(text).suffix:
        return Address("duckdb", f"duckdb:///{text}")
    raise UsageError(
        f"“{PurePath(text).name}” is not a kind of file that can be read.",
        f"Known: {', '.join((*DATABASE_SUFFIXES, *DATA_SUFFIXES))}, a folder of these, or a URL such as snowflake://name.",
    )


def is_file(text: str) -> bool:
    """The name ends like a database or a data file."""
    return text.lower().endswith(DATABASE_SUFFIXES + DATA_SUFFIXES)
