"""“never”, “only”, “both”, “every” said of things that have many rows each are no conditions on rows."""

from __future__ import annotations

import pytest

from goal_semantics.query import MetricCondition
from jupyter_goal.core.plan import Plan
from tests.planner.asking import Asker, demo, shop
from tests.planner.forms import Q, both, eq, g, m, ne
from tests.planner.parcels import courier

F = m("flights")
AIRLINE, ORIGIN, DEST, STATUS = (
    "flights.airline.name", "flights.origin_code", "flights.destination_code", "flights.status")  # fmt: skip
DELTA, UNITED = "Delta Air Lines Inc.", "United Air Lines Inc."


@pytest.mark.parametrize(
    ("asker", "goal"),
    [
        (demo, "carriers that never cancelled a flight"),
        (demo, "airlines that do not fly to Boston"),
        (demo, "how many airlines don't fly to LAX"),
        (demo, "carriers that only fly from JFK"),
        (demo, "how many carriers fly only from JFK"),
        (demo, "carriers with flights only from JFK"),
        (demo, "destinations not served by Delta"),
        (demo, "destinations served only by United"),
        (demo, "planes not flown by United"),
        (demo, "planes used by both United and Delta"),
        (demo, "how many airlines fly to both LAX and SFO"),
        (demo, "how many destinations are served from JFK but not from LGA"),
        (demo, "flights by carriers that don't fly to Boston"),
        (demo, "flights by carriers other than those flying to Boston"),
        (demo, "which carriers flew to every destination"),
        (demo, "airlines with flights in every month"),
        (demo, "airlines that flew in January but not in February"),
        (demo, "airlines that did not fly in February"),
        (demo, "how many planes never flew from JFK"),
        (demo, "flights excluding weekends and cancelled flights"),
        (shop, "customers that never ordered online"),
        (shop, "products that were not bought online"),
        (shop, "brands bought only in Japan"),
        (shop, "how many customers do not buy toys"),
        (shop, "customers with orders only from the store channel"),
        (courier, "drivers that never drove from Leeds"),
        (courier, "drivers that only collected from Leeds"),
    ],
)
def test_it_is_refused_or_asked(asker: type[Asker], goal: str) -> None:
    assert not isinstance(asker().ask(goal), Plan)


@pytest.mark.parametrize(
    ("asker", "goal", "query"),
    [
        (demo, "flights by carrier not cancelled", Q(
            measures=(F,), groupings=(g(AIRLINE),), filter=ne(STATUS, "cancelled"))),
        (demo, "flights that were not late", Q(measures=(F,), filter=ne(STATUS, "late"))),
        (demo, "planes not made by Boeing", demo().query("planes excluding Boeing")),
        (demo, "carriers that are not United by flights", demo().query("carriers excluding United by flights")),
        (demo, "flights from both JFK and LGA", demo().query("flights from JFK and LGA")),
        (demo, "flights from either JFK or LGA", Q(measures=(F,), filter=eq(ORIGIN, "JFK", "LGA"))),
        (demo, "carriers with over 10000 flights not to Boston", Q(
            measures=(F,), groupings=(g(AIRLINE),),
            filter=both(ne(DEST, "BOS"), MetricCondition(measure=F, op=">", values=(10000,))))),
        (demo, "flights excluding weekends and cancelled ones", Q(
            measures=(F,), filter=both(ne("flights.weekday", "Saturday", "Sunday"), ne(STATUS, "cancelled")))),
        (demo, "only late flights by carrier", Q(measures=(m("late_flights"),), groupings=(g(AIRLINE),))),
        (shop, "orders not from the online channel", Q(measures=(m("orders"),), filter=ne("orders.channel", "online"))),
    ],
)  # fmt: skip
def test_conditions_on_rows_are_read(asker: type[Asker], goal: str, query: Q) -> None:
    assert asker().query(goal) == query
