"""Slowly changing dimensions: a row meets the version of its partner that was valid at its own time, never all of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import sqlglot

from goal_semantics.compile import compile_query
from goal_semantics.contracts import Finding, compile_contracts, failing_rows
from goal_semantics.load import native
from goal_semantics.metrics import simple
from goal_semantics.model import Calendar, Catalog, Dataset, Metric, Policy, Relationship, Validity
from goal_semantics.policy import Viewer
from goal_semantics.query import SemanticQuery
from goal_semantics.resolve.validate import validate
from tests.semantic.shop import AS_OF, field, rows
from tests.semantic.test_probe import reading

TABLES = """
CREATE TABLE sales (sale_id INTEGER, rep_id INTEGER, sold_at TIMESTAMP, sold_tz TIMESTAMPTZ, amount INTEGER);
INSERT INTO sales VALUES
  (1, 1, '2024-01-10 09:00', '2024-01-10 09:00+00', 1), (2, 1, '2024-03-31 23:59', '2024-03-31 23:59+00', 10),
  (3, 1, '2024-04-01 00:00', '2024-04-01 02:00+00', 100), (4, 1, '2023-01-01 00:00', '2023-01-01 00:00+00', 1000),
  (5, 2, '2024-05-05 12:00', '2024-05-05 12:00+00', 10000), (6, 1, NULL, NULL, 100000),
  (7, NULL, '2024-02-02 00:00', '2024-02-02 00:00+00', 1000000), (8, 9, '2024-02-02 00:00', '2024-02-02 00:00+00', 10000000);
CREATE TABLE reps (rep_id INTEGER, region VARCHAR, from_day DATE, to_day DATE);
INSERT INTO reps VALUES (1, 'north', '2024-01-01', '2024-04-01'), (1, 'south', '2024-04-01', NULL), (2, 'east', NULL, NULL);
CREATE TABLE closed (rep_id INTEGER, region VARCHAR, from_day DATE, to_day DATE);
INSERT INTO closed VALUES (1, 'north', '2024-01-01', '2024-03-31'), (1, 'south', '2024-04-01', NULL), (2, 'east', NULL, NULL);
CREATE TABLE crossed (rep_id INTEGER, region VARCHAR, from_day DATE, to_day DATE);
INSERT INTO crossed VALUES
  (1, 'north', '2024-01-01', '2024-06-01'), (1, 'south', '2024-04-01', NULL), (2, 'east', NULL, NULL),
  (3, 'west', '2024-01-01', NULL), (3, 'far west', '2024-01-01', NULL), (NULL, 'none', NULL, NULL), (NULL, 'none', NULL, NULL);
