"""Data contracts: what is counted, what is not, and the SQL that shows it. Every count is held against SQL by hand."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import sqlglot

from goal_semantics.contracts import Finding, compile_contracts, expects, failing_rows
from goal_semantics.dialects import DIALECTS
from goal_semantics.load import native
from goal_semantics.model import Catalog, Field
from goal_semantics.resolve import validate
from goal_semantics.resolve.expected import expected

AS_OF = datetime.datetime(2024, 3, 31, 12, tzinfo=datetime.UTC)

TABLES = """
CREATE TABLE people (id INTEGER, name VARCHAR);
INSERT INTO people VALUES (1, 'Ann'), (2, 'Bob'), (NULL, 'nobody');
CREATE TABLE "or""ders" (
  id INTEGER, person INTEGER, status VARCHAR, amount DECIMAL(18, 2), weight DOUBLE, day DATE, "at" TIMESTAMP,
  moment TIMESTAMPTZ, "Odd ""name" BIGINT);
INSERT INTO "or""ders" VALUES
  (1, 1, 'paid', 0.10, 0.5, '2024-03-29', '2024-03-30 10:00', '2024-03-31 11:30+00', 9007199254740993),
  (2, 9, 'open', 0.30, 'nan', '2024-03-30', '2024-03-31 01:30', '2024-03-31 11:00+00', 2),
  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (NULL, 9, 'lost', 100.01, 'inf', '2031-01-01', '2031-01-01 00:00', '2031-01-01 00:00+00', 2),
  (NULL, 2, 'PAID', -0.01, -1, '2024-01-01', '2024-01-01 00:00', '2024-01-01 00:00+00', 3);
CREATE TABLE nothing (id INTEGER, "at" TIMESTAMP);
"""

CATALOG = """
name: shop
calendar: {time_zone: Europe/Zurich}
datasets:
  - name: people
    source: people
    fields: [{name: id, type: integer}, {name: name, type: string}]
  - name: orders
    source: '"or""ders"'
    default_time: at
    FIELDS
  - name: nothing
    source: nothing
    default_time: at
    expect: [{row_count: 1}, {freshness: day}]
    fields: [{name: id, type: integer, expect: [unique, not_null, {range: [0, 1]}]}, {name: at, type: timestamp}]
