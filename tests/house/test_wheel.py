"""The wheel carries everything that runs, once, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from tests.house.house import ROOT

LAB = "share/jupyter/labextensions/@jupyter-goal/lab"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The wheel's files; what goes to <prefix> is listed from <prefix>."""
    target = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-build-isolation", "--no-deps", "--wheel-dir", str(target)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], check=True)
    (wheel,) = target.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return [entry.partition(".data/data/")[2] or entry for entry in archive.namelist()]


@pytest.mark.parametrize(
    "wanted",
    [
        "jupyter_goal/__init__.py",
        "jupyter_goal/planner/grammar/english.txt",
        "jupyter_goal/notebook/static/widget.js",
        "jupyter_goal/notebook/static/widget.css",
        "goal_semantics/__init__.py",
        f"{LAB}/package.json",
        f"{LAB}/install.json",
        f"{LAB}/static/plotly.min.js",
        f"{LAB}/static/style.js",
        "share/jupyter/voila/templates/jupyter-goal/conf.json",
        "share/jupyter/voila/templates/jupyter-goal/index.html.j2",
    ],
)
def test_it_carries(files: list[str], wanted: str):
    assert wanted in files


def test_it_carries_the_labextensions_code(files: list[str]):
    assert any(file.startswith(f"{LAB}/static/remoteEntry.") for file in files)


def test_it_carries_every_file_of_both_packages(files: list[str]):
    packages = [(ROOT / "kernel_ext", "jupyter_goal"), (ROOT / "semantic_layer", "goal_semantics")]
    wanted = {
        str(path.relative_to(root))
        for root, package in packages
        for path in (root / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - set(files) == set()


def test_it_carries_nothing_else(files: list[str]):
    ours = (
        "jupyter_goal/",
        "goal_semantics/",
        "jupyter_goal-",
        f"{LAB}/",
        "share/jupyter/voila/templates/jupyter-goal/",
    )
    assert [file for file in files if not file.startswith(ours)] == []


def test_it_carries_no_file_twice(files: list[str]):
    assert [file for file, times in Counter(files).items() if times > 1] == []
    names = Counter(Path(file).name for file in files)
    assert {name: names[name] for name in ("plotly.min.js", "widget.js", "install.json")} == {
        "plotly.min.js": 1, "widget.js": 1, "install.json": 1,
    }  # fmt: skip
