"""Goals over the demo catalog and the queries they must become: structure, not text."""

from __future__ import annotations

import pytest

from tests.planner.asking import demo
from tests.planner.forms import (
    Comparison,
    Condition,
    Cumulative,
    Detail,
    MetricCondition,
    Not,
    Order,
    Q,
    Relative,
    Rolling,
    Share,
    TimeWindow,
    Top,
    agg,
    both,
    eq,
    g,
    gt,
    last,
    m,
    ne,
    span,
    this,
)

F = m("flights")
AIRLINE, ORIGIN, DEST = "flights.airline.name", "flights.origin_code", "flights.destination_code"
TIME, STATUS = "flights.scheduled_departure", "flights.status"
MONTH = g(TIME, "month")
UNITED, DELTA = "United Air Lines Inc.", "Delta Air Lines Inc."

CASES: dict[str, Q] = {
    # numbers
    "how many flights": Q(measures=(F,)),
    "How many flights are there?": Q(measures=(F,)),
    "number of flights": Q(measures=(F,)),
    "total flights": Q(measures=(F,)),
    "average distance": Q(measures=(m("average_distance"),)),
    "total seats": Q(measures=(agg("sum", "planes.seats"),)),
    "number of planes": Q(measures=(m("planes_flown"),)),
    "highest departure delay": Q(measures=(agg("max", "flights.departure_delay"),)),
    "max and min distance by carrier": Q(
        measures=(agg("max", "flights.distance"), agg("min", "flights.distance")), groupings=(g(AIRLINE),)),
    "average distance and air time by carrier": Q(
        measures=(m("average_distance"), agg("avg", "flights.air_time")), groupings=(g(AIRLINE),)),
    "average delay by carrier": Q(measures=(m("average_arrival_delay"),), groupings=(g(AIRLINE),)),
    "on-time rate and cancellation rate by origin": Q(
        measures=(m("on_time_rate"), m("cancellation_rate")), groupings=(g(ORIGIN),)),
    "flights and average delay by carrier": Q(measures=(F, m("average_arrival_delay")), groupings=(g(AIRLINE),)),
    "highest departure delay of United flights": Q(
        measures=(agg("max", "flights.departure_delay"),), filter=eq(AIRLINE, UNITED)),
    # groupings and grains
    "flights by carrier": Q(measures=(F,), groupings=(g(AIRLINE),)),
    "FLIGHTS BY CARRIER": Q(measures=(F,), groupings=(g(AIRLINE),)),
    "number of flights per airline": Q(measures=(F,), groupings=(g(AIRLINE),)),
    "flights for each origin": Q(measures=(F,), groupings=(g(ORIGIN),)),
    "flights by carrier and month": Q(measures=(F,), groupings=(g(AIRLINE), MONTH)),
    "flights by month, carrier": Q(measures=(F,), groupings=(MONTH, g(AIRLINE))),
    "flights per carrier per month": Q(measures=(F,), groupings=(g(AIRLINE), MONTH)),
    "monthly flights": Q(measures=(F,), groupings=(MONTH,)),
    "flights per month": Q(measures=(F,), groupings=(MONTH,)),
    "daily cancellations": Q(measures=(m("cancelled_flights"),), groupings=(g(TIME, "day"),)),
    "weekly flights": Q(measures=(F,), groupings=(g(TIME, "week"),)),
    "flights by quarter": Q(measures=(F,), groupings=(g(TIME, "quarter"),)),
    "flights by day of week": Q(measures=(F,), groupings=(g("flights.weekday"),)),
    "average departure delay by hour of day": Q(
        measures=(m("average_departure_delay"),), groupings=(g("flights.hour_of_day"),)),
    "flights by plane manufacturer": Q(measures=(F,), groupings=(g("flights.plane.manufacturer"),)),
    "flights by engine type": Q(measures=(F,), groupings=(g("flights.plane.engine_type"),)),
    "flights by destination airport name": Q(measures=(F,), groupings=(g("flights.destination.name"),)),
    "flights by time zone of the destination": Q(measures=(F,), groupings=(g("flights.destination.time_zone"),)),
    "median arrival delay per airport of origin": Q(measures=(m("median_arrival_delay"),), groupings=(g(ORIGIN),)),
    "planes by manufacturer": Q(measures=(m("registered_planes"),), groupings=(g("planes.manufacturer"),)),
    "average temperature by month": Q(
        measures=(m("average_temperature"),), groupings=(g("weather.observed", "month"),)),
    "cancellations over time": Q(measures=(m("cancelled_flights"),), groupings=(MONTH,)),
    # values
    "flights from Newark to Atlanta": Q(measures=(F,), filter=both(eq(ORIGIN, "EWR"), eq(DEST, "ATL"))),
    "Flights From JFK To LAX": Q(measures=(F,), filter=both(eq(ORIGIN, "JFK"), eq(DEST, "LAX"))),
    "United flights": Q(measures=(F,), filter=eq(AIRLINE, UNITED)),
    "flights operated by United": Q(measures=(m("departed_flights"),), filter=eq(AIRLINE, UNITED)),
    "flights of the carrier Delta": Q(measures=(F,), filter=eq(AIRLINE, DELTA)),
    "flights where origin is JFK": Q(measures=(F,), filter=eq(ORIGIN, "JFK")),
    "flights in JFK or EWR": Q(measures=(F,), filter=eq(ORIGIN, "JFK", "EWR")),
    "flights from JFK or LGA to BOS or MIA": Q(
        measures=(F,), filter=both(eq(ORIGIN, "JFK", "LGA"), eq(DEST, "BOS", "MIA"))),
    "flights leaving JFK by carrier": Q(measures=(F,), groupings=(g(AIRLINE),), filter=eq(ORIGIN, "JFK")),
    "flights arriving at LAX": Q(measures=(F,), filter=eq(DEST, "LAX")),
    "flights from Newark airport by carrier": Q(measures=(F,), groupings=(g(AIRLINE),), filter=eq(ORIGIN, "EWR")),
    "on time rate for United and Delta": Q(
        measures=(m("on_time_rate"),), groupings=(g(AIRLINE),), filter=eq(AIRLINE, UNITED, DELTA)),
    "JFK vs EWR flights": Q(measures=(F,), groupings=(g(ORIGIN),), filter=eq(ORIGIN, "JFK", "EWR")),
    "flights on Mondays": Q(measures=(F,), filter=eq("flights.weekday", "Monday")),
    "on-time rate in rain": Q(measures=(m("on_time_rate"),), filter=eq("flights.weather.rain", "rain")),
    "how many Boeing planes": Q(measures=(m("registered_planes"),), filter=eq("planes.manufacturer", "BOEING")),
    "flights on Boeing planes by carrier": Q(
        measures=(F,), groupings=(g(AIRLINE),), filter=eq("flights.plane.manufacturer", "BOEING")),
    "how many carriers fly to Atlanta": Q(measures=(m("airlines_operating"),), filter=eq(DEST, "ATL")),
    "flights with tail number N14228": Q(measures=(F,), filter=eq("flights.tail_number", "N14228")),
    # negation
    "flights not cancelled": Q(measures=(F,), filter=ne(STATUS, "cancelled")),
    "non-cancelled flights by carrier": Q(measures=(F,), groupings=(g(AIRLINE),), filter=ne(STATUS, "cancelled")),
    "flights excluding LGA": Q(measures=(F,), filter=ne(ORIGIN, "LGA")),
    "flights except from JFK": Q(measures=(F,), filter=ne(ORIGIN, "JFK")),
    "flights excluding United and Delta": Q(measures=(F,), filter=ne(AIRLINE, UNITED, DELTA)),
    "how many flights did not depart from JFK": Q(measures=(F,), filter=ne(ORIGIN, "JFK")),
    "flights where destination is not LAX": Q(measures=(F,), filter=ne(DEST, "LAX")),
    "flights without tail number": Q(
        measures=(F,), filter=Condition(field="flights.tail_number", op="is null")),
    # numeric conditions
    "flights with distance over 1000 miles": Q(measures=(F,), filter=gt("flights.distance", 1000)),
    "flights with departure delay over 2 hours": Q(measures=(F,), filter=gt("flights.departure_delay", 120)),
    "flights with arrival delay between 15 and 30 minutes": Q(
        measures=(F,), filter=Condition(field="flights.arrival_delay", op="between", values=(15, 30))),
    "how many planes have more than 200 seats": Q(measures=(m("registered_planes"),), filter=gt("planes.seats", 200)),
    "planes with 4 engines": Q(measures=(m("registered_planes"),), filter=eq("planes.engines", 4)),
    "flights where wind speed over 20 mph": Q(measures=(F,), filter=gt("flights.weather.wind_speed", 20)),
    "flights with departure delay not over 60 minutes": Q(
        measures=(F,), filter=Not(item=gt("flights.departure_delay", 60))),
    "carriers with more than 1000 flights": Q(
        measures=(F,), groupings=(g(AIRLINE),), filter=MetricCondition(measure=F, op=">", values=(1000,))),
    "carriers with on-time rate below 75%": Q(
        measures=(m("on_time_rate"),), groupings=(g(AIRLINE),),
        filter=MetricCondition(measure=m("on_time_rate"), op="<", values=(0.75,))),
    "carriers whose average departure delay is over 15 minutes": Q(
        measures=(m("average_departure_delay"),), groupings=(g(AIRLINE),),
        filter=MetricCondition(measure=m("average_departure_delay"), op=">", values=(15,))),
    # time
    "flights in 2013": Q(measures=(F,), time=span("2013-01-01", "2014-01-01")),
    "flights since March 2013": Q(measures=(F,), time=span("2013-03-01", None)),
    "flights after 2013-10-31": Q(measures=(F,), time=span("2013-11-01", None)),
    "flights before March 2013": Q(measures=(F,), time=span(None, "2013-03-01")),
    "flights until June 2013": Q(measures=(F,), time=span(None, "2013-07-01")),
    "flights between January and March 2013 by origin": Q(
        measures=(F,), groupings=(g(ORIGIN),), time=span("2013-01-01", "2013-04-01")),
    "Jan-Mar 2013 flights": Q(measures=(F,), time=span("2013-01-01", "2013-04-01")),
    "flights 2013-01-01 to 2013-01-31": Q(measures=(F,), time=span("2013-01-01", "2013-02-01")),
    "flights in the first half of 2013": Q(measures=(F,), time=span("2013-01-01", "2013-07-01")),
    "flights in Q2 2013": Q(measures=(F,), time=span("2013-04-01", "2013-07-01")),
    "flights on July 4, 2013": Q(measures=(F,), time=span("2013-07-04", "2013-07-05")),
    "flights in the week of March 4 2013": Q(measures=(F,), time=span("2013-03-04", "2013-03-11")),
    "flights from JFK from January 2013": Q(
        measures=(F,), filter=eq(ORIGIN, "JFK"), time=span("2013-01-01", "2013-02-01")),
    "flights last month": Q(measures=(F,), time=last("month")),
    "flights in the last 3 months by month": Q(measures=(F,), groupings=(MONTH,), time=last("month", 3)),
    "flights this year": Q(measures=(F,), time=this("year")),
    "flights year to date": Q(measures=(F,), time=this("year", to_date=True)),
    "flights yesterday": Q(measures=(F,), time=last("day")),
    "flights 2 years ago": Q(measures=(F,), time=TimeWindow(window=Relative(unit="year", offset=1))),
    # rankings
    "top 5 carriers by flights": Q(measures=(F,), groupings=(g(AIRLINE),), top=Top(n=5, by="flights")),
    "the 10 busiest destinations": Q(measures=(F,), groupings=(g(DEST),), top=Top(n=10, by="flights")),
    "5 carriers with the most flights": Q(measures=(F,), groupings=(g(AIRLINE),), top=Top(n=5, by="flights")),
    "bottom 3 airlines by on-time rate": Q(
        measures=(m("on_time_rate"),), groupings=(g(AIRLINE),), top=Top(n=3, by="on_time_rate", ascending=True)),
    "which airline has the most cancellations": Q(
        measures=(m("cancelled_flights"),), groupings=(g(AIRLINE),), top=Top(n=1, by="cancelled_flights")),
    "which carrier has the worst on-time rate": Q(
        measures=(m("on_time_rate"),), groupings=(g(AIRLINE),), top=Top(n=1, by="on_time_rate", ascending=True)),
    "which month had the most flights": Q(measures=(F,), groupings=(MONTH,), top=Top(n=1, by="flights")),
    "worst cancellation rate by carrier": Q(
        measures=(m("cancellation_rate"),), groupings=(g(AIRLINE),), order=(Order(by="cancellation_rate"),)),
    "top 3 carriers by cancellation rate for each origin": Q(
        measures=(m("cancellation_rate"),), groupings=(g(AIRLINE), g(ORIGIN)),
        top=Top(n=3, by="cancellation_rate", within=("origin_code",))),
    "top 10 manufacturers by planes": Q(
        measures=(m("registered_planes"),), groupings=(g("planes.manufacturer"),), top=Top(n=10, by="registered_planes")),
    # comparisons and calculations
    "flights by month compared with last year": Q(
        measures=(F,), groupings=(MONTH,), comparison=Comparison(to="previous_year")),
    "yoy flights by month": Q(measures=(F,), groupings=(MONTH,), comparison=Comparison(to="previous_year")),
    "flights by month vs previous month": Q(
        measures=(F,), groupings=(MONTH,), comparison=Comparison(to="previous_period")),
    "month over month growth in flights": Q(
        measures=(F,), groupings=(MONTH,), comparison=Comparison(to="previous_period")),
    "growth of flights by month": Q(measures=(F,), groupings=(MONTH,), comparison=Comparison(to="previous_period")),
    "flights in 2013 vs 2012": Q(
        measures=(F,), time=span("2013-01-01", "2014-01-01"), comparison=Comparison(to="previous_year")),
    "cancellations in March 2013 vs February 2013": Q(
        measures=(m("cancelled_flights"),), time=span("2013-03-01", "2013-04-01"),
        comparison=Comparison(to="previous_period")),
    "share of flights by carrier": Q(measures=(F,), groupings=(g(AIRLINE),), calculations=(Share(measure="flights"),)),
    "flights by carrier as % of total": Q(
        measures=(F,), groupings=(g(AIRLINE),), calculations=(Share(measure="flights"),)),
    "what fraction of flights are cancelled": Q(measures=(m("cancellation_rate"),)),
    "cumulative flights by month": Q(measures=(F,), groupings=(MONTH,), calculations=(Cumulative(measure="flights"),)),
    "running total of flights by day": Q(
        measures=(F,), groupings=(g(TIME, "day"),), calculations=(Cumulative(measure="flights"),)),
    "3-month rolling average of flights": Q(
        measures=(F,), groupings=(MONTH,), calculations=(Rolling(measure="flights", count=3),)),
    "7 day moving average of cancellations": Q(
        measures=(m("cancelled_flights"),), groupings=(g(TIME, "day"),),
        calculations=(Rolling(measure="cancelled_flights", count=7),)),
    # order, limit, totals
    "flights by carrier sorted by flights ascending": Q(
        measures=(F,), groupings=(g(AIRLINE),), order=(Order(by="flights", descending=False),)),
    "number of flights per airline, sorted by number of flights, descending": Q(
        measures=(F,), groupings=(g(AIRLINE),), order=(Order(by="flights"),)),
    "flights by carrier in alphabetical order": Q(
        measures=(F,), groupings=(g(AIRLINE),), order=(Order(by="airline_name", descending=False),)),
    "flights by carrier, limit 5": Q(measures=(F,), groupings=(g(AIRLINE),), limit=5),
    "flights by origin with totals": Q(measures=(F,), groupings=(g(ORIGIN),), totals=True),
    # rows
    "list the flights from JFK to LAX on 2013-01-01": Q(
        detail=Detail(dataset="flights"), filter=both(eq(ORIGIN, "JFK"), eq(DEST, "LAX")),
        time=span("2013-01-01", "2013-01-02", TIME)),
    "top 10 flights by departure delay": Q(
        detail=Detail(dataset="flights"), order=(Order(by="departure_delay"),), limit=10),
    "list all destinations": Q(detail=Detail(dataset="flights", fields=(DEST,), distinct=True)),
    # slips of the keyboard
    "flights by carier": Q(measures=(F,), groupings=(g(AIRLINE),)),
    "flights to Bostn": Q(measures=(F,), filter=eq(DEST, "BOS")),
    "flihgts by origin": Q(measures=(F,), groupings=(g(ORIGIN),)),
}  # fmt: skip


