"""Every database of the evaluation data that is at hand infers a valid catalog, with the keys that its schema file declares, if any."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path

import pytest

from goal_semantics.compile import compile_query
from goal_semantics.drift import compare
from goal_semantics.infer import infer
from goal_semantics.load.native import dump, load
from goal_semantics.model import Catalog, Dataset
from goal_semantics.profile import Inclusion, Profile
from goal_semantics.query import Grouping, Measure, SemanticQuery
from goal_semantics.resolve import validate
from jupyter_goal.connectors import ConnectOptions, Connector
from jupyter_goal.connectors.duckdb import connect

DATA = Path(__file__).parents[3] / "shared" / "eval" / "dev"
FOLDERS = sorted(path for path in DATA.glob("data/*/*") if path.is_dir())


def declared(profile: Profile, folder: Path) -> Profile:
    """The profile with the keys that the schema file declares: Parquet files have none."""
    file = DATA / "schema" / f"{folder.parent.name}.json"
    if not file.exists():
        return profile
    schema = json.loads(file.read_text(encoding="utf-8"))[folder.name]
    columns = {
        table.name.lower(): {column.name.lower(): column.name for column in table.columns} for table in profile.tables
    }
    source = {table.name.lower(): table.source for table in profile.tables}

    def named(table: str, names: list[str]) -> tuple[str, ...]:
        return tuple(columns[table.lower()][name.lower()] for name in names)

    keys = {
        each["table"].lower(): named(each["table"], each["primary_key"])
        for each in schema["tables"]
        if each["table"].lower() in source
    }
    links = tuple(
        Inclusion(source[each["table"].lower()], named(each["table"], each["columns"]), source[each["ref_table"].lower()],
                  named(each["ref_table"], each["ref_columns"]), 1.0, declared=True)
        for each in schema["foreign_keys"]
        if each["table"].lower() in source and each["ref_table"].lower() in source
    )  # fmt: skip
    tables = tuple(
        replace(table, primary_key=keys.get(table.name.lower()) or table.primary_key) for table in profile.tables
    )
    return replace(profile, tables=tables, inclusions=(*links, *profile.inclusions))


def answers(connector: Connector, catalog: Catalog, dataset: Dataset) -> int:
    """The count of a dataset's rows, asked together with all its metrics and by everything it points at."""
    own = [metric.name for metric in catalog.metrics if getattr(metric.spec, "dataset", "") == dataset.name]
    steps = catalog.outgoing.get(dataset.name, ())
    paths = [f"{dataset.name}.{step.name}.{step.to_fields[0]}" for step in steps]
    query = SemanticQuery(
        measures=tuple(Measure(metric=name) for name in own),
        groupings=tuple(Grouping(field=path) for path in paths[:3]),
    )
    compiled = compile_query(query, catalog, connector.dialect, as_of=datetime.datetime.now(datetime.UTC))
    table = connector.prepare(compiled).run().frame.table
    return sum(table.column(own[0]).to_pylist())


def infers_a_valid_catalog(folder: Path) -> None:
    connector = connect(f"duckdb:///{folder}", ConnectOptions())
    try:
        profile = declared(connector.profile(), folder)
        inferred = infer(profile)
        columns = connector.columns()
        rows = {table.source: table.rows for table in profile.tables}
        for dataset in inferred.catalog.datasets:
            assert answers(connector, inferred.catalog, dataset) == rows[dataset.source]
    finally:
        connector.close()
    assert len(inferred.catalog.datasets) == len(list(folder.glob("*.parquet")))
    assert str(validate(inferred.catalog)) == ""
    assert str(compare(inferred.catalog, columns)) == ""
    assert load(dump(inferred.catalog, notes=inferred.guesses), file=folder.name) == inferred.catalog


@pytest.mark.skipif(not FOLDERS, reason=f"evaluation data is absent ({DATA.name})")
@pytest.mark.parametrize("folder", FOLDERS[::15], ids=lambda folder: folder.name)
def test_some_databases(folder):
    infers_a_valid_catalog(folder)


@pytest.mark.slow
@pytest.mark.skipif(not FOLDERS, reason=f"evaluation data is absent ({DATA.name})")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_all_databases(folder):
    infers_a_valid_catalog(folder)
