"""The hand-written catalogs of TPC-DS (a retailer) and TPC-H (a wholesaler), and their tables."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import duckdb

from goal_semantics.load import Source
from goal_semantics.load.native import read
from goal_semantics.model import Catalog

HERE = Path(__file__).parent


def retail() -> Catalog:
    """TPC-DS: 24 tables, and what the three channels have in common."""
    return _catalog(HERE / "retail")


def wholesale() -> Catalog:
    """TPC-H."""
    return _catalog(HERE / "wholesale")


@lru_cache(maxsize=2)
def _catalog(folder: Path) -> Catalog:
    return read(
        *(Source(path.read_text(encoding="utf-8"), path.name) for path in sorted(folder.glob("*.yaml")))
    ).catalog


def warehouse(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection that sees each Parquet file of a folder as a table."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for path in sorted(folder.glob("*.parquet")):
        connection.execute(f"CREATE VIEW {path.stem} AS FROM '{path}'")
    return connection