@pytest.mark.parametrize("goal", CASES)
def test_reading(goal: str) -> None:
    assert demo().query(goal) == CASES[goal]


def test_several_questions_are_several_steps() -> None:
    steps = demo().plan("What is the on-time rate? What is the cancellation rate by carrier?").steps
    assert [step.query for step in steps] == [
        Q(measures=(m("on_time_rate"),)),
        Q(measures=(m("cancellation_rate"),), groupings=(g(AIRLINE),)),
    ]


@pytest.mark.parametrize(
    ("goal", "kind"),
    [
        ("flights by carrier as a bar chart", "bar"),
        ("line chart of flights by month", "line"),
        ("pie chart of flights by carrier", "pie"),
        ("show flights by month in a table", "table"),
        ("plot a scatter plot of flights by month", "scatter"),
    ],
)
def test_chart(goal: str, kind: str) -> None:
    assert demo().plan(goal).steps[0].chart.kind == kind


def test_stacked_and_log_are_kept() -> None:
    assert demo().plan("flights by carrier and origin as a stacked bar chart").steps[0].chart.stacked is True
    assert demo().plan("flights by month on a log scale").steps[0].chart.log is True


def test_slips_are_said() -> None:
    assert "“carier” read as “carrier”" in demo().plan("flights by carier").assumptions
