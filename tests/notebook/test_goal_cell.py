"""A goal in a cell: one output, readable everywhere, with the numbers that the database has."""

from __future__ import annotations

import json

import duckdb
import pytest

from tests.notebook.kernel import VIEW, WIDGET, Kernel

BY_CARRIER = "SELECT name, count(*) FROM flights JOIN airlines USING (carrier) GROUP BY 1 ORDER BY 2 DESC"


def rows(view: dict) -> list[list]:
    return view["artifacts"][0]["table"]["values"]


def test_the_numbers_in_the_cell_are_those_of_the_database(demo: Kernel, flights: duckdb.DuckDBPyConnection):
    done = demo.run("%goal flights by origin")
    assert done.status == "ok", done.error
    assert done.view["status"] == "done"
    expected = flights.execute("SELECT origin, count(*) FROM flights GROUP BY 1 ORDER BY 1").fetchall()
    assert sorted(map(tuple, rows(done.view))) == expected


def test_without_a_browser_the_output_is_one_static_bundle(demo: Kernel):
    done = demo.run("%goal flights by month")
    assert len(done.displays) == 1
    assert done.comms == []
    assert set(done.displays[0]) == {VIEW, "text/html", "text/plain"}
    assert "<script" not in done.displays[0]["text/html"]


def test_with_a_browser_the_same_output_hosts_the_widget(demo: Kernel):
    done = demo.run("%goal flights by month", cell="c1")
    assert {json.dumps(shown[WIDGET]) for shown in done.displays} == {json.dumps(done.displays[0][WIDGET])}
    model = done.displays[-1][WIDGET]["model_id"]
    states = [c["data"]["state"] for c in done.comms if c.get("comm_id") == model and "state" in c["data"]]
    assert states[-1]["view"] == done.view
    assert any(state.get("channel") == model for state in states)


@pytest.mark.parametrize("goal", ["flights by month and origin", "on-time rate by carrier", "flights"])
def test_what_the_notebook_keeps_is_small(demo: Kernel, goal: str):
    done = demo.run(f"%goal {goal}", cell="c1")
    assert done.view["status"] == "done"
    assert len(json.dumps(done.displays[-1])) <= 60_000


def test_the_answer_is_left_in_the_variable_and_in_underscore(demo: Kernel):
    done = demo.run("run = %goal flights by origin", cell="c1")
    assert done.results == []
    checked = demo.run(
        "assert run.frame.arrow.num_rows == 3 and 'SELECT' in run.sql and run.receipt.rows == 3; run.status"
    )
    assert checked.results == [{"text/plain": "'done'"}]
    again = demo.run("%goal flights", cell="c2")
    assert (len(again.results), demo.run("_.frame.arrow.num_rows").results) == (0, [{"text/plain": "1"}])


def test_an_answer_is_displayed_once_in_its_own_cell_and_again_where_it_is_named(demo: Kernel):
    here = demo.run("run = %goal flights by origin\nrun", cell="c1")
    assert len({json.dumps(shown[VIEW]["artifacts"]) for shown in here.displays if shown[VIEW]["artifacts"]}) == 1
    assert sum(1 for shown in here.displays if WIDGET not in shown) == 0
    there = demo.run("run", cell="c2")
    assert [shown[VIEW]["status"] for shown in there.displays] == ["done"]


def test_goals_in_loops_and_functions_answer_too(demo: Kernel):
    loop = demo.run("for where in ('JFK', 'LGA'):\n    %goal flights from {where}", cell="c1")
    views = {shown[VIEW]["goal"]: shown[VIEW]["status"] for shown in loop.displays}
    assert views == {"flights from JFK": "done", "flights from LGA": "done"}
    inside = demo.run("def ask():\n    run = %goal flights\n    return run.status\nask()", cell="c2")
    assert inside.results == [{"text/plain": "'done'"}]
    assert "an interrupt stops it" in inside.text
    timed = demo.run("%%time\n%goal flights", cell="c3")
    assert (timed.status, timed.view["status"]) == ("ok", "done")


def test_frames_of_the_namespace_need_no_connection(kernel: Kernel):
    made = "import pandas as pd\norders = pd.DataFrame({'region': ['n', 'n', 's'], 'amount': [1.0, 2.0, 5.0]})"
    assert kernel.run(made).status == "ok"
    first = kernel.run("%goal total amount by region")
    assert first.status == "ok", first.error
    assert sorted(rows(first.view)) == [["n", 3.0], ["s", 5.0]]
    assert first.view["inferred"] is True
    assert kernel.run("orders.loc[len(orders)] = ['w', 9.0]").status == "ok"
    assert sorted(rows(kernel.run("%goal total amount by region").view)) == [["n", 3.0], ["s", 5.0], ["w", 9.0]]


def test_completion_reaches_the_front_end(demo: Kernel):
    demo.run("%goal flights")  # has read the values: a key press does not
    assert "%goal on-time rate" in demo.complete("%goal on-t")
    assert "run = %goal flights by carrier" in demo.complete("run = %goal flights by carr")
    assert "%goal flights from JFK" in demo.complete("%goal flights from JF")
    assert "%goal status" in demo.complete("%goal stat")
    assert "%%goal flights\ncancellation rate" in demo.complete("%%goal flights\ncancellation r")
    assert "%goal" in demo.complete("%go")
    assert [match for match in demo.complete("%") if "goal" in match] == ["%goal", "%%goal"]


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("%goal profit by carrier", ["profit", ""]),
        ("%goal --connection duckdb:///missing.duckdb flights", ["missing.duckdb", ""]),
        ("%goal --connection demo --catalog missing.yaml flights", ["missing.yaml", ""]),
        ("%goal --connection demo --catalog broken.yaml flights", ["broken.yaml:2", ""]),
        ("%goal @sales pipeline by rep", ["@sales", ""]),
    ],
)
def test_what_cannot_be_answered_is_two_lines_without_a_traceback(kernel: Kernel, tmp_path, typed, lines):
    (tmp_path / "broken.yaml").write_text("name: x\ndatasets: {a: [}\n")
    kernel.run("%goal connect demo")
    done = kernel.run(typed)
    assert done.status == "error"
    said = done.error.splitlines()
    assert len(said) == 2, said
    assert all(part in line for part, line in zip(lines, said, strict=True)), said
    assert "Traceback" not in done.text
