"""A verb that is said of rows says which rows: “departed”, “arrived late”, “delivered” are never dropped."""

from __future__ import annotations

import pytest

from goal_semantics.query import Measure
from jupyter_goal.core.plan import Plan
from tests.planner.asking import Asker, demo
from tests.planner.forms import Q, Top, eq, g, gt, m, ne, span
from tests.planner.parcels import courier

AIRLINE, ORIGIN, DEST = "flights.airline.name", "flights.origin_code", "flights.destination_code"
TIME = "flights.scheduled_departure"
D, A = m("departed_flights"), m("arrived_flights")
P = m("parcels")
DRIVER = "parcels.driver"
DELTA, UNITED = "Delta Air Lines Inc.", "United Air Lines Inc."
MARCH = span("2013-03-01", "2013-04-01")

FLIGHTS: dict[str, Q] = {
    "How many flights departed from JFK in March 2013?": Q(measures=(D,), filter=eq(ORIGIN, "JFK"), time=MARCH),
    "number of flights that left Newark": Q(measures=(D,), filter=eq(ORIGIN, "EWR")),
    "flights that took off from JFK by carrier": Q(measures=(D,), filter=eq(ORIGIN, "JFK"), groupings=(g(AIRLINE),)),
    "how many flights arrived in Boston": Q(measures=(A,), filter=eq(DEST, "BOS")),
    "flights that landed at LAX by month": Q(measures=(A,), filter=eq(DEST, "LAX"), groupings=(g(TIME, "month"),)),
    "flights that arrived in March 2013": Q(measures=(A,), time=MARCH),
    "flights flown by Delta": Q(measures=(D,), filter=eq(AIRLINE, DELTA)),
    "flights operated by United in March 2013": Q(measures=(D,), filter=eq(AIRLINE, UNITED), time=MARCH),
    "how many flights did Delta operate": Q(measures=(D,), filter=eq(AIRLINE, DELTA)),
    "flights that actually flew in March 2013": Q(measures=(D,), time=MARCH),
    "which carrier flew the most flights": Q(measures=(D,), groupings=(g(AIRLINE),), top=Top(n=1, by="departed_flights")),
    "flights departing late": Q(measures=(m("late_departures"),)),
    "flights that departed late by carrier": Q(measures=(m("late_departures"),), groupings=(g(AIRLINE),)),
    "late departures by origin": Q(measures=(m("late_departures"),), groupings=(g(ORIGIN),)),
    "on-time departures by carrier": Q(measures=(m("on_time_departures"),), groupings=(g(AIRLINE),)),
    "flights that left on time in March 2013": Q(measures=(m("on_time_departures"),), time=MARCH),
    "late departing flights by origin": Q(measures=(m("late_departures"),), groupings=(g(ORIGIN),)),
    "flights that arrived late at LAX": Q(measures=(m("late_flights"),), filter=eq(DEST, "LAX")),
    "flights landing late at BOS": Q(measures=(m("late_flights"),), filter=eq(DEST, "BOS")),
    "flights that were delayed in March 2013": Q(measures=(m("late_flights"),), time=MARCH),
    "what percentage of flights arrived": Q(
        measures=(Measure(metric="arrived_flights", over=Measure(metric="flights")),)),
    "flights departing from JFK on time": Q(measures=(m("on_time_departures"),), filter=eq(ORIGIN, "JFK")),
    "flights that left JFK late in March 2013": Q(
        measures=(m("late_departures"),), filter=eq(ORIGIN, "JFK"), time=MARCH),
    "flights that departed more than 60 minutes late": Q(
        measures=(m("flights"),), filter=gt("flights.departure_delay", 60)),
    "flights not operated by United": Q(measures=(m("flights"),), filter=ne(AIRLINE, UNITED)),
    "sum of United and Delta flights": Q(measures=(m("flights"),), filter=eq(AIRLINE, UNITED, DELTA)),
    "flights leaving JFK": Q(measures=(m("flights"),), filter=eq(ORIGIN, "JFK")),
    "what percentage of flights are operated by United": demo().query("what percentage of flights is by United"),
}  # fmt: skip

COURIER: dict[str, Q] = {
    "parcels collected by Kim": Q(measures=(m("collected_parcels"),), filter=eq(DRIVER, "Kim")),
    "how many parcels were delivered to Bath": Q(
        measures=(m("delivered_parcels"),), filter=eq("parcels.target_depot", "Bath")),
    "parcels that were delivered late by driver": Q(measures=(m("late_parcels"),), groupings=(g(DRIVER),)),
    "shipments that were damaged by size": Q(measures=(m("damaged_parcels"),), groupings=(g("parcels.size"),)),
    "how many parcels did Lou deliver": Q(measures=(m("delivered_parcels"),), filter=eq(DRIVER, "Lou")),
    "large parcels sold in May 2024": Q(
        measures=(m("sold_parcels"),), filter=eq("parcels.size", "large"), time=span("2024-05-01", "2024-06-01")),
    "late parcels by driver": Q(measures=(m("late_parcels"),), groupings=(g(DRIVER),)),
}  # fmt: skip


@pytest.mark.parametrize("goal", FLIGHTS)
def test_a_verb_takes_the_number_that_it_names(goal: str) -> None:
    assert demo().query(goal) == FLIGHTS[goal]


@pytest.mark.parametrize("goal", COURIER)
def test_any_catalogs_verbs_do(goal: str) -> None:
    assert courier().query(goal) == COURIER[goal]


@pytest.mark.parametrize(
    ("asker", "goal"),
    [
        (courier, "parcels collected late"),
        (courier, "late collections by driver"),
        (courier, "collections that were late"),
        (courier, "parcels sold late by driver"),
        (courier, "damaged collections"),
        (courier, "parcels that were never collected"),
        (courier, "parcels that were not delivered in May 2024"),
        (courier, "list parcels that were delivered late"),
        (courier, "weight of parcels that were collected"),
        (courier, "revenue of parcels delivered late"),
        (demo, "flights that did not arrive"),
        (demo, "flights that departed early"),
        (demo, "which flights departed late"),
        (demo, "average distance of flights that departed late"),
        (demo, "average distance of flights that arrived"),
        (demo, "diverted departures by carrier"),
        (demo, "flights from JFK that departed punctual and early"),
        (demo, "cancellations that were late"),
        (demo, "how many planes landed at LAX"),
        (demo, "list flights that departed from JFK in March 2013"),
        (demo, "flights that departed on time but arrived late"),
    ],
)
def test_how_it_was_done_is_not_read_as_something_else(asker: type[Asker], goal: str) -> None:
    assert not isinstance(asker().ask(goal), Plan)


def test_what_a_verb_was_read_as_is_said() -> None:
    assert any("departed flights" in said for said in demo().plan("flights that departed from JFK").assumptions)


def test_a_side_without_its_deed_is_said() -> None:
    made = demo().plan("average arrival delay of flights that departed from JFK")
    assert any("side only" in said for said in made.assumptions)
