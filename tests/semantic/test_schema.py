"""The schema for editors accepts what the loader accepts, refuses mistakes, and knows every metric kind and shorthand."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from goal_semantics import metrics
from goal_semantics.errors import CatalogError
from goal_semantics.load import native
from goal_semantics.load._yaml import parse
from jupyter_goal import demo
from tests.semantic.shop import CATALOG as SHOP
from tests.semantic.test_contracts import CATALOG as CONTRACTS
from tests.semantic.test_load_native import SMALL

SCHEMA = native.schema()
VALIDATOR = Draft202012Validator(SCHEMA)

SHORTHANDS = """\
name: x
owners: finance
datasets:
  - name: orders
    source: orders
    primary_key: id
    unique_keys: [number, [day, till]]
    owners: [a@b.c, finance]
    expect: [{unique: [id, day]}, row_count, {row_count: [1, null]}, {freshness: 2 days, severity: warning}, {relationship: person}]
    fields:
      - {name: id, type: integer, expect: [not_null, unique, {relationship: people.id}, {range: [0, null]}, {range: 0}]}
      - {name: day, expression: {text: a, dialects: {snowflake: b}}, format: percent, values: one, synonyms: two}
      - {name: state, expect: [{accepted_values: [a, 1, 1.5, true]}, {kind: range, maximum: 3, severity: warning}, {freshness: {count: 1, grain: day}}]}
relationships:
  - {name: person, from: orders, to: people, from_columns: id, to_columns: [id]}
metrics:
  - {name: m, dataset: orders, agg: count}
  - {name: n, kind: ratio, numerator: m, denominator: m, format: {style: currency, currency: EUR}, range: [0, null]}
verified_queries:
  - {question: q, synonyms: [p], query: {measures: [m, {agg: sum, field: orders.id}], groupings: [orders.day], order: [m]}}
"""  # fmt: skip


def problems(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(parse(text, file="x.yaml").value)]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert "title" in SCHEMA


@pytest.mark.parametrize(
    "text",
    [demo.catalog_text(), SMALL, SHORTHANDS, native.dump(SHOP), native.dump(native.load(SHORTHANDS)),
     CONTRACTS.replace("FIELDS", "fields: []").replace("RELATIONSHIPS", "[]")],
    ids=["demo", "small", "shorthands", "shop", "dumped", "contracts"],
)  # fmt: skip
def test_what_is_written_well_is_accepted(text: str) -> None:
    native.load(text)
    assert problems(text) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("name: x\n", ""),
        ("owners: finance", "ownrs: finance"),
        ("source: orders", "sorce: orders"),
        ("type: integer", "type: int"),
        ("not_null", "not_nul"),
        ("{range: [0, null]}", "{ranje: [0, null]}"),
        ("{range: [0, null]}", "{range: [0, 1, 2]}"),
        ("{accepted_values: [a, 1, 1.5, true]}", "{accepted_values: []}"),
        ("freshness: 2 days", "freshness: 2 dais"),
        ("severity: warning", "severity: warn"),
        ("agg: count", "agg: cuont"),
        ("dataset: orders, agg: count", "agg: count"),
        ("kind: ratio", "kind: rato"),
        ("numerator: m, ", ""),
        ("numerator: m", "numerator: m, expression: a"),
        ("format: percent", "format: percents"),
        ("from: orders", "from_dataset: orders"),
        ("measures: [m, ", "mesures: [m, "),
        ("groupings: [orders.day]", "groupings: [{field: orders.day, grain: wek}]"),
    ],
)
def test_a_mistake_is_refused_as_the_loader_does(before: str, after: str) -> None:
    assert before in SHORTHANDS
    wrong = SHORTHANDS.replace(before, after, 1)
    with pytest.raises(CatalogError):
        native.load(wrong)
    assert problems(wrong)


@pytest.mark.parametrize("kind", metrics.kinds())
def test_every_kind_is_known_with_its_keys(kind: str) -> None:
    made: dict[str, Any] = SCHEMA["$defs"][f"Metric_{kind}"]
    assert set(metrics.spec_type(kind).model_fields) <= set(made["properties"])
    assert made["properties"]["kind"]["const"] == kind
    assert made["additionalProperties"] is False


def test_editors_show_what_a_key_means() -> None:
    assert SCHEMA["$defs"]["Dataset"]["properties"]["default_time"]["description"].startswith("The time field")
    assert SCHEMA["$defs"]["Metric_simple"]["properties"]["time"]["description"]
