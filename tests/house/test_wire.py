"""The TypeScript types of what travels to the browser are those that the Python types generate."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.house.house import AGENT, COMPILER, ROOT


def test_the_wire_types_have_not_drifted():
    # The sources, not what is installed: the generator writes beside them.
    sources = os.pathsep.join([str(AGENT.parent), str(COMPILER.parent)])
    command = [sys.executable, "-m", "jupyter_goal.core.wire", "--check"]
    environment = {**os.environ, "PYTHONPATH": sources}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run `make wire`\n{done.stdout}{done.stderr}"
