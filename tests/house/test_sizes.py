"""Small modules, short functions."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

from tests.house.house import ROOT, VIEW, modules

MODULE_LINES, FUNCTION_LINES = 400, 60

# What is still too long; this list may only shrink.
LONG_MODULES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()


def lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def test_no_module_is_long():
    sources = [*modules(), *(path for path in VIEW.rglob("*.ts") if "wire" not in path.parts)]
    sizes = {str(path.relative_to(ROOT)): lines(path) for path in sources}
    print(f"{len(sizes)} modules, median {statistics.median(sizes.values()):.0f} lines (aim: under 120)")
    assert {path for path, size in sizes.items() if size > MODULE_LINES} == LONG_MODULES


def test_no_function_is_long():
    long = {
        f"{module.relative_to(ROOT)}::{node.name}"
        for module in modules()
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES
    }
    assert long == LONG_FUNCTIONS