relationships: RELATIONSHIPS
"""

TYPES = {
    "id": "integer",
    "person": "integer",
    "status": "string",
    "amount": "decimal",
    "weight": "float",
    "day": "date",
    "at": "timestamp",
    "moment": "timestamp_tz",
    'Odd "name': "integer",
}


def catalog(of: str = "", contract: str = "", dataset: str = "", relationships: str = "[]", extra: str = "") -> Catalog:
    """The shop with one contract of a field, or of the orders as a whole."""
    lines = [f"expect: [{dataset}]"] if dataset else []
    lines += [extra] if extra else []
    lines += ["fields:"]
    for name, kind in TYPES.items():
        expects_ = f", expect: [{contract}]" if name == of else ""
        quoted = name.replace('"', '\\"')
        lines.append(f'  - {{name: "{quoted}", type: {kind}{expects_}}}')
    return native.load(CATALOG.replace("FIELDS", "\n    ".join(lines)).replace("RELATIONSHIPS", relationships))


@pytest.fixture(scope="module")
def shop() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(TABLES)
        yield connection


def findings(shop: duckdb.DuckDBPyConnection, shown: Catalog, as_of: datetime.datetime = AS_OF) -> list[Finding]:
    assert not validate(shown).errors
    found: list[Finding] = []
    for measuring in compile_contracts(shown, "duckdb", as_of=as_of):
        rows = shop.execute(measuring.compiled.text, measuring.compiled.parameters).fetchall()
        assert len(rows) == 1
        assert shop.execute(measuring.compiled.display).fetchall() == rows
        assert [column.name for column in measuring.compiled.columns] == [each[0] for each in shop.description or ()]
        found.extend(measuring.read(rows[0]))
    return found


def of_orders(shop: duckdb.DuckDBPyConnection, shown: Catalog, **extra: Any) -> Finding:
    [found] = [each for each in findings(shop, shown, **extra) if each.expected.dataset == "orders"]
    return found


@pytest.mark.parametrize(
    ("name", "contract", "failing"),
    [
        ("id", "not_null", 2),
        ("id", "unique", 1),  # 2 twice; the two NULLs are not the same value
        ("status", "{accepted_values: [paid, open]}", 2),  # NULL passes, PAID is another text
        ("status", "{accepted_values: [paid, open, lost, PAID]}", 0),
        ("amount", "{range: [0, 100]}", 2),
        ("amount", "{range: [0.10, 100.01]}", 1),  # exact: 0.10 is inside
        ("amount", "{range: [null, 100]}", 1),
        ("weight", "{range: [0, null]}", 3),  # -1, and NaN and infinity, which are no values
        ("weight", "{range: [null, 1]}", 2),
        ("person", "{relationship: people.id}", 2),  # 9 twice; NULL has no key
        ("day", "{range: [2024-01-01, 2024-12-31]}", 1),
        ("at", "{range: ['2024-01-01 00:00', '2024-03-31 01:00']}", 2),
        ("moment", "{range: ['2024-01-01 01:00', '2024-03-31 13:15']}", 2),  # wall clock of Zurich: 11:30 UTC is 13:30
        ('Odd "name', "unique", 1),
        ('Odd "name', "{range: [3, 9007199254740992]}", 3),
        ('Odd "name', "{accepted_values: [2, 3]}", 1),
    ],
)
def test_rows_at_fault_are_counted_and_can_be_seen(
    shop: duckdb.DuckDBPyConnection, name: str, contract: str, failing: int
) -> None:
    shown = catalog(name, contract)
    found = of_orders(shop, shown)
    assert (found.failing, found.rows) == (failing, 5)
    assert found.verdict == ("failed" if failing else "passed")
    sample = failing_rows(found.expected, shown, "duckdb", as_of=AS_OF)
    rows = shop.execute(sample.display).fetchall()
    columns = [each[0] for each in shop.description or ()]
    assert repr(rows) == repr(shop.execute(sample.text, sample.parameters).fetchall())
    if columns[-1] == "rows":
        repeated = "unique" in contract
        assert sum(row[-1] - repeated for row in rows) == failing
    else:
        assert len(rows) == failing


def test_a_key_of_several_fields_counts_only_where_all_of_it_is_there(shop: duckdb.DuckDBPyConnection) -> None:
    assert of_orders(shop, catalog(dataset="{unique: [id, status]}")).failing == 0
    assert of_orders(shop, catalog(dataset='{unique: [person, "Odd \\"name"]}')).failing == 1


def test_a_declared_key_is_unique_and_present(shop: duckdb.DuckDBPyConnection) -> None:
    shown = catalog(extra="primary_key: [id, person]")
    found = [each for each in findings(shop, shown) if each.expected.dataset == "orders"]
    assert [(expects(each.expected), each.failing) for each in found] == [
        ("unique", 0),
        ("not null", 2),
        ("not null", 1),
    ]
    assert {each.expected.why for each in found} == {"primary key"}


def test_a_total_relationship_needs_a_partner_for_every_row(shop: duckdb.DuckDBPyConnection) -> None:
    step = "[{name: person, from: orders, to: people, from_columns: person, to_columns: id, total: true}]"
    found = {each.expected.path: each for each in findings(shop, catalog(relationships=step))}
    lost = [each for each in findings(shop, catalog(relationships=step)) if each.expected.dataset == "orders"]
    assert [each.failing for each in lost] == [3], "9 twice, and the row without a person"
    assert found["relationships.person"] is not None
    optional = step.replace(", total: true", "")
    partner = [e for e in findings(shop, catalog(relationships=optional, dataset="{relationship: person}"))
               if e.expected.dataset == "orders"]  # fmt: skip
    assert [each.failing for each in partner] == [2]


def test_what_a_relationship_ends_at_is_unique_also_without_a_declared_key(shop: duckdb.DuckDBPyConnection) -> None:
    step = "[{name: order, from: people, to: orders, from_columns: id, to_columns: person}]"
    [found] = [e for e in findings(shop, catalog(relationships=step)) if e.expected.why == "relationship order"]
    assert (found.expected.dataset, found.failing) == ("orders", 1)


@pytest.mark.parametrize(
    ("name", "within", "as_of", "verdict"),
    [
        ("day", "1 day", "2024-03-31T23:59+02:00", "passed"),  # the 30th lasts until midnight, and a day more
        ("day", "1 day", "2024-04-01T00:01+02:00", "failed"),
        ("day", "day", "2024-03-31T21:59+00:00", "passed"),
        ("at", "2 hours", "2024-03-31T03:30+02:00", "passed"),  # 01:30 to 03:30: one hour, 02:00 is skipped
        ("at", "2 hours", "2024-03-31T04:30+02:00", "passed"),
        ("at", "2 hours", "2024-03-31T04:31+02:00", "failed"),
        ("at", "1 month", "2024-04-30T01:00+02:00", "passed"),
        ("moment", "30 minutes", "2024-03-31T12:00+00:00", "passed"),
        ("moment", "30 minutes", "2024-03-31T12:01+00:00", "failed"),
        ("moment", "999999 years", "2024-03-31T12:01+00:00", "passed"),
    ],
)
def test_freshness_is_seen_from_as_of_by_the_clock_of_the_catalog(
    shop: duckdb.DuckDBPyConnection, name: str, within: str, as_of: str, verdict: str
) -> None:
    """The row of 2031 would hide that nothing else is fresh: what is later than `as_of` does not count."""
    shown = catalog(name, f"{{freshness: {within}}}")
    found = of_orders(shop, shown, as_of=datetime.datetime.fromisoformat(as_of))
    assert found.verdict == verdict
    assert found.failing is None
    sample = failing_rows(found.expected, shown, "duckdb", as_of=datetime.datetime.fromisoformat(as_of))
    [[latest]] = shop.execute(sample.display).fetchall()
    assert latest.year == 2024


def test_before_the_first_row_nothing_is_fresh(shop: duckdb.DuckDBPyConnection) -> None:
    early = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    found = of_orders(shop, catalog("at", "{freshness: 100 years}"), as_of=early)
    assert (found.verdict, found.detail) == ("failed", "there is no value up to now")


def test_no_rows_prove_nothing_but_that_there_are_none(shop: duckdb.DuckDBPyConnection) -> None:
    found = {each.expected.rule.kind: each for each in findings(shop, catalog()) if each.expected.dataset == "nothing"}
    assert {kind: each.verdict for kind, each in found.items()} == {
        "row_count": "failed",
        "freshness": "failed",
        "unique": "skipped",
        "not_null": "skipped",
        "range": "skipped",
    }


@pytest.mark.parametrize(("bounds", "verdict"), [("5", "passed"), ("[6, null]", "failed"), ("[0, 4]", "failed"), ("[null, 5]", "passed")])  # fmt: skip
def test_rows_are_counted(shop: duckdb.DuckDBPyConnection, bounds: str, verdict: str) -> None:
    assert of_orders(shop, catalog(dataset=f"{{row_count: {bounds}}}")).verdict == verdict


def test_a_warning_is_no_failure(shop: duckdb.DuckDBPyConnection) -> None:
    assert of_orders(shop, catalog("id", "{kind: unique, severity: warning}")).verdict == "warned"


def test_policies_do_not_hide_rows_from_a_contract(shop: duckdb.DuckDBPyConnection) -> None:
    """Guarded rows are none for a viewer without attributes: a contract would keep itself."""
    from goal_semantics.model import Policy

    guarded = catalog("id", "not_null").model_copy(
        update={"policies": (Policy(dataset="orders", rows="person = {person}"),)}
    )
    assert of_orders(shop, guarded).failing == 2


def test_a_field_over_a_relationship_is_measured_with_its_join(shop: duckdb.DuckDBPyConnection) -> None:
    step = "[{name: buyer, from: orders, to: people, from_columns: person, to_columns: id}]"
    shown = catalog(relationships=step)
    orders = shown.dataset["orders"]
    far = Field.model_validate(
        {"name": "buyer_name", "type": "string", "expression": {"text": "buyer.name"}, "expect": ["not_null", "unique"]}
    )
    wider = orders.model_copy(update={"fields": (*orders.fields, far)})
    others = tuple(wider if each.name == "orders" else each for each in shown.datasets)
    found = findings(shop, shown.model_copy(update={"datasets": others}))
    assert [each.failing for each in found if each.expected.fields == ("buyer_name",)] == [3, 0]


def test_one_statement_per_dataset_and_one_pass_for_all_that_one_pass_can_tell() -> None:
    everything = catalog("id", "unique, not_null, {range: [0, 9]}", dataset="{row_count: 1}, {freshness: day}")
    statements = [each for each in compile_contracts(everything, "duckdb", as_of=AS_OF) if each.dataset == "orders"]
    [measuring] = statements
    assert len(measuring.contracts) == 5
    assert measuring.compiled.text.count('FROM "or""ders"') == 1


def test_very_many_contracts_are_several_statements() -> None:
    wide = native.load(
        "name: wide\ndatasets:\n  - name: t\n    source: t\n    fields:\n"
        + "\n".join(f"      - {{name: c{n}, type: integer, expect: [not_null]}}" for n in range(1_000))
    )
    statements = list(compile_contracts(wide, "duckdb", as_of=AS_OF))
    assert sum(len(each.contracts) for each in statements) == 1_000
    assert max(len(each.contracts) for each in statements) <= 200


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_has_its_text(dialect: Any) -> None:
    step = "[{name: person, from: orders, to: people, from_columns: person, to_columns: id, total: true}]"
    contracts = "not_null, unique, {range: [2024-01-01, null]}, {freshness: 2 days}"
    shown = catalog("moment", contracts, dataset="{unique: [id, person]}", relationships=step)
    for measuring in compile_contracts(shown, dialect, as_of=AS_OF):
        assert sqlglot.parse_one(measuring.compiled.display, dialect=dialect)
        for one in measuring.contracts:
            assert sqlglot.parse_one(failing_rows(one, shown, dialect, as_of=AS_OF).display, dialect=dialect)


@pytest.mark.parametrize(
    ("name", "contract", "told"),
    [
        ("status", "{range: [a, b]}", "A range needs a number or a time; “status” is of type string."),
        ("status", "{freshness: day}", "Freshness needs a time; “status” is of type string."),
        ("id", "{accepted_values: [one]}", "“one” is not a whole number."),
        ("day", "{range: [soon, null]}", "“soon” is not a date (2024-03-31)."),
        ("amount", "{range: [2, 1]}", "Nothing is between 2 and 1."),
        ("person", "{relationship: people.idd}", "“idd” is not a field of “people”."),
        ("person", "{relationship: peeple.id}", "There is no dataset “peeple”."),
        ("person", "{relationship: people}", "“people” is not a field of another dataset."),
        ("id", "{unique: [id, person]}", "A field is unique by itself."),
    ],
)
def test_a_contract_that_cannot_hold_is_told(name: str, contract: str, told: str) -> None:
    [issue] = validate(catalog(name, contract)).errors
    assert issue.message == told
    assert issue.path == f"datasets.orders.fields.{name}.expect.0"


@pytest.mark.parametrize(
    ("contract", "told"),
    [
        ("unique", "Which fields are unique together?"),
        ("{unique: [id, persn]}", "“persn” is not a field of “orders”."),
        ("{relationship: person}", "“person” is not a relationship of “orders”."),
    ],
)
def test_a_contract_of_a_dataset_that_cannot_hold_is_told(contract: str, told: str) -> None:
    [issue] = validate(catalog(dataset=contract)).errors
    assert issue.message == told


def test_freshness_of_a_dataset_without_a_time_is_told() -> None:
    text = "name: t\ndatasets: [{name: t, source: t, expect: [{freshness: day}], fields: [{name: a}]}]"
    [issue] = validate(native.load(text)).errors
    assert issue.message == "“t” has no time that freshness could be seen by."


def test_what_is_declared_twice_is_measured_once() -> None:
    step = "[{name: a, from: orders, to: people, from_columns: person, to_columns: id},"
    step += " {name: b, from: orders, to: people, from_columns: person, to_columns: id}]"
    assert len([each for each in expected(catalog(relationships=step)) if each.dataset == "people"]) == 1
