"""Notebooks for the journeys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import nbformat

from tests.notebook.conftest import SLOW_CATALOG

LOAD = "%load_ext jupyter_goal\n%goal connect demo"


def write_book(folder: Path, name: str, *codes: str) -> Path:
    book = nbformat.v4.new_notebook()
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book.cells = [nbformat.v4.new_code_cell(code) for code in codes]
    path = folder / name
    nbformat.write(book, path)
    return path


def read_cells(path: Path) -> list[Any]:
    return nbformat.read(path, 4).cells


def write_slow_project(project: Path) -> Path:
    """A project whose every query runs for minutes."""
    project.mkdir()
    duckdb.connect(str(project / "empty.duckdb")).close()
    (project / "slow.yaml").write_text(SLOW_CATALOG)
    settings = '[project]\nconnection = "duckdb:///empty.duckdb"\ncatalog = "slow.yaml"\n'
    (project / "goal.toml").write_text(settings)
    return project
