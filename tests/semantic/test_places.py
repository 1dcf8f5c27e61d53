"""Places among groups, others of several facts, and conditions on the time: what looks beside a group sees the right ones."""

from __future__ import annotations

import datetime
from typing import Any

import duckdb
import pytest
import sqlglot

from goal_semantics.errors import QueryError
from goal_semantics.metrics import spec_type
from goal_semantics.model import Catalog, Expression, Metric
from goal_semantics.relation import AggCall, Aggregate, Align, Column, Constant, Derive, FieldRef, Scan
from goal_semantics.render import render
from tests.semantic.shop import CATALOG, compiled, step
from tests.semantic.test_together import MONTH, asked, rows, window


def with_metric(name: str, **written: Any) -> Catalog:
    """The shop with one more metric."""
    metric = Metric(name=name, spec=spec_type(written["kind"]).model_validate(written))
    return CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, metric)})


def test_a_place_may_be_ranked_by(shop: duckdb.DuckDBPyConnection) -> None:
    catalog = with_metric("last_first", kind="rank", metric="revenue_rank")
    query = asked("revenue_rank", "last_first", groupings=[{"field": "orders.status"}])
    places = [(first, last) for _, first, last in rows(shop, query, catalog)]
    assert sorted(places) == [(1, 4), (2, 3), (3, 2), (4, 1)]
    alone = asked("last_first", groupings=[MONTH], comparison={"to": "previous_period", "show": ["previous"]})
    assert {row[1] for row in rows(shop, alone, catalog)} > {1, 2, 3}


