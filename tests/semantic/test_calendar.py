"""Relative time against a moment: half-open windows in the catalog's zone, also when clocks change."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, strategies

from goal_semantics.calendar import GRAINS, Ask, Span, Stride, aligned, length, moved, resolve, shift, truncate
from goal_semantics.model import Calendar

UTC = Calendar()
YORK = Calendar(time_zone="America/New_York", week_start="sunday", fiscal_year_start=2)
NOON = datetime.datetime(2024, 3, 10, 17, 0, tzinfo=datetime.UTC)
"""12:00 in New York minus one: clocks there went from 2:00 to 3:00 on this day."""


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def span(start: str, end: str) -> Span:
    return Span(at(start), at(end))


@pytest.mark.parametrize(
    ("ask", "start", "end"),
    [
        (Ask("month", 3), "2023-12-01", "2024-03-01"),
        (Ask("month", 3, current=True), "2024-01-01", "2024-04-01"),
        (Ask("month", current=True), "2024-03-01", "2024-04-01"),
        (Ask("year"), "2023-01-01", "2024-01-01"),
        (Ask("year", to_date=True, current=True), "2024-01-01", "2024-03-11"),
        (Ask("year", to_date=True, current=True, offset=1), "2023-01-01", "2023-03-11"),
        (Ask("year", fiscal=True), "2023-02-01", "2024-02-01"),
        (Ask("quarter", fiscal=True, current=True), "2024-02-01", "2024-05-01"),
        (Ask("quarter"), "2023-10-01", "2024-01-01"),
        (Ask("week"), "2024-03-03", "2024-03-10"),
        (Ask("week", current=True), "2024-03-10", "2024-03-17"),
        (Ask("day", 7), "2024-03-03", "2024-03-10"),
        (Ask("day", offset=1), "2024-03-08", "2024-03-09"),
        (Ask("hour", 24), "2024-03-09 12:00", "2024-03-10 13:00"),
        (Ask("hour", 1, current=True), "2024-03-10 13:00", "2024-03-10 14:00"),
    ],
)
def test_relative_windows_on_a_day_when_clocks_change(ask: Ask, start: str, end: str) -> None:
    assert resolve(ask, NOON, YORK) == span(start, end)


def test_the_zone_decides_which_day_it_is() -> None:
    late = datetime.datetime(2024, 1, 1, 3, 0, tzinfo=datetime.UTC)
    assert resolve(Ask("year"), late, YORK) == span("2022-01-01", "2023-01-01")
    assert resolve(Ask("year"), late, UTC) == span("2023-01-01", "2024-01-01")


def test_month_to_date_of_a_longer_month_reaches_the_end_of_the_shorter_one() -> None:
    today = datetime.datetime(2023, 3, 30, 12, tzinfo=datetime.UTC)
    asked = Ask("month", to_date=True, current=True, offset=1)
    assert resolve(asked, today, UTC) == span("2023-02-01", "2023-03-01")


@pytest.mark.parametrize(
    ("given_span", "stride"),
    [
        (span("2024-01-01", "2024-04-01"), Stride("month", 3)),
        (span("2024-01-01", "2024-01-08"), Stride("day", 7)),
        (span("2024-01-01", "2024-01-01 06:00"), Stride("second", 21600)),
        (Span(at("2024-01-01")), None),
    ],
)
def test_the_length_of_a_window(given_span: Span, stride: Stride | None) -> None:
    assert length(given_span) == stride


def test_whole_months_move_to_whole_months() -> None:
    assert moved(span("2024-03-01", "2024-04-01"), Stride("month", -1)) == span("2024-02-01", "2024-03-01")
    assert moved(span("2024-02-01", "2024-03-01"), Stride("year", -1)) == span("2023-02-01", "2023-03-01")


def test_alignment_needs_both_ends() -> None:
    assert aligned(span("2024-01-01", "2024-03-01"), "month", UTC)
    assert not aligned(span("2024-01-01", "2024-03-02"), "month", UTC)
    assert aligned(Span(None, at("2024-02-01")), "year", UTC, first_month=2)


MOMENTS = strategies.datetimes(at("1990-01-01"), at("2060-01-01"))


@given(moment=MOMENTS, grain=strategies.sampled_from(GRAINS), month=strategies.integers(1, 12))
def test_a_period_holds_its_moment_and_ends_where_the_next_begins(
    moment: datetime.datetime, grain: str, month: int
) -> None:
    start = truncate(moment, grain, YORK, month)  # type: ignore[arg-type]
    end = shift(start, Stride(grain, 1))  # type: ignore[arg-type]
    assert start <= moment < end
    assert truncate(start, grain, YORK, month) == start  # type: ignore[arg-type]
    assert truncate(end, grain, YORK, month) == end  # type: ignore[arg-type]


def test_years_that_do_not_exist_are_refused() -> None:
    with pytest.raises(OverflowError):
        shift(at("2024-01-01"), Stride("year", 9000))
