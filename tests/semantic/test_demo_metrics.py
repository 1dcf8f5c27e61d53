"""Every metric of the demo catalog equals what pandas computes from the source files, in total and by group."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import duckdb
import pandas as pd
import pytest

from goal_semantics.compile import compile_query
from goal_semantics.query import SemanticQuery
from tests.data import flights

NOW = datetime.datetime(2014, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def ask():
    with duckdb.connect(str(flights.warehouse()), read_only=True) as connection:

        def run(**query: object) -> pd.DataFrame:
            compiled = compile_query(SemanticQuery.model_validate(query), flights.catalog(), "duckdb", as_of=NOW)
            return connection.execute(compiled.text, list(compiled.parameters)).df()

        yield run


def late(f: pd.DataFrame) -> pd.Series:
    return f.arr_delay >= 15


WITNESSES: dict[str, Callable[[pd.DataFrame, pd.DataFrame, pd.DataFrame], float]] = {
    "flights": lambda f, p, w: len(f),
    "departed_flights": lambda f, p, w: f.dep_time.notna().sum(),
    "arrived_flights": lambda f, p, w: f.arr_delay.notna().sum(),
    "cancelled_flights": lambda f, p, w: f.dep_time.isna().sum(),
    "cancellation_rate": lambda f, p, w: f.dep_time.isna().mean(),
    "diverted_flights": lambda f, p, w: (f.dep_time.notna() & f.arr_delay.isna()).sum(),
    "diversion_rate": lambda f, p, w: f[f.dep_time.notna()].arr_delay.isna().mean(),
    "on_time_flights": lambda f, p, w: (f.arr_delay < 15).sum(),
    "on_time_rate": lambda f, p, w: (f.arr_delay.dropna() < 15).mean(),
    "late_flights": lambda f, p, w: late(f).sum(),
    "late_rate": lambda f, p, w: late(f[f.arr_delay.notna()]).mean(),
    "late_departures": lambda f, p, w: (f.dep_delay >= 15).sum(),
    "on_time_departures": lambda f, p, w: (f.dep_delay < 15).sum(),
    "on_time_departure_rate": lambda f, p, w: (f.dep_delay.dropna() < 15).mean(),
    "average_arrival_delay": lambda f, p, w: f.arr_delay.mean(),
    "average_departure_delay": lambda f, p, w: f.dep_delay.mean(),
    "median_arrival_delay": lambda f, p, w: f.arr_delay.median(),
    "median_departure_delay": lambda f, p, w: f.dep_delay.median(),
    "longest_arrival_delay": lambda f, p, w: f.arr_delay.max(),
    "average_time_made_up": lambda f, p, w: (f.dep_delay - f.arr_delay).mean(),
    "distance_flown": lambda f, p, w: f[f.air_time.notna()].distance.sum(),
    "average_distance": lambda f, p, w: f.distance.mean(),
    "air_hours": lambda f, p, w: f.air_time.sum() / 60,
    "average_air_time": lambda f, p, w: f.air_time.mean(),
    "average_speed": lambda f, p, w: f[f.air_time.notna()].distance.sum() / (f.air_time.sum() / 60),
    "planes_flown": lambda f, p, w: f[f.dep_time.notna()].tailnum.nunique(),
    "destinations_served": lambda f, p, w: f[f.dep_time.notna()].dest.nunique(),
    "airlines_operating": lambda f, p, w: f[f.dep_time.notna()].carrier.nunique(),
    "registered_planes": lambda f, p, w: len(p),
    "average_seats": lambda f, p, w: p.seats.mean(),
    "average_temperature": lambda f, p, w: w.temp.mean(),
    "average_wind_speed": lambda f, p, w: w[w.wind_speed < 200].wind_speed.mean(),
    "strongest_gust": lambda f, p, w: w.wind_gust.max(),
    "average_visibility": lambda f, p, w: w.visib.mean(),
    "total_precipitation": lambda f, p, w: w.precip.sum(),
}


def test_every_metric_has_a_witness():
    assert WITNESSES.keys() == flights.catalog().metric.keys()


@pytest.mark.parametrize("metric", WITNESSES)
def test_in_total(ask, metric):
    expected = WITNESSES[metric](flights.frame("flights"), flights.frame("planes"), flights.frame("weather"))
    assert ask(measures=[{"metric": metric}]).iloc[0, 0] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("metric", [name for name, metric in flights.catalog().metric.items()
                                    if getattr(metric.spec, "dataset", "flights") == "flights"])  # fmt: skip
def test_by_origin(ask, metric):
    found = ask(measures=[{"metric": metric}], groupings=[{"field": "flights.origin_code"}])
    planes, weather = flights.frame("planes"), flights.frame("weather")
    groups = flights.frame("flights").groupby("origin")
    expected = {origin: WITNESSES[metric](group, planes, weather) for origin, group in groups}
    assert dict(found.itertuples(index=False)) == pytest.approx(expected, rel=1e-9)


def test_by_local_day_even_around_midnight_and_the_clock_changes(ask):
    found = ask(measures=[{"metric": "flights"}], groupings=[{"field": "flights.scheduled_departure", "grain": "day"}])
    witness = flights.frame("flights").groupby(["year", "month", "day"]).size()
    days = pd.to_datetime(found.iloc[:, 0])
    assert {(d.year, d.month, d.day): n for d, n in zip(days, found["flights"], strict=True)} == witness.to_dict()


@pytest.mark.parametrize(
    ("path", "unknown"),
    [
        ("flights.airline.name", 0),
        ("flights.origin.name", 0),
        ("flights.destination.name", 7_602),
        ("flights.plane.manufacturer", 52_606),
        ("flights.weather.rain", 1_556),
        ("flights.tail_number", 2_512),
    ],
)  # fmt: skip
def test_flights_without_a_partner_keep_their_rows_under_no_value(ask, path, unknown):
    found = ask(measures=[{"metric": "flights"}], groupings=[{"field": path}])
    assert found["flights"].sum() == 336_776
    assert found[found.iloc[:, 0].isna()]["flights"].sum() == unknown


def test_the_two_ways_to_an_airport_are_not_mixed_up(ask):
    found = ask(
        measures=[{"metric": "flights"}],
        groupings=[{"field": "flights.origin.name"}, {"field": "flights.destination.name"}],
    )
    names = flights.frame("airports").set_index("faa").name
    witness = flights.frame("flights").groupby([names.reindex(flights.frame("flights").origin).to_numpy(),
                                                names.reindex(flights.frame("flights").dest).to_numpy()], dropna=False).size()  # fmt: skip
    assert sorted(found["flights"]) == sorted(witness)
    row = found[(found.iloc[:, 0] == "John F Kennedy Intl") & (found.iloc[:, 1] == "Los Angeles Intl")]
    assert row["flights"].item() == witness["John F Kennedy Intl", "Los Angeles Intl"]


@pytest.mark.parametrize("position", range(len(flights.catalog().verified_queries)))
def test_verified_queries_give_rows(ask, position):
    verified = flights.catalog().verified_queries[position]
    assert len(ask(**verified.query)) > 1
