"""Frames of the namespace and CSV files: what is read is what was meant, or it is named."""

from __future__ import annotations

import datetime
import decimal
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from jupyter_goal.connectors import ConnectOptions, _data_files
from jupyter_goal.errors import ConnectionProblem
from tests.connectors.queries import ask, open_connector, values


def read(frame: object, column: str, kind="opaque") -> list[object]:
    connector = open_connector("frame://", ConnectOptions(frames={"f": frame}))
    try:
        return values(ask(connector, f'SELECT "{column}" AS v FROM f', {"v": kind}), "v")
    finally:
        connector.close()


def notes(frame: object) -> str:
    connector = open_connector("frame://", ConnectOptions(frames={"f": frame}))
    try:
        return "\n".join(connector.profile().notes)
    finally:
        connector.close()


BIG = 2**70


@pytest.mark.parametrize(
    ("series", "kind", "expected"),
    [
        (pd.Series(["a", None]), "string", ["a", None]),
        (pd.Series(["a", "b", None], dtype="category"), "string", ["a", "b", None]),
        (pd.Series([1, None], dtype="Int64"), "integer", [1, None]),
        (pd.Series([1, None], dtype=object), "integer", [1, None]),
        (pd.Series([2**63 - 1, 2**53 + 1]), "integer", [2**63 - 1, 2**53 + 1]),
        (pd.Series([BIG, None], dtype=object), "integer", [decimal.Decimal(BIG), None]),
        (pd.Series([1.5, np.nan]), "float", [1.5, None]),
        (pd.Series([True, None], dtype="boolean"), "boolean", [True, None]),
        (pd.Series([decimal.Decimal("1.10"), None], dtype=object), "decimal", [decimal.Decimal("1.10"), None]),
        (pd.Series([datetime.date(2024, 2, 29), None], dtype=object), "date", [datetime.date(2024, 2, 29), None]),
        (pd.Series(pd.to_datetime(["2024-03-31 01:59:59.5"])), "timestamp", [datetime.datetime(2024, 3, 31, 1, 59, 59, 500000)]),
        (pd.Series(pd.period_range("2024-01", "2024-02", freq="M")), "timestamp",
         [datetime.datetime(2024, 1, 1), datetime.datetime(2024, 2, 1)]),
        (pd.Series(pd.arrays.SparseArray([0, 0, 7])), "integer", [0, 0, 7]),
        (pd.Series(np.array([1.5, 2.5], dtype="float16")), "float", [1.5, 2.5]),
        (pd.Series([None, None], dtype=object), "string", [None, None]),
    ],
    ids=lambda value: str(value.dtype) if isinstance(value, pd.Series) else "",
)  # fmt: skip
def test_pandas_columns_mean_what_they_meant(series: pd.Series, kind, expected: list):
    assert read(pd.DataFrame({"x": series}), "x", kind) == expected


def test_an_instant_of_pandas_stays_the_same_instant():
    moments = pd.Series(pd.to_datetime(["2024-07-01 00:30"])).dt.tz_localize("Europe/Berlin")
    (value,) = read(pd.DataFrame({"x": moments}), "x", "timestamp_tz")
    assert value == datetime.datetime(2024, 6, 30, 22, 30, tzinfo=datetime.UTC)


def test_a_duration_is_its_seconds_exactly():
    frame = pd.DataFrame({"x": pd.Series(pd.to_timedelta(["90s", "30.000001s", None]))})
    assert read(frame, "x", "decimal") == [decimal.Decimal(90), decimal.Decimal("30.000001"), None]
    assert read(frame.iloc[1:], "x", "decimal") == [decimal.Decimal("30.000001"), None]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["a", 1], dtype=object),
        pd.Series([1 + 2j]),
        pd.Series(pd.interval_range(0, 1)),
        pd.Series([BIG, "a"], dtype=object),
    ],
    ids=["mixed", "complex", "interval", "huge and text"],
)
def test_what_cannot_be_exact_is_left_out_and_named(column: pd.Series):
    frame = pd.DataFrame({"good": range(len(column)), "odd": column})
    assert read(frame, "good", "integer") == list(range(len(column)))
    assert "f.odd: left out" in notes(frame)
    with pytest.raises(ConnectionProblem, match="no column that can be queried"):
        read(pd.DataFrame({"odd": column}), "odd")


