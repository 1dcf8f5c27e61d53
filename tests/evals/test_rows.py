"""When two results are the same."""

from __future__ import annotations

import datetime
import decimal

import pytest

from jupyter_goal.evals.rows import difference


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ([(1, "a"), (2, "b")], [(2, "b"), (1, "a")]),
        ([(1.0,)], [(decimal.Decimal("1.00"),)]),
        ([(0.1 + 0.2,)], [(0.3,)]),
        ([("2024-01-01T00:00:00",)], [(datetime.date(2024, 1, 1),)]),
        ([("2024-01-01T03:00:00",)], [(datetime.datetime(2024, 1, 1, 3),)]),
        ([(None, True)], [(None, True)]),
        ([(1.0 + 1e-12, "x"), (1.0, "y")], [(1.0, "x"), (1.0 + 1e-12, "y")]),
        ([], []),
    ],
)
def test_the_same(expected, found):
    assert difference(expected, found, ordered=False) == ""


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ([(1,)], [(1,), (1,)]),
        ([(1,), (1,), (2,)], [(1,), (2,), (2,)]),
        ([(1.0,)], [(1.00001,)]),
        ([(None,)], [(0,)]),
        ([(1,)], [(True,)]),
        ([("",)], [(None,)]),
        ([("1",)], [(1,)]),
        ([("2024-01-01T00:00:00",)], [(datetime.date(2024, 1, 2),)]),
        ([(1, 2)], [(1,)]),
    ],
)
def test_not_the_same(expected, found):
    assert difference(expected, found, ordered=False)


def test_order_counts_where_it_was_asked_for():
    assert difference([(1,), (2,)], [(2,), (1,)], ordered=True) == "(2) instead of (1)"
    assert difference([(1,), (2,)], [(2,), (1,)], ordered=False) == ""
