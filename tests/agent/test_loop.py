"""The loop: evidence in order, durable before effects, stopped by people and by faults, and resumable."""

from __future__ import annotations

import dataclasses
import datetime
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from goal_semantics.compiled import CompiledQuery
from goal_semantics.query import Grouping, Measure, Relative, SemanticQuery, TimeWindow
from jupyter_goal.agent.loop import advance, resume
from jupyter_goal.connectors import Statement
from jupyter_goal.core.event import Answered, Event, QueryStarted
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Choice, Plan, Question, Questions, Refusal, Step
from jupyter_goal.core.run import Run
from jupyter_goal.errors import StoreError

AS_OF = datetime.datetime(2025, 7, 1, 12, tzinfo=datetime.UTC)
BY_REGION = SemanticQuery(measures=(Measure(metric="revenue"),), groupings=(Grouping(field="orders.region"),))
PLAN = Plan(steps=(Step(query=BY_REGION, interpretation="revenue, by region"),), planner="grammar")


def last(runs: Iterator[Run]) -> Run:
    *_, run = runs
    return run


def test_a_goal_becomes_a_checked_artifact_with_a_receipt(bench: Any) -> None:
    run = last(advance(Run(goal=bench.goal()), bench.desk(PLAN)))
    assert run.status == "done"
    (artifact,) = run.artifacts
    regions = dict(zip(*(bench.kept[artifact.id].table.column(i).to_pylist() for i in (0, 1)), strict=True))
    assert regions == {"north": Decimal("40.40"), "south": Decimal("20.20"), None: Decimal("40.40")}
    verdicts = {check.name: check.verdict for check in artifact.receipt.checks}
    assert verdicts["parts_total"] == "passed"
    assert verdicts["join_rows"] == "passed"
    assert artifact.receipt.fingerprint
    assert artifact.receipt.data_until is not None


def test_the_receipt_alone_gives_the_same_rows_again(bench: Any, database: Any) -> None:
    run = last(advance(Run(goal=bench.goal()), bench.desk(PLAN)))
    (artifact,) = run.artifacts
    bench.connector.close()
    with duckdb.connect(str(database), read_only=True) as connection:
        pasted = connection.execute(artifact.receipt.sql).fetchall()
        bound = connection.execute(artifact.receipt.statement, list(artifact.receipt.parameters)).fetchall()
    rows = [tuple(row.values()) for row in bench.kept[artifact.id].table.to_pylist()]
    assert pasted == bound == rows


def test_statements_are_in_the_journal_before_they_are_sent(bench: Any) -> None:
    desk = bench.desk(PLAN)
    goal = bench.goal()
    seen: list[bool] = []

    class Watched:
        dialect, url, isolated = "duckdb", "duckdb://watched", True

        def prepare(self, query: CompiledQuery) -> Statement:
            stored = bench.journal.load(goal.id)
            seen.append(any(isinstance(e, QueryStarted) and e.statement == query.text for e in stored.events))
            return bench.connector.prepare(query)  # type: ignore[no-any-return]

    watched = dataclasses.replace(desk, connector=Watched())
    assert last(advance(Run(goal=goal), watched)).status == "done"
    assert seen == [True, True]


def test_a_journal_that_cannot_be_written_stops_the_goal_before_the_query(bench: Any) -> None:
    class Full:
        def append(self, goal: Goal, *events: Event) -> None:
            if events:
                raise StoreError("The journal cannot be written: disk full. Nothing was run.", "Free some space.")

    class Untouchable:
        dialect, url, isolated = "duckdb", "duckdb://untouchable", True

        def prepare(self, query: CompiledQuery) -> Statement:
            raise AssertionError("a query was sent without a journal entry")

    desk = dataclasses.replace(bench.desk(PLAN), recorder=Full(), connector=Untouchable())
    with pytest.raises(StoreError):
        last(advance(Run(goal=bench.goal()), desk))


