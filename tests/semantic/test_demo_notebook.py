"""The first notebook: a valid file without outputs, whose cells keep their ids."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

MIME = "application/vnd.jupyter-goal.run+json"
FOLDER = Path(__file__).parents[2] / "notebooks"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.name)
def test_notebooks_are_committed_clean(path):
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert not any(set(one) <= set("0123456789abcdef-") and len(one) > 20 for one in ids), "ids are words, not random"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)


def test_the_first_notebook_tells_the_whole_story():
    sources = [cell.source for cell in nbformat.read(FOLDER / "01_first_goal.ipynb", as_version=4).cells]
    for expected in (
        "%load_ext jupyter_goal",
        "%goal connect demo",
        "run = %goal on-time rate by carrier",
        "print(run.sql)",
    ):
        assert expected in sources


def test_the_first_notebook_runs_without_a_model_and_every_check_passes(tmp_path):
    notebook = nbformat.read(FOLDER / "01_first_goal.ipynb", as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    runs = [
        output.data[MIME]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if MIME in output.get("data", {})
    ]
    assert [run["status"] for run in runs] == ["done"] * len(runs)
    assert len(runs) >= 7
    verdicts = {
        check["verdict"] for run in runs for artifact in run["artifacts"] for check in artifact["receipt"]["checks"]
    }
    assert "failed" not in verdicts
    assert "passed" in verdicts
    assert {run["planner"] for run in runs} <= {"grammar", "verified"}