def test_a_place_is_among_the_groups_of_the_window_whatever_it_is_compared_with(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    query = asked("revenue_rank", groupings=[MONTH], time=window("2023-09-01", "2023-11-01"))
    alone = rows(shop, query)
    assert sorted(row[1] for row in alone) == [1, 2]
    compared = rows(shop, query | {"comparison": {"to": "previous_year", "show": ["previous"]}})
    assert [row[:2] for row in compared] == alone
    beside = query | {"measures": [{"metric": "revenue_rank"}, {"metric": "orders"}]}
    running = rows(shop, beside | {"calculations": [{"kind": "cumulative", "measure": "orders"}]})
    assert [row[:2] for row in running] == alone


def test_others_have_no_value_of_a_fact_without_rows_in_them(shop: duckdb.DuckDBPyConnection) -> None:
    """Refunds of customers without a name are in no group but their own: others of the rest have none."""
    filter_ = {"kind": "condition", "field": "customers.customer_id", "op": "in", "values": [1, 5]}
    query = asked(
        "buyers", groupings=[{"field": "customers.name"}], top={"n": 1, "by": "buyers", "others": True}, filter=filter_,
    ) | {"measures": [{"metric": "buyers"}, {"agg": "count_distinct", "field": "refunds.refund_id"}]}  # fmt: skip
    shown = {row[0]: row[1:3] for row in rows(shop, query)}
    assert shown == {"Ann": (1, 10), "Others": (1, None)}


def test_rows_that_two_aggregations_share_stay_rows() -> None:
    """They have no columns yet, so they are no relation with a name of its own."""
    scan = Scan("orders", "orders")
    keys = [(Column("key", FieldRef("orders", "orders", name)),) for name in ("status", "quantity")]
    both = [Aggregate(scan, key, (Column(f"n{at}", AggCall("count")),), name="by") for at, key in enumerate(keys)]
    found = render(Align(tuple(both), ("key",), "full", "both"), CATALOG, "duckdb")
    assert 'FROM "orders"' in found.text
    assert "orders_rows" not in found.text


@pytest.mark.parametrize(
    "condition",
    [
        {"op": ">=", "values": ["2023-03-01"]},
        {"op": "=", "values": ["2023-03-01"], "grain": "month"},
        {"op": "in", "values": ["2023-01-01", "2023-02-01"], "grain": "quarter"},
        {"op": "!=", "values": ["2023-03-01"]},
        {"op": "=", "values": [2023], "part": "year"},
        {"op": "=", "values": [2023], "grain": "year"},
    ],
)
@pytest.mark.parametrize(
    "question",
    [
        asked("revenue_last_year", groupings=[MONTH]),
        asked("revenue_so_far", groupings=[MONTH]),
        asked("yearly_gain", groupings=[MONTH]),
        asked("so_far_last_month", groupings=[MONTH]),
        asked("revenue", groupings=[MONTH], comparison={"to": "previous_year"}),
        asked("revenue", groupings=[MONTH], calculations=[{"kind": "cumulative", "measure": "revenue"}]),
    ],
)
def test_a_condition_that_hides_what_is_looked_back_at_is_refused(
    question: dict[str, Any], condition: dict[str, Any]
) -> None:
    hiding = {"kind": "condition", "field": "orders.ordered_at", **condition}
    for filter_ in (hiding, {"kind": "not", "item": hiding}):
        with pytest.raises(QueryError, match="hides what earlier periods"):
            compiled(question | {"filter": filter_})


def test_a_condition_on_a_day_of_the_week_hides_nothing(shop: duckdb.DuckDBPyConnection) -> None:
    """It holds of a row in any period: sales of Mondays are compared with sales of Mondays."""
    mondays = {"kind": "condition", "field": "orders.ordered_at", "op": "=", "values": [1], "part": "day_of_week"}
    present = {"kind": "condition", "field": "orders.ordered_at", "op": "is not null"}
    query = asked("orders", "orders_last_month", groupings=[MONTH], filter={"kind": "and", "items": [mondays, present]})
    found = {row[0]: row[1:] for row in rows(shop, query)}
    assert [found[month][1] for month in sorted(found)[1:7]] == [found[month][0] for month in sorted(found)[:6]]


def test_days_that_have_the_same_earlier_day_find_it_once(shop: duckdb.DuckDBPyConnection) -> None:
    """29 to 31 March look at 28 February: its balance counts once, and only under 28 March."""
    catalog = with_metric("so_far_a_month_ago", kind="offset", metric="revenue_so_far", by="1 month")
    by_day = [{"field": "orders.ordered_at", "grain": "day"}]
    balances = dict(rows(shop, asked("revenue_so_far", groupings=by_day)))
    found = rows(shop, asked("so_far_a_month_ago", groupings=by_day, time=window("2023-03-01", "2023-05-01")), catalog)
    assert len({day for day, _ in found}) == len(found)
    for day, value in found:
        before = day.replace(month=day.month - 1) if day.day < 29 or day.month != 3 else None
        known = [balances[each] for each in balances if each and before and each <= before]
        assert value == (known[-1] if known else None), day
    query = asked("revenue_so_far", groupings=by_day, comparison={"to": "previous_year", "show": ["previous"]})
    leap = rows(shop, query)
    assert len({day for day, *_ in leap}) == len(leap)


def test_what_folds_or_surrounds_earlier_values_has_them_where_they_are_shown(shop: duckdb.DuckDBPyConnection) -> None:
    """In June 2023 there are refunds but no orders; a month before there were some."""
    catalog = with_metric("most_ago", kind="fixed", metric="orders_last_month", by=["orders.status"], agg="max")
    share = with_metric("share_ago", kind="share", metric="orders_last_month", within=["orders.ordered_at"])
    catalog = catalog.model_copy(update={"metrics": (*catalog.metrics, share.metric["share_ago"])})
    query = asked("refunded", "orders_last_month", "most_ago", "share_ago", groupings=[MONTH])
    june = next(row for row in rows(shop, query, catalog) if row[0] and row[0].isoformat() == "2023-06-01")
    may = dict(
        rows(shop, asked("orders", groupings=[{"field": "orders.status"}], time=window("2023-05-01", "2023-06-01")))
    )
    assert june[2:] == (sum(may.values()), max(may.values()), 1.0)


def test_a_group_that_only_the_other_period_has_shows_its_running_values(shop: duckdb.DuckDBPyConnection) -> None:
    keys = [MONTH, {"field": "orders.customer.name"}, {"field": "orders.status"}]
    counts = {row[:3]: row[3] for row in rows(shop, asked("orders", groupings=keys))}
    running = [
        {"kind": "cumulative", "measure": "orders"}, {"kind": "rolling", "measure": "filled_orders", "count": 2, "agg": "min"},
    ]  # fmt: skip
    query = asked("orders", "filled_orders", groupings=keys, calculations=running)
    query |= {"comparison": {"to": "previous_period", "show": ["previous"]}}
    months = sorted({month for month, *_ in counts if month})
    only = 0
    for more in ({}, {"time": window("2023-02-10", "2023-05-20")}):
        for month, name, status, count, before, so_far, *_, least in rows(shop, query | more):
            if count is not None or month is None or (more and month.month not in {3, 4}):
                continue  # February and May are cut by the window
            only += 1
            earlier = [each for each in months if each <= month]
            total = sum(counts.get((each, name, status), 0) for each in earlier)
            assert (so_far, least) == (total, before), (month, name, status)
    assert only


def test_an_aggregation_without_groups_is_one_row_whatever_is_read_of_it(shop: duckdb.DuckDBPyConnection) -> None:
    whole = Aggregate(Scan("orders", "orders"), (), (Column("n", AggCall("count")),))
    found = render(Derive(whole, (Column("one", Constant(1)),)), CATALOG, "duckdb")
    assert shop.execute(found.text, found.parameters).fetchall() == [(1,)]
    catalog = with_metric("so_far_share", kind="share", metric="revenue_year_to_date")
    rolling = [{"kind": "rolling", "measure": "mean_weight", "count": 3}]
    query = asked("mean_weight", "so_far_share", groupings=[MONTH], calculations=rolling)
    months = [row[0] for row in rows(shop, query, catalog)]
    assert len(months) == len(set(months))


def test_a_balance_may_be_folded(shop: duckdb.DuckDBPyConnection) -> None:
    """Groupings that parts add have names of their own at every depth."""
    catalog = with_metric("most_of_a_kind", kind="fixed", metric="highest", by=["balances.kind"], agg="max")
    by_kind = rows(shop, asked("highest", groupings=[{"field": "balances.kind"}]))
    assert rows(shop, asked("most_of_a_kind"), catalog) == [(max(value for _, value in by_kind),)]


@pytest.mark.parametrize("name", ["moments", "Extent"])
def test_no_relation_of_ours_takes_the_name_of_a_step(shop: duckdb.DuckDBPyConnection, name: str) -> None:
    """DuckDB tells columns of the same alias apart where it can; other engines refuse the statement."""
    steps = tuple(
        each.model_copy(update={"name": name}) if (each.from_dataset, each.name) == ("orders", "customer") else each
        for each in CATALOG.relationships
    )
    known = [CATALOG.metric[each] for each in ("buyers", "buyers_three_months")]
    renamed = CATALOG.model_copy(update={"relationships": steps, "metrics": tuple(known)})
    bins = {"field": "orders.quantity", "bins": {"count": 3}, "alias": "bin"}
    for key, metric in ((bins, "buyers"), ({"field": "@time", "grain": "week"}, "buyers_three_months")):
        found = [
            compiled(asked(metric, groupings=[key, {"field": f"orders.{step_}.name", "alias": "who"}]), catalog)
            for step_, catalog in ((name, renamed), ("customer", CATALOG))
        ]
        for select in sqlglot.parse_one(found[0].text, read="duckdb").find_all(sqlglot.exp.Select):
            sources = [each.this for each in (select.args["from_"], *select.args.get("joins", ()))]
            names = [each.alias_or_name.lower() for each in sources]
            assert len(names) == len(set(names)), names
        one, other = (shop.execute(each.text, each.parameters).fetchall() for each in found)
        assert one == other


def test_conversions_are_matched_by_their_own_times_however_far_back(shop: duckdb.DuckDBPyConnection) -> None:
    catalog = with_metric("orders_of_visits_ago", kind="offset", metric="visit_orders", by="10 days")
    by_day = rows(shop, asked("visit_orders", groupings=[{"field": "visits.visited_at", "grain": "day"}]))
    found = rows(
        shop, asked("orders_of_visits_ago", groupings=[{"field": "visits.visited_at", "grain": "month"}]), catalog
    )
    for month, value in found:
        moved = [(day + datetime.timedelta(days=10), count) for day, count in by_day if day]
        inside = [count for day, count in moved if month and (day.year, day.month) == (month.year, month.month)]
        assert (value or 0) == sum(inside), month


def test_a_place_inside_of_a_place_is_among_the_groups_that_are_left(shop: duckdb.DuckDBPyConnection) -> None:
    catalog = with_metric("last_in_status", kind="rank", metric="revenue_rank_in_status")
    keys = [{"field": "orders.status"}, {"field": "orders.customer.name"}]
    query = asked("last_in_status", groupings=keys, top={"n": 2, "by": "last_in_status", "others": True})
    *_, others = rows(shop, query, catalog)
    assert others == ("Others", None, 1, 1)


def test_places_among_values_of_other_times_are_refused_where_they_would_have_to_move() -> None:
    catalog = with_metric("rank_so_far", kind="rank", metric="revenue_so_far")
    later = with_metric("rank_ago", kind="offset", metric="rank_so_far", by="1 month").metric["rank_ago"]
    catalog = catalog.model_copy(update={"metrics": (*catalog.metrics, later)})
    for query in (
        asked("rank_so_far", groupings=[MONTH], comparison={"to": "previous_period"}), asked("rank_ago", groupings=[MONTH]),
        asked("revenue_rank", groupings=[MONTH], calculations=[{"kind": "cumulative", "measure": "revenue_rank"}]),
    ):  # fmt: skip
        with pytest.raises(QueryError, match="not yet supported"):
            compiled(query, catalog)


def test_fiscal_quarters_that_are_those_of_the_calendar_are_the_same_grouping() -> None:
    quarters = [
        {"field": "orders.ordered_at", "grain": "quarter", "fiscal": each, "alias": f"q{each}"}
        for each in (True, False)
    ]
    july = CATALOG.model_copy(update={"calendar": CATALOG.calendar.model_copy(update={"fiscal_year_start": 7})})
    with pytest.raises(QueryError, match="the same grouping"):
        compiled(asked("orders", groupings=quarters, totals=True), july)


def test_an_earlier_value_is_shown_in_the_window_only(shop: duckdb.DuckDBPyConnection) -> None:
    """The window limits orders; refunds are limited by the time of their order, and so they show further periods."""
    steps = (*CATALOG.relationships, step("order", "refunds", "orders", "refund_id", "order_id"))
    catalog = CATALOG.model_copy(update={"relationships": steps})
    limits = window("2022-12-01", "2023-02-01") | {"field": "orders.ordered_at"}
    by_month = [{"field": "refunds.refunded_on", "grain": "month"}]
    found = rows(shop, asked("orders", "revenue_last_year", "refunded", groupings=by_month, time=limits), catalog)
    assert datetime.date(2023, 12, 1) in {row[0] for row in found}, "a year after the window"
    assert {row[2] for row in found} == {None}


def test_rows_are_not_sorted_by_a_constant(shop: duckdb.DuckDBPyConnection) -> None:
    """A number there would be the place of a column."""
    staff = CATALOG.dataset["staff"]
    constant = staff.fields[0].model_copy(update={"name": "one", "expression": Expression(text="2")})
    datasets = tuple(
        staff.model_copy(update={"fields": (*staff.fields, constant)}) if each is staff else each
        for each in CATALOG.datasets
    )
    query = {
        "detail": {"dataset": "staff", "fields": ["staff.one", "staff.name"]},
        "order": [{"by": "one", "descending": False}],
    }
    assert [name for _, name in rows(shop, query, CATALOG.model_copy(update={"datasets": datasets}))] == [
        "Top",
        "Mid",
        "Low",
    ]


def test_rows_at_their_moment_do_not_tell_all_groups(shop: duckdb.DuckDBPyConnection) -> None:
    """A balance has groups of all rows, also where none of them is at the moment that the question chooses."""
    asked_ = with_metric(
        "of_the_last", kind="semi_additive", dataset="balances", expression="balance", over="balances.day", moment="asked",
    )  # fmt: skip
    keys = [{"field": "balances.day", "grain": "month"}, {"field": "balances.account_id"}]
    alone = rows(shop, asked("closing", groupings=keys))
    assert [(*row[:2], row[3]) for row in rows(shop, asked("of_the_last", "closing", groupings=keys), asked_)] == alone


def test_the_first_groups_by_a_count_of_rows(shop: duckdb.DuckDBPyConnection) -> None:
    first = {
        "measures": [{"agg": "count", "field": "orders", "alias": "n"}],
        "groupings": [{"field": "orders.quantity"}],
    }
    counts = sorted((row[1] for row in rows(shop, first)), reverse=True)
    assert [row[1] for row in rows(shop, first | {"top": {"n": 3, "by": "n"}})] == counts[:3]
    assert [row[1] for row in rows(shop, first | {"order": [{"by": "n"}]})] == counts


def test_totals_by_what_is_one_grouping_for_one_of_the_facts_are_refused() -> None:
    steps = (*CATALOG.relationships, step("order", "refunds", "orders", "refund_id", "order_id"))
    catalog = CATALOG.model_copy(update={"relationships": steps})
    days = [{"field": "refunds.refunded_on", "grain": "month"}, MONTH]
    with pytest.raises(QueryError, match="the same grouping"):
        compiled(asked("orders", "refunded", groupings=days, totals=True), catalog)


def test_others_are_filled_as_the_rest_is(shop: duckdb.DuckDBPyConnection) -> None:
    """No order was placed in June and July 2023."""
    query = asked(
        "mean_weight", groupings=[MONTH, {"field": "orders.status"}], fill=True, time=window("2023-03-01", "2023-10-01")
    )
    found = rows(shop, query | {"top": {"n": 1, "by": "mean_weight", "others": True}})
    assert len({row[0] for row in found if row[-1]}) == len({row[0] for row in found if not row[-1]}) == 7


def test_a_day_beside_its_hours_stays_a_day_where_the_time_moves(shop: duckdb.DuckDBPyConnection) -> None:
    catalog = with_metric("a_day_ago", kind="offset", metric="orders", by="1 day")
    keys = [{"field": "orders.ordered_at", "grain": grain} for grain in ("hour", "day")]
    groups = [*keys, {"field": "orders.status"}]
    query = asked("a_day_ago", groupings=groups, time=window("2023-01-01", "2023-03-01"))
    assert {type(row[1]) for row in rows(shop, query, catalog)} == {datetime.date}
