"""Versions, bridges, conditions on measures, others and data contracts: the same on PostgreSQL and Spark as on DuckDB."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from goal_semantics.contracts import Finding, compile_contracts, failing_rows
from goal_semantics.load import native
from goal_semantics.model import Catalog, Field, Policy
from tests.semantic import test_conditions as conditions
from tests.semantic import test_contracts as contracts
from tests.semantic import test_others as others
from tests.semantic import test_traps_bridges as bridges
from tests.semantic import test_traps_versions as versions
from tests.semantic.engines import Engine, differences, fill_postgres, fill_spark, opened, rows
from tests.semantic.shop import CATALOG

AS_OF = datetime.datetime(2024, 3, 31, 12, tzinfo=datetime.UTC)
WORLDS = {
    "versions": versions.TABLES,
    "bridges": bridges.TABLES,
    "contracts": contracts.TABLES.replace('or""ders', "orders"),
}


@dataclass(frozen=True)
class Both:
    """One world on DuckDB and on another engine."""

    here: Engine
    there: Engine


@pytest.fixture(scope="module", params=["postgres", "spark"])
def worlds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Both]]:
    made = dict[str, Both]()
    server = request.getfixturevalue(request.param)
    for name, text in WORLDS.items():
        stocked = duckdb.connect()
        stocked.execute("SET TimeZone = 'UTC'")
        stocked.execute(text)
        if request.param == "postgres":
            there = opened("postgres", fill_postgres(stocked, server, name))
        else:
            session = server.newSession()
            fill_spark(stocked, session, tmp_path_factory.mktemp(name), name)
            there = opened("spark", "spark://", live=session)
        made[name] = Both(opened("duckdb", "duckdb://", live=stocked), there)
    yield made
    for both in made.values():
        both.here.connector.close()
        both.there.connector.close()


def same(both: Both, query: dict[str, Any], catalog: Catalog) -> None:
    expected = both.here.ask(query, catalog)
    assert expected
    assert differences(both.there.ask(query, catalog), expected) == []


@pytest.mark.parametrize("inclusive", [False, True])
@pytest.mark.parametrize("time", ["sold_at", "sold_tz"])
@pytest.mark.parametrize("source", ["reps", "closed", "crossed", "empty"])
def test_versions(worlds: dict[str, Both], source: str, time: str, inclusive: bool) -> None:
    same(worlds["versions"], versions.BY_REGION, versions.catalog(source, time, inclusive))


@pytest.mark.parametrize("query", [
    bridges.by(bridges.OWNER, "held", "entries", "largest", "kinds"), bridges.by(bridges.COUNTRY, "held", "entries"),
    {"measures": [{"metric": "held"}],
     "filter": {"kind": "condition", "field": bridges.OWNER, "op": "in", "values": ["Ann", "Bob"]}},
])  # fmt: skip
@pytest.mark.parametrize("allocate", ["weight", "full"])
def test_bridges(worlds: dict[str, Both], allocate: str, query: dict[str, Any]) -> None:
    same(worlds["bridges"], query, bridges.catalog(allocate))


AT = [conditions.at(op, *values) for op, *values in (
    (">", 48), ("between", 15, 48), ("!=", 49), ("not in", 49, 15), ("is null",), ("in", 49, None), ("not in", 49, None),
)]  # fmt: skip
CONDITIONS = [
    *AT, *({"kind": "not", "item": each} for each in AT),
    {"kind": "or", "items": [conditions.PAID, conditions.REFUNDED]},
    {"kind": "or", "items": [{"kind": "and", "items": [conditions.PAID, conditions.at("<", 20)]}, conditions.REFUNDED]},
    conditions.at(">", 360, measure={"metric": "refunded"}, by="customers.customer_id"),
]  # fmt: skip


@pytest.mark.parametrize("condition", CONDITIONS, ids=range(len(CONDITIONS)))
def test_conditions_on_measures(here: Engine, there: Engine, condition: dict[str, Any]) -> None:
    query = {"measures": [conditions.ORDERS], "groupings": [{"field": "orders.status"}], "filter": condition}
    same(Both(here, there), query, CATALOG)


@pytest.mark.parametrize("top", [
    {"n": 2, "by": "orders", "others": True}, {"n": 1, "by": "paid_rate", "others": True},
    {"n": 1, "by": "orders", "within": ["status"], "others": True},
])  # fmt: skip
def test_others_are_made_of_their_rows(here: Engine, there: Engine, top: dict[str, Any]) -> None:
    paths = ["orders.status", "orders.customer.name"] if "within" in top else ["orders.customer.name"]
    same(Both(here, there), others.asked(*paths, top=top), CATALOG)


EVERY_CONTRACT = """
name: shop
calendar: {time_zone: Europe/Zurich}
datasets:
  - name: people
    source: people
    fields: [{name: id, type: integer, expect: [unique, not_null]}, {name: name, type: string, expect: [{accepted_values: [Ann, Bob]}]}]
  - name: orders
    source: orders
    default_time: at
    unique_keys: [[id, person]]
    expect: [{freshness: 2 days}, {row_count: [1, 4]}, {relationship: buyer}]
    fields:
      - {name: id, type: integer, expect: [unique, not_null]}
      - {name: person, type: integer, expect: [{relationship: people.id}]}
      - {name: status, type: string, expect: [{accepted_values: [paid, open]}]}
      - {name: amount, type: decimal, expect: [{range: [0.10, 100]}]}
      - {name: weight, type: float, expect: [{range: [0, null]}, {range: [null, 1]}]}
      - {name: day, type: date, expect: [{range: [2024-01-01, 2024-12-31]}, {freshness: 1 day}]}
      - {name: at, type: timestamp, expect: [{range: ['2024-03-30 10:00', null]}, {freshness: 12 hours}]}
      - {name: moment, type: timestamp_tz, expect: [{range: ['2024-03-31 13:00', null]}, {freshness: 31 minutes}]}
      - {name: "Odd \\"name", type: integer, expect: [unique, {range: [3, 9007199254740992]}]}
  - name: nothing
    source: nothing
    default_time: at
    expect: [{row_count: 1}, {freshness: day}]
    fields: [{name: id, type: integer, expect: [unique, not_null]}, {name: at, type: timestamp}]
relationships:
  - {name: buyer, from: orders, to: people, from_columns: [person], to_columns: [id], total: true}
"""


def measured(engine: Engine, catalog: Catalog) -> list[Finding]:
    found = list[Finding]()
    for measuring in compile_contracts(catalog, engine.dialect, as_of=AS_OF):
        [row] = rows(engine.connector, measuring.compiled)
        found.extend(measuring.read(row))
    return found


@pytest.mark.parametrize("world", ["contracts", "versions"])
def test_data_contracts(worlds: dict[str, Both], world: str) -> None:
    both = worlds[world]
    catalog = native.load(EVERY_CONTRACT) if world == "contracts" else versions.catalog("crossed")
    expected = measured(both.here, catalog)
    assert any(each.verdict == "failed" for each in expected)
    assert measured(both.there, catalog) == expected
    for one in expected:
        if one.verdict != "passed":
            shown = [
                rows(engine.connector, failing_rows(one.expected, catalog, engine.dialect, as_of=AS_OF))
                for engine in (both.here, both.there)
            ]
            assert differences(shown[1], shown[0]) == [], one.expected.path


SIZES = ("tiny", "large", "huge")
"""In the order in which they are read, which is not the alphabet's."""


def sized(guarded: bool = False) -> Catalog:
    """Orders with a closed set of words; “middling” is not listed."""
    by_hand = (
        "CASE WHEN quantity < 2 THEN 'tiny' WHEN quantity < 4 THEN 'middling' WHEN quantity < 6 THEN 'large' "
        "WHEN quantity < 8 THEN 'huge' END"
    )
    size = Field(name="size", type="string", expression=by_hand, values=SIZES)
    datasets = tuple(
        each.model_copy(update={"fields": (*each.fields, size)}) if each.name == "orders" else each
        for each in CATALOG.datasets
    )
    policies = (Policy(dataset="orders", rows="quantity >= 0"),) if guarded else ()
    return CATALOG.model_copy(update={"datasets": datasets, "policies": policies})


BY_SIZE: dict[str, Any] = {"measures": [{"metric": "orders"}], "groupings": [{"field": "orders.size"}]}


@pytest.mark.parametrize("extra", [
    {}, {"totals": True}, {"order": [{"by": "size", "descending": True}]}, {"order": [{"by": "orders"}]},
    {"groupings": [{"field": "orders.status"}, {"field": "orders.size"}]},
    {"measures": [{"metric": "orders"}, {"metric": "paid_rate"}], "calculations": [{"measure": "orders", "kind": "share"}]},
])  # fmt: skip
def test_a_closed_set_is_read_in_its_own_order(here: Engine, there: Engine, extra: dict[str, Any]) -> None:
    same(Both(here, there), BY_SIZE | extra, sized())


def test_what_is_listed_comes_first_then_the_rest_then_the_missing(here: Engine) -> None:
    assert [row[0] for row in here.ask(BY_SIZE, sized())] == [*SIZES, "middling", None]
    turned = BY_SIZE | {"order": [{"by": "size", "descending": True}]}
    assert [row[0] for row in here.ask(turned, sized())] == ["middling", *reversed(SIZES), None]
    assert "huge" not in here.compiled(BY_SIZE, sized(guarded=True)).parameters, "behind a policy no value is named"
