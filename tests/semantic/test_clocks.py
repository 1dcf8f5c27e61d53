"""Windows and periods on the local clock: days of 23 and 25 hours, weeks, fiscal years, ends of months."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from goal_semantics.calendar import Ask, resolve
from goal_semantics.compile import compile_query
from goal_semantics.errors import QueryError
from goal_semantics.model import Calendar, Catalog, Dataset
from goal_semantics.query import SemanticQuery
from tests.semantic.shop import counted, field

ZONE = "America/New_York"
TICKS = Dataset(
    name="ticks", source="ticks", default_time="moment", fields=(field("moment", "timestamp_tz", role="time"),)
)
CATALOG = Catalog(
    name="clock", datasets=(TICKS,), metrics=(counted("ticks", "ticks"),),
    calendar=Calendar(time_zone=ZONE, week_start="sunday", fiscal_year_start=10),
)  # fmt: skip
AS_OF = datetime.datetime(2023, 11, 20, 17, 0, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def clock() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Tokyo'")
        connection.execute(
            "CREATE TABLE ticks AS SELECT unnest(generate_series(TIMESTAMPTZ '2022-01-01 00:00:00+00',"
            " TIMESTAMPTZ '2024-06-30 23:00:00+00', INTERVAL 1 HOUR)) AS moment"
        )
        yield connection


def answer(clock: duckdb.DuckDBPyConnection, as_of: datetime.datetime = AS_OF, **asked: Any) -> list[Any]:
    query = SemanticQuery.model_validate({"measures": [{"metric": "ticks"}], **asked})
    found = compile_query(query, CATALOG, "duckdb", as_of=as_of)
    return clock.execute(found.text, found.parameters).fetchall()


def window(start: str, end: str) -> dict[str, Any]:
    return {"window": {"kind": "between", "start": start, "end": end}}


@pytest.mark.parametrize(
    ("day", "hours"), [("2023-03-11", 24), ("2023-03-12", 23), ("2023-11-05", 25), ("2023-07-01", 24)]
)
def test_a_day_has_the_hours_that_it_had_there(clock: duckdb.DuckDBPyConnection, day: str, hours: int) -> None:
    after = (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()
    assert answer(clock, time=window(day, after)) == [(hours,)]
    on_it = {"kind": "condition", "field": "ticks.moment", "op": "=", "values": [day]}
    assert answer(clock, filter=on_it) == [(hours,)]
    by_day = dict(answer(clock, groupings=[{"field": "ticks.moment", "grain": "day"}]))
    assert by_day[datetime.date.fromisoformat(day)] == hours


def test_weeks_begin_on_the_day_of_the_calendar(clock: duckdb.DuckDBPyConnection) -> None:
    weeks = dict(
        answer(clock, groupings=[{"field": "ticks.moment", "grain": "week"}], time=window("2023-03-05", "2023-03-19"))
    )
    assert weeks == {datetime.date(2023, 3, 5): 168, datetime.date(2023, 3, 12): 167}
    last = {"window": {"kind": "relative", "unit": "week"}}
    asked = SemanticQuery.model_validate({"measures": [{"metric": "ticks"}], "time": last})
    [found] = compile_query(asked, CATALOG, "duckdb", as_of=AS_OF).windows
    assert (found.start, found.end) == (datetime.datetime(2023, 11, 12), datetime.datetime(2023, 11, 19))


def test_the_fiscal_year_is_one_year_of_local_days(clock: duckdb.DuckDBPyConnection) -> None:
    fiscal = {"window": {"kind": "relative", "unit": "year", "fiscal": True}}
    assert answer(clock, time=fiscal) == [(365 * 24,)]
    grouped = answer(clock, time=fiscal, groupings=[{"field": "ticks.moment", "grain": "quarter", "fiscal": True}])
    assert [row[0] for row in grouped] == [datetime.date(2022, 10, 1), datetime.date(2023, 1, 1), datetime.date(2023, 4, 1),
                                           datetime.date(2023, 7, 1)]  # fmt: skip
    assert sum(row[1] for row in grouped) == 365 * 24


@pytest.mark.parametrize(
    ("today", "now", "then"),
    [
        ("2023-03-31", 31 * 24 - 1, 28 * 24), ("2023-03-30", 30 * 24 - 1, 28 * 24), ("2023-03-15", 15 * 24 - 1, 15 * 24),
        ("2024-03-30", 30 * 24 - 1, 29 * 24), ("2023-05-31", 31 * 24, 30 * 24),
    ],
)  # fmt: skip
def test_month_to_date_is_compared_with_the_same_days_of_the_month_before(
    clock: duckdb.DuckDBPyConnection, today: str, now: int, then: int
) -> None:
    noon = datetime.datetime.fromisoformat(f"{today}T12:00").replace(tzinfo=ZoneInfo(ZONE))
    to_date = {"window": {"kind": "relative", "unit": "month", "current": True, "to_date": True}}
    compared = {"to": "previous_period", "show": ["previous"]}
    assert answer(clock, noon, time=to_date, comparison=compared)[0][:2] == (now, then)


@pytest.mark.parametrize("zone", ["UTC", ZONE, "Asia/Tokyo"])
def test_the_last_24_hours_are_24_hours_whatever_zone_says_now(clock: duckdb.DuckDBPyConnection, zone: str) -> None:
    last = {"window": {"kind": "relative", "unit": "hour", "count": 24}}
    for moment in ("2023-03-12T18:30", "2023-11-05T18:30", "2023-11-06T03:30"):
        as_of = datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.UTC).astimezone(ZoneInfo(zone))
        assert answer(clock, as_of, time=last) == [(24,)], moment
        span = resolve(Ask("hour", 24), as_of, CATALOG.calendar)
        assert span == resolve(Ask("hour", 24), as_of.astimezone(datetime.UTC), CATALOG.calendar)


def test_a_window_that_ends_in_an_hour_shown_twice_is_refused() -> None:
    last = {"window": {"kind": "relative", "unit": "hour", "count": 1}}
    query = SemanticQuery.model_validate({"measures": [{"metric": "ticks"}], "time": last})
    twice = datetime.datetime(2023, 11, 5, 6, 30, tzinfo=datetime.UTC)
    with pytest.raises(QueryError, match="show twice"):
        compile_query(query, CATALOG, "duckdb", as_of=twice)
    assert compile_query(query, CATALOG, "duckdb", as_of=twice + datetime.timedelta(hours=3))