def test_a_question_ends_the_run_and_the_answer_goes_on_with_the_chosen_plan(bench: Any) -> None:
    question = Question(text="Which?", choices=(Choice(label="a"), Choice(label="b", plan=PLAN)))
    desk = bench.desk(Questions(items=(question,)))
    waiting = last(advance(Run(goal=bench.goal()), desk))
    assert waiting.status == "waiting"
    answered = waiting.then(Answered(at=desk.now(), question=0, choice=1))
    assert last(advance(answered, desk)).status == "done"
    assert len(bench.goals) == 1


def test_a_refusal_keeps_its_reason(bench: Any) -> None:
    refused = last(advance(Run(goal=bench.goal()), bench.desk(Refusal(reason="No such metric.", suggestions=("x",)))))
    assert refused.status == "refused"


def test_relative_time_after_the_end_of_the_data_asks_instead_of_showing_nothing(bench: Any) -> None:
    window = TimeWindow(window=Relative(unit="day", count=1, current=True))
    query = BY_REGION.model_copy(update={"time": window})
    run = last(advance(Run(goal=bench.goal()), bench.desk(Plan(steps=(Step(query=query),), planner="grammar"))))
    assert run.status == "waiting"
    assert "30 Jun 2025" in run.questions[0].text
    done = last(advance(run.then(Answered(at=run.events[-1].at, choice=0)), bench.desk(PLAN)))
    assert done.status == "done"
    assert done.artifacts[0].table.text


def test_a_column_dropped_since_the_catalog_was_written_is_two_lines(bench: Any, database: Any) -> None:
    bench.connector.close()
    with duckdb.connect(str(database)) as connection:
        connection.execute("ALTER TABLE orders DROP COLUMN amount")
    from jupyter_goal.connectors import ConnectOptions
    from jupyter_goal.connectors.duckdb import connect

    desk = dataclasses.replace(bench.desk(PLAN), connector=connect(f"duckdb:///{database}", ConnectOptions()))
    run = last(advance(Run(goal=bench.goal()), desk))
    assert run.status == "failed"
    failed = run.events[-1]
    assert "amount" in failed.message
    assert failed.hint


def test_an_unexpected_error_is_two_lines_and_a_traceback_only_on_demand(bench: Any) -> None:
    class Broken:
        dialect, url, isolated = "duckdb", "duckdb://broken", True

        def prepare(self, query: CompiledQuery) -> Statement:
            raise ZeroDivisionError("boom")

    desk = dataclasses.replace(bench.desk(PLAN), connector=Broken())
    run = last(advance(Run(goal=bench.goal()), desk))
    assert run.status == "failed"
    assert "boom" in run.events[-1].message
    with pytest.raises(ZeroDivisionError):
        last(advance(Run(goal=bench.goal("again")), dataclasses.replace(desk, debug=True)))


class Slow:
    """A connector whose statements last until they are cancelled."""

    dialect, url, isolated = "duckdb", "duckdb://slow", True

    def __init__(self, real: Any) -> None:
        self.real = real

    def prepare(self, query: CompiledQuery) -> Statement:
        endless = "SELECT count(*) AS n FROM range(100000) a, range(100000) b, range(1000) c WHERE (a.range + b.range + c.range) % 7 = 3"
        return self.real.prepare(dataclasses.replace(query, text=endless, parameters=()))  # type: ignore[no-any-return]


def test_cancel_from_another_thread_stops_the_statement_at_the_server(bench: Any) -> None:
    desk = dataclasses.replace(bench.desk(PLAN), connector=Slow(bench.connector))
    runs: list[Run] = []
    worker = threading.Thread(target=lambda: runs.extend(advance(Run(goal=bench.goal()), desk)))
    worker.start()
    deadline = time.monotonic() + 10
    while not any(isinstance(event, QueryStarted) for run in runs for event in run.events):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(0.3)
    assert desk.stop.request() is True
    worker.join(10)
    assert not worker.is_alive()
    assert runs[-1].status == "cancelled"
    assert runs[-1].events[-1].at_server is True


