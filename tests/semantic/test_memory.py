"""A statement is compiled once, and never shown to somebody or at a time for which it is another one."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import pytest

from goal_semantics.compile import compile_query
from goal_semantics.compile.memory import KEPT, memory
from goal_semantics.compiled import CompiledQuery
from goal_semantics.errors import QueryError
from goal_semantics.model import Catalog, Policy
from goal_semantics.policy import Viewer
from goal_semantics.query import SemanticQuery
from tests.semantic.shop import CATALOG

NOON = datetime.datetime(2024, 3, 1, 12, tzinfo=datetime.UTC)
ORDERS: dict[str, Any] = {"measures": [{"metric": "orders"}]}


def fresh() -> Catalog:
    return CATALOG.model_copy()


def compiled(catalog: Catalog, query: dict[str, Any], **more: Any) -> CompiledQuery:
    return compile_query(SemanticQuery.model_validate(query), catalog, "duckdb", **({"as_of": NOON} | more))


def test_an_equal_question_is_the_same_statement() -> None:
    catalog = fresh()
    assert compiled(catalog, ORDERS) is compiled(catalog, ORDERS)


def test_what_a_statement_depends_on_tells_them_apart() -> None:
    catalog = fresh().model_copy(update={"policies": (Policy(dataset="customers", rows="segment = {segment}"),)})
    query = {**ORDERS, "groupings": [{"field": "orders.customer.name"}]}
    window = {"window": {"kind": "relative", "unit": "month"}}
    found = [
        compiled(catalog, query),
        compiled(catalog, query, viewer=Viewer(attributes={"segment": "retail"})),
        compiled(catalog, query, viewer=Viewer(attributes={"segment": "trade"})),
        compiled(catalog, query, row_cap=5),
        compiled(catalog, {**query, "time": window}),
        compiled(catalog, {**query, "time": window}, as_of=NOON + datetime.timedelta(days=40)),
    ]
    assert len({(each.text, each.parameters) for each in found}) == len(found)


@pytest.mark.parametrize("values", [("1", 1), (1, 1.0), (decimal.Decimal(1), "1"), (True, 1)])
def test_values_of_other_types_are_other_questions(values: tuple[Any, Any]) -> None:
    one, other = (
        SemanticQuery.model_validate(
            {**ORDERS, "filter": {"kind": "condition", "field": "orders.id", "op": "=", "values": [value]}}
        )
        for value in values
    )
    assert one.signature != other.signature


def test_a_changed_copy_has_a_signature_of_its_own() -> None:
    query = SemanticQuery.model_validate(ORDERS)
    assert query.signature != query.model_copy(update={"limit": 3}).signature


def test_a_changed_catalog_starts_anew() -> None:
    catalog = fresh()
    before = compiled(catalog, ORDERS)
    assert compiled(catalog.model_copy(update={"description": "another"}), ORDERS) is not before


def test_errors_are_not_kept_and_the_oldest_goes_first() -> None:
    catalog = fresh()
    with pytest.raises(QueryError):
        compiled(catalog, {"measures": [{"metric": "nothing"}]})
    assert not memory(catalog).kept
    for limit in range(1, KEPT + 3):
        compiled(catalog, {**ORDERS, "limit": limit})
    assert len(memory(catalog).kept) == KEPT
    assert not any("limit=1)" in str(key) for key in memory(catalog).kept)
