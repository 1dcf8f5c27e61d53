"""Many to many: through a bridge with an allocation that somebody declared, by weights or in full; otherwise refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import sqlglot
from pydantic import ValidationError

from goal_semantics.compile import compile_query
from goal_semantics.errors import QueryError
from goal_semantics.joins import reachable
from goal_semantics.load import native
from goal_semantics.metrics import simple
from goal_semantics.model import Bridge, Catalog, Dataset, Metric, Policy, Relationship
from goal_semantics.policy import Viewer
from goal_semantics.query import SemanticQuery
from goal_semantics.resolve.validate import validate
from tests.semantic.shop import AS_OF, compiled, field, rows
from tests.semantic.test_probe import reading
from tests.semantic.test_traps import issues

TABLES = """
CREATE TABLE balances (balance_id INTEGER, account_id INTEGER, amount INTEGER);
INSERT INTO balances VALUES (1, 1, 100), (2, 1, 10), (3, 2, 1000), (4, 3, 5), (5, NULL, 7), (6, 9, 3), (7, 4, NULL);
CREATE TABLE accounts (account_id INTEGER, branch VARCHAR);
INSERT INTO accounts VALUES (1, 'a'), (2, 'a'), (3, 'b'), (4, 'b');
CREATE TABLE holders (account_id INTEGER, customer_id INTEGER, weight DOUBLE);
INSERT INTO holders VALUES (1, 1, 0.25), (1, 2, 0.75), (2, 1, 0.5), (2, 3, 0.5), (4, 8, 1.0), (NULL, 2, 1.0);
CREATE TABLE customers (customer_id INTEGER, name VARCHAR, country VARCHAR);
INSERT INTO customers VALUES (1, 'Ann', 'FR'), (2, 'Bob', 'FR'), (3, 'Cem', NULL);
"""


def catalog(allocate: str = "weight") -> Catalog:
    balances = Dataset(
        name="balances", source="balances", primary_key=("balance_id",),
        fields=(field("balance_id", "integer", role="key"), field("account_id", "integer"), field("amount", "integer", role="fact")),
    )  # fmt: skip
    accounts = Dataset(
        name="accounts", source="accounts", primary_key=("account_id",),
        fields=(field("account_id", "integer"), field("branch", "string")),
    )  # fmt: skip
    holders = Dataset(
        name="holders", source="holders",
        fields=(field("account_id", "integer"), field("customer_id", "integer"), field("weight", "float")),
    )  # fmt: skip
    customers = Dataset(
        name="customers", source="customers", primary_key=("customer_id",),
        fields=(field("customer_id", "integer"), field("name", "string"), field("country", "string")),
    )  # fmt: skip
    relationships = (
        Relationship(name="account", from_dataset="balances", to_dataset="accounts", from_fields=("account_id",), to_fields=("account_id",)),
        Relationship(
            name="owner", from_dataset="accounts", to_dataset="customers", from_fields=("account_id",), to_fields=("customer_id",),
            bridge=Bridge(dataset="holders", near=("account_id",), far=("customer_id",), allocate=allocate),
        ),
    )  # fmt: skip

    def metric(name: str, agg: str) -> Metric:
        spec = {"dataset": "balances", "agg": agg, **({"expression": "amount"} if agg != "count" else {})}
        return Metric(name=name, spec=simple.Spec.model_validate(spec))

    metrics = (
        metric("held", "sum"), metric("entries", "count"), metric("largest", "max"), metric("kinds", "count_distinct"),
        metric("mean", "avg"), metric("middle", "median"),
    )  # fmt: skip
    return Catalog(
        name="bank", datasets=(balances, accounts, holders, customers), relationships=relationships, metrics=metrics
    )  # fmt: skip


@pytest.fixture(scope="module")
def bank() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute(TABLES)
    yield connection
    connection.close()


def by(path: str, *metrics: str) -> dict[str, Any]:
    return {"measures": [{"metric": each} for each in metrics], "groupings": [{"field": path}]}


OWNER = "balances.account.owner.name"
COUNTRY = "balances.account.owner.country"


def test_weights_divide_what_is_added_up_and_parts_are_the_whole(bank: duckdb.DuckDBPyConnection) -> None:
    """Rows without an account, without a holder or with a dangling holder keep all of their value, under no name."""
    found = {row[0]: row[1:] for row in rows(bank, by(OWNER, "held", "entries", "largest", "kinds"), catalog())}
    assert found == {
        "Ann": (527.5, 1.0, 1000, 3), "Bob": (82.5, 1.5, 100, 2), "Cem": (500.0, 0.5, 1000, 1), None: (15.0, 4.0, 7, 3),
    }  # fmt: skip
    assert sum(row[0] for row in found.values()) == 1125
    assert sum(row[1] for row in found.values()) == 7
    query = compiled(by(OWNER, "held", "largest"), catalog())
    assert [each.additive for each in query.columns] == [False, True, False]


def test_in_full_every_owner_counts_each_row_once(bank: duckdb.DuckDBPyConnection) -> None:
    """Ann and Bob are both French: their account counts once for France, not once for each of them."""
    found = {row[0]: row[1:] for row in rows(bank, by(OWNER, "held", "entries", "mean"), catalog("full"))}
    assert found["Ann"] == (1110, 3, 370)
    assert found["Bob"] == (110, 2, 55)
    countries = {row[0]: row[1:] for row in rows(bank, by(COUNTRY, "held", "entries", "middle"), catalog("full"))}
    assert countries["FR"] == (1110, 3, 100)
    assert not any(each.additive for each in compiled(by(OWNER, "held", "entries"), catalog("full")).columns)


def test_whatever_is_not_grouped_by_owners_is_as_if_there_were_none(bank: duckdb.DuckDBPyConnection) -> None:
    for allocate in ("weight", "full"):
        made = catalog(allocate)
        assert rows(bank, {"measures": [{"metric": "held"}, {"metric": "mean"}]}, made) == [(1125, 187.5)]
        plain = dict(rows(bank, by("balances.account.branch", "held"), made))
        assert plain == {"a": 1110, "b": 5, None: 10}


@pytest.mark.parametrize(
    ("op", "values", "held"),
    [
        ("=", ["Ann"], 1110), ("in", ["Ann", "Bob"], 1110), ("!=", ["Ann"], 15), ("not in", ["Ann", "Bob"], 15),
        ("is null", [], 15), ("is not null", [], 1110), ("contains", ["M"], 1000), ("not contains", ["m"], 125),
    ],
)  # fmt: skip
def test_a_filter_over_a_bridge_chooses_rows_and_never_multiplies(
    bank: duckdb.DuckDBPyConnection, op: str, values: list[str], held: int
) -> None:
    condition = {"kind": "condition", "field": OWNER, "op": op, "values": values}
    for allocate in ("weight", "full"):
        assert rows(bank, {"measures": [{"metric": "held"}], "filter": condition}, catalog(allocate)) == [(held,)]
        opposite = {"kind": "not", "item": condition}
        assert rows(bank, {"measures": [{"metric": "held"}], "filter": opposite}, catalog(allocate)) == [(1125 - held,)]


def test_totals_of_weighed_groups_are_right_and_of_full_ones_refused(bank: duckdb.DuckDBPyConnection) -> None:
    found = rows(bank, by(OWNER, "held") | {"totals": True}, catalog())
    assert [row for row in found if row[-1] == 1] == [(None, 1125.0, 1)]
    assert "count rows twice" in str(issues(by(OWNER, "held") | {"totals": True}, catalog("full")))


@pytest.mark.parametrize("name", ["mean", "middle"])
def test_what_weights_cannot_divide_is_refused(name: str) -> None:
    text = str(issues(by(OWNER, name), catalog()))
    assert "cannot be allocated by weights" in text
    assert "ratio" in text


def test_checks_compare_the_parts_with_the_whole(bank: duckdb.DuckDBPyConnection) -> None:
    found = reading(bank, by(OWNER, "held"), catalog())
    assert found.measures[0].total == 1125
    assert found.facts[0].rows_in == found.facts[0].rows_joined == 7


def test_a_bridge_is_never_taken_silently() -> None:
    """Its path must be spelled out, so that nobody multiplies rows by a name."""
    assert {each.dataset for each in reachable(catalog(), "balances")} == {"balances", "accounts"}
    assert "cannot be reached" in str(issues(by("customers.name", "held"), catalog()))


@pytest.mark.parametrize(
    "query",
    [
        {"measures": [{"agg": "count_distinct", "field": OWNER}]},
        {"detail": {"dataset": "balances", "fields": [OWNER]}},
        {"measures": [{"metric": "held"}], "filter": {"kind": "exists", "dataset": "customers", "through": OWNER, "key": "customers.name"}},
    ],
)  # fmt: skip
def test_elsewhere_a_bridge_is_refused(query: dict[str, Any]) -> None:
    assert "leads to many rows" in str(issues(query, catalog()))


def test_definitions_cannot_lead_over_a_bridge() -> None:
    made = catalog()
    odd = Metric(name="odd", spec=simple.Spec(dataset="balances", agg="count", filter="account.owner.name = 'Ann'"))
    made = made.model_copy(update={"metrics": (*made.metrics, odd)})
    assert "leads to many rows" in str(validate(made).errors)


def test_a_policy_holds_on_the_far_side(bank: duckdb.DuckDBPyConnection) -> None:
    made = catalog().model_copy(update={"policies": (Policy(dataset="customers", rows="name = {name}"),)})
    asked = SemanticQuery.model_validate(by(OWNER, "held"))
    query = compile_query(asked, made, "duckdb", as_of=AS_OF, viewer=Viewer(attributes={"name": "Ann"}))
    assert dict(bank.execute(query.text, query.parameters).fetchall()) == {"Ann": 527.5, None: 597.5}


def test_a_bridge_says_how_it_allocates() -> None:
    with pytest.raises(ValidationError, match="allocate"):
        Bridge.model_validate({"dataset": "holders", "near": ["account_id"], "far": ["customer_id"]})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dataset": "holder"}, "“holders”"), ({"allocate": "wait"}, "“wait” is not a field of “holders”"),
        ({"near": ("account",)}, "“account” is not a field of “holders”"), ({"far": ()}, "same number of fields"),
    ],
)  # fmt: skip
def test_what_a_bridge_names_must_be_there(change: dict[str, Any], words: str) -> None:
    made = catalog()
    account, owner = made.relationships
    assert owner.bridge is not None
    wrong = owner.model_copy(update={"bridge": owner.bridge.model_copy(update=change)})
    made = made.model_copy(update={"relationships": (account, wrong)})
    assert words in str(validate(made).errors)
    with pytest.raises(QueryError):
        compiled(by(OWNER, "held"), made)


def test_yaml_round_trip() -> None:
    assert not validate(catalog()).errors
    assert native.load(native.dump(catalog())) == catalog()


@pytest.mark.parametrize("dialect", ["duckdb", "snowflake", "databricks", "spark", "postgres"])
def test_every_dialect_reads_it_back(dialect: Any) -> None:
    for allocate in ("weight", "full"):
        asked = SemanticQuery.model_validate(by(COUNTRY, "held", "entries"))
        assert sqlglot.parse_one(compile_query(asked, catalog(allocate), dialect, as_of=AS_OF).text, dialect=dialect)
