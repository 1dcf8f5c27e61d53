"""Bad input at the command line: two lines that say what happened and the next step, the right exit code, nothing lost."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

from jupyter_goal.answer import Answer
from jupyter_goal.cli import main
from jupyter_goal.session import Session

CATALOG = """\
name: shop
datasets:
  - name: orders
    source: orders
    row: order
    primary_key: [id]
    default_time: day
    fields:
      - {name: id, type: integer, role: key}
      - {name: day, type: date, role: time, grain: day}
      - {name: region, type: string}
      - {name: seller, type: string, synonyms: [salesperson]}
      - {name: amount, type: decimal, role: fact}
      - {name: units, type: integer, role: fact}
metrics:
  - {name: revenue, dataset: orders, agg: sum, expression: amount}
  - {name: net_revenue, label: net revenue, dataset: orders, agg: sum, expression: amount * 0.8}
  - {name: order_count, label: orders, dataset: orders, agg: count}
  - {name: sold_units, label: sold units, dataset: orders, agg: sum, expression: units}
  - {name: price, kind: ratio, numerator: revenue, denominator: sold_units}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project: goal.toml, a catalog and a database; the current folder."""
    monkeypatch.chdir(tmp_path)
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute(
            "CREATE TABLE orders (id INTEGER, day DATE, region VARCHAR, seller VARCHAR, amount DECIMAL(10, 2), units INTEGER)"
        )
        connection.execute(
            "INSERT INTO orders VALUES (1, '2025-05-03', 'north', 'Ann', 10, 1), (2, '2025-05-20', 'south', 'Bob', 20, 0), "
            "(3, '2025-06-02', 'north', 'Georgia', 30, 3), (4, '2025-06-30', 'Georgia', 'Ann', 40, 4)"
        )
    Path("catalog.yaml").write_text(CATALOG)
    Path("goal.toml").write_text('[project]\nconnection = "shop.duckdb"\ncatalog = "catalog.yaml"\n')
    return tmp_path


def ask(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["ask", *words])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, (err or out).strip()


def ask_json(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    main(["ask", "--json", *words])
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_good_goal_first(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = ask(capsys, "revenue by region")
    assert code == 0
    assert "north" in text


def test_an_unknown_metric_names_near_ones(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = ask(capsys, "profit by region")
    assert code == 4
    assert "profit" in text.splitlines()[0]
    assert "revenue by region" in text


def test_an_unknown_value_is_named_never_dropped(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = ask(capsys, "revenue for Narnia")
    assert code == 4
    assert "Narnia" in text.splitlines()[0]


def test_a_value_of_two_fields_becomes_choices(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = ask_json(capsys, "revenue for Georgia")
    assert found["status"] == "waiting"
    (question,) = found["questions"]  # type: ignore[misc]
    assert len(question["choices"]) >= 2


@pytest.mark.parametrize(
    ("text", "expected", "told"),
    [
        ("", 3, "What would you like to know?"),
        ("   ", 3, "What would you like to know?"),
        ("?!", 3, "What would you like to know?"),
        ("asdf qwer zxcv", 4, "“qwer”"),
        ("🦄🦄", 3, "Which number?"),
        ("'; DROP TABLE orders; --", 3, "Which number?"),
    ],
)
def test_nonsense_is_refused_or_asked_about(
    shop: Path, capsys: pytest.CaptureFixture[str], text: str, expected: int, told: str
) -> None:
    code, said = ask(capsys, text)
    assert code == expected
    assert told in said.splitlines()[0]
    assert "revenue" in said, "and offers what can be asked"
    with duckdb.connect("shop.duckdb", read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (4,)


def test_a_goal_of_ten_kilobytes_is_refused(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = ask(capsys, "revenue by region and " * 470)
    assert code == 4
    assert "too long" in text


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("name: shop\nmetricss: []\n", ["catalog.yaml:2", "metricss", "metrics"]),
        ("name: shop\ndatasets: [\n", ["catalog.yaml:"]),
        (CATALOG.replace("agg: sum, expression: amount}", "agg: summ, expression: amount}"), ["catalog.yaml:", "sum"]),
        (CATALOG.replace("numerator: revenue", "numerator: revenu"), ["catalog.yaml:", "revenu"]),
    ],
)
def test_a_broken_catalog_names_file_and_line(
    shop: Path, capsys: pytest.CaptureFixture[str], broken: str, told: list[str]
) -> None:
    Path("catalog.yaml").write_text(broken)
    code, text = ask(capsys, "revenue")
    assert code == 1
    assert len(text.splitlines()) == 2
    assert [word for word in told if word not in text] == []


def test_a_column_that_the_database_lacks_is_named_with_the_next_step(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("catalog.yaml").write_text(CATALOG.replace("agg: sum, expression: amount}", "agg: sum, expression: amuont}"))
    code, text = ask(capsys, "revenue")
    assert code == 1
    assert "amuont" in text
    assert "jupyter goal check" in text
    assert main(["check"]) == 1
    assert "amuont" in capsys.readouterr().out


def test_missing_files_are_two_lines(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    usage, failed = 2, 1
    for expected, *arguments in (
        (usage, "--catalog", "nowhere.yaml"),
        (failed, "--connection", "nowhere.duckdb"),
        (usage, "--connection", "ftp://x"),
    ):
        code, text = ask(capsys, "revenue", *arguments)
        assert code == expected
        assert len(text.splitlines()) == 2, text


def test_a_database_locked_by_another_process(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hold = "import duckdb, sys; c = duckdb.connect('shop.duckdb'); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        code, text = ask(capsys, "revenue")
        holder.kill()
    assert code == 1
    assert len(text.splitlines()) == 2
    assert "lock" in text.lower() or "open" in text.lower()


def test_division_by_zero_is_no_data_and_not_infinity(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = ask_json(capsys, "price by region")
    assert found["status"] == "done"
    rows = dict(found["rows"])  # type: ignore[call-overload]
    assert rows["south"] is None
    assert rows["north"] is not None


def test_an_empty_result_is_no_data_and_not_zero(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = ask(capsys, "revenue for north and seller Bob")
    assert code == 0
    assert "no data" in text.lower()


def test_a_period_without_data_is_said_with_the_span_of_the_data(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = ask(capsys, "revenue in 2019")
    assert code == 4
    assert "03 May 2025" in text
    assert "30 Jun 2025" in text


def test_relative_time_after_the_data_offers_their_end(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = ask_json(capsys, "revenue last month")
    assert found["status"] == "waiting"
    done = ask_json(capsys, "revenue last month", "--as-of", "2025-07-01")
    assert done["status"] == "done"
    assert done["rows"] == [["70.00"]]


def test_a_bad_date_is_a_usage_error(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = ask(capsys, "revenue", "--as-of", "soon")
    assert code == 2
    assert len(text.splitlines()) == 2


def test_ctrl_c_in_a_query_cancels_it_and_the_journal_says_so(shop: Path) -> None:
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute(
            "CREATE VIEW slow AS SELECT a.range AS id, DATE '2025-06-01' AS day, 'x' AS region, 'y' AS seller, "
            "1::DECIMAL(10, 2) AS amount, 1 AS units FROM range(1000000) a, range(1000000) b WHERE (a.range + b.range) % 7 = 3"
        )
    Path("catalog.yaml").write_text(CATALOG.replace("source: orders", "source: slow"))
    script = """
        import contextlib, os, signal, sqlite3, threading, time
        from jupyter_goal.session import Session

        def started():
            with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(".goal/journal.sqlite")) as journal:
                return journal.execute("SELECT count(*) FROM entries WHERE kind = 'query.started'").fetchone() != (0,)

        def interrupt():
            while not started():
                time.sleep(0.1)
            time.sleep(0.5)  # the journal is written before the statement is sent
            os.kill(os.getpid(), signal.SIGINT)

        session = Session()
        threading.Thread(target=interrupt, daemon=True).start()
        run = session.finish(session.ask("revenue"))
        print(run.status, run.events[-1].at_server)
    """
    environment = {"JUPYTER_GOAL_CONNECTION": "shop.duckdb"}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=120, check=False,
        env={**__import__("os").environ, **environment},
    )  # fmt: skip
    assert done.stdout.split() == ["cancelled", "True"], done.stderr[-2000:]


def test_a_journal_that_cannot_be_written_stops_the_goal(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path(".goal").write_text("a file where a folder should be")
    code, text = ask(capsys, "revenue")
    assert code == 1
    assert "Nothing was run" in text
    assert len(text.splitlines()) == 2


def test_an_unknown_setting_is_named(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("goal.toml").write_text('[project]\nconection = "shop.duckdb"\n')
    code, text = ask(capsys, "revenue")
    assert code == 2
    assert "connection" in text


@pytest.mark.parametrize("before", [None, "name: mine\n"])
def test_a_full_disk_leaves_no_half_written_catalog(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    output = shop / "first.yaml"
    if before is not None:
        output.write_text(before)
    monkeypatch.setattr(os, "fsync", full)
    code = main(["init", "shop.duckdb", "--output", "first.yaml", *(["--force"] if before else [])])
    err = capsys.readouterr().err
    assert code == 1
    assert "No space left" in err
    assert len(err.strip().splitlines()) == 2
    assert (output.read_text() if output.exists() else None) == before
    assert not list(shop.glob(".first*"))


def test_of_several_questions_the_one_that_was_not_understood_is_named(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = ask(capsys, "revenue by region; profit by seller; revenue")
    assert code == 4
    assert "“profit by seller” was not understood" in text.splitlines()[0]
    assert "nothing was run" in text.splitlines()[0]


def test_a_refused_answer_says_why_in_its_repr(shop: Path) -> None:
    session = Session()
    assert "profit" in repr(Answer(session.finish(session.ask("profit by region")), session))
    assert "revenue" in repr(Answer(session.finish(session.ask("revenue by region")), session)).lower()
