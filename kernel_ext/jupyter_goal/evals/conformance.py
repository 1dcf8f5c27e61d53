"""MetricFlow's own cases: its manifests through the dbt loader, its questions answered, results compared with its results.

A set has `manifests/*.json`, `data/<folder>/<table>.csv` with `tables.json` (types), and `cases.jsonl`: a question in dbt's
words, SQL that somebody wrote to check it, and the rows of that SQL (or only the SQL, where they are many).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from goal_semantics.compile import compile_query
from goal_semantics.errors import CatalogError, QueryError
from goal_semantics.issues import Issues
from goal_semantics.load import Source
from goal_semantics.load.dbt import DbtQuery, GroupBy, Project, ask, open_project
from jupyter_goal.errors import UsageError
from jupyter_goal.evals.keys import broken_keys, undetermined
from jupyter_goal.evals.rows import difference
from jupyter_goal.evals.verdicts import Verdict, Verdicts

SCHEMA = "src"
_SPINES = "time_spine_table"
_AS_OF = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
_ROW_CAP = 10_000_000


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    folder: str
    columns: tuple[tuple[str, str], ...]


def run(folder: Path) -> Verdicts:
    """Every case of the set. Errors: UsageError for a folder that is none."""
    try:
        tables = _tables(folder)
        cases = [json.loads(line) for line in (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
        sources = {
            path.stem: path.read_text(encoding="utf-8") for path in sorted((folder / "manifests").glob("*.json"))
        }
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{folder} is no conformance set: {error}.", "It needs cases.jsonl, manifests, data."
        ) from None
    spines = Source(json.dumps(_time_spines(tables)), "time spines")
    projects = {name: _project(Source(text, f"{name}.json"), spines) for name, text in sources.items()}
    with duckdb.connect() as connection:
        _fill(connection, folder, tables)
        broken = {
            name: broken_keys(connection, each.catalog) for name, each in projects.items() if isinstance(each, Project)
        }
        return Verdicts(tuple(_verdict(connection, projects, broken, case) for case in cases))


def _project(manifest: Source, spines: Source) -> Project | Issues:
    try:
        return open_project(manifest) if '"project_configuration"' in manifest.text else open_project(manifest, spines)
    except CatalogError as error:
        return error.issues


def _verdict(
    connection: duckdb.DuckDBPyConnection, projects: Mapping[str, Project | Issues],
    broken: Mapping[str, Mapping[str, str]], case: Any,
) -> Verdict:  # fmt: skip
    name, project = case["id"], projects[case["manifest"]]
    if isinstance(project, Issues):
        return Verdict(name, "refused", str(project))
    asked = ask(project, _query(project, case["query"]))
    if isinstance(asked, Issues):
        return Verdict(name, "refused", str(asked))
    facts = tuple(fact.model for fact in project.facts.of(*case["query"].get("metrics", ())))
    doubt = undetermined(asked.query, project.catalog, facts, broken[case["manifest"]])
    if doubt:
        return Verdict(name, "refused", doubt)
    try:
        compiled = compile_query(asked.query, project.catalog, "duckdb", as_of=_AS_OF, row_cap=_ROW_CAP)
    except QueryError as error:
        return Verdict(name, "refused", str(error.issues))
    try:
        found = connection.execute(compiled.text, compiled.parameters)
        names = [column[0] for column in found.description or ()]
        rows = found.fetchall()
    except duckdb.Error as error:
        return Verdict(name, "wrong", f"the engine refuses the statement: {str(error).splitlines()[0]}")
    columns, expected = _expected(connection, case)
    if set(columns) != set(asked.columns):
        return Verdict(name, "wrong", f"columns {', '.join(asked.columns)} instead of {', '.join(columns)}")
    at = [names.index(column) for column in columns]
    shown = ([row[position] for position in at] for row in rows)
    reason = difference(expected, shown, ordered=case["check_order"])
    return Verdict(name, "wrong" if reason else "right", reason)


def _expected(connection: duckdb.DuckDBPyConnection, case: Any) -> tuple[list[str], list[Any]]:
    if case["expected"] is not None and "expected_rows_total" not in case:
        return case["cols"], case["expected"]
    found = connection.execute(case["check_sql"])
    return [column[0] for column in found.description or ()], found.fetchall()


def _query(project: Project, written: Mapping[str, Any]) -> DbtQuery:
    """The question of a case; a saved query is the project's, with what the case adds to it."""
    saved = project.saved(written.get("saved_query_name", ""))
    grouped = [GroupBy(name=name) for name in written.get("group_bys", ())]
    grouped += [
        GroupBy(name=each["name"], grain=each.get("grain", ""), date_part=each.get("date_part", ""))
        for each in written.get("group_by_objs", ())
    ]
    where = (written["where"],) if written.get("where") else ()
    time = tuple(datetime.datetime.fromisoformat(edge) for edge in written.get("time_constraint", ()))
    return DbtQuery(
        metrics=(*saved.metrics, *written.get("metrics", ())), group_by=(*saved.group_by, *grouped),
        where=(*saved.where.texts, *where), time=(time[0], time[1]) if len(time) == 2 else None,
        order_by=(*saved.order_by, *written.get("order_bys", ())), limit=written.get("limit", saved.limit),
        extremes=written.get("min_max_only", False), distinct=written.get("apply_group_by", True),
    )  # fmt: skip


def _tables(folder: Path) -> tuple[_Table, ...]:
    written = json.loads((folder / "tables.json").read_text(encoding="utf-8"))
    return tuple(
        _Table(name, each["dir"], tuple((column, kind) for column, kind in each["columns"]))
        for name, each in written.items()
    )


def _fill(connection: duckdb.DuckDBPyConnection, folder: Path, tables: tuple[_Table, ...]) -> None:
    connection.execute(f"CREATE SCHEMA {SCHEMA}")
    for table in tables:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in table.columns)
        place = folder / "data" / table.folder / f"{table.name}.csv"
        connection.execute(f'CREATE TABLE {SCHEMA}."{table.name}" ({columns})')
        connection.execute(
            f"COPY {SCHEMA}.\"{table.name}\" FROM $place (HEADER, NULLSTR '', ALLOW_QUOTED_NULLS false)",
            {"place": str(place)},
        )


def _time_spines(tables: tuple[_Table, ...]) -> dict[str, Any]:
    """The project's configuration, which the manifests of the set leave out."""
    return {"project_configuration": {"time_spines": list(_spines(tables))}}


def _spines(tables: tuple[_Table, ...]) -> Iterator[dict[str, Any]]:
    for table in tables:
        if table.folder != _SPINES:
            continue
        (first, _), *others = table.columns
        last = table.name.rsplit("_", 1)[-1]
        yield {
            "node_relation": {"schema_name": SCHEMA, "alias": table.name},
            "primary_column": {"name": first, "time_granularity": "day" if last == "spine" else last},
            "custom_granularities": [{"name": name} for name, _ in others],
        }
