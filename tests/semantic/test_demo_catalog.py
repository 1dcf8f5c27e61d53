"""The demo catalog is valid, fits its warehouse, and its definitions are what its descriptions say."""

from __future__ import annotations

import re

import duckdb
import pytest

from goal_semantics.drift import compare
from goal_semantics.load import Source, locate
from goal_semantics.load.native import dump, load, read
from goal_semantics.query import SemanticQuery
from goal_semantics.resolve import validate
from jupyter_goal.demo import catalog_text
from tests.data import flights


@pytest.fixture(scope="module")
def catalog():
    return flights.catalog()


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect(str(flights.warehouse()), read_only=True) as opened:
        yield opened


def columns_of(connection):
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns()"
    ).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def test_it_is_valid_without_a_warning():
    loaded = read(Source(catalog_text(), "flights.yaml"))
    assert str(locate(validate(loaded.catalog), loaded.places)) == ""


def test_it_fits_its_warehouse_and_notices_a_dropped_column(catalog, connection):
    columns = columns_of(connection)
    assert str(compare(catalog, columns)) == ""
    del columns["flights"]["arr_delay"]
    paths = {issue.path for issue in compare(catalog, columns)}
    assert {"datasets.flights.fields.arrival_delay", "metrics.on_time_flights.filter"} <= paths


def test_it_survives_the_round_trip(catalog):
    assert load(dump(catalog)) == catalog


def test_every_key_of_the_catalog_holds_in_the_data(catalog, connection):
    for dataset in catalog.datasets:
        columns = ", ".join(field.expression.text if field.expression else field.name
                            for field in map(dataset.by_name.__getitem__, dataset.primary_key))  # fmt: skip
        assert connection.execute(
            f"SELECT count(*) = count(DISTINCT ({columns})) FROM {dataset.source}"
        ).fetchone() == (True,), dataset.name


def test_relationships_called_total_find_every_partner_and_the_others_do_not(catalog, connection):
    for step in catalog.relationships:
        child, parent = catalog.dataset[step.from_dataset], catalog.dataset[step.to_dataset]
        pairs = [
            (child.by_name[one], parent.by_name[other])
            for one, other in zip(step.from_fields, step.to_fields, strict=True)
        ]
        on = " AND ".join(f"c.{one.expression.text if one.expression else one.name} = "
                          f"p.{other.expression.text if other.expression else other.name}" for one, other in pairs)  # fmt: skip
        (missing,) = connection.execute(
            f"SELECT count(*) FROM {child.source} c WHERE NOT EXISTS (SELECT 1 FROM {parent.source} p WHERE {on})"
        ).fetchone()
        assert (missing == 0) is step.total, step.name


@pytest.mark.parametrize(("relationship", "missing"), [("destination", 7_602), ("plane", 52_606), ("weather", 1_556)])
def test_the_gaps_that_the_descriptions_count(catalog, connection, relationship, missing):
    step = next(each for each in catalog.relationships if each.name == relationship)
    join = {
        "destination": "airports p ON p.faa = f.dest",
        "plane": "planes p ON p.tailnum = f.tailnum",
        "weather": "weather p ON p.origin = f.origin AND p.time_hour = f.time_hour",
    }[step.name]
    alone = "p.faa" if step.name == "destination" else "p.tailnum" if step.name == "plane" else "p.origin"
    assert connection.execute(
        f"SELECT count(*), count(*) FILTER ({alone} IS NULL) FROM flights f LEFT JOIN {join}"
    ).fetchone() == (336_776, missing)
    described = step.description + catalog.dataset[step.to_dataset].description
    assert f"{missing:,}" in described


def test_declared_values_are_the_values_of_the_data(catalog, connection):
    for dataset in catalog.datasets:
        for field in dataset.fields:
            if field.values:
                text = field.expression.text if field.expression else field.name
                found = connection.execute(
                    f"SELECT DISTINCT {text} AS v FROM {dataset.source} WHERE v IS NOT NULL"
                ).fetchall()
                assert {value for (value,) in found} == set(field.values), f"{dataset.name}.{field.name}"


def test_synonyms_of_values_belong_to_values_that_exist(catalog, connection):
    for dataset in catalog.datasets:
        for field in dataset.fields:
            text = field.expression.text if field.expression else field.name
            for value, words in field.value_synonyms.items():
                assert words
                assert connection.execute(
                    f"SELECT count(*) > 0 FROM {dataset.source} WHERE {text} = ?", [value]
                ).fetchone() == (True,), f"{dataset.name}.{field.name}: {value}"


def test_no_word_means_two_metrics(catalog):
    seen: dict[str, str] = {}
    for metric in catalog.metrics:
        for word in dict.fromkeys((metric.name.replace("_", " "), metric.title, *metric.synonyms)):
            said = re.sub(r"[^a-z0-9]+", " ", word.lower())
            assert seen.setdefault(said, metric.name) == metric.name, word


def test_no_synonym_means_two_values_of_a_field(catalog):
    for dataset in catalog.datasets:
        for field in dataset.fields:
            words = [word.lower() for value, others in field.value_synonyms.items() for word in {value, *others}]
            assert len(words) == len(set(words)), field.name


def test_it_shows_what_a_good_catalog_has(catalog):
    assert len(catalog.metrics) >= 15
    assert len(catalog.questions) == 5
    assert all(metric.description and metric.format for metric in catalog.metrics)
    assert catalog.calendar.time_zone == "America/New_York"
    assert catalog.dataset["flights"].default_time == "scheduled_departure"
    for verified in catalog.verified_queries:
        SemanticQuery.model_validate(verified.query)


def test_every_flight_has_one_status(connection, catalog):
    status = catalog.dataset["flights"].by_name["status"].expression
    assert status is not None
    assert dict(connection.execute(f"SELECT {status.text}, count(*) FROM flights GROUP BY 1").fetchall()) == {
        "on time": 247_246,
        "late": 80_100,
        "cancelled": 8_255,
        "diverted": 1_175,
    }
