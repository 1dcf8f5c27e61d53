"""A sentence could say what the table does not."""

from __future__ import annotations

import pytest

from goal_semantics.compiled import OutputColumn
from goal_semantics.query import Measure, SemanticQuery, Top
from jupyter_goal.agent.narrate import chart_title, headline, untraceable
from jupyter_goal.charts._choose import draw_chart
from jupyter_goal.charts._encode import axis_title
from jupyter_goal.core.plan import ChartIntent
from jupyter_goal.core.tabulate import tabulate
from tests.charts.frames import dimension, frame, measure, months, time
from tests.charts.shapes import CASES, FLIGHTS, PERCENT, change_pct, delay, previous, share

TOP = SemanticQuery(measures=(Measure(metric="flights"),), top=Top(n=2, by="flights"))


@pytest.mark.parametrize("name", [name for name in CASES if "hostile" not in name])
def test_every_number_is_a_cell(name):
    data = CASES[name].frame
    assert untraceable(headline(data), tabulate(data)) == ()


def test_numbers_that_are_no_cell_are_found():
    table = tabulate(frame((dimension(), ["UA", "AA"]), (FLIGHTS, [58665, 32729])))
    assert untraceable("UA leads with 58,665.", table) == ()
    assert untraceable("UA leads with 58,665, AA has 32,730; 91,394 in all, -58,665.", table) == (
        "32,730",
        "91,394",
        "-58,665",
    )


def test_categories():
    data = frame((dimension(), ["UA", "AA", "B6"]), (FLIGHTS, [58665, 32729, 54635]))
    assert headline(data) == "Flights by carrier: UA highest (58,665), lowest AA (32,729)."
    assert headline(data, TOP) == "Flights by carrier: UA highest (58,665).", (
        "the lowest of a top list is not the lowest"
    )


def test_the_smallest_ones():
    data = frame((dimension(), ["UA", "AA"]), (FLIGHTS, [1, 2]))
    assert (
        headline(data, TOP.model_copy(update={"top": Top(n=2, by="flights", ascending=True)}))
        == "Flights by carrier: UA lowest (1)."
    )


def test_shares_stand_beside():
    data = frame((dimension(), ["UA", "AA"]), (FLIGHTS, [3, 1]), (share(), [0.75, 0.25]))
    assert headline(data) == "Flights by carrier: UA highest (3, 75.0%), lowest AA (1)."


def test_time():
    data = frame((time(), months(3)), (delay(), [6.1, -2.0, 4.0]))
    assert headline(data) == (
        "Average delay by month: highest Jan 2013 (6.10 minutes), lowest Feb 2013 (-2.00 minutes); last Mar 2013 (4.00 minutes)."
    )


def test_no_data_is_not_zero():
    assert headline(CASES["no rows"].frame) == "No data for this question."
    assert headline(frame((delay(), [None]))) == "Average delay: no data."
    assert headline(CASES["all NULL"].frame) == "Flights by carrier: no data."
    assert headline(frame((FLIGHTS, [0]))) == "Flights: 0."


def test_not_a_number_is_said():
    assert headline(frame((delay(), [float("nan")]))) == "Average delay: ⚠ not a number."


def test_errors_and_nulls_are_no_extremes():
    data = frame((dimension(), ["a", "b", "c", None]), (delay(), [float("inf"), 2.0, 1.0, None]))
    assert headline(data) == "Average delay by carrier: b highest (2 minutes), lowest c (1 minute)."


def test_ties_are_not_broken():
    assert (
        headline(frame((dimension(), ["a", "b", "c"]), (FLIGHTS, [5, 5, 1])))
        == "Flights by carrier: a and b highest (5), lowest c (1)."
    )
    many = frame((dimension(), list("abcd")), (FLIGHTS, [5, 5, 5, 1]))
    assert headline(many) == "Flights by carrier: several share the highest value, 5, lowest d (1)."
    assert headline(frame((dimension(), ["a", "b"]), (FLIGHTS, [5, 5]))) == "Flights by carrier: 5 everywhere."


def test_the_remainder_is_no_winner():
    assert headline(CASES["category, others"].frame) == "Flights by carrier: a highest (5), lowest b (3)."


def test_totals_are_no_winners():
    assert headline(CASES["category, totals"].frame) == "Flights by carrier: b highest (2), lowest a (1)."


def test_comparisons():
    up = frame((FLIGHTS, [110]), (previous(), [100]), (change_pct(), [0.1]))
    assert headline(up) == "Flights: 110, +10.0% from 100."
    unknown = frame((FLIGHTS, [110]), (previous(), [None]), (change_pct(), [None]))
    assert headline(unknown) == "Flights: 110, before: no data."
    rate = measure("rate", "float", format=PERCENT)
    change = measure("rate_change", "float", role="change", of="rate", format=PERCENT)
    assert headline(frame((rate, [0.5]), (change, [-0.012]))) == "Rate: 50.0%, -1.2 pp from the period before."


def test_titles():
    assert chart_title(CASES["time x 3, two units"].frame) == "Flights and average delay by month and carrier"
    assert chart_title(CASES["one number"].frame) == "Flights"


def test_groups_that_are_compared_say_the_change_of_the_first():
    data = frame((dimension(), ["UA", "AA"]), (FLIGHTS, [30, 10]), (previous(), [20, 10]), (change_pct(), [0.5, 0.0]))
    assert headline(data) == "Flights by carrier: UA highest (30, +50.0% from 20), lowest AA (10)."
    assert untraceable(headline(data), tabulate(data)) == ()


def test_periods_that_are_compared_say_the_change_of_the_last():
    data = frame(
        (time(), months(3)), (FLIGHTS, [10, 30, 20]), (previous(), [None, 10, 30]), (change_pct(), [None, 2.0, -1 / 3])
    )
    assert headline(data) == (
        "Flights by month: highest Feb 2013 (30, +200.0% from 10), lowest Jan 2013 (10); last Mar 2013 (20, -33.3% from 30)."
    )


def test_times_are_called_by_their_periods():
    departed = OutputColumn("departed", "time", "scheduled departure", "date", field="f.departed", grain="month")
    data = frame((departed, months(3)), (FLIGHTS, [1, 2, 3]))
    assert [column.label for column in tabulate(data).columns] == ["month of scheduled departure", "flights"]
    assert axis_title(departed) == "Month of scheduled departure"
    assert axis_title(time()) == "Month"


def test_a_hover_names_the_period_before():
    data = frame((time(), months(3)), (FLIGHTS, [1, 2, 3]), (previous(), [3, 1, 2]))
    figure = draw_chart(data, ChartIntent(), "t")[1]
    assert figure is not None
    told = [trace["hovertemplate"] for trace in figure.data]
    assert "Flights: " in told[0]
    assert "Flights previous: " in told[1]
