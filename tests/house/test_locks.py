"""What is pinned is consistent and names no registry."""

from __future__ import annotations

import importlib.metadata
import json
import re
import tomllib
from pathlib import Path

import plotly

from tests.house.house import ROOT

LABEXTENSION = ROOT / "labextension"


def test_the_lock_holds_pins_only():
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pin = re.compile(r"#.*|[a-z0-9._-]+==[0-9a-z.!]+")
    assert [line for line in lines if not pin.fullmatch(line)] == []


def test_every_direct_dependency_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [*project["project"]["optional-dependencies"].values(), *project["dependency-groups"].values()]
    wanted = [*project["project"]["dependencies"], *(entry for group in groups for entry in group)]
    names = {canonical(re.split(r"[\[<>=]", entry)[0]) for entry in wanted}
    pinned = {canonical(line.partition("==")[0]) for line in (ROOT / "requirements.lock").read_text().splitlines()}
    assert names - pinned == {"jupyter-goal"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_npm_lock_names_no_registry():
    assert '"resolved"' not in (LABEXTENSION / "package-lock.json").read_text(encoding="utf-8")


def test_one_version_for_python_and_typescript():
    package = json.loads((LABEXTENSION / "package.json").read_text(encoding="utf-8"))
    assert importlib.metadata.version("jupyter-goal") == package["version"]


def test_our_plotly_js_is_the_one_that_plotly_py_speaks_to():
    package = json.loads((LABEXTENSION / "package.json").read_text(encoding="utf-8"))
    bundled = Path(plotly.__file__).parent / "package_data/plotly.min.js"
    head = bundled.read_text(encoding="utf-8")[:200]
    assert f"plotly.js v{package['devDependencies']['plotly.js-dist-min']}\n" in head
