"""The journal: durable before effects, resumable, tamper-evident, and free of rows."""

from __future__ import annotations

import datetime
import sqlite3
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from goal_semantics.query import Measure, SemanticQuery
from jupyter_goal.core.artifact import Artifact, Table, TableColumn
from jupyter_goal.core.event import Finished, Planned, QueryStarted, Revised, Shown, Unchanged
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Plan, Step
from jupyter_goal.core.receipt import Receipt
from jupyter_goal.errors import StoreError
from jupyter_goal.store.database import open_database
from jupyter_goal.store.journal import Journal

AT = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
QUERY = SemanticQuery(measures=(Measure(metric="flights"),))
PLAN = Plan(steps=(Step(query=QUERY),), planner="grammar")
STARTED = QueryStarted(at=AT, step=0, dialect="duckdb", statement="SELECT 1")


def goal(text: str = "flights by month") -> Goal:
    return Goal(text=text, as_of=AT, connection="duckdb:///x", catalog="c")


def shown(secret: str) -> Shown:
    table = Table(
        columns=(TableColumn(name="a", label="A", role="measure", type="string"),),
        values=((secret,),), text=((secret,),), rows=1,
    )  # fmt: skip
    receipt = Receipt(
        query=QUERY, dialect="duckdb", sql="SELECT 1", statement="SELECT 1", as_of=AT, executed_at=AT, rows=1,
        fingerprint="f00",
    )  # fmt: skip
    artifact = Artifact(id="a1", title="t", headline=f"{secret} leads", table=table, receipt=receipt)
    return Shown(at=AT, step=0, artifact=artifact)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(open_database(tmp_path / ".goal"))


def test_a_run_comes_back_as_it_was(journal: Journal) -> None:
    journal.begin(goal())
    journal.append(goal(), Planned(at=AT, plan=PLAN), STARTED)
    run = journal.load(goal().id)
    assert run is not None
    assert run.goal == goal()
    assert run.plan == PLAN
    assert run.events[-1] == STARTED


def test_rows_never_reach_the_disk(journal: Journal, tmp_path: Path) -> None:
    journal.begin(goal())
    journal.append(goal(), shown("CANARY-7731"), Finished(at=AT))
    journal.close()
    assert not [path for path in (tmp_path / ".goal").iterdir() if b"CANARY-7731" in path.read_bytes()]


def test_fingerprints_of_the_last_finished_run_of_the_same_words(journal: Journal) -> None:
    journal.begin(goal())
    journal.append(goal(), Planned(at=AT, plan=PLAN), shown("x"), Finished(at=AT))
    assert journal.fingerprints_before(goal("  Flights BY month "), PLAN, 99) == ("f00",)
    assert journal.fingerprints_before(goal("flights by day"), PLAN, 99) == ()


def test_only_runs_of_the_same_queries_are_compared_and_older_ones_are_found(journal: Journal) -> None:
    revised = PLAN.model_copy(update={"steps": (Step(query=QUERY.model_copy(update={"limit": 2})),)})
    locked = PLAN.model_copy(update={"planner": "lock"})
    other = shown("y").model_copy(
        update={
            "artifact": shown("y").artifact.model_copy(
                update={"receipt": shown("y").artifact.receipt.model_copy(update={"fingerprint": "f22"})}
            )
        }
    )
    journal.begin(goal())
    journal.append(goal(), Planned(at=AT, plan=PLAN), shown("x"), Finished(at=AT))
    change = Revised(at=AT, instruction="top 2", before=PLAN, after=revised, artifacts_before=("a1",))
    journal.append(goal(), change, other, Finished(at=AT))
    place = journal.begin(goal())
    assert journal.fingerprints_before(goal(), locked, place) == ("f00",)
    assert journal.fingerprints_before(goal(), revised, place) == ("f22",)
    journal.append(goal(), Planned(at=AT, plan=PLAN), other, Finished(at=AT))
    assert journal.fingerprints_before(goal(), PLAN, place) == ("f00",), "a run is not compared with itself"


