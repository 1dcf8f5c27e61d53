"""Equal rows have equal fingerprints, and different rows do not."""

from __future__ import annotations

import datetime
import decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_goal.core.fingerprint import fingerprint

D = decimal.Decimal


def of(values: list, kind: pa.DataType | None = None) -> str:
    return fingerprint(pa.table({"x": pa.array(values, kind)}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (of([1, 2, None]), of([None, 2, 1])),
        (of([1, 2], pa.int8()), of([1, 2], pa.int64())),
        (of([1, 2], pa.int64()), of([D(1), D(2)], pa.decimal128(38, 0))),
        (of([D("1.50")], pa.decimal128(10, 2)), of([D("1.5")], pa.decimal128(38, 9))),
        (of([D("1.50")], pa.decimal128(10, 2)), of([D("1.5")], pa.decimal256(50, 1))),
        (of([0.1 + 0.2]), of([0.3])),
        (of([1e300 / 3]), of([1e300 / 3 * (1 + 1e-15)])),
        (of([999999999999.9999]), of([1e12])),
        (of([-0.0]), of([0.0])),
        (of([float("nan")]), of([float("nan")])),
        (of(["a", "b"], pa.string()), of(["b", "a"], pa.large_string())),
        (of(["a", "b"]), fingerprint(pa.table({"x": pa.array(["a", "b"]).dictionary_encode()}))),
        (
            of([datetime.datetime(2024, 1, 1)], pa.timestamp("us")),
            of([datetime.datetime(2024, 1, 1)], pa.timestamp("ns")),
        ),
        (of([0], pa.timestamp("us", "UTC")), of([0], pa.timestamp("ms", "Asia/Tokyo"))),
    ],
)
def test_equal(one: str, other: str):
    assert one == other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (of([None], pa.int64()), of([0], pa.int64())),
        (of([None], pa.string()), of([""], pa.string())),
        (of([2**53]), of([2**53 + 1])),
        (of([D("0.10")]), of([D("0.11")])),
        (of([D(10**37)], pa.decimal128(38, 0)), of([D(10**37 + 1)], pa.decimal128(38, 0))),
        (of([0.1]), of([0.1000000001])),
        (of([1.0]), of([-1.0])),
        (of([float("inf")]), of([float("-inf")])),
        (of([float("inf")]), of([float("nan")])),
        (of([1, 1, 2]), of([1, 2, 2])),
        (of(["ab", "c"]), of(["a", "bc"])),
        (of([], pa.int64()), of([None], pa.int64())),
        (of([0], pa.timestamp("us")), of([0], pa.timestamp("us", "UTC"))),
        (of([True]), of([1])),
        (fingerprint(pa.table({"x": [1], "y": [2]})), fingerprint(pa.table({"x": [2], "y": [1]}))),
        (fingerprint(pa.table({"x": [1, 2], "y": [1, 2]})), fingerprint(pa.table({"x": [1, 2], "y": [2, 1]}))),
        (fingerprint(pa.table({"x": [1]})), fingerprint(pa.table({"y": [1]}))),
    ],
)
def test_different(one: str, other: str):
    assert one != other


ROWS = st.lists(
    st.tuples(
        st.none() | st.text(max_size=3), st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | st.floats(width=64)
    ),
    max_size=12,
)


def frame(rows: list[tuple]) -> pa.Table:
    kinds = {"s": pa.string(), "n": pa.int64(), "d": pa.float64()}
    return pa.table({name: pa.array([row[i] for row in rows], kind) for i, (name, kind) in enumerate(kinds.items())})


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms(use_true_random=False), st.integers(1, 5))
def test_order_and_chunks_do_not_count(rows: list[tuple], random, size: int):
    shuffled = rows[:]
    random.shuffle(shuffled)
    whole = frame(rows)
    table = frame(shuffled)
    parts = [table.slice(start, size) for start in range(0, len(rows), size)] or [table]
    assert fingerprint(whole) == fingerprint(pa.concat_tables(parts))
    assert fingerprint(whole) == fingerprint(frame([*rows, *rows]).slice(len(rows)))


@settings(max_examples=60, deadline=None)
@given(st.floats(1e-300, 1e300), st.booleans())
def test_twelve_digits_decide(value: float, negative: bool):
    value = -value if negative else value
    printed = f"{value:.11e}"
    if printed == f"{value * (1 + 4e-16):.11e}" == f"{value * (1 - 4e-16):.11e}":
        assert of([value]) == of([float(printed)])
    assert of([value]) != of([value * (1 + 3e-11)])


def test_no_columns_and_other_kinds():
    assert fingerprint(pa.table({})) == fingerprint(pa.table({}))
    nested = pa.table({"l": [[1, 2], None], "s": [{"a": 1}, {"a": None}], "t": [datetime.time(1), None]})
    assert fingerprint(nested) == fingerprint(nested.take([1, 0]))
    assert fingerprint(pa.table({"n": pa.nulls(3)})) != fingerprint(pa.table({"n": pa.nulls(2)}))
    assert fingerprint(pa.table({"x": np.arange(3)}).slice(1)) == of([1, 2])
