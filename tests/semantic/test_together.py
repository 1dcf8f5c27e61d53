"""A number is the same whatever stands beside it, and a key that moves with the time is not taken for one that stays."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import duckdb
import pytest

from goal_semantics.errors import QueryError
from goal_semantics.metrics import cumulative, rank, share, spec_type
from goal_semantics.model import Catalog, Dataset, Metric
from goal_semantics.relation import AggCall, Aggregate, Align, Column, FieldRef, Scan
from goal_semantics.render import render
from tests.semantic.shop import CATALOG, DATASETS, RELATIONSHIPS, compiled, field, step

MONTH = {"field": "orders.ordered_at", "grain": "month"}
LABELS = "SELECT d::DATE AS day, strftime(d, '%Y-%m') AS label FROM range(DATE '2022-01-01', DATE '2025-01-01', INTERVAL 1 DAY) t(d)"


def asked(*metrics: str, **more: Any) -> dict[str, Any]:
    return {"measures": [{"metric": name} for name in metrics], **more}


def window(start: str, end: str) -> dict[str, Any]:
    return {"window": {"kind": "between", "start": start, "end": end}}


def rows(shop: duckdb.DuckDBPyConnection, query: dict[str, Any], catalog: Catalog = CATALOG) -> list[tuple[Any, ...]]:
    found = compiled(query, catalog)
    return shop.execute(found.text, found.parameters).fetchall()


def labelled() -> Catalog:
    """A calendar joined by the time of refunds, and a text made of that time."""
    days = Dataset(
        name="days", source=f"({LABELS})", primary_key=("day",),
        fields=(field("day", "date", role="time"), field("label", "string")),
    )  # fmt: skip
    text = field("month_text", "string", expression="strftime(refunded_on, '%Y-%m')")
    datasets = tuple(
        each.model_copy(update={"fields": (*each.fields, text)}) if each.name == "refunds" else each
        for each in DATASETS
    )
    steps = (*RELATIONSHIPS, step("calendar", "refunds", "days", "refunded_on", "day"))
    return CATALOG.model_copy(update={"datasets": (*datasets, days), "relationships": steps})


@pytest.mark.parametrize("key", ["refunds.calendar.label", "refunds.month_text"])
def test_a_word_for_the_time_does_not_stay_where_the_time_moves(key: str) -> None:
    query = asked("refunded_last_month", groupings=[{"field": key}], time=window("2023-02-01", "2023-05-01"))
    with pytest.raises(QueryError, match="follows from that time"):
        compiled(query, labelled())


def test_rows_without_a_time_have_no_running_value_whatever_stands_beside(shop: duckdb.DuckDBPyConnection) -> None:
    by_month = [{"field": "@time", "grain": "month"}]
    for metrics in (("revenue_so_far",), ("revenue_so_far", "refunded")):
        *_, (period, value, *_) = rows(shop, asked(*metrics, groupings=by_month))
        assert (period, value) == (None, None)


def test_a_running_value_of_all_time_is_that_of_the_last_period(shop: duckdb.DuckDBPyConnection) -> None:
    """Rows without a time are in no period: they do not count where no period is shown, either."""
    [(everything,)] = rows(shop, asked("revenue_so_far"))
    *_, (_, last), _ = rows(shop, asked("revenue_so_far", groupings=[MONTH]))
    by_hand = shop.execute("SELECT sum(amount) FROM orders WHERE ordered_at IS NOT NULL").fetchone()
    assert by_hand is not None
    assert everything == last == by_hand[0]
    by_status = rows(shop, asked("revenue_so_far", groupings=[{"field": "orders.status"}], totals=True))
    assert by_status[-1][1] == everything
    assert sum(row[1] for row in by_status[:-1]) == everything


def test_a_relation_that_stands_beside_itself_is_read_once(shop: duckdb.DuckDBPyConnection) -> None:
    key = Column("status", FieldRef("orders", "orders", "status"))
    once = Aggregate(Scan("orders", "orders"), (key,), (Column("n", AggCall("count")),), name="by_status")
    found = render(Align((once, once), ("status",), "full", "twice"), CATALOG, "duckdb")
    assert len(shop.execute(found.text, found.parameters).fetchall()) == 4


def test_a_total_of_which_nothing_is_read_is_still_one_row(shop: duckdb.DuckDBPyConnection) -> None:
    """The mean of a rolling window reads only counts and sums: the whole of the share beside it must not multiply rows."""
    query = asked("mean_weight", "running_share", groupings=[MONTH], time=window("2023-01-01", "2023-06-01"))
    running = Metric(name="running", spec=cumulative.Spec.model_validate({"metric": "paid_rate", "to_date": "month"}))
    part = Metric(name="running_share", spec=share.Spec.model_validate({"metric": "running"}))
    made = CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, running, part)})
    rolling = {"calculations": [{"kind": "rolling", "measure": "mean_weight", "count": 3}]}
    assert [row[0].month for row in rows(shop, query | rolling, made)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("more", [{}, {"totals": True}, {"calculations": [{"kind": "rank", "measure": "by_place"}]}])
def test_a_place_among_places(shop: duckdb.DuckDBPyConnection, more: dict[str, Any]) -> None:
    """Windows are not nested in SQL."""
    place = Metric(name="by_place", spec=rank.Spec.model_validate({"metric": "revenue_rank", "ascending": True}))
    made = CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, place)})
    found = rows(shop, asked("revenue_rank", "by_place", groupings=[{"field": "orders.status"}], **more), made)
    assert [row[1] for row in found[:4]] == [row[2] for row in found[:4]]
    assert {row[1] for row in found[:4]} == {1, 2, 3, 4}


MANY: list[dict[str, Any]] = [
    {"kind": "offset", "metric": "orders", "by": "{} months"}, {"kind": "offset", "metric": "paid_rate", "by": "{} months", "show": "change"},
    {"kind": "cumulative", "metric": "orders", "window": "{} months"}, {"kind": "cumulative", "metric": "buyers", "window": "{} months"},
]  # fmt: skip


@pytest.mark.parametrize("written", MANY, ids=["offset", "change", "running", "counted anew"])
@pytest.mark.parametrize("paths", [[], ["orders.status"]], ids=["over time", "by group"])
def test_statements_grow_as_their_question_does(
    shop: duckdb.DuckDBPyConnection, written: dict[str, Any], paths: list[str]
) -> None:
    """Every further part adds as much as the one before it, never as much as all of them."""
    lengths = []
    for count in (2, 4, 8, 16):
        parts = [
            Metric(name=f"part_{at}", spec=spec_type(written["kind"]).model_validate(
                {key: value.format(at + 1) for key, value in written.items()}))
            for at in range(count)
        ]  # fmt: skip
        made = CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, *parts)})
        groupings = [MONTH, *({"field": path} for path in paths)]
        query = asked(
            "orders", *(each.name for each in parts), groupings=groupings, time=window("2023-01-01", "2023-06-01")
        )
        lengths.append(compiled(query, made).text.count(" AS ("))
        assert len({row[:1] for row in rows(shop, query, made)}) == 5
    first, second, third = (later - sooner for sooner, later in itertools.pairwise(lengths))
    assert third == 2 * second == 4 * first


def test_the_start_of_a_year_is_that_of_the_fiscal_year_where_the_grouping_is(shop: duckdb.DuckDBPyConnection) -> None:
    """In a year that begins in April, the quarter of January looks at the quarter of April before it."""
    first = Metric(name="first", spec=spec_type("offset").model_validate({"metric": "orders", "to": "year"}))
    calendar = CATALOG.calendar.model_copy(update={"fiscal_year_start": 4})
    made = CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, first), "calendar": calendar})
    by_hand = dict(
        shop.execute("SELECT date_trunc('quarter', ordered_at)::DATE, count(*) FROM orders GROUP BY 1").fetchall()
    )
    for fiscal, month in ((True, 4), (False, 1)):
        quarter = {"field": "orders.ordered_at", "grain": "quarter", "fiscal": fiscal, "alias": "q"}
        found = [row for row in rows(shop, asked("orders", "first", groupings=[quarter]), made) if row[0] is not None]
        assert len(found) > 4
        for start, _, value in found:
            year = start.year - (start.month < month)
            assert value == by_hand.get(datetime.date(year, month, 1)), (fiscal, start)


def test_a_rolling_value_knows_where_the_data_begins_and_not_what_stands_beside(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    """No order was placed in June and July: the two months up to August lie within the data all the same."""
    two = {"kind": "rolling", "measure": "orders", "count": 2}
    query = asked("orders", "revenue", groupings=[MONTH], time=window("2023-08-01", "2023-10-01"))
    alone = rows(shop, query | {"calculations": [two]})
    assert [row[2] for row in alone] == [alone[0][1] / 2, (alone[0][1] + alone[1][1]) / 2]
    beside = rows(
        shop, query | {"calculations": [two, {"kind": "rolling", "measure": "revenue", "count": 5, "agg": "sum"}]}
    )
    assert [row[:3] for row in beside] == [row[:3] for row in alone]
    start = rows(shop, asked("orders", groupings=[MONTH], calculations=[two], time=window("2022-10-01", "2023-01-01")))
    assert [row[2] is None for row in start] == [True, False], "before November 2022 there is no data"


def test_a_window_of_another_time_is_refused_where_periods_are_compared() -> None:
    query = asked(
        "revenue", "shipped_revenue", groupings=[MONTH], time=window("2022-11-20", "2023-12-01"),
        comparison={"to": "previous_year"},
    )  # fmt: skip
    with pytest.raises(QueryError, match="limits another time"):
        compiled(query)


def test_a_filled_period_is_compared_alike_whether_or_not_the_window_cuts_one(shop: duckdb.DuckDBPyConnection) -> None:
    found = list[tuple[Any, ...]]()
    for end in ("2023-11-01", "2023-11-02"):
        query = asked(
            "filled_orders", groupings=[MONTH], time=window("2023-02-01", end), fill=True,
            comparison={"to": "previous_period"},
        )  # fmt: skip
        found.append(next(row for row in rows(shop, query) if row[0] == datetime.date(2023, 8, 1)))
    assert found[0] == found[1]


def test_totals_beside_periods_that_a_metric_fills_are_refused() -> None:
    with pytest.raises(QueryError, match="filled periods"):
        compiled(asked("steady_orders", groupings=[MONTH], totals=True))


def test_a_top_over_time_ranks_by_what_the_spine_shows(shop: duckdb.DuckDBPyConnection) -> None:
    spine = Dataset(
        name="spine", primary_key=("day",), fields=(field("day", "date", role="time"),),
        source="(SELECT d::DATE AS day FROM range(DATE '2022-11-01', DATE '2023-01-01', INTERVAL 1 DAY) t(d))",
    )  # fmt: skip
    late = next(each for each in CATALOG.metrics if each.name == "refunded_last_month")
    spec = type(late.spec).model_validate({"kind": "offset", "metric": "orders", "by": "1 day", "spine": True})
    metrics = [each for each in CATALOG.metrics if each.name != "steady_orders"]
    catalog = CATALOG.model_copy(
        update={
            "datasets": (*DATASETS, spine),
            "calendar": CATALOG.calendar.model_copy(update={"spines": ("spine.day",)}),
            "metrics": (*metrics, late.model_copy(update={"name": "late_orders", "spec": spec})),
        }
    )
    query = asked("late_orders", groupings=[{"field": "@time", "grain": "month"}, {"field": "orders.status"}])
    shown = dict[Any, int]()
    for _, status, count in rows(shop, query, catalog):
        shown[status] = shown.get(status, 0) + (count or 0)
    [best] = {status for _, status, _ in rows(shop, query | {"top": {"n": 1, "by": "late_orders"}}, catalog)}
    assert shown[best] == max(shown.values())
