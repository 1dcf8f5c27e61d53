"""Every open folder has its recipe, and what the README shows runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.house import ROOT, open_folders


@pytest.mark.parametrize("folder", open_folders(), ids=lambda folder: folder.name)
def test_an_open_folder_has_a_recipe(folder: Path):
    recipe = folder / "README.md"
    assert recipe.exists()
    assert len(recipe.read_text(encoding="utf-8").split()) > 40, "a recipe shows how to add an implementation"


def test_the_python_of_the_readme_runs(tmp_path: Path):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    script = "\n".join(blocks)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env={**os.environ, "HOME": str(tmp_path)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_every_make_target_of_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    wanted = set(re.findall(r"\bmake ([a-z-]+)\b", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert [target for target in wanted if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []
