"""Laws that hold for every query: parts and totals, complements, passes, literals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import HealthCheck, example, given, settings, strategies
from sqlglot import exp

from goal_semantics.compile import compile_query
from goal_semantics.compile.lower import lower
from goal_semantics.dialects import DIALECTS
from goal_semantics.passes import RULES, simplify
from goal_semantics.query import SemanticQuery
from goal_semantics.relation import Literal, columns
from goal_semantics.render import render
from goal_semantics.render.literals import literal
from goal_semantics.resolve import resolve
from goal_semantics.resolve.question import Listing, Question
from tests.semantic.shop import AS_OF, CATALOG, compiled, rows
from tests.semantic.test_cases import CASES, canonical

PAYLOADS = Path(__file__).parents[2].parent / "shared" / "eval" / "dev" / "security" / "filter_value_payloads.jsonl"
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

FIELDS: dict[str, list[Any]] = {
    "orders.status": ["paid", "open", "lost", "none", None],
    "orders.quantity": [0, 3, 8, "5", None],
    "orders.amount": ["12.25", 40, None],
    "orders.customer.name": ["Ann", "Bob", None],
    "orders.customer.nation.region": ["Europe", None],
    "orders.shipped_on": ["2023-03-03", "2024-01-01", None],
    "orders.ordered_at": ["2023-03-03", "2023-02-01 01:15", None],
    "orders.is_large": [True, "false", None],
}


@strategies.composite
def conditions(draw: strategies.DrawFn) -> dict[str, Any]:
    field = draw(strategies.sampled_from(sorted(FIELDS)))
    known = FIELDS[field]
    op = draw(strategies.sampled_from(["=", "!=", "in", "not in", "<", ">=", "is null", "is not null", "between"]))
    count = {"in": 2, "not in": 3, "is null": 0, "is not null": 0, "between": 2}.get(op, 1)
    choices = known if op in {"=", "!=", "in", "not in"} else [each for each in known if each is not None]
    values = draw(strategies.lists(strategies.sampled_from(choices), min_size=count, max_size=count))
    return {"kind": "condition", "field": field, "op": op, "values": values}


FILTERS = strategies.recursive(
    conditions(),
    lambda inner: strategies.one_of(
        strategies.builds(
            lambda kind, items: {"kind": kind, "items": items},
            strategies.sampled_from(["and", "or"]), strategies.lists(inner, min_size=1, max_size=3),
        ),
        strategies.builds(lambda item: {"kind": "not", "item": item}, inner),
    ),
    max_leaves=5,
)  # fmt: skip
GROUPINGS = strategies.lists(
    strategies.sampled_from(
        [
            {"field": "orders.status"}, {"field": "orders.customer.name"}, {"field": "orders.product.label"},
            {"field": "orders.ordered_at", "grain": "week"}, {"field": "orders.placed_at", "grain": "month"},
            {"field": "orders.customer.nation.region"}, {"field": "orders.amount", "bins": {"width": 7.5}},
        ]
    ),
    max_size=3, unique_by=str,
)  # fmt: skip


@QUICK
@given(condition=FILTERS, groupings=GROUPINGS)
def test_parts_sum_to_the_total(shop: duckdb.DuckDBPyConnection, condition: Any, groupings: Any) -> None:
    query = {"measures": [{"metric": "orders"}, {"metric": "revenue"}], "filter": condition}
    [(orders, revenue)] = rows(shop, query)
    parts = rows(shop, query | {"groupings": groupings})
    assert sum(row[-2] for row in parts) == orders
    assert sum(row[-1] or 0 for row in parts) == (revenue or 0)


@QUICK
@given(condition=FILTERS)
def test_a_filter_and_its_negation_are_everything(shop: duckdb.DuckDBPyConnection, condition: Any) -> None:
    def count(item: Any) -> int:
        [(found,)] = rows(shop, {"measures": [{"metric": "orders"}], "filter": item})
        return int(found)

    assert count(condition) + count({"kind": "not", "item": condition}) == count(None)


@QUICK
@given(condition=conditions())
def test_opposite_operators_are_everything(shop: duckdb.DuckDBPyConnection, condition: Any) -> None:
    opposite = {
        "=": "!=",
        "!=": "=",
        "in": "not in",
        "not in": "in",
        "is null": "is not null",
        "is not null": "is null",
    }
    if condition["op"] not in opposite:
        return
    counts = [
        rows(shop, {"measures": [{"metric": "orders"}], "filter": condition | {"op": op}})[0][0]
        for op in (condition["op"], opposite[condition["op"]])
    ]
    assert sum(counts) == rows(shop, {"measures": [{"metric": "orders"}]})[0][0]


@QUICK
@given(condition=FILTERS, groupings=GROUPINGS)
def test_display_is_the_executed_statement(shop: duckdb.DuckDBPyConnection, condition: Any, groupings: Any) -> None:
    query = compiled({"measures": [{"metric": "paid_rate"}], "filter": condition, "groupings": groupings})
    assert shop.execute(query.display).fetchall() == shop.execute(query.text, query.parameters).fetchall()
    assert query.text.count("?") == len(query.parameters)


@pytest.mark.parametrize("name", CASES)
def test_passes_keep_columns_and_rows(name: str, shop: duckdb.DuckDBPyConnection) -> None:
    question = resolve(SemanticQuery.model_validate(CASES[name]["query"]), CATALOG, AS_OF)
    assert isinstance(question, Question | Listing)
    plain = lower(question, question.query.limit or 1_000_001)
    before = render(plain, CATALOG, "duckdb")
    expected = canonical(shop.execute(before.text, before.parameters).fetchall())
    for rule in (*RULES, simplify):
        changed = rule(plain)
        assert columns(changed) == columns(plain)
        after = render(changed, CATALOG, "duckdb")
        assert canonical(shop.execute(after.text, after.parameters).fetchall()) == expected, rule


def payloads() -> list[str]:
    if not PAYLOADS.exists():
        return []
    return [json.loads(line)["value"] for line in PAYLOADS.read_text(encoding="utf-8").splitlines() if line]


def is_a_literal(shop: duckdb.DuckDBPyConnection, value: str) -> None:
    condition = {"kind": "condition", "field": "customers.name", "op": "=", "values": [value]}
    query = compiled({"measures": [{"metric": "customers"}], "filter": condition})
    assert query.parameters == (value,)
    assert shop.execute(query.text, query.parameters).fetchall() == [(0,)]
    assert shop.execute(query.display).fetchall() == [(0,)]


@pytest.mark.skipif(not PAYLOADS.exists(), reason="NOT RUN: the evaluation data is not beside the repository")
def test_hostile_values_are_literals(shop: duckdb.DuckDBPyConnection) -> None:
    found = [value for value in payloads() if "\x00" not in value]
    assert found
    for value in found:
        is_a_literal(shop, value)


@QUICK
@given(value=strategies.text(strategies.characters(codec="utf-8", exclude_characters="\x00"), max_size=40))
def test_any_text_is_a_literal(shop: duckdb.DuckDBPyConnection, value: str) -> None:
    is_a_literal(shop, value)


def reads_back(dialect: Any, value: str) -> None:
    """The display, parsed as that dialect, holds the one value; literals side by side are one literal."""
    condition = {"kind": "condition", "field": "customers.name", "op": "=", "values": [value]}
    asked = SemanticQuery.model_validate({"measures": [{"metric": "customers"}], "filter": condition})
    query = compile_query(asked, CATALOG, dialect, as_of=AS_OF)
    [tree] = sqlglot.parse(query.display, dialect=dialect)
    assert tree is not None
    assert "".join(each.this for each in tree.find_all(exp.Literal) if each.is_string) == value
    if dialect in {"databricks", "spark"}:
        assert "${" not in query.display, "it would be replaced before it is parsed"


@pytest.mark.parametrize("dialect", DIALECTS)
@QUICK
@given(value=strategies.text("'\"\\;-/*$\n\t a\u00e9{}%_\x07\x0b\x0c\ue000\ue0010", max_size=12))
@example(value="O'Hare")
@example(value="a\\b")
@example(value="a\\\\b")
@example(value="x'y")
@example(value="\\'")
@example(value="''")
@example(value="${spark.app.name}")
def test_literals_read_back_as_they_were(dialect: Any, value: str) -> None:
    reads_back(dialect, value)


@pytest.mark.skipif(not PAYLOADS.exists(), reason="NOT RUN: the evaluation data is not beside the repository")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_hostile_values_read_back_as_they_were(dialect: Any) -> None:
    for value in payloads():
        if "\x00" not in value:
            reads_back(dialect, value)


@pytest.mark.parametrize(
    ("value", "databricks", "snowflake", "duckdb"),
    [
        ("O'Hare", r"'O\'Hare'", r"'O\'Hare'", "'O''Hare'"),
        ("a\\b", r"'a\\b'", r"'a\\b'", r"'a\b'"),
        ("a\x07\x0b", "'a\x07\x0b'", "'a\x07\x0b'", "'a\x07\x0b'"),
        ("a\nb", "'a\nb'", "'a\nb'", "'a\nb'"),
        ("${x}", "'$' '{x}'", "'${x}'", "'${x}'"),
    ],
)
def test_text_is_quoted_as_each_engine_reads_it(value: str, databricks: str, snowflake: str, duckdb: str) -> None:
    written = {dialect: literal(Literal(value, "string"), dialect) for dialect in DIALECTS}
    assert written == {"databricks": databricks, "spark": databricks, "snowflake": snowflake, "duckdb": duckdb,
                       "postgres": duckdb}  # fmt: skip
