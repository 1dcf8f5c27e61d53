"""The queries of TPC-DS as semantic queries: the same rows as the official SQL, on the same data."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.conftest import NotRun
from tests.tpc import case, generators, models
from tests.tpc.asking import answered, compiled, expected
from tests.tpc.case import Case
from tests.tpc.rows import difference, speaks

SMALL, LARGE = 0.1, 1


@pytest.fixture(scope="module", params=[SMALL, pytest.param(LARGE, marks=pytest.mark.slow)])
def shops(request: pytest.FixtureRequest, not_run: NotRun) -> Iterator[tuple[duckdb.DuckDBPyConnection, float]]:
    try:
        folder = generators.tpcds(request.param)
    except generators.NotMade as problem:
        not_run("TPC-DS", str(problem))
    connection = models.warehouse(folder)
    yield connection, request.param
    connection.close()


@pytest.mark.parametrize("number", case.numbers())
def test_the_official_rows(number: int, shops: tuple[duckdb.DuckDBPyConnection, float]):
    connection, scale = shops
    asked = case.read(number)
    spoke = [_compared(each, connection) for each in asked.all()]
    if asked.silent and scale == SMALL:
        assert not any(spoke), f"{number}: it speaks at scale {scale} as well"
    else:
        assert any(spoke), f"{number}: every variant gives an empty answer, which proves nothing"


def test_the_reference_is_the_official_text(not_run: NotRun):
    try:
        official = generators.tpcds(SMALL) / "queries"
    except generators.NotMade as problem:
        not_run("TPC-DS", str(problem))
    kept = {path.name: path.read_text(encoding="utf-8") for path in case.QUERIES.glob("*.sql")}
    assert kept == {name: (official / name).read_text(encoding="utf-8") for name in kept}
    assert sorted(kept) == [f"{number:02d}.sql" for number in case.numbers()]


def _compared(asked: Case, connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the rows, which are equal, say anything."""
    query, official = compiled(asked), expected(asked, connection)
    problem = difference(answered(asked, query, connection), official)
    assert problem is None, f"{asked.number} {asked.literals}: {problem}\n{query.display}"
    return speaks(official)
