"""A SQL warehouse on loopback for the real databricks-sql-connector: its Thrift protocol over HTTP, DuckDB inside.

It checks the token, binds parameters by their declared types, answers before a slow statement has ended (as the
service does) and stops the engine on CancelOperation. It reads Databricks SQL through sqlglot; it is not Databricks.
"""

# The service names its methods; T is what its types are called everywhere.
# ruff: noqa: N802, N812
from __future__ import annotations

import contextlib
import datetime
import decimal
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot

ANSWER_AFTER = 0.2
TYPES = {
    "bool": "BOOLEAN_TYPE", "int8": "TINYINT_TYPE", "int16": "SMALLINT_TYPE", "int32": "INT_TYPE",
    "int64": "BIGINT_TYPE", "float": "FLOAT_TYPE", "double": "DOUBLE_TYPE", "date32[day]": "DATE_TYPE",
    "string": "STRING_TYPE",
}  # fmt: skip


@dataclass
class Operation:
    """A statement the service knows by its handle."""

    cursor: duckdb.DuckDBPyConnection
    result: Future[pa.Table]
    offset: int = 0


@dataclass
class Warehouse:
    """What a test may look at."""

    port: int = 0
    token: str = "dapi-loopback-secret"
    engine: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    statements: list[str] = field(default_factory=list)
    parameters: list[list[tuple[str, str | None]]] = field(default_factory=list)
    settings: list[dict[str, str]] = field(default_factory=list)
    cancelled: int = 0
    operations: dict[bytes, Operation] = field(default_factory=dict)
    workers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4))

    @property
    def running(self) -> int:
        return sum(not operation.result.done() for operation in self.operations.values())

    def write_settings(self, folder: Path, token: str | None = None) -> Path:
        """The vendor's own file with a profile [loop]."""
        path = folder / "databrickscfg"
        path.write_text(
            f"[loop]\nhost = http://127.0.0.1:{self.port}\ntoken = {token or self.token}\nwarehouse_id = abc\n",
            encoding="utf-8",
        )
        return path

    def start(self, request: Any) -> tuple[bytes, Operation]:
        self.statements.append(request.statement)
        given = sorted(request.parameters or [], key=lambda parameter: parameter.ordinal or 0)
        bound = [(p.type, p.value.stringValue if p.value else None) for p in given]
        self.parameters.append(bound)
        cursor = self.engine.cursor()
        result = self.workers.submit(self._execute, cursor, request.statement, [python_value(*pair) for pair in bound])
        handle = uuid.uuid4().bytes
        self.operations[handle] = Operation(cursor, result)
        with contextlib.suppress(Exception):
            result.exception(ANSWER_AFTER)
        return handle, self.operations[handle]

    def _execute(self, cursor: duckdb.DuckDBPyConnection, statement: str, parameters: list[Any]) -> pa.Table:
        text = sqlglot.transpile(statement, read="databricks", write="duckdb")[0]
        return cursor.sql(text, params=parameters).to_arrow_table()


def python_value(kind: str, text: str | None) -> Any:
    """A bound parameter as its type says."""
    if text is None or kind == "VOID":
        return None
    kind = kind.split("(", maxsplit=1)[0]
    convert = {
        "INT": int, "BIGINT": int, "DOUBLE": float, "DECIMAL": decimal.Decimal, "DATE": datetime.date.fromisoformat,
        "BOOLEAN": lambda value: value.lower() == "true", "TIMESTAMP": datetime.datetime.fromisoformat, "STRING": str,
    }  # fmt: skip
    return convert[kind](text)


