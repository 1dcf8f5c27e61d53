"""A semantic query that somebody wrote, as one statement of a dialect; and its result."""

from __future__ import annotations

import datetime
import json
from contextlib import closing
from dataclasses import asdict, dataclass

from goal_semantics.calendar import aware
from goal_semantics.compile import compile_query
from goal_semantics.compiled import CompiledQuery, OutputColumn
from goal_semantics.dialects import DIALECTS, Dialect
from goal_semantics.errors import QueryError
from goal_semantics.issues import Issues
from goal_semantics.load import Source
from goal_semantics.load.native import read_query
from goal_semantics.model import Catalog
from goal_semantics.query import SemanticQuery
from jupyter_goal.binding import Binding, bind, written_catalog
from jupyter_goal.charts._static.text import plain_table
from jupyter_goal.connectors import Execution
from jupyter_goal.connectors._address import resolve
from jupyter_goal.core.tabulate import MOST_ROWS, tabulate
from jupyter_goal.demo import NAME as DEMO
from jupyter_goal.errors import UsageError
from jupyter_goal.report import cell_of, issue_json, rows_of
from jupyter_goal.settings import Settings
from jupyter_goal.terminal import columns

DEFAULT: Dialect = "duckdb"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is compiled, over which catalog, for which engine. `dialect` None: that of the connection."""

    source: Source
    target: str = ""
    catalog: str | None = None
    dialect: Dialect | None = None
    as_of: datetime.datetime | None = None
    run: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """The compiled query and, if it was run, its result; or everything that is wrong. `misread`: wrong in its form."""

    issues: Issues = Issues()
    misread: bool = False
    compiled: CompiledQuery | None = None
    execution: Execution | None = None


def compile_written(settings: Settings, wanted: Wanted) -> Statement:
    """Read, compile, and run where asked. A connection is opened only to run, or where no catalog was written.

    Errors: UsageError, CatalogProblem, ConnectionProblem, QueryFailed.
    """
    try:
        loaded = read_query(wanted.source)
    except QueryError as error:
        return Statement(error.issues, misread=True)
    written = written_catalog(settings, wanted.target, wanted.catalog)
    try:
        if written is not None and not wanted.run:
            dialect = wanted.dialect or _dialect(settings, wanted.target)
            return Statement(compiled=_compiled(wanted, loaded.query, written.catalog, dialect, settings))
        with closing(bind(settings, wanted.target, catalog=wanted.catalog)) as binding:
            return _bound(wanted, loaded.query, binding, settings)
    except QueryError as error:
        return Statement(loaded.locate(error.issues))


def as_text(statement: Statement) -> str:
    """The SQL, ready to be pasted; the table of a result; or one line per issue."""
    compiled, execution = statement.compiled, statement.execution
    if compiled is None:
        return columns(((str(issue),) for issue in statement.issues), indent="", hanging="  ")
    notes = "".join(f"-- policy: {' '.join(policy.split())}\n" for policy in compiled.policies)
    if execution is None:
        return f"{notes}{compiled.display};"
    table = plain_table(tabulate(execution.frame), MOST_ROWS)
    counted = f"{execution.frame.rows:,} row{'' if execution.frame.rows == 1 else 's'}"
    cut = ", cut off at the row limit" if execution.frame.truncated else ""
    return f"{notes}{table}\n\n{counted}{cut}, {execution.engine}"


def as_json(statement: Statement) -> str:
    """The object of `jupyter goal compile --json`; `issues` and null for all else where something is wrong."""
    compiled, execution = statement.compiled, statement.execution
    found: dict[str, object] = {
        "issues": [issue_json(issue) for issue in statement.issues],
        "dialect": None,
        "sql": None,
    }
    if compiled is not None:
        found |= {
            "dialect": compiled.dialect,
            "sql": compiled.display,
            "text": compiled.text,
            "parameters": [cell_of(value) for value in compiled.parameters],
            "columns": [_column(column) for column in compiled.columns],
            "lineage": [asdict(entry) for entry in compiled.lineage],
            "datasets": list(compiled.datasets),
            "policies": list(compiled.policies),
        }
    if execution is not None:
        found |= {
            "columns": [_column(column) for column in execution.frame.columns],
            "rows": rows_of(execution.frame),
            "truncated": execution.frame.truncated,
            "engine": execution.engine,
            "fingerprint": execution.frame.fingerprint,
        }
    return json.dumps(found, ensure_ascii=False)


def _bound(wanted: Wanted, query: SemanticQuery, binding: Binding, settings: Settings) -> Statement:
    own = binding.connector.dialect
    if wanted.run and wanted.dialect not in {None, own}:
        raise UsageError(f"The connection speaks {own}, not {wanted.dialect}.", "Leave --run out, or --dialect.")
    compiled = _compiled(wanted, query, binding.catalog, wanted.dialect or own, settings)
    return Statement(compiled=compiled, execution=binding.connector.prepare(compiled).run() if wanted.run else None)


def _compiled(
    wanted: Wanted, query: SemanticQuery, catalog: Catalog, dialect: Dialect, settings: Settings
) -> CompiledQuery:
    as_of = aware(wanted.as_of or datetime.datetime.now(datetime.UTC), catalog.calendar.time_zone)
    return compile_query(query, catalog, dialect, as_of=as_of, row_cap=settings.limits.rows)


def _dialect(settings: Settings, target: str) -> Dialect:
    """That of the connection, as far as its address tells."""
    named = settings.url(target or settings.project.connection)
    scheme = resolve(named).scheme if named and named != DEMO else DEFAULT
    return next((dialect for dialect in DIALECTS if dialect == scheme), DEFAULT)


def _column(column: OutputColumn) -> dict[str, object]:
    return {"name": column.name, "role": column.role, "label": column.label, "type": column.type}
