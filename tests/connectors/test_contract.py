"""What every connector promises, asked of each way to connect."""

from __future__ import annotations

import datetime
import decimal
import threading
import time

import pytest

from jupyter_goal.connectors import Execution
from jupyter_goal.errors import Cancelled, ConnectionProblem, QueryFailed
from tests.connectors.places import PLACES, Place
from tests.connectors.queries import EXACT, Background, ask, compiled, exact_query, values


def test_values_arrive_exactly(place: Place):
    text, columns = exact_query(place.dialect)
    with place.open() as connector:
        frame = ask(connector, text, columns).frame
    assert frame.table.to_pylist() == [{name: value for name, (_, _, value) in EXACT.items()}]
    assert [str(kind) for kind in frame.table.schema.types] == [
        "int64", "int64", "decimal128(22, 4)", "double", "string", "bool", "date32[day]", "timestamp[us]",
    ]  # fmt: skip


def test_an_empty_result_keeps_its_types(place: Place):
    text, columns = exact_query(place.dialect, "WHERE small > 100")
    with place.open() as connector:
        empty, full = ask(connector, text, columns).frame, ask(connector, exact_query(place.dialect)[0], columns).frame
    assert empty.rows == 0 and not empty.truncated
    assert [(f.name, str(f.type)) for f in empty.table.schema] == [(f.name, str(f.type)) for f in full.table.schema]


def test_null_is_not_zero(place: Place):
    with place.open() as connector:
        text = f"SELECT id AS id, name AS name, amount AS amount FROM {place.source} ORDER BY id"
        done = ask(connector, text, {"id": "integer", "name": "string", "amount": "decimal"})
    assert values(done, "id") == [1, 2, 3]
    assert values(done, "name") == ["red", None, "blue"]
    assert [None if v is None else decimal.Decimal(str(v)) for v in values(done, "amount")] == [
        decimal.Decimal("10.50"), None, decimal.Decimal("0.25"),
    ]  # fmt: skip


def test_the_same_rows_have_the_same_fingerprint_everywhere(place: Place):
    text, columns = exact_query(place.dialect)
    with place.open() as connector:
        here = ask(connector, text, columns).frame.fingerprint
    assert here == "0c92a2de315affc4"


def test_parameters_are_bound_not_pasted(place: Place):
    hostile = "'; DROP TABLE facts; --"
    parameters = (hostile, 9_007_199_254_740_993, datetime.date(2024, 2, 29), 0.1)
    text = "SELECT ? AS word, ? AS big, ? AS day, ? AS ratio".replace("?", place.mark)
    with place.open() as connector:
        done = ask(
            connector,
            text,
            {"word": "string", "big": "integer", "day": "date", "ratio": "float"},
            parameters=parameters,
        )
    assert [values(done, name)[0] for name in ("word", "big", "day", "ratio")] == list(parameters)


def test_a_hit_cap_is_cut_and_said(place: Place):
    with place.open(row_cap=2) as connector:
        done = ask(connector, f"SELECT id AS id FROM {place.source} ORDER BY id LIMIT 3", {"id": "integer"}, limit=3)
        assert values(done, "id") == [1, 2] and done.frame.truncated
        enough = ask(connector, f"SELECT id AS id FROM {place.source} WHERE id < 3 LIMIT 3", {"id": "integer"}, limit=3)
        assert enough.frame.rows == 2 and not enough.frame.truncated


def test_bytes_are_capped_too(place: Place):
    with place.open(byte_cap=2_000) as connector:
        done = ask(connector, f"SELECT range AS n FROM {place.numbers.format(10000)} ORDER BY 1", {"n": "integer"})
    assert done.frame.truncated
    assert done.frame.table.nbytes <= 2_000
    assert values(done, "n") == list(range(done.frame.rows))


def test_cancel_stops_a_statement_that_would_run_for_long(place: Place):
    with place.open() as connector:
        running = Background(connector, place.slow())
        running.start(0.6)
        assert running.statement.cancel() is True
        assert isinstance(running.end(), Cancelled)
        assert ask(connector, "SELECT 1 AS one", {"one": "integer"}).frame.rows == 1, "the session still works"