def thrift_handler(warehouse: Warehouse) -> Any:
    """The service's side of TCLIService."""
    from databricks.sql.thrift_api.TCLIService import ttypes as T

    ok = T.TStatus(statusCode=T.TStatusCode.SUCCESS_STATUS)

    def described(table: pa.Table) -> Any:
        columns = []
        for position, item in enumerate(table.schema):
            kind, qualifiers = TYPES.get(str(item.type), "STRING_TYPE"), None
            if pa.types.is_decimal(item.type):
                kind = "DECIMAL_TYPE"
                sizes = {"precision": item.type.precision, "scale": item.type.scale}
                values = {name: T.TTypeQualifierValue(i32Value=size) for name, size in sizes.items()}
                qualifiers = T.TTypeQualifiers(qualifiers=values)
            elif pa.types.is_timestamp(item.type):
                kind = "TIMESTAMP_TYPE"
            entry = T.TPrimitiveTypeEntry(type=getattr(T.TTypeId, kind), typeQualifiers=qualifiers)
            description = T.TTypeDesc(types=[T.TTypeEntry(primitiveEntry=entry)])
            columns.append(T.TColumnDesc(columnName=item.name, position=position + 1, typeDesc=description))
        return T.TGetResultSetMetadataResp(
            status=ok, schema=T.TTableSchema(columns=columns), resultFormat=T.TSparkRowSetType.ARROW_BASED_SET,
            lz4Compressed=False, arrowSchema=table.schema.serialize().to_pybytes(), isStagingOperation=False,
        )  # fmt: skip

    def state(operation: Operation) -> Any:
        if not operation.result.done():
            return T.TGetOperationStatusResp(status=ok, operationState=T.TOperationState.RUNNING_STATE)
        error = operation.result.exception()
        if error is None:
            finished = T.TOperationState.FINISHED_STATE
            return T.TGetOperationStatusResp(status=ok, operationState=finished, hasResultSet=True)
        interrupted = isinstance(error, duckdb.InterruptException)
        failed = T.TOperationState.CANCELED_STATE if interrupted else T.TOperationState.ERROR_STATE
        message = databricks_message(str(error))
        return T.TGetOperationStatusResp(
            status=ok, operationState=failed, sqlState="42000", errorMessage=message, displayMessage=message
        )

    class Handler:
        def OpenSession(self, request: Any) -> Any:
            warehouse.settings.append(dict(request.configuration or {}))
            handle = T.TSessionHandle(sessionId=T.THandleIdentifier(guid=uuid.uuid4().bytes, secret=b"s" * 16))
            return T.TOpenSessionResp(
                status=ok, serverProtocolVersion=T.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8, sessionHandle=handle,
                canUseMultipleCatalogs=True, initialNamespace=T.TNamespace(catalogName="main", schemaName="default"),
            )  # fmt: skip

        def CloseSession(self, request: Any) -> Any:
            return T.TCloseSessionResp(status=ok)

        def ExecuteStatement(self, request: Any) -> Any:
            guid, operation = warehouse.start(request)
            handle = T.TOperationHandle(
                operationId=T.THandleIdentifier(guid=guid, secret=b"s" * 16),
                operationType=T.TOperationType.EXECUTE_STATEMENT, hasResultSet=True,
            )  # fmt: skip
            direct = T.TSparkDirectResults(operationStatus=state(operation)) if operation.result.done() else None
            return T.TExecuteStatementResp(status=ok, operationHandle=handle, directResults=direct)

        def GetOperationStatus(self, request: Any) -> Any:
            operation = warehouse.operations[request.operationHandle.operationId.guid]
            with contextlib.suppress(Exception):
                operation.result.exception(ANSWER_AFTER)
            return state(operation)

        def GetResultSetMetadata(self, request: Any) -> Any:
            result = warehouse.operations[request.operationHandle.operationId.guid].result
            if result.exception():
                gone = T.TStatus(statusCode=T.TStatusCode.ERROR_STATUS, errorMessage="The operation was canceled.")
                return T.TGetResultSetMetadataResp(status=gone)
            return described(result.result())

        def FetchResults(self, request: Any) -> Any:
            operation = warehouse.operations[request.operationHandle.operationId.guid]
            table = operation.result.result()
            part = table.slice(operation.offset, request.maxRows)
            batches = [
                T.TSparkArrowBatch(batch=batch.serialize().to_pybytes(), rowCount=batch.num_rows)
                for batch in part.to_batches()
                if batch.num_rows
            ]
            rows = T.TRowSet(startRowOffset=operation.offset, rows=[], arrowBatches=batches)
            operation.offset += part.num_rows
            more = operation.offset < table.num_rows
            return T.TFetchResultsResp(status=ok, hasMoreRows=more, results=rows, resultSetMetadata=described(table))

        def CloseOperation(self, request: Any) -> Any:
            warehouse.operations.pop(request.operationHandle.operationId.guid, None)
            return T.TCloseOperationResp(status=ok)

        def CancelOperation(self, request: Any) -> Any:
            operation = warehouse.operations[request.operationHandle.operationId.guid]
            warehouse.cancelled += 1
            operation.cursor.interrupt()
            return T.TCancelOperationResp(status=ok)

    return Handler()


def databricks_message(text: str) -> str:
    """The service's words for the two errors the tests cause."""
    if "does not exist" in text:
        return f"[TABLE_OR_VIEW_NOT_FOUND] The table or view cannot be found. {text.splitlines()[0]} SQLSTATE: 42P01"
    if "not found in FROM" in text:
        name = text.split('"')[1]
        return f"[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `{name}` cannot be resolved. SQLSTATE: 42703"
    return text.splitlines()[0]


def http_handler(warehouse: Warehouse) -> type[BaseHTTPRequestHandler]:
    """One POST, one reply, both in Thrift's binary protocol."""
    from databricks.sql.thrift_api.TCLIService import TCLIService
    from thrift.protocol.TBinaryProtocol import TBinaryProtocol
    from thrift.transport.TTransport import TMemoryBuffer

    processor = TCLIService.Processor(thrift_handler(warehouse))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Authorization") != f"Bearer {warehouse.token}":
                return self.reply(403, b"Invalid access token.")
            if not self.path.startswith("/sql/"):
                return self.reply(404, b"")
            answer = TMemoryBuffer()
            processor.process(TBinaryProtocol(TMemoryBuffer(body)), TBinaryProtocol(answer))
            return self.reply(200, answer.getvalue())

        def reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/x-thrift")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


@contextlib.contextmanager
def databricks_server() -> Iterator[Warehouse]:
    """A running server. Raises ImportError where the driver is not installed."""
    warehouse = Warehouse()
    server = ThreadingHTTPServer(("127.0.0.1", 0), http_handler(warehouse))
    server.daemon_threads = True
    warehouse.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield warehouse
    finally:
        server.shutdown()
        server.server_close()
        warehouse.workers.shutdown(cancel_futures=True)
        warehouse.engine.close()