def test_a_stop_before_the_query_sends_nothing(bench: Any) -> None:
    desk = bench.desk(PLAN)
    desk.stop.request()
    run = last(advance(Run(goal=bench.goal()), desk))
    assert run.status == "cancelled"
    assert run.events[-1].at_server is False
    assert not run.artifacts


def test_a_lost_run_is_resumed_from_the_journal_with_its_plan(bench: Any) -> None:
    goal = bench.goal()
    steps = advance(Run(goal=goal), bench.desk(PLAN))
    for run in steps:
        if isinstance(run.events[-1], QueryStarted):
            break
    del steps
    assert [lost.run for lost in bench.journal.unfinished()] == [goal.id]
    lost = bench.journal.load(goal.id)
    run = last(resume(lost, bench.desk(Refusal(reason="it must not plan again"))))
    assert run.status == "done"
    assert run.artifacts[0].receipt.fingerprint
    assert bench.journal.unfinished() == ()
    assert len(bench.goals) == 1


def test_probe_failure_is_said_and_does_not_hide_the_answer(bench: Any) -> None:
    class NoChecks:
        dialect, url, isolated = "duckdb", "duckdb://nochecks", True
        sent = 0

        def prepare(self, query: CompiledQuery) -> Statement:
            self.sent += 1
            broken = dataclasses.replace(query, text="SELECT nothing FROM orders", parameters=())
            return bench.connector.prepare(query if self.sent == 1 else broken)  # type: ignore[no-any-return]

    desk = dataclasses.replace(bench.desk(PLAN), connector=NoChecks())
    run = last(advance(Run(goal=bench.goal()), desk))
    assert run.status == "done"
    assert ("probe", "skipped") in {(check.name, check.verdict) for check in run.checks}


def test_a_check_that_breaks_is_skipped_and_the_answer_stands(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_goal.agent.checks import parts_total

    def broken(_: object) -> None:
        raise IndexError("no such column")

    monkeypatch.setattr(parts_total, "check", broken)
    run = last(advance(Run(goal=bench.goal()), bench.desk(PLAN)))
    assert run.status == "done"
    verdicts = {check.name: check for check in run.checks}
    assert verdicts["parts_total"].verdict == "skipped"
    assert "no such column" in verdicts["parts_total"].detail
    assert verdicts["join_rows"].verdict == "passed"


def test_what_the_journal_could_not_take_is_not_written_again(bench: Any) -> None:
    tried: list[tuple[Event, ...]] = []

    class Failing:
        def append(self, goal: Goal, *events: Event) -> None:
            tried.append(events)
            raise StoreError("The journal cannot be written: disk full. Nothing was run.", "Free some space.")

    with pytest.raises(StoreError):
        last(advance(Run(goal=bench.goal()), dataclasses.replace(bench.desk(PLAN), recorder=Failing())))
    assert len(tried) == 1


def test_a_run_that_rests_is_not_planned_again(bench: Any) -> None:
    done = last(advance(Run(goal=bench.goal()), bench.desk(PLAN)))
    assert list(advance(done, bench.desk(Refusal(reason="it must not plan again")))) == []
    assert len(bench.goals) == 1


def test_a_choice_that_rewords_the_goal_is_planned_in_the_new_words(bench: Any) -> None:
    choices = (Choice(label="revenue", goal="revenue by day"),)
    waiting = last(advance(Run(goal=bench.goal()), bench.desk(Questions(items=(Question(text="?", choices=choices),)))))
    answered = waiting.then(Answered(at=AS_OF, question=0, choice=0))
    assert last(advance(answered, bench.desk(PLAN))).status == "done"
    assert [goal.text for goal in bench.goals] == ["revenue by region", "revenue by day"]
