"""What a person types finds its connector."""

from __future__ import annotations

import pytest

from jupyter_goal.connectors import resolve
from jupyter_goal.errors import UsageError


@pytest.mark.parametrize(
    ("text", "scheme", "url"),
    [
        ("demo.duckdb", "duckdb", "duckdb:///demo.duckdb"),
        (" data.csv ", "duckdb", "duckdb:///data.csv"),
        ("/data/sales.parquet", "duckdb", "duckdb:////data/sales.parquet"),
        ("reports/", "duckdb", "duckdb:///reports/"),
        (".", "duckdb", "duckdb:///."),
        ("DATA.CSV.GZ", "duckdb", "duckdb:///DATA.CSV.GZ"),
        ("duckdb:///x.duckdb", "duckdb", "duckdb:///x.duckdb"),
        ("frame://", "duckdb", "duckdb://"),
        ("snowflake://prod", "snowflake", "snowflake://prod"),
        ("databricks://profile", "databricks", "databricks://profile"),
        ("postgresql://u@h/db", "postgres", "postgresql://u@h/db"),
        ("postgresql+psycopg://u@h/db", "postgres", "postgresql+psycopg://u@h/db"),
    ],
)
def test_resolve(text: str, scheme: str, url: str):
    assert resolve(text) == (scheme, url)


@pytest.mark.parametrize("text", ["", "   ", "notes.docx"])
def test_what_is_no_connection_is_refused_with_the_next_step(text: str):
    with pytest.raises(UsageError) as failed:
        resolve(text)
    assert failed.value.hint
