"""Clicks continue a run on its own output, also while the kernel is idle and the cell has long ended."""

from __future__ import annotations

from tests.notebook.kernel import WIDGET, Executed, Kernel


def model(done: Executed) -> str:
    return done.displays[-1][WIDGET]["model_id"]


def click(kernel: Kernel, done: Executed, **message: object) -> dict:
    """Send a click; the view in which the run then rests."""
    kernel.click(model(done), message)
    return kernel.views(until=("done", "refused", "failed", "waiting", "cancelled"))[-1]


def values(view: dict) -> list[list]:
    return view["artifacts"][0]["table"]["values"]


def test_an_empty_goal_offers_five_and_a_click_answers_in_place(demo: Kernel):
    offered = demo.run("%goal", cell="c1")
    assert len(offered.view["offers"]) == 5
    view = click(demo, offered, kind="offer", goal=offered.view["offers"][0])
    assert (view["status"], view["goal"]) == ("done", offered.view["offers"][0])
    assert view["offers"] == offered.view["offers"], "the others stay on offer"


def test_only_this_on_a_mark_revises_with_before_and_after_and_undo_takes_it_back(demo: Kernel):
    done = demo.run("%goal flights by origin", cell="c1")
    artifact = done.view["artifacts"][0]
    chosen = artifact["figure"]["data"][0]["x"][1]
    view = click(demo, done, kind="revise", text="only this", artifact=artifact["id"], marks=[[0, 1]])
    assert view["status"] == "done", view["problem"]
    assert [row for row in values(done.view) if row[0] == chosen] == values(view)
    assert view["comparison"]["instruction"] == f"only this: origin {chosen}"
    assert view["comparison"]["before"][0]["table"]["values"] == values(done.view)
    undone = click(demo, done, kind="undo")
    assert values(undone) == values(done.view)
    assert undone["comparison"] is None


def test_an_instruction_that_cannot_be_followed_leaves_what_is_shown(demo: Kernel):
    done = demo.run("%goal flights by origin", cell="c1")
    artifact = done.view["artifacts"][0]["id"]
    view = click(demo, done, kind="revise", text="only zorblax quux", artifact=artifact, marks=[])
    assert view["problem"]["message"]
    assert values(view) == values(done.view)


def test_a_mark_that_is_not_there_is_said_and_changes_nothing(demo: Kernel):
    done = demo.run("%goal flights by origin", cell="c1")
    artifact = done.view["artifacts"][0]["id"]
    view = click(demo, done, kind="revise", text="only this", artifact=artifact, marks=[[0, 99]])
    assert "changed since" in view["problem"]["message"]
    assert values(view) == values(done.view)


def test_a_question_is_answered_by_a_click(demo: Kernel):
    asked = demo.run("%goal delay by carrier", cell="c1")
    assert (asked.status, asked.view["status"]) == ("ok", "waiting")
    chosen = asked.view["questions"][0]["choices"][0]["label"]
    view = click(demo, asked, kind="choose", question=0, choice=0)
    assert (view["status"], view["interpretation"]) == ("done", chosen)


def test_plotly_is_sent_only_when_asked_for(demo: Kernel):
    done = demo.run("%goal flights by origin", cell="c1")
    demo.click(model(done), {"kind": "need-plotly"})
    while True:
        message = demo.client.get_iopub_msg(timeout=10)
        if message["msg_type"] == "comm_msg" and message["content"]["data"].get("method") == "custom":
            break
    assert message["content"]["data"]["content"] == {"kind": "plotly"}
    assert len(message["buffers"][0]) < 2_000_000


def test_nonsense_from_the_browser_changes_nothing(demo: Kernel):
    done = demo.run("%goal flights by origin", cell="c1")
    for message in ({"kind": "revise"}, {"kind": "drop table"}, {}, {"kind": "choose", "question": "x", "choice": 0}):
        demo.click(model(done), message)
    assert demo.run("1 + 1").status == "ok"


def test_running_the_cell_again_closes_the_old_output(demo: Kernel):
    first = demo.run("%goal flights", cell="c1")
    demo.run("%goal flights", cell="c1")
    demo.click(model(first), {"kind": "undo"})
    assert demo.run("import ipywidgets; 1").status == "ok"
    assert demo.run(f"'{model(first)}' in ipywidgets.widget._instances").results[0]["text/plain"] == "False"


def test_clicks_made_while_one_is_at_work_wait_their_turn(demo: Kernel):
    done = demo.run("%goal flights by carrier", cell="c1")
    artifact = done.view["artifacts"][0]["id"]
    demo.click(model(done), {"kind": "revise", "text": "top 5", "artifact": artifact, "marks": []})
    demo.click(model(done), {"kind": "undo"})
    rested = [view for view in (*demo.views(until="done"), *demo.views(until="done")) if view["status"] == "done"]
    assert [len(values(view)) for view in rested] == [5, 16]


def test_verbs_act_on_the_last_goal(demo: Kernel):
    done = demo.run("%goal flights by carrier", cell="c1")
    artifact = done.view["artifacts"][0]["id"]
    assert len(values(click(demo, done, kind="revise", text="top 5", artifact=artifact, marks=[]))) == 5
    undone = demo.run("%goal undo", cell="c2")
    assert undone.text.startswith("Taken back")
    assert len(values(undone.view)) == 16, "on its own output"
    explained = demo.run("%goal explain").text
    assert "SELECT" in explained and "passed" in explained
    assert "done" in demo.run("%goal status").text
    assert "grammar" in demo.run("%goal model").text
    assert "cancellation rate" in demo.run("%goal catalog").text


def test_verbs_without_a_goal_say_what_to_do_first(kernel: Kernel):
    for verb in ("undo", "explain"):
        done = kernel.run(f"%goal {verb}")
        assert (done.status, len(done.error.splitlines())) == ("error", 2)
    assert kernel.run("%goal status").text == "No goals yet in this kernel.\n"
    assert kernel.run("%goal cancel").text == "No goal is running.\n"


def test_a_run_is_resumed_from_the_journal_by_another_kernel(demo: Kernel, start_kernel):
    run = demo.run("%goal flights by origin", cell="c1").view
    other = start_kernel(demo.directory)
    other.run("%load_ext jupyter_goal\n%goal connect demo")
    resumed = other.run(f"%goal resume {run['id']}", cell="c1")
    assert values(resumed.view) == values(run)
