"""A notebook that was locked is rerun by executors that know no cell ids: no planning, the same numbers."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import nbformat
import pytest
from nbclient import NotebookClient

from tests.notebook.kernel import VIEW, Kernel

CELLS = (
    "%load_ext jupyter_goal",
    "%goal connect demo",
    'as_of = "2013-06-15"',
    "%goal flights by origin",
    "%goal --as-of {as_of} cancelled flights last month",
    "%goal flights by origin",
)
MAY, AUGUST = "'2013-05-01' AND '2013-06-01'", "'2013-08-01' AND '2013-09-01'"


@pytest.fixture
def locked(kernel: Kernel, tmp_path: Path) -> Path:
    """A notebook as JupyterLab saves it: each goal's lock in the metadata of its cell."""
    book = nbformat.v4.new_notebook()
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for index, code in enumerate(CELLS):
        cell = nbformat.v4.new_code_cell(code)
        done = kernel.run(code, cell=f"c{index}")
        assert done.status == "ok", done.error
        if done.displays:
            assert done.view["planner"] == "grammar"
            cell.metadata["jupyter_goal"] = {"version": 1, "locks": [done.view["lock"]]}
        book.cells.append(cell)
    book.cells[2].metadata["tags"] = ["parameters"]
    path = tmp_path / "reports" / "weekly.ipynb"
    path.parent.mkdir()
    nbformat.write(book, path)
    return path


def views(path: Path) -> list[dict[str, Any]]:
    cells = nbformat.read(path, 4).cells
    return [
        o.data[VIEW] for cell in cells if cell.cell_type == "code" for o in cell.outputs if VIEW in o.get("data", {})
    ]


def values(view: dict[str, Any]) -> list[list[Any]]:
    return view["artifacts"][0]["table"]["values"]


def planners(folder: Path) -> list[str]:
    """Who planned each goal, from the journal."""
    with sqlite3.connect(next(folder.rglob("journal.sqlite"))) as journal:
        bodies = journal.execute("SELECT body FROM entries WHERE kind = 'planned' ORDER BY seq").fetchall()
    return [json.loads(body)["plan"]["planner"] for (body,) in bodies]


def cancelled(flights: duckdb.DuckDBPyConnection, window: str) -> int:
    text = f"SELECT count(*) FROM flights WHERE dep_time IS NULL AND scheduled_departure BETWEEN {window}"
    return flights.execute(text).fetchone()[0]


def test_papermill_executes_the_locks_and_resolves_relative_time_anew(locked: Path, tmp_path: Path, flights):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    output = elsewhere / "out.ipynb"
    command = [sys.executable, "-m", "papermill", "../reports/weekly.ipynb", str(output), "--no-progress-bar",
               "-p", "as_of", "2013-09-10"]  # fmt: skip
    done = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    first, relative, again = views(output)
    assert planners(elsewhere) == ["lock"] * 3
    assert [view["planner"] for view in (first, relative, again)] == ["lock"] * 3
    expected = flights.execute("SELECT origin, count(*) FROM flights GROUP BY 1 ORDER BY 1").fetchall()
    assert sorted(map(tuple, values(first))) == sorted(map(tuple, values(again))) == expected
    assert values(relative) == [[cancelled(flights, AUGUST)]]
    assert cancelled(flights, AUGUST) != cancelled(flights, MAY)


def test_nbclient_finds_the_notebook_beside_the_kernel(locked: Path, tmp_path: Path, flights):
    book = nbformat.read(locked, 4)
    NotebookClient(
        book, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(locked.parent)}}
    ).execute()
    shown = [o.data[VIEW] for cell in book.cells for o in cell.outputs if VIEW in o.get("data", {})]
    assert [view["planner"] for view in shown] == ["lock"] * 3
    assert values(shown[1]) == [[cancelled(flights, MAY)]]
    assert "widgets" not in book.metadata, "no widget state is kept where no browser was attached"


def test_a_goal_that_was_edited_is_planned_anew_and_says_so(locked: Path, tmp_path: Path):
    book = nbformat.read(locked, 4)
    book.cells[3].source = "%goal flights by carrier"
    nbformat.write(book, locked)
    NotebookClient(
        book, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(locked.parent)}}
    ).execute()
    shown = [o.data[VIEW] for cell in book.cells for o in cell.outputs if VIEW in o.get("data", {})]
    assert [view["planner"] for view in shown] == ["grammar", "lock", "lock"]
    assert any("planned anew" in text for text in shown[0]["assumptions"])


def test_a_goal_that_fails_fails_the_rerun(locked: Path, tmp_path: Path):
    book = nbformat.read(locked, 4)
    book.cells[3].source = "%goal profit by carrier"
    nbformat.write(book, locked)
    command = [sys.executable, "-m", "papermill", str(locked), str(tmp_path / "out.ipynb"), "--no-progress-bar"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode != 0
    assert "profit" in done.stderr


def test_in_the_browser_the_lock_comes_with_the_execution(demo: Kernel):
    planned = demo.run("%goal flights by origin", cell="c1").view
    stored = {"jupyter_goal": {"version": 1, "locks": [planned["lock"]]}}
    again = demo.run("%goal flights by origin", cell="c1", metadata=stored).view
    assert (again["planner"], again["recomputed"]) == ("lock", "unchanged")
    assert values(again) == values(planned)
    assert demo.run("%goal flights by carrier", cell="c1", metadata=stored).view["planner"] == "grammar"


def test_a_lock_whose_metric_is_gone_is_planned_anew(demo: Kernel):
    lock = demo.run("%goal flights by origin", cell="c1").view["lock"]
    lock["catalog"] = "an earlier one"
    lock["plan"]["steps"][0]["query"]["measures"][0]["metric"] = "metric_that_was_dropped"
    again = demo.run("%goal flights by origin", cell="c1", metadata={"jupyter_goal": {"locks": [lock]}}).view
    assert (again["status"], again["planner"]) == ("done", "grammar")
    assert any("planned anew" in text for text in again["assumptions"])
