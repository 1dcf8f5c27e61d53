"""Signs and sums are read or refused, never dropped."""

from __future__ import annotations

import pytest

from goal_semantics.query import Condition, Measure
from jupyter_goal.core.plan import Plan, Refusal
from tests.planner.asking import Asker, demo, shop
from tests.planner.forms import Q, agg, g, m


@pytest.mark.parametrize(
    ("asker", "goal"),
    [
        (demo, "United flights minus Delta flights"),
        (demo, "flights - cancelled flights"),
        (demo, "flights + cancellations by month"),
        (demo, "arrival delay minus departure delay by carrier"),
        (demo, "arrivals plus diversions"),
        (demo, "departures less arrivals by month"),
        (demo, "flights * distance"),
        (demo, "average distance times flights"),
        (demo, "flights -cancelled"),
        (demo, "top -5 carriers by flights"),
        (demo, "bottom -3 destinations by flights"),
        (shop, "revenue minus refunds"),
        (shop, "revenue plus refunds by month"),
        (shop, "orders less online orders"),
        (shop, "revenue - refunds by country"),
        (shop, "top -2 countries by revenue"),
    ],
)
def test_a_sum_is_refused(asker: type[Asker], goal: str) -> None:
    assert isinstance(asker().ask(goal), Refusal)


@pytest.mark.parametrize(
    ("asker", "goal", "query"),
    [
        (demo, "late flights / flights by carrier", Q(
            measures=(Measure(metric="late_flights", over=Measure(metric="flights")),), groupings=(g("flights.airline.name"),))),
        (demo, "flights by carrier and month plus origin", Q(
            measures=(m("flights"),), groupings=(g("flights.airline.name"), g("flights.scheduled_departure", "month"),
                                                 g("flights.origin_code")))),
        (shop, "revenue / orders by country", Q(
            measures=(Measure(metric="revenue", over=Measure(metric="orders")),), groupings=(g("orders.customer.country"),))),
        (demo, "maximum distance of flights with arrival delay under -30", Q(
            measures=(agg("max", "flights.distance"),),
            filter=Condition(field="flights.arrival_delay", op="<", values=(-30,)))),
    ],
)  # fmt: skip
def test_a_quotient_and_a_sign_are_read(asker: type[Asker], goal: str, query: Q) -> None:
    assert asker().query(goal) == query


@pytest.mark.parametrize(
    "goal", ["flights – by carrier", "flights by carrier, please!", "- flights by carrier", "flights: by carrier"]
)
def test_marks_that_only_part_words_are_silent(goal: str) -> None:
    assert demo().query(goal) == demo().query("flights by carrier")


@pytest.mark.parametrize("mark", ["*", "^", "~", "±", "@", "≈", "\\"])
def test_a_mark_that_reckons_is_named(mark: str) -> None:
    assert not isinstance(demo().ask(f"flights {mark} 2 by carrier"), Plan)
