"""Which data a number comes from: a run keeps its connection and catalog, whatever is connected in the meantime."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

import jupyter_goal.session
from jupyter_goal.answer import Answer
from jupyter_goal.core.event import Asked, Finished, QueryStarted, Revised, Unchanged
from jupyter_goal.core.plan import Choice, Question
from jupyter_goal.core.run import Run
from jupyter_goal.errors import Cancelled, UsageError
from jupyter_goal.session import Session, goal
from jupyter_goal.settings import Settings

CATALOG = """
name: shop
datasets:
  - name: orders
    source: orders
    row: order
    primary_key: [id]
    fields:
      - {name: id, type: integer, role: key}
      - {name: region, type: string}
      - {name: amount, type: decimal, role: fact}
metrics:
  - {name: revenue, dataset: orders, agg: sum, expression: amount}
"""


def fill(path: Path, amount: int) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE orders (id INTEGER, region VARCHAR, amount DECIMAL(10, 2))")
        connection.execute(
            "INSERT INTO orders VALUES (1, 'north', ?), (2, 'south', ?), (3, 'west', ?)",
            [amount, 2 * amount, 3 * amount],
        )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    fill(tmp_path / "a.duckdb", 10)
    fill(tmp_path / "b.duckdb", 1000)
    (tmp_path / "shop.yaml").write_text(CATALOG)
    (tmp_path / "zurich.yaml").write_text(CATALOG + "calendar: {time_zone: Europe/Zurich}\n")
    return tmp_path


@pytest.fixture
def session(folder: Path) -> Iterator[Session]:
    opened = Session(Settings(directory=folder))
    yield opened
    opened.close()


def ask(session: Session, text: str) -> Answer:
    return Answer(session.finish(session.ask(text)), session)


def amounts(answer: Answer) -> dict[object, object]:
    table = answer.frame.arrow
    return dict(zip(table.column(0).to_pylist(), table.column(1).to_pylist(), strict=True))


A = {"north": Decimal(10), "south": Decimal(20), "west": Decimal(30)}


def test_a_revision_is_asked_of_the_runs_own_connection(session: Session) -> None:
    session.connect("a.duckdb", catalog="shop.yaml")
    first = ask(session, "revenue by region")
    assert amounts(first) == A
    session.connect("b.duckdb", catalog="shop.yaml")
    assert amounts(first.revise("top 2")) == {"south": Decimal(20), "west": Decimal(30)}
    assert amounts(ask(session, "revenue by region")) == {key: 100 * value for key, value in A.items()}


def test_what_is_no_longer_current_is_released_for_writers(session: Session, folder: Path) -> None:
    session.connect("a.duckdb", catalog="shop.yaml")
    first = ask(session, "revenue by region")
    session.connect("b.duckdb", catalog="shop.yaml")
    first.revise("top 2")
    with duckdb.connect(str(folder / "a.duckdb")) as connection:
        connection.execute("UPDATE orders SET amount = 7 WHERE id = 1")
    assert amounts(first.revise("bar chart"))["north"] == Decimal(7)


def test_the_same_file_can_be_connected_with_another_time_zone(session: Session) -> None:
    session.connect("a.duckdb", catalog="shop.yaml")
    first = ask(session, "revenue by region")
    session.connect("a.duckdb", catalog="zurich.yaml")
    assert amounts(ask(session, "revenue by region")) == A
    assert amounts(first.revise("top 1")) == {"west": Decimal(30)}
    assert session.binding.catalog.calendar.time_zone == "Europe/Zurich"


def lost_run(session: Session, text: str) -> str:
    """A run whose kernel died while its query was running."""
    for run in session.steps(session.ask(text)):
        if isinstance(run.events[-1], QueryStarted):
            return run.id
    raise AssertionError("no query was sent")


def test_resume_refuses_another_connection_and_another_catalog(session: Session, folder: Path) -> None:
    session.connect("a.duckdb", catalog="shop.yaml")
    run_id = lost_run(session, "revenue by region")
    session.close()
    later = Session(Settings(directory=folder))
    for target, catalog, told in (("b.duckdb", "shop.yaml", "a.duckdb"), ("a.duckdb", "zurich.yaml", "catalog")):
        later.connect(target, catalog=catalog)
        with pytest.raises(UsageError, match=told) as caught:
            list(later.resume(run_id))
        assert len(str(caught.value).splitlines()) == 2
    later.connect("a.duckdb", catalog="shop.yaml")
    *_, run = later.resume(run_id)
    assert amounts(Answer(run, later)) == A
    later.close()


def test_a_resumed_run_still_says_that_its_catalog_is_inferred(session: Session, folder: Path) -> None:
    session.connect("a.duckdb")
    run_id = lost_run(session, "total amount by region")
    session.close()
    later = Session(Settings(directory=folder))
    later.connect("a.duckdb")
    *_, run = later.resume(run_id)
    assert (run.status, later.view(run).inferred) == ("done", True)
    later.close()


def test_an_instruction_that_is_not_understood_leaves_the_answer_and_says_so(session: Session) -> None:
    session.connect("a.duckdb", catalog="shop.yaml")
    top = ask(session, "revenue by region").revise("top 2")
    after = top.revise("flibber")
    assert amounts(after) == amounts(top)
    assert isinstance(after.run.events[-1], Unchanged)
    problem = session.view(after.run).problem
    assert problem is not None
    assert "flibber" in problem.message
    assert list(session.steps(after.run)) == []


def test_a_question_about_an_instruction_waits_and_its_answer_is_a_revision(session: Session) -> None:
    session.connect("a.duckdb", catalog="shop.yaml")
    first = ask(session, "revenue by region")
    plan = first.revise("top 2").run.plan
    question = Question(text="Which?", choices=(Choice(label="two", plan=plan), Choice(label="none")))
    asked = first.run.then(Asked(at=first.run.events[-1].at, questions=(question,)))
    waiting = session.finish(asked)
    assert (waiting.status, waiting.questions) == ("waiting", (question,))
    done = session.finish(session.answer(waiting, 0, 0))
    revised = next(event for event in done.events if isinstance(event, Revised))
    assert (revised.before, revised.after) == (first.run.plan, plan)
    assert amounts(Answer(done, session)) == {"south": Decimal(20), "west": Decimal(30)}
    assert session.undo(done).plan == first.run.plan
    comparison = session.view(done).comparison
    assert comparison is not None
    assert comparison.before == first.run.artifacts


def test_options_are_for_one_asking_and_only_connect_binds(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jupyter_goal.session, "default_session", lambda: session)
    session.connect("a.duckdb", catalog="shop.yaml")
    assert amounts(goal("revenue by region", connection="b.duckdb", catalog="shop.yaml"))["north"] == Decimal(1000)
    assert amounts(goal("revenue by region")) == A
    session.connect("b.duckdb", catalog="shop.yaml")
    other = goal("revenue by region", catalog="zurich.yaml")
    assert amounts(other)["north"] == Decimal(1000)
    assert other.run.goal.connection.endswith("b.duckdb")
    assert session.binding.catalog.calendar.time_zone == "UTC"


def test_follow_ups_refer_to_goals_of_the_same_connection(session: Session, folder: Path) -> None:
    with duckdb.connect(str(folder / "c.duckdb")) as connection:
        connection.execute("CREATE TABLE weather AS SELECT range AS id, 'x' || range AS station FROM range(9)")
    session.connect("a.duckdb", catalog="shop.yaml")
    ask(session, "revenue by region")
    session.connect("c.duckdb")
    follow_up = session.finish(session.ask("and by station?"))
    assert follow_up.status in {"refused", "waiting"}
    session.connect("a.duckdb", catalog="shop.yaml")
    assert amounts(ask(session, "only south")) == {"south": Decimal(20)}


def rewrite(path: Path, text: str) -> None:
    """Another file under the same name, as programs save."""
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


def test_values_and_spans_follow_the_file(session: Session, folder: Path) -> None:
    sales = folder / "sales" / "sales.csv"
    sales.parent.mkdir()
    sales.write_text("day,region,amount\n2023-03-05,north,1\n2023-04-05,south,2\n")
    session.connect("sales")
    assert session.binding.known.extents["sales.day"][1].year == 2023
    rewrite(sales, "day,region,amount,colour\n2023-03-05,north,1,red\n2025-03-05,atlantis,4,blue\n")
    assert session.binding.known.extents["sales.day"][1].year == 2025
    assert "atlantis" in session.binding.known.values["sales.region"]
    assert session.binding.known.values["sales.colour"] == ("blue", "red")


def test_values_are_read_once_when_typing_and_asking_race(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    session.connect("a.duckdb", catalog="shop.yaml")
    real, read = jupyter_goal.value_index.collect, []

    def counted(*given: object, **named: object) -> object:
        read.append(given)
        time.sleep(0.1)
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(jupyter_goal.value_index, "collect", counted)
    preparing = session.binding.prepare()
    workers = [threading.Thread(target=lambda: session.binding.known) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in (*workers, preparing):
        worker.join()
    assert len(read) == 1


def test_a_cancel_before_the_first_step_is_heard(session: Session) -> None:
    session.connect("a.duckdb", catalog="shop.yaml")
    run = session.ask("revenue by region")
    session.cancel(run.id)
    done = session.finish(run)
    assert done.status == "cancelled"
    assert not any(isinstance(event, QueryStarted) for event in done.events)


def test_a_cancel_reaches_planning_at_the_database(session: Session, folder: Path) -> None:
    slow = CATALOG.replace(
        "source: orders",
        "source: (SELECT range AS id, 'r' || (range % 7) AS region, 1 AS amount FROM range(200000000000))",
    )
    (folder / "slow.yaml").write_text(slow)
    session.connect("a.duckdb", catalog="slow.yaml")
    run = session.ask("revenue by region")
    outcome: list[Run] = []
    worker = threading.Thread(target=lambda: outcome.extend(session.steps(run)))
    worker.start()
    time.sleep(0.7)
    assert session.cancel(run.id) is True
    worker.join(30)
    assert outcome[-1].status == "cancelled"
    assert not any(isinstance(event, QueryStarted) for event in outcome[-1].events)


def test_a_model_that_hangs_is_abandoned(bench: object) -> None:
    from jupyter_goal.agent.desk import Stop

    stop, held = Stop(), threading.Event()
    threading.Timer(0.2, stop.request).start()
    with pytest.raises(Cancelled):
        stop.abandonable(held.wait)  # nobody lets it go before the call has come back
    held.set()


def test_frames_are_kept_up_to_a_size_and_the_newest_always(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jupyter_goal.session, "KEPT_BYTES", 1)
    small = Session(session.settings)
    small.connect("a.duckdb", catalog="shop.yaml")
    first, second = ask(small, "revenue by region"), ask(small, "revenue")
    assert small.kept(first.artifact.id) is None
    assert small.kept(second.artifact.id) is not None
    small.close()


def test_the_same_goal_on_the_same_data_is_unchanged_also_after_a_revision(session: Session, folder: Path) -> None:
    session.connect("a.duckdb", catalog="shop.yaml")
    first = ask(session, "revenue by region")
    assert session.view(first.run).recomputed == ""
    first.revise("top 2")
    ask(session, "revenue by region").revise("top 1")
    again = ask(session, "revenue by region")
    assert session.view(again.run).recomputed == "unchanged"
    assert dataclasses.is_dataclass(again)
    session.connect("b.duckdb", catalog="shop.yaml")
    with duckdb.connect(str(folder / "a.duckdb")) as connection:
        connection.execute("UPDATE orders SET amount = 7 WHERE id = 1")
    assert session.view(ask(session, "revenue by region").run).recomputed == "", "another connection was not asked yet"
    session.connect("a.duckdb", catalog="shop.yaml")
    assert session.view(ask(session, "revenue by region").run).recomputed == "recomputed"
    assert isinstance(again.run.events[-1], Finished)
