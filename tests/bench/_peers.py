"""Environments of other semantic layers, kept in $JUPYTER_GOAL_TEST_CACHE: they are no dependency and share no pins."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "peers"
SIDEMANTIC = ("sidemantic==0.13.0", "duckdb")


class NotMeasured(Exception):
    """The peer cannot be measured here, and why."""


def measured(script: str, requirements: tuple[str, ...], cache: Path, *arguments: str) -> Any:
    """The JSON that a script of `peers/` prints in the peer's environment. Errors: NotMeasured."""
    python = _environment(requirements, cache)
    done = subprocess.run(
        [python, HERE / script, *arguments], capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"}
    )
    if done.returncode:
        raise NotMeasured((done.stderr.strip().splitlines() or ["no message"])[-1])
    return json.loads(done.stdout.splitlines()[-1])


def _environment(requirements: tuple[str, ...], cache: Path) -> Path:
    folder = cache / f"peer-{requirements[0].replace('==', '-')}"
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if not ready.exists():
        commands = (
            [sys.executable, "-m", "venv", "--clear", folder],
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements],
        )
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise NotMeasured((done.stderr.strip().splitlines() or ["no message"])[-1])
        ready.touch()
    return python
