"""Imports point down, implementations do not know each other, and lazy imports are listed here."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import grimp
import pytest

from tests.house.house import AGENT, ROOT, modules, name, open_folders

# These join the parts on first use, so that importing and %load_ext stay light: they may import ours inside a function.
JOINING = {
    "jupyter_goal",
    "jupyter_goal.binding",
    "jupyter_goal.notebook.magic",
    "jupyter_goal.session",
}
# Third parties inside a function: drivers and libraries that are optional, or needed by one command only.
LATE = {
    "jupyter_goal.answer": {"pandas", "polars"},
    "jupyter_goal.connectors.databricks": {"databricks"},
    "jupyter_goal.connectors.postgres": {"psycopg"},
    "jupyter_goal.connectors.snowflake": {"snowflake"},
    "jupyter_goal.connectors.spark": {"pyspark"},
    "jupyter_goal.tour": {"nbclient", "nbconvert", "nbformat"},
    "jupyter_goal.notebook.cells": {"psutil"},
    "jupyter_goal.notebook.view": {"plotly"},
}


def test_the_contracts_of_setup_cfg_are_kept():
    command = shutil.which("lint-imports", path=Path(sys.executable).parent)
    assert command, "import-linter is not installed"
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", open_folders(), ids=lambda folder: folder.name)
def test_implementations_of_one_folder_do_not_know_each_other(folder: Path):
    graph = grimp.build_graph(name(AGENT / "__init__.py"), "goal_semantics", cache_dir=None)
    siblings = {child for child in graph.find_children(name(folder / "__init__.py")) if "._" not in child}
    known = [
        (one, other)
        for one, other in permutations(siblings, 2)
        if graph.direct_import_exists(importer=one, imported=other, as_packages=True)
    ]
    assert known == []


def lazy_imports(module: Path) -> set[str]:
    found: set[str] = set()
    for function in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    found |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom):
                    found.add("." * node.level + (node.module or ""))
    return found


def test_lazy_imports_are_those_listed_above():
    unlisted = {
        name(module): sorted(imported)
        for module in modules()
        if (imported := {found for found in lazy_imports(module) if not allowed(name(module), found)})
    }
    assert unlisted == {}


def allowed(module: str, imported: str) -> bool:
    top = imported.partition(".")[0]
    return (module in JOINING and top == "jupyter_goal") or top in LATE.get(module, set())
