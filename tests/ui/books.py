"""Notebooks for the journeys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

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
