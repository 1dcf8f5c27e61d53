"""Random questions of random worlds: the compiler's SQL gives what a slow evaluator over lists of rows gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.semantic.oracle.__main__ import Found, run
from tests.semantic.oracle.case import Case, cases_of
from tests.semantic.oracle.even import NAME
from tests.semantic.oracle.report import FEATURES, described
from tests.semantic.oracle.trial import Refused, opened, store, trial


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = opened()
    yield connection
    connection.close()


@settings(
    max_examples=90, backend=NAME, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(case=cases_of(3))
def test_answers_are_those_of_the_evaluator(engine: duckdb.DuckDBPyConnection, case: Case) -> None:
    """The same questions every time, not made smaller where one fails: the search is the slow test's."""
    store(case.world, engine)
    for query in case.queries:
        outcome = trial(case.world, query, engine)
        assert isinstance(outcome, Refused) or outcome.same, described(case.world, query, outcome)


SEEDS = range(10)


@pytest.fixture(scope="module")
def searched() -> dict[int, Found]:
    """What each seed gave."""
    return {}


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("seed", SEEDS)
def test_twenty_thousand_cases_without_a_difference(seed: int, searched: dict[int, Found]) -> None:
    found = searched[seed] = run(2000, seed, most=3)
    print(found.counts)
    assert found.counts["differences"] + found.counts["errors"] == 0
    assert found.counts["refused"] < found.counts["cases"] / 5, found.reasons.most_common(5)


@pytest.mark.slow
def test_every_feature_was_answered(searched: dict[int, Found]) -> None:
    """By all seeds together."""
    if len(searched) < len(SEEDS):
        pytest.skip("only after all of the seeds")
    covered = sum((each.covered for each in searched.values()), Counter[str]())
    assert not FEATURES - covered.keys()
