"""Every check: one case where it fires and one where it must not."""

from __future__ import annotations

import datetime
import math
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pytest

from goal_semantics.compiled import CompiledQuery, OutputColumn, Window
from goal_semantics.model import Catalog
from goal_semantics.probe import FactReading, MeasureReading, ProbeReading
from goal_semantics.query import Comparison, Detail, Grouping, Measure, SemanticQuery, Top
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
        never_negative = replace(REVENUE, range=(0, None))
        assert verdict("parts_total", evidence([300, 20], total=100, query=top, column=never_negative)) == "failed"
        assert verdict("parts_total", evidence([300, 20], total=100, query=top)) == "warned", "others may lose"

    @pytest.mark.parametrize(("parts", "total"), [([900, -50], 87), ([50, -900], -2), ([-5, -9], 10), ([5, 9], -10)])
    def test_top_n_of_both_signs_says_no_percent(self, parts: list[object], total: int) -> None:
        top = BY_REGION.model_copy(update={"top": Top(n=2, by="revenue")})
        result = run("parts_total", evidence(parts, total=total, query=top))
        assert result is not None
        assert result.verdict == "passed"
        assert "%" not in result.detail
        assert f"of {total:,} in all" in result.detail

    def test_top_n_of_losses_only(self) -> None:
        top = BY_REGION.model_copy(update={"top": Top(n=2, by="revenue")})
        result = run("parts_total", evidence([-30, -20], total=-100, query=top))
        assert result is not None
        assert (result.verdict, "50.0%" in result.detail) == ("passed", True)

    def test_every_measure_of_a_top_n_is_checked(self) -> None:
        top = BY_REGION.model_copy(update={"top": Top(n=2, by="revenue")})
        orders = OutputColumn(
            "orders", "measure", "orders", "integer", measure="orders", additive=True, range=(0, None)
        )
        given = evidence([30, 20], total=100, query=top)
        frame = given.frame
        wider = ResultFrame(frame.table.append_column("orders", pa.array([9, 9])), (*frame.columns, orders))
        assert given.probe is not None
        readings = (*given.probe.measures, MeasureReading("orders", "sales", 5, 4, 0))
        result = run("parts_total", replace(given, frame=wider, probe=replace(given.probe, measures=readings)))
        assert result is not None
        assert result.verdict == "failed"

    def test_a_sum_of_doubles_that_cancels_is_no_error(self) -> None:
        parts: list[object] = [1e12, -1e12, 0.1, 3e11, -3e11]
        assert verdict("parts_total", evidence(parts, total=0.1 + 1e-5)) == "passed"
        assert verdict("parts_total", evidence(parts, total=0.1 + 1e5)) == "failed"

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

    @pytest.mark.parametrize(
        ("bounds", "found"), [((0, None), 1), ((None, 1), 1), ((-1, 2), None), ((None, None), None)]
    )
    def test_one_bound_is_enough(self, bounds: tuple[float | None, float | None], found: int | None) -> None:
        column = replace(self.RATE, range=bounds)
        for values in ([-0.5, None, 1.5], [Decimal("-0.5"), None, Decimal("1.5")]):
            result = run("value_range", evidence(list(values), column=column))
            assert (result.evidence.get("count") if result else None) == found

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

    def test_data_that_begin_within_the_first_month_shown(self) -> None:
        assert self.begun(datetime.date(2025, 11, 1)) == "passed"
        assert self.begun(datetime.date(2025, 11, 20)) == "warned"
        assert self.begun(datetime.date(2025, 10, 20)) == "passed", "that month is not shown"

    def test_a_month_that_was_asked_for_in_part_is_no_fault_of_the_data(self) -> None:
        window = Window("sales.day", datetime.date(2025, 11, 20), None)
        assert self.begun(datetime.date(2025, 11, 20), (window,)) == "passed"

    def test_weeks_and_fiscal_years_begin_where_the_shown_ones_do(self) -> None:
        sundays = pa.array([datetime.date(2025, 11, 2), datetime.date(2025, 11, 9)])
        week = OutputColumn("week", "time", "week", "date", field="sales.day", grain="week")
        for first, expected in ((datetime.date(2025, 11, 9), "passed"), (datetime.date(2025, 11, 10), "warned")):
            fact = FactReading("sales", (), 4, 4, time_min=first, time_max=datetime.date(2025, 11, 15))
            assert verdict("period_complete", evidence([1, 2], fact=fact, keys=sundays, key=week)) == expected
        years = pa.array([datetime.date(2023, 4, 1), datetime.date(2024, 4, 1)])
        year = OutputColumn("year", "time", "year", "date", field="sales.day", grain="year")
        for first, expected in ((datetime.date(2023, 4, 1), "passed"), (datetime.date(2024, 1, 1), "warned")):
            fact = FactReading("sales", (), 4, 4, time_min=first, time_max=datetime.date(2025, 3, 31))
            assert verdict("period_complete", evidence([1, 2], fact=fact, keys=years, key=year)) == expected

    def test_a_period_compared_with_that_the_data_cover_in_part(self) -> None:
        here = Window("sales.day", datetime.date(2024, 1, 1), datetime.date(2025, 1, 1))
        there = Window("sales.day", datetime.date(2023, 1, 1), datetime.date(2024, 1, 1))
        asked = SemanticQuery(measures=(Measure(metric="revenue"),), comparison=Comparison(to="previous_year"))
        for first, expected in ((datetime.date(2023, 7, 1), "warned"), (datetime.date(2023, 1, 1), "passed")):
            fact = FactReading("sales", (), 4, 4, time_min=first, time_max=datetime.date(2024, 12, 31))
            given = evidence([1], fact=fact, query=asked, windows=(here,))
            given = replace(given, compiled=replace(given.compiled, compared=(there,)))
            result = run("period_complete", given)
            assert result is not None
            assert result.verdict == expected
            assert ("compared with" in result.detail) is (expected == "warned")

    @pytest.mark.parametrize(("end", "expected"), [(30, "warned"), (1, None)])
    def test_facts_that_end_at_different_times_without_a_window(self, end: int, expected: str | None) -> None:
        sold = FactReading("sales", (), 4, 4, datetime.date(2024, 1, 1), datetime.date(2024, 7, 1))
        back = FactReading("returns", (), 4, 4, datetime.date(2024, 1, 3), datetime.date(2024, 8, end))
        if expected is None:
            back = replace(back, time_max=datetime.date(2024, 7, 4))
        given = evidence([1], total=1)
        assert given.probe is not None
        given = replace(given, probe=replace(given.probe, facts=(sold, back)))
        assert verdict("period_complete", given) == expected
        if expected:
            result = run("period_complete", given)
            assert result is not None
            assert result.evidence["data_until"] == "2024-07-01", "no number is newer than its oldest part"

    def test_facts_that_both_cover_the_window_may_end_apart(self) -> None:
        facts = tuple(
            FactReading(name, (), 4, 4, datetime.date(2024, 1, 1), datetime.date(2024, 8, end))
            for name, end in (("sales", 1), ("returns", 30))
        )
        windows = tuple(Window(f"{f.dataset}.day", datetime.date(2024, 2, 1), datetime.date(2024, 7, 1)) for f in facts)
        given = evidence([1], total=1, windows=windows)
        assert given.probe is not None
        assert verdict("period_complete", replace(given, probe=replace(given.probe, facts=facts))) == "passed"

    def begun(self, first: datetime.date, windows: tuple[Window, ...] = ()) -> str | None:
        last = datetime.date(2025, 12, 31)
        fact = FactReading("sales", ("revenue",), 4, 4, time_min=first, time_max=last)
        return verdict(
            "period_complete", evidence([1, 2], fact=fact, keys=self.MONTHS, key=self.MONTH, windows=windows)
        )


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
