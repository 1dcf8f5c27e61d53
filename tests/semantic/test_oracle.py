"""Random questions of random worlds: the compiler's SQL gives what a slow evaluator over lists of rows gives."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.semantic.oracle.__main__ import run
from tests.semantic.oracle.case import Case, cases_of
from tests.semantic.oracle.even import NAME
from tests.semantic.oracle.report import described
from tests.semantic.oracle.trial import Refused, opened, store, trial


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = opened()
    yield connection
    connection.close()


@settings(max_examples=133, backend=NAME, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(case=cases_of(3))
def test_answers_are_those_of_the_evaluator(engine: duckdb.DuckDBPyConnection, case: Case) -> None:
    store(case.world, engine)
    for query in case.queries:
        outcome = trial(case.world, query, engine)
        assert isinstance(outcome, Refused) or outcome.same, described(case.world, query, outcome)


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("seed", range(10))
def test_twenty_thousand_cases_without_a_difference(seed: int) -> None:
    found = run(2000, seed, most=3)
    print(found.counts)
    assert found.counts["differences"] + found.counts["errors"] == 0
    assert found.counts["refused"] < found.counts["cases"] / 4, found.reasons.most_common(5)