def test_columns_that_differ_only_in_case_are_not_renamed_silently():
    frame = pd.DataFrame([[1, 2, 3]], columns=["a", "A", "b"])
    assert read(frame, "a", "integer") == [1]
    assert "f.A: left out" in notes(frame)


def test_a_grouped_result_keeps_its_keys():
    frame = pd.DataFrame({"region": ["n", "n", "s"], "x": [1, 2, 3]}).groupby("region").agg(total=("x", "sum"))
    assert read(frame, "region", "string") == ["n", "s"]
    assert read(frame, "total", "integer") == [3, 3]


def test_polars_and_arrow_frames():
    frame = pl.DataFrame(
        {"c": pl.Series(["x", None], dtype=pl.Categorical), "d": [decimal.Decimal("1.5"), None], "n": [2**53 + 1, 1]}
    )
    assert read(frame, "c", "string") == ["x", None]
    assert read(frame, "d", "decimal") == [decimal.Decimal("1.5"), None]
    assert read(frame, "n", "integer") == [2**53 + 1, 1]
    assert read(pa.table({"x": pa.array([decimal.Decimal("1.25")], pa.decimal256(50, 2))}), "x", "decimal") == [
        decimal.Decimal("1.25")
    ]


def test_numbers_are_not_copied():
    table = pa.table({"x": np.arange(5_000_000)})
    before = pa.total_allocated_bytes()
    connector = open_connector("frame://", ConnectOptions(frames={"f": table}))
    assert values(ask(connector, "SELECT sum(x) AS s FROM f", {"s": "integer"}), "s") == [12499997500000]
    assert pa.total_allocated_bytes() - before < 1_000_000
    connector.close()


def test_something_that_is_no_frame_is_named():
    with pytest.raises(ConnectionProblem, match="“f” is a dict"):
        open_connector("frame://", ConnectOptions(frames={"f": {"a": 1}}))