def test_cancel_before_the_start_and_after_the_end_is_safe(place: Place):
    query = compiled("SELECT 1 AS one", {"one": "integer"}, dialect=place.dialect)
    with place.open() as connector:
        never = connector.prepare(query)
        assert never.cancel() is True
        with pytest.raises(Cancelled):
            never.run()
        done = connector.prepare(query)
        assert isinstance(done.run(), Execution)
        assert done.cancel() is False


def test_cancel_at_any_moment_ends_in_a_result_or_a_cancellation(place: Place):
    text = f"SELECT count(*) AS n FROM {place.numbers.format(3000000)}"
    query = compiled(text, {"n": "integer"}, dialect=place.dialect)
    with place.open() as connector:
        for delay in (0, 0.0005, 0.002, 0.01):
            running = Background(connector, query)
            running.thread.start()
            time.sleep(delay)
            stopped = running.statement.cancel()
            ending = running.end()
            assert isinstance(ending, Cancelled) if stopped else isinstance(ending, Execution), (delay, ending)


def test_a_slow_query_is_stopped_at_its_time_limit(place: Place):
    with place.open(timeout_seconds=1) as connector, pytest.raises(QueryFailed, match="stopped after 1 s") as failed:
        connector.prepare(place.slow()).run()
    assert failed.value.hint


def test_one_statement_does_not_stop_another(place: Place):
    if place.dialect == "snowflake":
        pytest.skip("the loopback serves one statement of a session at a time")
    with place.open() as connector:
        one, other = Background(connector, place.slow()), Background(connector, place.slow())
        one.start(0.3)
        other.start(0.3)
        assert one.statement.cancel()
        assert isinstance(one.end(), Cancelled)
        assert other.thread.is_alive()
        assert other.statement.cancel()
        assert isinstance(other.end(), Cancelled)


def test_a_missing_column_is_named_with_the_next_step(place: Place):
    with place.open() as connector, pytest.raises(QueryFailed) as failed:
        ask(connector, f"SELECT gone_column AS x FROM {place.source}", {"x": "integer"})
    assert "gone_column" in failed.value.message.lower()
    assert "jupyter goal check" in failed.value.hint
    assert len(str(failed.value).splitlines()) == 2


def test_a_missing_table_is_named_with_the_next_step(place: Place):
    with place.open() as connector, pytest.raises(QueryFailed) as failed:
        ask(connector, "SELECT 1 AS x FROM gone_table", {"x": "integer"})
    assert "gone_table" in failed.value.message.lower()
    assert "jupyter goal check" in failed.value.hint
    assert len(str(failed.value).splitlines()) == 2


def test_tables_and_columns_are_listed(place: Place):
    with place.open() as connector:
        columns = connector.columns()
        profile = connector.profile()
    (source,) = [name for name in columns if name.lower().split(".")[-1] == "facts"]
    assert [name.lower() for name in columns[source]] == ["id", "name", "amount"]
    (table,) = [table for table in profile.tables if table.source == source]
    assert table.rows == 3
    assert [(column.nulls, column.distinct) for column in table.columns] == [(0, 3), (1, 2), (1, 2)]


def test_close_twice_then_refuse(place: Place):
    with place.open() as connector:
        connector.close()
        connector.close()
        with pytest.raises(ConnectionProblem, match="closed"):
            ask(connector, "SELECT 1 AS one", {"one": "integer"})


def test_no_secret_is_shown(place: Place):
    with place.open() as connector:
        shown = [connector.url, repr(connector)]
        with pytest.raises(QueryFailed) as failed:
            ask(connector, "SELECT nonsense(1) AS x", {"x": "integer"})
        shown += [str(failed.value), repr(failed.value)]
    assert not place.secret or not any(place.secret in text for text in shown)


def test_no_thread_is_left_behind(place: Place):
    with place.open() as connector:
        before = set(threading.enumerate())
        ask(connector, "SELECT 1 AS one", {"one": "integer"})
        for thread in set(threading.enumerate()) - before:
            if "Pool" in thread.name:
                continue  # the loopback's own workers
            thread.join(0.5)
            assert not thread.is_alive()


def test_every_connector_of_the_folder_has_a_place():
    from jupyter_goal import registry

    assert set(registry.names("connectors")) == {"databricks", "duckdb", "postgres", "snowflake", "spark"}
    assert {"duckdb_file", "databricks", "postgres", "snowflake", "spark"} <= set(PLACES)
