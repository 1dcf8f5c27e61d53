"""Data contracts, measured: one statement per dataset, a verdict per contract, and the SQL that shows the rows at fault.

    for measuring in compile_contracts(catalog, "duckdb", as_of=now):
        findings = measuring.read(row)          # the one row that measuring.compiled returns

A contract speaks of the table, so policies do not apply: counts come back, never rows. NULL keeps every contract but
`not_null`; a unique key with a NULL in it, and a foreign key with a NULL in it, do not count. Rows that repeat a key are
those beyond the first of each. A dataset without rows proves nothing: its contracts are skipped, but for those that ask
for rows (freshness, row_count).
"""

from goal_semantics.contracts.judge import Finding, Verdict, not_measured
from goal_semantics.contracts.sample import failing_rows
from goal_semantics.contracts.statement import Measuring, batches, compile_batch, compile_contracts
from goal_semantics.contracts.words import expects, subject
from goal_semantics.resolve.expected import Expected, expected

__all__ = [
    "Expected",
    "Finding",
    "Measuring",
    "Verdict",
    "batches",
    "compile_batch",
    "compile_contracts",
    "expected",
    "expects",
    "failing_rows",
    "not_measured",
    "subject",
]
