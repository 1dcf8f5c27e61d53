"""Metrics that one aggregation cannot give: what they refuse, how they look, and laws that hold for all of them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings, strategies
from pydantic import ValidationError

from goal_semantics.errors import QueryError
from goal_semantics.metrics import Input, Interval, find, spec_type
from goal_semantics.model import Metric
from goal_semantics.resolve import validate
from tests.semantic.kinds import KINDS, metric
from tests.semantic.shop import CATALOG, compiled, rows
from tests.semantic.test_properties import FILTERS, GROUPINGS

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MONTH = {"field": "orders.ordered_at", "grain": "month"}


def why_not(query: dict[str, Any], *extra: Metric) -> str:
    catalog = CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, *extra)})
    with pytest.raises(QueryError) as caught:
        compiled(query, catalog)
    return str(caught.value)


def asked(name: str, *groupings: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"measures": [{"metric": name}], "groupings": list(groupings), **more}


def window(start: str | None, end: str | None) -> dict[str, Any]:
    return {"window": {"kind": "between", "start": start, "end": end}}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (asked("revenue_last_year"), "needs that time as a grouping or a window with two ends"),
        (asked("revenue_last_year", time=window("2023-01-01", None)), "window with two ends"),
        (asked("revenue_last_year", {"field": "customers.joined", "grain": "month"}), "looks back along its own time"),
        (asked("orders_month_start"), "needs that time as a grouping."),
        (asked("orders_month_start", {"field": "orders.ordered_at", "grain": "week"}), "does not begin with a week"),
        (asked("orders_last_month", {"field": "orders.ordered_at", "grain": "week"}), "no week that is 1 month earlier"),
        (asked("orders_last_month", {"field": "orders.ordered_at", "grain": "week"}, MONTH), "Weeks cross the borders"),
        (asked("revenue_last_year", MONTH, totals=True), "its totals and tops over time need a window with two ends"),
        (asked("revenue_share_of_status", MONTH), "needs “orders.status” among the groupings"),
        (asked("month_revenue", {"field": "orders.ordered_at", "grain": "year"}), "“orders.ordered_at by month” among"),
        (asked("revenue_rank_in_status", MONTH), "needs “orders.status” among the groupings"),
        (asked("visit_rate", {"field": "orders.status"}), "cannot be reached from “visits”"),
        (asked("revenue_last_year", MONTH, {"field": "orders.amount", "bins": {"count": 3}}), "A count of bins beside"),
        (asked("revenue_last_year", MONTH, calculations=[{"kind": "cumulative", "measure": "revenue_last_year"}]), "kind “cumulative”"),
        (asked("paid_label", MONTH, comparison={"to": "previous_period"}), "is of type string, so it has no change"),
        (asked("revenue_so_far", MONTH, {"field": "orders.ordered_at", "part": "month"}), "runs along its time"),
        (asked("closing", {"field": "balances.kind"}, calculations=[{"kind": "share", "measure": "closing"}]), "has no shares"),
    ],
)  # fmt: skip
def test_what_has_no_value_is_refused_with_the_next_step(query: dict[str, Any], said: str) -> None:
    assert said in why_not(query)


def test_a_running_value_of_another_time_is_refused() -> None:
    of_offset = metric("run", {"kind": "cumulative", "metric": "revenue_last_year"})
    assert "not yet supported" in why_not(asked("run", MONTH), of_offset)


def test_a_metric_without_a_time_has_no_earlier_value() -> None:
    late = metric("late", {"kind": "offset", "metric": "people", "by": "1 year"})
    people = metric("people", {"dataset": "staff", "agg": "count"})
    assert "no time of its own" in why_not(asked("late"), late, people)


def test_a_conversion_of_two_facts_is_refused() -> None:
    odd = {"kind": "conversion", "base": "visits", "conversion": "revenue_per_buyer", "base_key": "visits.customer_id", "conversion_key": "orders.customer_id"}  # fmt: skip
    assert "must be one aggregate of one dataset" in why_not(asked("odd"), metric("odd", odd))


def test_cycles_through_parts_are_found() -> None:
    loop = (
        metric("a", {"kind": "offset", "metric": "b", "by": "1 day"}),
        metric("b", {"kind": "share", "metric": "a"}),
    )
    found = validate(CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, *loop)}))
    assert any("defined by itself" in str(issue) for issue in found)


def test_unknown_names_inside_are_said_with_what_was_meant() -> None:
    for written in (
        {"kind": "derived", "expression": "revenu - 1"},
        {"kind": "share", "metric": "revenu"},
        {"kind": "fixed", "metric": "revenu", "by": ["orders.status"], "agg": "avg"},
    ):
        found = validate(CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, metric("m", written))}))
        assert any("Did you mean “revenue”" in str(issue) for issue in found)


@pytest.mark.parametrize(
    ("kind", "written", "said"),
    [
        ("offset", {"metric": "m"}, "either “by” or “to”"),
        ("offset", {"metric": "m", "by": "3 moons"}, "such as “3 months”"),
        ("offset", {"metric": "m", "by": "0 days"}, "greater than or equal to 1"),
        ("cumulative", {"metric": "m", "window": "1 day", "to_date": "year"}, "exclude each other"),
        ("derived", {"expression": "1 + 1"}, "names no metric"),
        ("derived", {"expression": "a +"}, "is not an expression"),
        ("derived", {"expression": "sum(a)"}, "cannot stand in an expression over metrics"),
        ("derived", {"expression": "(SELECT a)"}, "cannot stand in an expression over metrics"),
        ("derived", {"expression": "a; DROP TABLE t"}, "cannot stand in an expression over metrics"),
        ("derived", {"expression": "t.a"}, "cannot stand in an expression over metrics"),
        ("ratio", {"numerator": {"metric": "m", "offset": "1 day", "offset_to": "year"}, "denominator": "n"}, "exclude"),
        ("semi_additive", {"dataset": "d", "over": "d.t"}, "needs an expression"),
        ("semi_additive", {"dataset": "d", "over": "d.t", "agg": "median", "expression": "x", "take": "avg", "by": ["d.a"]}, "cannot be computed"),
        ("fixed", {"metric": "m", "agg": "percentile"}, "needs a fraction"),
    ],
)  # fmt: skip
def test_definitions_that_mean_nothing_are_refused(kind: str, written: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        spec_type(kind).model_validate(written)


def test_shorthand_is_written_back() -> None:
    spec = spec_type("offset").model_validate({"metric": "m", "by": "3 months"})
    assert spec.model_dump(mode="json") == {
        "kind": "offset",
        "metric": "m",
        "by": "3 months",
        "to": None,
        "show": "value",
        "spine": False,
    }
    assert Interval.model_validate("1 day") == Interval(count=1, grain="day")
    assert (
        str(Input.model_validate({"metric": "m", "filter": "x > 1", "offset": "1 year", "fill": 0}))
        == "m where x > 1 1 year earlier or 0"
    )


@pytest.mark.parametrize(
    "written",
    [
        {"kind": "fixed", "metric": "revenue", "by": ["orders.statu"], "agg": "avg"},
        {"kind": "share", "metric": "revenue", "within": ["orders.customer.nam"]},
        {"kind": "semi_additive", "dataset": "balances", "expression": "balance", "over": "balances.dat"},
        {"kind": "conversion", "base": "visits", "conversion": "orders", "base_key": "visits.customer_id", "conversion_key": "orders.customer"},
    ],
)  # fmt: skip
def test_paths_of_definitions_that_lead_nowhere_are_said(written: dict[str, Any]) -> None:
    found = validate(CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, metric("m", written))}))
    assert [issue.path for issue in found if "is not a field of" in issue.message] == ["metrics.m"]


def test_the_catalog_of_all_kinds_is_valid() -> None:
    assert not validate(CATALOG).errors


def test_every_kind_says_what_it_is_in_one_line() -> None:
    for each in KINDS:
        words = find(each.spec.kind).define(each.spec)
        assert words
        assert "\n" not in words


def test_shares_are_percents_and_values_look_like_what_they_are_of() -> None:
    styled = metric(
        "money", {"dataset": "orders", "expression": "amount", "format": {"style": "currency"}, "unit": "CHF"}
    )
    later = metric("later", {"kind": "offset", "metric": "money", "by": "1 month"})
    so_far = metric("so_far", {"kind": "cumulative", "metric": "later"})
    part = metric("part", {"kind": "share", "metric": "money"})
    catalog = CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, styled, later, part)})
    found = {
        c.name: c
        for c in compiled(
            {"measures": [{"metric": "later"}, {"metric": "part"}], "groupings": [MONTH]}, catalog
        ).columns
    }
    assert (found["later"].format and found["later"].format.style, found["later"].unit) == ("currency", "CHF")
    assert (found["part"].format and found["part"].format.style, found["part"].unit) == ("percent", "")
    assert so_far.spec.like == "later"


def test_only_what_adds_up_says_so() -> None:
    names = (
        "net_revenue",
        "all_amounts",
        "filled_orders",
        "revenue_last_year",
        "closing",
        "revenue_share",
        "paid_or_zero",
    )
    found = {c.name: c.additive for c in compiled({"measures": [{"metric": name} for name in names], "time": window("2023-01-01", "2024-01-01")}).columns}  # fmt: skip
    assert {name for name in names if found[name]} == {"all_amounts", "filled_orders", "paid_or_zero"}


def test_lineage_of_parts_reaches_the_columns() -> None:
    found = {e.column: e for e in compiled(asked("visit_rate", {"field": "visits.channel"})).lineage}["visit_rate"]
    assert {"visits.customer_id", "orders.customer_id", "visits.visited_at", "orders.ordered_at"} <= set(found.fields)
    assert set(found.datasets) == {"visits", "orders"}


@QUICK
@given(condition=FILTERS, groupings=GROUPINGS)
def test_shares_add_up_to_one(shop: duckdb.DuckDBPyConnection, condition: Any, groupings: Any) -> None:
    query = asked("revenue_share", *groupings, filter=condition)
    parts = [row[-1] for row in rows(shop, query) if row[-1] is not None]
    assert not parts or sum(parts) == pytest.approx(1)


@QUICK
@given(condition=FILTERS, groupings=GROUPINGS)
def test_a_pinned_value_is_that_of_the_question_without_groupings(
    shop: duckdb.DuckDBPyConnection, condition: Any, groupings: Any
) -> None:
    [(total,)] = rows(shop, asked("revenue", filter=condition))
    assert {row[-1] for row in rows(shop, asked("total_revenue", *groupings, filter=condition))} <= {total}


TIMELESS = FILTERS.filter(lambda condition: "ordered_at" not in str(condition))
"""A condition on the time that something moves along is refused: it would hide what is looked back at."""


@QUICK
@given(condition=TIMELESS, months=strategies.integers(0, 14))
def test_an_earlier_value_is_the_value_of_the_earlier_period(
    shop: duckdb.DuckDBPyConnection, condition: Any, months: int
) -> None:
    start = f"{2023 + months // 12}-{months % 12 + 1:02d}-01"
    shown = rows(shop, asked("orders_last_month", MONTH, filter=condition, time=window(start, None)))
    every = dict(rows(shop, asked("orders", MONTH, filter=condition)))
    for month, value in shown:
        before = (month - datetime.timedelta(days=1)).replace(day=1) if month else None
        assert value == (every.get(before) if before else None)


@QUICK
@given(condition=TIMELESS, groupings=GROUPINGS)
def test_the_last_running_value_is_the_total(shop: duckdb.DuckDBPyConnection, condition: Any, groupings: Any) -> None:
    groups = [each for each in groupings if "grain" not in each]
    timed = {"kind": "condition", "field": "orders.ordered_at", "op": "is not null"}
    both = {"kind": "and", "items": [condition, timed]}
    found = rows(shop, asked("revenue_so_far", MONTH, *groups, filter=both))
    last = max((row[0] for row in found), default=None)
    [(total,)] = rows(shop, asked("revenue", filter=both))
    assert sum(row[-1] or Decimal(0) for row in found if row[0] == last) == (total or 0)


@QUICK
@given(start=strategies.integers(1, 9))
def test_balances_of_groups_add_up_to_the_whole(shop: duckdb.DuckDBPyConnection, start: int) -> None:
    time = window(f"2023-{start:02d}-05", None)
    [(total,)] = rows(shop, asked("closing", time=time))
    parts = rows(shop, asked("closing", {"field": "balances.account.region"}, {"field": "balances.kind"}, time=time))
    assert sum(row[-1] or Decimal(0) for row in parts) == (total or 0)
