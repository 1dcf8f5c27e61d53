"""A catalog inferred from the measured demo warehouse: what it finds, what it leaves alone, what it says it guessed."""

from __future__ import annotations

import pytest

from goal_semantics.drift import compare
from goal_semantics.infer import infer
from goal_semantics.load.native import dump, load
from goal_semantics.resolve import validate
from jupyter_goal.connectors import ConnectOptions
from jupyter_goal.connectors.duckdb import connect
from tests.data import flights


@pytest.fixture(scope="module")
def connector():
    opened = connect(f"duckdb:///{flights.warehouse()}", ConnectOptions())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def inferred(connector):
    return infer(connector.profile())


def test_it_is_valid_fits_the_database_and_survives_the_file(inferred, connector):
    catalog = inferred.catalog
    assert str(validate(catalog)) == ""
    assert str(compare(catalog, connector.columns())) == ""
    assert load(dump(catalog, notes=inferred.guesses)) == catalog


def test_it_says_that_nobody_has_reviewed_it(inferred):
    assert inferred.catalog.inferred
    assert "inferred: true" in dump(inferred.catalog)


def test_both_ways_to_an_airport_are_found_by_their_roles(inferred):
    steps = {(each.from_dataset, each.name): each for each in inferred.catalog.relationships}
    assert steps["flights", "origin"].to_dataset == steps["flights", "dest"].to_dataset == "airports"
    assert steps["flights", "airline"].to_dataset == "airlines"
    assert steps["flights", "plane"].from_fields == ("tailnum",)
    assert steps["flights", "weather"].from_fields == ("origin", "time_hour")
    assert not any(each.total for each in inferred.catalog.relationships)


def test_rows_happen_at_their_local_time_not_at_the_instant(inferred):
    assert inferred.catalog.dataset["flights"].default_time == "scheduled_departure"
    assert inferred.catalog.dataset["weather"].default_time == "local_hour"


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("flights.dep_delay", "fact"), ("flights.distance", "fact"), ("flights.air_time", "fact"), ("planes.seats", "fact"),
        ("flights.year", "dimension"), ("flights.month", "dimension"), ("flights.hour", "dimension"),
        ("flights.dep_time", "dimension"), ("flights.sched_dep_time", "dimension"), ("flights.flight", "key"),
        ("planes.year", "dimension"), ("airports.lat", "dimension"), ("airports.tz", "dimension"),
        ("flights.scheduled_departure", "time"), ("flights.origin", "dimension"), ("flights.carrier", "dimension"),
    ],
)  # fmt: skip
def test_roles(inferred, path, role):
    dataset, field = path.split(".")
    assert inferred.catalog.dataset[dataset].by_name[field].role == role


def test_sums_are_offered_for_what_adds_up_and_nothing_else(inferred):
    sums = {name.removeprefix("total_") for name in inferred.catalog.metric if name.startswith("total_")}
    assert {"distance", "air_time", "seats", "precip"} <= sums
    assert not sums & {"year", "month", "day", "hour", "minute", "flight", "lat", "lon", "alt", "tz", "temp", "humid", "pressure",
                       "wind_speed", "wind_dir", "visib", "speed", "dep_time", "arr_time"}  # fmt: skip
    assert inferred.catalog.metric["flights_count"].label == "number of flights"
    assert "average departure delay" in inferred.catalog.metric["average_dep_delay"].synonyms


def test_every_guess_is_a_comment_in_the_file(inferred):
    written = dump(inferred.catalog, notes=inferred.guesses)
    comments = {line.strip().removeprefix("# ") for line in written.splitlines() if line.strip().startswith("#")}
    assert {line for guess in inferred.guesses for line in guess.text.splitlines()} <= comments
    assert "guess: flights.dest points at airports.faa; 97.7% of the rows match." in comments


def test_it_offers_goals_of_the_fact_first(inferred):
    assert inferred.catalog.questions[0] == "number of flights by month"
    assert len(inferred.catalog.questions) == 5