CREATE TABLE empty (rep_id INTEGER, region VARCHAR, from_day DATE, to_day DATE);
"""


def catalog(source: str = "reps", time: str = "sold_at", inclusive: bool = False, **extra: Any) -> Catalog:
    sales = Dataset(
        name="sales", source="sales", primary_key=("sale_id",), default_time="sold_at", row="sale",
        fields=(
            field("sale_id", "integer", role="key"), field("rep_id", "integer"), field("sold_at", "timestamp", role="time"),
            field("sold_tz", "timestamp_tz", role="time"), field("amount", "integer", role="fact"),
        ),
    )  # fmt: skip
    reps = Dataset(
        name="reps", source=source, unique_keys=(("rep_id", "from_day"),),
        fields=(
            field("rep_id", "integer"), field("region", "string"), field("from_day", "date"), field("to_day", "date"),
            field("kind", "string", expression="CASE WHEN region = 'north' THEN 'cold' ELSE 'warm' END"),
        ),
    )  # fmt: skip
    validity = Validity(time=time, valid_from="from_day", valid_to="to_day", inclusive=inclusive)
    rep = Relationship(
        name="rep", from_dataset="sales", to_dataset="reps", from_fields=("rep_id",), to_fields=("rep_id",), validity=validity,
        **extra,
    )  # fmt: skip
    revenue = Metric(name="revenue", spec=simple.Spec(dataset="sales", agg="sum", expression="amount"))
    south = Metric(name="south", spec=simple.Spec(dataset="sales", agg="count", filter="rep.region = 'south'"))
    return Catalog(
        name="versions", datasets=(sales, reps), relationships=(rep,), metrics=(revenue, south),
        calendar=Calendar(time_zone="America/New_York"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def sold() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(TABLES)
    yield connection
    connection.close()


BY_REGION: dict[str, Any] = {"measures": [{"metric": "revenue"}], "groupings": [{"field": "sales.rep.region"}]}


def test_each_row_meets_the_version_of_its_time_and_all_rows_are_kept(sold: duckdb.DuckDBPyConnection) -> None:
    """Before the first version, without a time, without or with a dangling key: no version, but the row counts."""
    found = dict(rows(sold, BY_REGION, catalog()))
    assert found == {"north": 11, "south": 100, "east": 10000, None: 11101000}
    assert sum(found.values()) == 11111111


def test_an_end_that_is_included_holds_for_all_of_its_day(sold: duckdb.DuckDBPyConnection) -> None:
    """Sale 2 is at 23:59 of the last day: compared as moments, it would have no version."""
    assert dict(rows(sold, BY_REGION, catalog("closed", inclusive=True)))["north"] == 11
    assert dict(rows(sold, BY_REGION, catalog("closed")))["north"] == 1


def test_an_instant_is_compared_by_the_clock_of_the_catalog(sold: duckdb.DuckDBPyConnection) -> None:
    """02:00 UTC on 1 April is still 31 March in New York."""
    assert dict(rows(sold, BY_REGION, catalog(time="sold_tz"))) == {"north": 111, "east": 10000, None: 11101000}


def test_without_versions_no_row_is_lost(sold: duckdb.DuckDBPyConnection) -> None:
    assert rows(sold, BY_REGION, catalog("empty")) == [(None, 11111111)]


def test_a_value_made_of_nulls_is_missing_without_a_version(sold: duckdb.DuckDBPyConnection) -> None:
    asked = {"measures": [{"metric": "revenue"}], "groupings": [{"field": "sales.rep.kind"}]}
    assert dict(rows(sold, asked, catalog())) == {"cold": 11, "warm": 10100, None: 11101000}


def test_definitions_filters_and_details_meet_the_same_version(sold: duckdb.DuckDBPyConnection) -> None:
    condition = {"kind": "condition", "field": "sales.rep.region", "op": "=", "values": ["south"]}
    assert rows(sold, {"measures": [{"metric": "south"}]}, catalog()) == [(1,)]
    assert rows(sold, {"measures": [{"metric": "revenue"}], "filter": condition}, catalog()) == [(100,)]
    listed = {"detail": {"dataset": "sales", "fields": ["sales.sale_id", "sales.rep.region"]}}
    assert len(rows(sold, listed, catalog())) == 8


def test_a_policy_hides_versions_but_no_sales(sold: duckdb.DuckDBPyConnection) -> None:
    guarded = catalog(total=True).model_copy(update={"policies": (Policy(dataset="reps", rows="region = {region}"),)})
    asked = SemanticQuery.model_validate(BY_REGION)
    viewer = Viewer(attributes={"region": "south"})
    query = compile_query(asked, guarded, "duckdb", as_of=AS_OF, viewer=viewer)
    assert dict(sold.execute(query.text, query.parameters).fetchall()) == {"south": 100, None: 11111011}


def measured(sold: duckdb.DuckDBPyConnection, made: Catalog) -> list[Finding]:
    found = list[Finding]()
    for measuring in compile_contracts(made, "duckdb", as_of=AS_OF):
        [row] = sold.execute(measuring.compiled.text, measuring.compiled.parameters).fetchall()
        found.extend(measuring.read(row))
    return found


def test_a_dimension_that_two_facts_share_is_measured_once(sold: duckdb.DuckDBPyConnection) -> None:
    made = catalog()
    [rep] = made.relationships
    twice = made.model_copy(update={"relationships": (rep, rep.model_copy(update={"name": "other"}))})
    assert [each.expected.rule.kind for each in measured(sold, twice)].count("no_overlap") == 1


def test_overlapping_versions_are_found(sold: duckdb.DuckDBPyConnection) -> None:
    """The later one of two that cross is counted, and versions that start at once are."""

    def overlaps(source: str, inclusive: bool = False) -> int | None:
        made = catalog(source, inclusive=inclusive)
        [finding] = [each for each in measured(sold, made) if each.expected.rule.kind == "no_overlap"]
        shown = failing_rows(finding.expected, made, "duckdb", as_of=AS_OF)
        assert len(sold.execute(shown.text, shown.parameters).fetchall()) == (finding.failing or 0)
        return finding.failing

    assert (overlaps("reps"), overlaps("closed", inclusive=True), overlaps("empty")) == (0, 0, 0)
    assert overlaps("reps", inclusive=True) == 1, "the day that is the last of one and the first of the other"
    assert overlaps("crossed") == 2
    made = catalog("crossed")
    [broken] = [each.expected for each in measured(sold, made) if each.expected.rule.kind == "no_overlap"]
    shown = failing_rows(broken, made, "duckdb", as_of=AS_OF)
    day = datetime.date
    assert sold.execute(shown.text, shown.parameters).fetchall() == [(3, day(2024, 1, 1), 2), (1, day(2024, 4, 1), 1)]
    [fact] = reading(sold, BY_REGION, catalog("crossed")).facts
    assert fact.rows_joined > fact.rows_in, "the checks of an answer see it too"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"time": "sold"}, "“sold” is not a field of “sales”"), ({"valid_from": "from"}, "“from” is not a field of “reps”"),
        ({"time": "amount"}, "is not a time"), ({"valid_to": "region"}, "is not a time"),
    ],
)  # fmt: skip
def test_times_must_be_there(change: dict[str, str], words: str) -> None:
    made = catalog()
    [rep] = made.relationships
    assert rep.validity is not None
    wrong = rep.model_copy(update={"validity": rep.validity.model_copy(update=change)})
    assert words in str(validate(made.model_copy(update={"relationships": (wrong,)})).errors)


def test_versions_are_not_the_only_partner_of_each_other() -> None:
    assert "cannot be one to one" in str(validate(catalog(one_to_one=True)).errors)
    assert not validate(catalog()).errors
    assert validate(catalog()).items == ()


def test_the_key_and_the_start_together_tell_versions_apart() -> None:
    made = catalog()
    plain = made.relationships[0].model_copy(update={"validity": None})
    assert "would multiply rows" in str(validate(made.model_copy(update={"relationships": (plain,)})).errors)


def test_yaml_round_trip() -> None:
    made = catalog(inclusive=True)
    text = native.dump(made)
    assert "validity:" in text
    assert native.load(text) == made


@pytest.mark.parametrize("dialect", ["duckdb", "snowflake", "databricks", "spark", "postgres"])
def test_every_dialect_reads_it_back(dialect: Any) -> None:
    asked = SemanticQuery.model_validate(BY_REGION)
    for inclusive in (False, True):
        made = catalog(time="sold_tz", inclusive=inclusive)
        text = compile_query(asked, made, dialect, as_of=AS_OF).text
        [join] = sqlglot.parse_one(text, dialect=dialect).find_all(sqlglot.exp.Join)
        assert "from_day" in join.sql().lower()
        for measuring in compile_contracts(made, dialect, as_of=AS_OF):
            assert sqlglot.parse_one(measuring.compiled.text, dialect=dialect)