def test_a_frame_is_nearer_than_a_file_of_its_name_in_the_folder(tmp_path: Path):
    (tmp_path / "sales.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "other.csv").write_text("a\n5\n", encoding="utf-8")
    connector = open_connector(f"{tmp_path}/", ConnectOptions(frames={"Sales": pd.DataFrame({"a": [2]})}))
    assert values(ask(connector, "SELECT a FROM Sales", {"a": "integer"}), "a") == [2]
    assert sorted(connector.columns()) == ["Sales", "other"]
    assert "sales.csv: left out, a data frame has this name" in connector.profile().notes
    connector.close()


def test_a_frame_and_a_file_that_was_named_are_not_confused(tmp_path: Path):
    (tmp_path / "sales.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(ConnectionProblem, match="Two tables would be called “Sales”"):
        open_connector(f"{tmp_path}/sales.csv", ConnectOptions(frames={"Sales": pd.DataFrame({"a": [2]})}))


def test_large_files_of_a_folder_are_read_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_data_files, "LOAD_OF_FOLDER", 40)
    monkeypatch.setattr(_data_files, "LOAD_OF_ALL", 60)
    for name, rows in (("a", 10), ("b", 10), ("c", 10), ("large", 100)):
        (tmp_path / f"{name}.csv").write_text("a\n" + "11\n" * rows, encoding="utf-8")
    loading = duckdb.connect()
    loaded, _ = _data_files.load_readable(loading, _data_files.files_in(tmp_path), ())
    assert {each.name for each in loaded if each.still_read} == {"b", "c", "large"}
    loading.close()
    connector = open_connector(f"{tmp_path}/", ConnectOptions())
    assert values(ask(connector, "SELECT sum(a) AS s FROM large", {"s": "integer"}), "s") == [1100]
    connector.close()


@pytest.fixture
def csv(tmp_path: Path):
    opened = []

    def connect(text: str):
        (tmp_path / "f.csv").write_text(text, encoding="utf-8")
        opened.append(open_connector(str(tmp_path / "f.csv"), ConnectOptions()))
        return opened[-1]

    yield connect
    for connector in opened:
        connector.close()


def test_a_postal_code_keeps_its_zeros(csv):
    connector = csv("zip,n\n01067,1\n80331,2\n")
    assert values(ask(connector, "SELECT zip AS z FROM f ORDER BY n", {"z": "string"}), "z") == ["01067", "80331"]
    assert connector.columns() == {"f": {"zip": "VARCHAR", "n": "BIGINT"}}


def test_dates_that_read_both_ways_stay_text_and_are_named(csv):
    connector = csv("a,b\n01/02/2024,x\n05/06/2024,y\n")
    assert connector.columns()["f"]["a"] == "VARCHAR"
    assert "f.a: kept as text, its dates could be day/month or month/day" in connector.profile().notes


@pytest.mark.parametrize(
    "rows",
    ["01/02/2024\n13/02/2024\n", "02/01/2024\n02/13/2024\n", "2024-02-01\n2024-02-13\n", "1.2.2024\n13.2.2024\n"],
)
def test_dates_that_read_one_way_are_dates(csv, rows: str):
    connector = csv("a\n" + rows)
    days = values(ask(connector, "SELECT a AS d FROM f ORDER BY 1", {"d": "date"}), "d")
    assert days == [datetime.date(2024, 2, 1), datetime.date(2024, 2, 13)]


def test_a_zero_with_decimals_is_still_a_number(csv):
    connector = csv("x\n0.5\n0\n-0.25\n")
    assert values(ask(connector, "SELECT sum(x) AS s FROM f", {"s": "float"}), "s") == [0.25]


def test_long_identifiers_stay_exact(csv):
    connector = csv("id\n12345678901234567891\n12345678901234567892\n")
    assert values(ask(connector, "SELECT count(DISTINCT id) AS n FROM f", {"n": "integer"}), "n") == [2]


def test_a_late_word_in_a_column_of_numbers_loses_no_row(csv):
    rows = "\n".join(["1"] * 30_000 + ["n/a"])
    connector = csv(f"x,y\n{rows.replace(chr(10), ',2' + chr(10))},2\n")
    assert values(ask(connector, "SELECT count(*) AS n FROM f", {"n": "integer"}), "n") == [30_001]


def test_a_file_with_a_quote_in_its_name(tmp_path: Path):
    path = tmp_path / 'o\'brien "x".csv'
    path.write_text("a\n1\n", encoding="utf-8")
    connector = open_connector(str(path), ConnectOptions())
    (source,) = connector.columns()
    assert values(ask(connector, f"SELECT a AS a FROM {source}", {"a": "integer"}), "a") == [1]
    assert [table.rows for table in connector.profile().tables] == [1]
    connector.close()


def test_one_odd_file_does_not_hide_the_others_of_a_folder(tmp_path: Path):
    (tmp_path / "good.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "odd.parquet").write_bytes(b"noise")
    connector = open_connector(f"{tmp_path}/", ConnectOptions())
    assert list(connector.columns()) == ["good"]
    assert "odd.parquet: left out" in "".join(connector.profile().notes)
    (tmp_path / "late.csv").write_text("b\n2\n", encoding="utf-8")
    assert set(connector.columns()) == {"good", "late"}
    connector.close()


@pytest.mark.parametrize(
    "text",
    ["a;b\n1;x\n", "a\tb\r\n1\tx\r\n", "a,b\n1,x", "# note\na,b\n1,x\n", 'a,b\n1,"x"\n', "a|b\n1|x\n"],
)
def test_the_dialects_of_csv(csv, text: str):
    connector = csv(text)
    assert values(ask(connector, "SELECT a AS a FROM f", {"a": "integer"}), "a") == [1]
    assert values(ask(connector, "SELECT b AS b FROM f", {"b": "string"}), "b") == ["x"]


def test_a_field_with_line_breaks_and_quotes(csv):
    connector = csv('a,b\n1,"x ""y"",\nz"\n2,\n')
    assert values(ask(connector, "SELECT b AS b FROM f ORDER BY a", {"b": "string"}), "b") == ['x "y",\nz', None]


def test_a_csv_without_rows(csv):
    connector = csv("a,b\n")
    assert values(ask(connector, "SELECT count(*) AS n FROM f", {"n": "integer"}), "n") == [0]
    assert list(connector.columns()["f"]) == ["a", "b"]
