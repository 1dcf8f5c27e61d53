"""Compiled queries written by hand: what the compiler would return, for tests of the drivers alone."""

from __future__ import annotations

import datetime
import decimal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from goal_semantics.compiled import CompiledQuery, OutputColumn
from goal_semantics.dialects import Dialect
from goal_semantics.model import DataType
from goal_semantics.query import Scalar, SemanticQuery
from jupyter_goal import registry
from jupyter_goal.connectors import ConnectOptions, Connector, Execution, resolve


def open_connector(text: str, options: ConnectOptions) -> Connector:
    address = resolve(text)
    connector: Connector = registry.find("connectors", address.scheme).connect(address.url, options)
    return connector


def compiled(
    text: str, columns: dict[str, DataType], *, dialect: Dialect = "duckdb", parameters: Sequence[Scalar] = (),
    limit: int | None = None,
) -> CompiledQuery:  # fmt: skip
    outputs = tuple(OutputColumn(name, "detail", name, kind) for name, kind in columns.items())
    return CompiledQuery(SemanticQuery(), dialect, text, tuple(parameters), text, outputs, (), (), limit=limit)


def ask(
    connector: Connector, text: str, columns: dict[str, DataType], *, parameters: Sequence[Scalar] = (),
    limit: int | None = None,
) -> Execution:  # fmt: skip
    query = compiled(text, columns, dialect=connector.dialect, parameters=parameters, limit=limit)
    return connector.prepare(query).run()


def values(execution: Execution, column: str) -> list[object]:
    return execution.frame.table.column(column).to_pylist()


EXACT: dict[str, tuple[str, DataType, object]] = {
    "small": ("CAST(7 AS INTEGER)", "integer", 7),
    "big": ("CAST('9007199254740993' AS BIGINT)", "integer", 9_007_199_254_740_993),
    "money": ("CAST('12345678901234567.8901' AS DECIMAL(22, 4))", "decimal", decimal.Decimal("12345678901234567.8901")),
    "ratio": ("CAST(0.1 AS {DOUBLE})", "float", 0.1),
    "word": ("'Zürich'", "string", "Zürich"),
    "yes": ("CAST(1 AS BOOLEAN)", "boolean", True),
    "day": ("CAST('2024-02-29' AS DATE)", "date", datetime.date(2024, 2, 29)),
    "moment": (
        "CAST('2024-02-29 23:59:59.123456' AS {TIMESTAMP})",
        "timestamp",
        datetime.datetime(2024, 2, 29, 23, 59, 59, 123456),
    ),
}
"""name -> SQL that every dialect reads, declared type, the value that must arrive."""

NAIVE: dict[Dialect, str] = {
    "duckdb": "TIMESTAMP", "databricks": "TIMESTAMP_NTZ", "snowflake": "TIMESTAMP_NTZ", "spark": "TIMESTAMP_NTZ",
    "postgres": "TIMESTAMP",
}  # fmt: skip


def exact_query(dialect: Dialect, where: str = "") -> tuple[str, dict[str, DataType]]:
    types = {"{TIMESTAMP}": NAIVE[dialect], "{DOUBLE}": "DOUBLE PRECISION" if dialect == "postgres" else "DOUBLE"}
    columns = ", ".join(f"{_typed(sql, types)} AS {name}" for name, (sql, _, _) in EXACT.items())
    return f"SELECT * FROM (SELECT {columns}) AS t {where}", {name: kind for name, (_, kind, _) in EXACT.items()}


def _typed(sql: str, types: dict[str, str]) -> str:
    for mark, name in types.items():
        sql = sql.replace(mark, name)
    return sql


@dataclass
class Background:
    """A statement running in a thread, and how it ended."""

    connector: Connector
    query: CompiledQuery
    ending: list[BaseException | Execution] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.statement = self.connector.prepare(self.query)
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.ending.append(self.statement.run())
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self.ending.append(error)

    def start(self, seconds: float) -> None:
        self.thread.start()
        time.sleep(seconds)
        assert self.thread.is_alive(), f"it should still run, but: {self.ending}"

    def end(self) -> BaseException | Execution:
        self.thread.join(30)
        assert not self.thread.is_alive()
        return self.ending[0]
