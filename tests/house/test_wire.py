"""The TypeScript types of what travels to the browser are those that the Python types generate."""

from __future__ import annotations

import subprocess
import sys

from tests.house.house import ROOT


def test_the_wire_types_have_not_drifted():
    command = [sys.executable, "-m", "jupyter_goal.core.wire", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run `make wire`\n{done.stdout}{done.stderr}"
