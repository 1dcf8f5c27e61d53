"""Random questions over all features: what is not refused runs, has one row per group, and adds up."""

from __future__ import annotations

from typing import Any

import duckdb
from hypothesis import HealthCheck, given, settings, strategies
from hypothesis.strategies import SearchStrategy

from goal_semantics.compiled import CompiledQuery
from goal_semantics.errors import QueryError
from goal_semantics.probe import compile_probe
from tests.semantic.shop import AS_OF, CATALOG, compiled

MEASURES: list[dict[str, Any]] = [
    *({"metric": metric.name} for metric in CATALOG.metrics),
    {"agg": "avg", "field": "orders.product.price", "alias": "price"},
    {"metric": "revenue", "alias": "large", "filter": {"kind": "condition", "field": "orders.is_large", "op": "=", "values": [True]}},
]  # fmt: skip
GROUPINGS: list[dict[str, Any]] = [
    {"field": "orders.status"}, {"field": "customers.name"}, {"field": "orders.product.label"},
    {"field": "orders.ordered_at", "grain": "month"}, {"field": "orders.shipped_on", "grain": "week"},
    {"field": "orders.placed_at", "grain": "day"}, {"field": "orders.ordered_at", "grain": "quarter", "fiscal": True},
    {"field": "orders.amount", "bins": {"count": 3}},
]  # fmt: skip
WINDOWS: list[dict[str, Any] | None] = [
    None, {"kind": "between", "start": "2023-02-01", "end": "2023-11-01"}, {"kind": "relative", "unit": "month", "count": 6},
    {"kind": "between", "start": "2023-02-11", "end": "2023-10-05"}, {"kind": "relative", "unit": "year", "to_date": True},
]  # fmt: skip


def name_of(measure: dict[str, Any]) -> str:
    return str(measure.get("alias") or measure["metric"])


@strategies.composite
def questions(draw: strategies.DrawFn) -> dict[str, Any]:
    measures = draw(strategies.lists(strategies.sampled_from(MEASURES), min_size=1, max_size=3, unique_by=name_of))
    names = strategies.sampled_from([name_of(each) for each in measures])
    groupings = draw(
        strategies.lists(strategies.sampled_from(GROUPINGS), max_size=3, unique_by=lambda each: each["field"])
    )
    calculation: SearchStrategy[dict[str, Any]] = strategies.one_of(
        strategies.builds(lambda m: {"kind": "share", "measure": m}, names),
        strategies.builds(lambda m: {"kind": "rank", "measure": m}, names),
        strategies.builds(lambda m, r: {"kind": "cumulative", "measure": m, "reset": r}, names, strategies.sampled_from([None, "year"])),
        strategies.builds(lambda m, a: {"kind": "rolling", "measure": m, "count": 3, "agg": a}, names, strategies.sampled_from(["avg", "sum", "max"])),
    )  # fmt: skip
    window = draw(strategies.sampled_from(WINDOWS))
    calculations = draw(
        strategies.lists(calculation, max_size=2, unique_by=lambda each: (each["kind"], each["measure"]))
    )
    query: dict[str, Any] = {"measures": measures, "groupings": groupings, "calculations": calculations}
    query |= {"time": {"window": window}} if window else {}
    to = draw(strategies.sampled_from([None, None, "previous_period", "previous_year"]))
    query |= {"comparison": {"to": to}} if to else {}
    extra = draw(strategies.sampled_from(["", "", "totals", "fill", "top", "others", "condition"]))
    if extra in {"totals", "fill"}:
        query[extra] = True
    elif extra in {"top", "others"}:
        query["top"] = {"n": 2, "by": draw(names), "others": extra == "others"}
    elif extra == "condition":
        query["filter"] = {"kind": "metric", "measure": {"metric": "orders"}, "op": ">", "values": [3]}
    return query


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(query=questions())
def test_what_is_answered_adds_up(shop: duckdb.DuckDBPyConnection, query: dict[str, Any]) -> None:
    try:
        answer = compiled(query)
    except QueryError:
        return
    rows = shop.execute(answer.text, answer.parameters).fetchall()
    assert [each[0] for each in shop.description or ()] == [column.name for column in answer.columns]
    one_row_per_group(answer, rows)
    if "top" not in query or query["top"]["others"]:
        parts_add_up(shop, answer, rows)


def one_row_per_group(answer: CompiledQuery, rows: list[tuple[Any, ...]]) -> None:
    if answer.query.top is not None and answer.query.top.others:
        return
    keys = [at for at, column in enumerate(answer.columns) if column.role in {"dimension", "time", "level"}]
    groups = [tuple(row[at] for at in keys) for row in rows]
    assert len(groups) == len(set(groups))


def parts_add_up(shop: duckdb.DuckDBPyConnection, answer: CompiledQuery, rows: list[tuple[Any, ...]]) -> None:
    probe = compile_probe(answer.query, CATALOG, "duckdb", as_of=AS_OF)
    assert probe is not None
    measured = shop.execute(probe.compiled.text, probe.compiled.parameters).fetchall()
    assert len(measured) == 1
    totals = {each.measure: each.total for each in probe.read(measured[0]).measures}
    for at, column in enumerate(answer.columns):
        if column.role == "measure" and column.additive and totals[column.name] is not None:
            assert sum(row[at] or 0 for row in rows) == totals[column.name], column.name
