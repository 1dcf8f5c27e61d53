"""Every check: one case where it fires and one where it must not."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal

import pyarrow as pa
import pytest

from goal_semantics.compiled import CompiledQuery, OutputColumn, Window
from goal_semantics.model import Catalog
from goal_semantics.probe import FactReading, MeasureReading, ProbeReading
from goal_semantics.query import Detail, Grouping, Measure, SemanticQuery, Top
from jupyter_goal import registry
from jupyter_goal.agent.checks import CheckResult, Evidence
from jupyter_goal.agent.verify import ORDER, verify
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.goal import Goal

GOAL = Goal(text="revenue by region", as_of=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
BY_REGION = SemanticQuery(measures=(Measure(metric="revenue"),), groupings=(Grouping(field="sales.region"),))
REGION = OutputColumn("region", "dimension", "region", "string", field="sales.region")
REVENUE = OutputColumn("revenue", "measure", "revenue", "decimal", measure="revenue", additive=True)


def evidence(
    values: list[object],
    *,
    total: object = None,
    query: SemanticQuery = BY_REGION,
    column: OutputColumn = REVENUE,
    fact: FactReading | None = None,
    reading: MeasureReading | None = None,
    keys: pa.Array | None = None,
    key: OutputColumn = REGION,
    windows: tuple[Window, ...] = (),
    truncated: bool = False,
) -> Evidence:
    table = pa.table({key.name: keys if keys is not None else pa.array([str(i) for i in range(len(values))]),
                      column.name: pa.array(values)})  # fmt: skip
    compiled = CompiledQuery(
        query, "duckdb", "SELECT 1", (), "SELECT 1", (key, column), (), ("sales",), windows=windows
    )
    facts = (fact or FactReading("sales", ("revenue",), 4, 4),)
    readings = (reading or MeasureReading("revenue", "sales", total, 4, 0),)
    return Evidence(
        GOAL,
        Catalog(name="c"),
        compiled,
        ResultFrame(table, compiled.columns, truncated),
        ProbeReading(facts, readings),
    )


def run(name: str, given: Evidence) -> CheckResult | None:
    result = registry.find("agent.checks", name).check(given)
    assert result is None or isinstance(result, CheckResult)
    return result


def verdict(name: str, given: Evidence) -> str | None:
    result = run(name, given)
    return result.verdict if result else None


class TestPartsTotal:
    def test_decimals_are_compared_exactly(self) -> None:
        parts = [Decimal("0.10")] * 3
        assert verdict("parts_total", evidence(parts, total=Decimal("0.30"))) == "passed"
        assert verdict("parts_total", evidence(parts, total=Decimal("0.31"))) == "failed"

    def test_integers_beyond_doubles_are_compared_exactly(self) -> None:
        parts: list[object] = [2**53, 1]
        assert verdict("parts_total", evidence(parts, total=2**53 + 1)) == "passed"
        assert verdict("parts_total", evidence(parts, total=2**53)) == "failed"

    def test_doubles_are_compared_to_nine_digits(self) -> None:
        assert verdict("parts_total", evidence([0.1, 0.2], total=0.3)) == "passed"
        assert verdict("parts_total", evidence([0.1, 0.2], total=0.300001)) == "failed"

    def test_a_lost_empty_group_fails(self) -> None:
        assert verdict("parts_total", evidence([10, 20], total=31)) == "failed"

    def test_top_n_says_the_remainder(self) -> None:
        top = BY_REGION.model_copy(update={"top": Top(n=2, by="revenue")})
        result = run("parts_total", evidence([30, 20], total=100, query=top))
        assert result is not None
        assert result.verdict == "passed"
        assert "50.0%" in result.detail

    def test_top_n_above_the_total_fails(self) -> None:
        top = BY_REGION.model_copy(update={"top": Top(n=2, by="revenue")})
        assert verdict("parts_total", evidence([300, 20], total=100, query=top)) == "failed"

    def test_it_does_not_apply_to_averages(self) -> None:
        average = OutputColumn("revenue", "measure", "revenue", "float", measure="revenue", additive=False)
        assert run("parts_total", evidence([1.0, 2.0], total=1.5, column=average)) is None

    def test_a_cut_result_is_not_judged(self) -> None:
        assert verdict("parts_total", evidence([1, 2], total=9, truncated=True)) == "skipped"


@pytest.mark.parametrize(("joined", "expected"), [(4, "passed"), (5, "failed"), (3, "failed")])
def test_join_rows(joined: int, expected: str) -> None:
    fact = FactReading("sales", ("revenue",), rows_in=4, rows_joined=joined)
    assert verdict("join_rows", evidence([1], total=1, fact=fact)) == expected


@pytest.mark.parametrize(("missing", "expected"), [(0, "passed"), (1, "passed"), (30, "warned")])
def test_coverage(missing: int, expected: str) -> None:
    fact = FactReading("sales", ("revenue",), 100, 100, unmatched=(("region", missing),))
    assert verdict("coverage", evidence([1], total=1, fact=fact)) == expected


def test_coverage_does_not_apply_without_joins() -> None:
    assert run("coverage", evidence([1], total=1)) is None


@pytest.mark.parametrize(("nulls", "expected"), [(0, "passed"), (5, "passed"), (6, "warned")])
def test_null_share(nulls: int, expected: str) -> None:
    reading = MeasureReading("revenue", "sales", 1, inputs=100, nulls=nulls)
    result = run("null_share", evidence([1], reading=reading))
    assert result is not None
    assert result.verdict == expected
    assert ("left out" in result.detail) is bool(nulls)


def test_row_cap_fails_aggregates_and_warns_on_rows() -> None:
    rows = SemanticQuery(detail=Detail(dataset="sales"))
    assert verdict("row_cap", evidence([1], total=1)) == "passed"
    assert verdict("row_cap", evidence([1], total=1, truncated=True)) == "failed"
    assert verdict("row_cap", evidence([1], query=rows, truncated=True)) == "warned"


class TestValueRange:
    RATE = OutputColumn("rate", "measure", "rate", "float", measure="rate", range=(0, 1))

    def test_inside_and_outside(self) -> None:
        assert verdict("value_range", evidence([0.0, 1.0, None], column=self.RATE)) == "passed"
        assert verdict("value_range", evidence([0.5, 1.2], column=self.RATE)) == "warned"

    @pytest.mark.parametrize("broken", [math.inf, -math.inf, math.nan])
    def test_what_is_not_a_number_fails_without_a_declared_range(self, broken: float) -> None:
        assert verdict("value_range", evidence([1.0, broken])) == "failed"

    def test_it_does_not_apply_without_a_range(self) -> None:
        assert run("value_range", evidence([5.0])) is None


class TestPeriodComplete:
    MONTH = OutputColumn("month", "time", "month", "date", field="sales.day", grain="month")
    MONTHS = pa.array([datetime.date(2025, 11, 1), datetime.date(2025, 12, 1)])

    def of(self, last: datetime.date, window: Window | None = None) -> str | None:
        fact = FactReading("sales", ("revenue",), 4, 4, time_min=datetime.date(2025, 1, 1), time_max=last)
        given = evidence(
            [1, 2], total=3, fact=fact, keys=self.MONTHS, key=self.MONTH, windows=(window,) if window else ()
        )
        return verdict("period_complete", given)

    def test_data_to_the_last_day(self) -> None:
        assert self.of(datetime.date(2025, 12, 31)) == "passed"

    def test_data_that_end_within_the_last_month(self) -> None:
        assert self.of(datetime.date(2025, 12, 30)) == "warned"

    def test_a_window_beyond_the_data(self) -> None:
        window = Window("sales.day", datetime.date(2025, 11, 1), datetime.date(2026, 2, 1))
        assert self.of(datetime.date(2025, 12, 31), window) == "warned"

    def test_a_window_before_the_data(self) -> None:
        window = Window("sales.day", datetime.date(2024, 11, 1), datetime.date(2026, 1, 1))
        assert self.of(datetime.date(2025, 12, 31), window) == "warned"


def test_every_check_of_the_folder_runs_and_is_named_after_its_file() -> None:
    fact = FactReading(
        "sales", ("revenue",), 4, 4, datetime.date(2025, 1, 1), datetime.date(2025, 12, 31), (("region", 0),)
    )
    window = Window("sales.day", datetime.date(2025, 1, 1), datetime.date(2026, 1, 1))
    ranged = OutputColumn("revenue", "measure", "revenue", "integer", measure="revenue", additive=True, range=(0, None))
    given = evidence([1, 2], total=3, fact=fact, windows=(window,), column=ranged)
    results = verify(given)
    assert {result.name for result in results} == set(registry.names("agent.checks")) == set(ORDER)
    assert {result.verdict for result in results} == {"passed"}


def test_a_query_without_probe_is_judged_by_its_frame_alone() -> None:
    given = evidence([1, 2], total=3)
    blind = Evidence(given.goal, given.catalog, given.compiled, given.frame, None)
    assert [result.name for result in verify(blind)] == ["row_cap"]


def test_an_empty_result_adds_up_to_nothing() -> None:
    empty = evidence([], total=0, keys=pa.array([], pa.string()))
    assert verdict("parts_total", empty) == "passed"
    assert verdict("parts_total", evidence([], total=7, keys=pa.array([], pa.string()))) == "failed"