def test_unfinished_runs_are_listed_newest_first(journal: Journal) -> None:
    for text in ("one", "two", "three"):
        journal.begin(goal(text))
        journal.append(goal(text), STARTED)
    journal.append(goal("two"), Finished(at=AT))
    journal.begin(goal("four"))
    journal.append(goal("four"), Finished(at=AT), Unchanged(at=AT, instruction="flibber", reason="?"))
    lost = [(each.run, each.text) for each in journal.unfinished()]
    assert lost == [(goal("three").id, "three"), (goal("one").id, "one")]


@pytest.mark.parametrize(
    ("tamper", "seq"),
    [
        ("UPDATE entries SET body = replace(body, 'SELECT 1', 'SELECT 2') WHERE seq = 2", 2),
        ("DELETE FROM entries WHERE seq = 2", 3),
        ("UPDATE entries SET kind = 'failed' WHERE seq = 3", 3),
        ("UPDATE entries SET hash = 'x' WHERE seq = 1", 1),
    ],
)
def test_tampering_is_found_at_the_entry(journal: Journal, tmp_path: Path, tamper: str, seq: int) -> None:
    journal.begin(goal())
    journal.append(goal(), STARTED)
    journal.append(goal(), Finished(at=AT))
    assert journal.verify() is None
    with sqlite3.connect(tmp_path / ".goal" / "journal.sqlite") as raw:
        raw.execute(tamper)
    broken = journal.verify()
    assert broken is not None
    assert broken.seq == seq


def test_the_state_directory_is_private(journal: Journal, tmp_path: Path) -> None:
    journal.begin(goal())
    assert stat.S_IMODE((tmp_path / ".goal").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / ".goal" / "journal.sqlite").stat().st_mode) == 0o600


def test_an_entry_is_on_disk_when_append_returns_even_if_the_process_is_killed(tmp_path: Path) -> None:
    script = f"""
        import datetime, os, signal, pathlib
        from jupyter_goal.core.goal import Goal
        from jupyter_goal.core.event import QueryStarted
        from jupyter_goal.store.database import open_database
        from jupyter_goal.store.journal import Journal
        at = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
        goal = Goal(text="flights by month", as_of=at, connection="duckdb:///x", catalog="c")
        journal = Journal(open_database(pathlib.Path({str(tmp_path / ".goal")!r})))
        journal.begin(goal)
        journal.append(goal, QueryStarted(at=at, step=0, dialect="duckdb", statement="SELECT 1"))
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    assert done.returncode == -9
    journal = Journal(open_database(tmp_path / ".goal"))
    assert [lost.run for lost in journal.unfinished()] == [goal().id]
    assert journal.verify() is None


def test_processes_that_write_at_once_keep_one_chain(tmp_path: Path) -> None:
    script = f"""
        import datetime, sys, pathlib
        from jupyter_goal.core.goal import Goal
        from jupyter_goal.core.event import Finished
        from jupyter_goal.store.database import open_database
        from jupyter_goal.store.journal import Journal
        at = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
        journal = Journal(open_database(pathlib.Path({str(tmp_path / ".goal")!r})))
        for number in range(25):
            goal = Goal(text=f"{{sys.argv[1]}} {{number}}", as_of=at)
            journal.begin(goal)
            journal.append(goal, Finished(at=at))
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    workers = [subprocess.Popen([*command, name]) for name in ("a", "b", "c")]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    journal = Journal(open_database(tmp_path / ".goal"))
    assert journal.verify() is None
    with sqlite3.connect(tmp_path / ".goal" / "journal.sqlite") as raw:
        assert raw.execute("SELECT count(*) FROM entries").fetchone() == (150,)


def test_a_full_disk_is_two_lines_and_leaves_the_chain_whole(journal: Journal, tmp_path: Path) -> None:
    journal.begin(goal())
    with journal._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.rollback()
    with pytest.raises(StoreError) as caught:
        for _ in range(50):
            journal.append(goal(), shown("x" * 4000), STARTED.model_copy(update={"statement": "y" * 9000}))
    assert "Nothing was run" in caught.value.message
    assert len(str(caught.value).splitlines()) == 2
    assert Journal(open_database(tmp_path / ".goal")).verify() is None


def test_an_unwritable_directory_is_two_lines(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StoreError) as caught:
        open_database(blocked / ".goal")
    assert len(str(caught.value).splitlines()) == 2
