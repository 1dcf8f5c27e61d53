"""A lock is used for the goal it was made for, or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from goal_semantics.query import Measure, SemanticQuery
from jupyter_goal.core.lock import Lock
from jupyter_goal.core.plan import Plan, Step
from jupyter_goal.notebook.cells import (
    Cell,
    Place,
    find_lock,
    match_lock,
    notebook_paths,
    read_locks,
    read_notebook,
    running_cell,
)


def lock(goal: str, metric: str) -> Lock:
    plan = Plan(steps=(Step(query=SemanticQuery(measures=(Measure(metric=metric),))),), planner="grammar")
    return Lock(goal=goal, text=goal, plan=plan)


def metadata(*locks: Lock) -> dict[str, Any]:
    return {"jupyter_goal": {"version": 1, "locks": [each.model_dump(mode="json") for each in locks]}}


def notebook(path: Path, *cells: tuple[str, dict[str, Any]]) -> Path:
    made = [{"cell_type": "code", "source": [code], "metadata": meta} for code, meta in cells]
    path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "# %goal", "metadata": {}}, *made]}))
    return path


def test_jupyterlab_sends_the_cell_with_its_metadata():
    parent = {"metadata": {"cellId": "abc", **metadata(lock("h", "flights"))}}
    cell = running_cell(parent, ("a = 1", "%goal x"), {})
    assert (cell.id, cell.live, cell.locks) == ("abc", True, (lock("h", "flights"),))
    assert (cell.code, cell.ran) == ("%goal x", ("a = 1",))
    assert running_cell({}, ("%goal x",), {}) == Cell(code="%goal x")
    assert running_cell({}, ("",), {"SERVER_SOFTWARE": "voila/0.5.13"}).live


def test_metadata_that_is_not_ours_or_too_new_gives_no_lock():
    broken = {"jupyter_goal": {"locks": [{"goal": "h"}, 5, None, lock("h", "flights").model_dump(mode="json")]}}
    assert read_locks(broken) == (lock("h", "flights"),)
    for strange in ({}, {"jupyter_goal": "text"}, {"jupyter_goal": {}}, {"jupyter_goal": {"lock": None}}):
        assert read_locks(strange) == ()


def test_the_same_words_asked_twice_take_their_locks_in_order():
    first, second = lock("h", "flights"), lock("h", "delays")
    taken = [match_lock((first, lock("other", "planes"), second), "h", n) for n in range(3)]
    assert taken == [first, second, second]
    assert match_lock((first,), "words that were edited", 0) is None


def test_a_notebook_that_does_not_hold_the_running_cell_is_not_ours(tmp_path: Path):
    ours = notebook(tmp_path / "ours.ipynb", ("%goal x\n", metadata(lock("h", "flights"))))
    theirs = notebook(tmp_path / "theirs.ipynb", ("%goal y", metadata(lock("h", "delays"))))
    cell = Cell(code="%goal x")
    assert find_lock([Place((theirs, ours))], cell, "h", 0).lock == lock("h", "flights")
    assert find_lock([Place((theirs,))], cell, "h", 0).lock is None
    assert "not found" in find_lock([Place((theirs,)), Place(())], cell, "h", 0).reason


def test_a_notebook_that_only_lies_at_hand_must_hold_all_that_ran(tmp_path: Path):
    stranger = notebook(tmp_path / "stranger.ipynb", ("%goal x", metadata(lock("h", "delays"))))
    ours = notebook(
        tmp_path / "ours.ipynb", ("a = 1\n", {}), ("%goal x", metadata(lock("h", "flights"))), ("later", {})
    )
    cell = Cell(code="%goal x", ran=("", "a = 1"))
    assert find_lock([Place((stranger,), told=False)], cell, "h", 0).lock is None
    assert find_lock([Place((ours, stranger), told=False)], cell, "h", 0).lock == lock("h", "flights")
    assert find_lock([Place((stranger,))], cell, "h", 0).lock == lock("h", "delays"), "whoever starts it says so"


def test_the_file_that_a_lock_is_from_is_said(tmp_path: Path):
    ours = notebook(tmp_path / "ours.ipynb", ("%goal x", metadata(lock("h", "flights"))))
    for place in (Place((ours,)), Place((ours,), told=False)):
        assert "ours.ipynb" in find_lock([place], Cell(code="%goal x"), "h", 0).reason


def test_two_notebooks_that_disagree_give_no_lock(tmp_path: Path):
    one = notebook(tmp_path / "one.ipynb", ("%goal x", metadata(lock("h", "flights"))))
    two = notebook(tmp_path / "two.ipynb", ("%goal x", metadata(lock("h", "delays"))))
    same = notebook(tmp_path / "same.ipynb", ("%goal x", metadata(lock("h", "flights"))))
    cell = Cell(code="%goal x")
    assert find_lock([Place((one, two))], cell, "h", 0).lock is None
    assert "disagree" in find_lock([Place((one, two))], cell, "h", 0).reason
    assert find_lock([Place((one, same))], cell, "h", 0).lock == lock("h", "flights")
    assert find_lock([Place((one,)), Place((two,))], cell, "h", 0).lock == lock("h", "flights"), (
        "the surer group decides"
    )


def test_a_file_that_is_no_notebook_is_passed_over(tmp_path: Path):
    for name, text in {"a": "{", "b": "[]", "c": '{"cells": 5}', "d": '{"cells": [{}]}'}.items():
        path = tmp_path / f"{name}.ipynb"
        path.write_text(text)
        assert read_notebook(path) is None
    assert read_notebook(tmp_path / "missing.ipynb") is None


def test_the_notebook_is_looked_for_where_executors_tell(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ours = notebook(tmp_path / "ours.ipynb", ("1", {}))
    other = notebook(tmp_path / "other.ipynb", ("1", {}))
    told = {"JUPYTER_GOAL_NOTEBOOK": str(other), "JPY_SESSION_NAME": "reports/ours.ipynb",
            "PATH_INFO": "/voila/render/ours.ipynb"}  # fmt: skip
    places = [place for place in notebook_paths(told, {}) if place.paths]
    assert places[0] == Place((other,))
    assert places[1] == places[2] == Place((ours,))
    assert places[-1] == Place((other, ours), told=False)
