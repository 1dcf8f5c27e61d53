"""What every catalog format promises, and the toy of the recipe with them."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goal_semantics import load
from goal_semantics.errors import CatalogError
from goal_semantics.load import Source


def toy() -> ModuleType:
    recipe = (Path(load.__path__[0]) / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", recipe, re.DOTALL)
    module = ModuleType("toy")
    exec(compile(code, "README.md", "exec"), module.__dict__)
    return module


FORMATS = [importlib.import_module(f"goal_semantics.load.{found.name}") for found in pkgutil.iter_modules(load.__path__)
           if not found.name.startswith("_")]  # fmt: skip
every_format = pytest.mark.parametrize("format_", [*FORMATS, toy()], ids=lambda module: module.__name__)


@every_format
@given(st.text(max_size=200) | st.text("[]{}:,-#&*!|>'\"\n\t %ab", max_size=80))
def test_any_text_is_a_catalog_or_a_catalog_error(format_, text):
    issues = ["none"]
    try:
        format_.read(Source(text, "some.file"))
    except CatalogError as error:
        issues = [issue.message for issue in error.issues]
    assert issues
    assert all(issues)


@every_format
def test_an_empty_text_is_no_catalog(format_):
    with pytest.raises(CatalogError):
        format_.read(Source("", "empty.file"))


def test_there_is_a_format():
    assert "goal_semantics.load.native" in [module.__name__ for module in FORMATS]
