"""Starts the Snowflake loopback in its own virtual environment: fakesnow pins other versions than the product's.

The environment is made once, in $JUPYTER_GOAL_TEST_CACHE or ~/.cache/jupyter-goal-tests.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REQUIREMENTS = ("fakesnow[server]==0.12.1", "snowflake-connector-python<5")


class Unavailable(Exception):
    """The environment cannot be made here, and why."""


@dataclass(frozen=True)
class Loopback:
    """Where the server is."""

    port: int
    password: str

    def write_settings(self, folder: Path, password: str | None = None) -> Path:
        """The vendor's own file with a connection [loop]; returns its folder."""
        home = folder / "snowflake"
        home.mkdir(exist_ok=True)
        file = home / "connections.toml"
        file.write_text(
            f'[loop]\naccount = "loopback"\nhost = "127.0.0.1"\nport = {self.port}\nprotocol = "http"\nuser = "reader"\n'
            f'password = "{password or self.password}"\ndatabase = "DB1"\nschema = "PUBLIC"\n',
            encoding="utf-8",
        )
        file.chmod(0o600)
        return home

    def seen(self) -> Any:
        """What arrived: logins, statements, aborts, and how many statements run."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/seen", timeout=10) as answer:
            return json.load(answer)


@contextlib.contextmanager
def snowflake_server() -> Iterator[Loopback]:
    """A running server. Raises Unavailable."""
    python = environment(cache_folder() / "fakesnow-0.12.1")
    password = "loopback-secret"
    script = Path(__file__).with_name("snowflake_loopback.py")
    process = subprocess.Popen([python, script, password], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        line = process.stdout.readline().strip()
        if not line.isdigit():
            raise Unavailable("the server did not start")
        yield Loopback(int(line), password)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def cache_folder() -> Path:
    folder = Path(os.environ.get("JUPYTER_GOAL_TEST_CACHE", "~/.cache/jupyter-goal-tests")).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def environment(folder: Path) -> Path:
    """The Python of a virtual environment with fakesnow in it, made when it is not there yet."""
    python, stamp = folder / "bin/python", folder / "complete"
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists():
            shutil.rmtree(folder, ignore_errors=True)
            commands = (
                [sys.executable, "-m", "venv", folder],
                [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *REQUIREMENTS],
            )
            for command in commands:
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode:
                    reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
                    raise Unavailable(f"fakesnow could not be installed: {reason}")
            stamp.touch()
    return python
