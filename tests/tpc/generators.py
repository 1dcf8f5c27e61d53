"""The data of TPC-DS and TPC-H, made by their generators on this machine and kept in $JUPYTER_GOAL_TEST_CACHE.

The generators stand in folders of their own: duckdb 1.1.3 bundles the one of TPC-DS, and the product needs a newer duckdb.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.servers.snowflake_server import cache_folder

DUCKDB = "duckdb==1.1.3"
TPCHGEN = "tpchgen-cli==4.0.0"
TPCH_TABLES = ("region", "nation", "supplier", "customer", "part", "orders", "lineitem")


class NotMade(Exception):
    """The data cannot be made here, and why."""


def tpcds(scale: float) -> Path:
    """A folder with one Parquet file per table and, in `queries/NN.sql`, the official queries. Errors: NotMade."""
    with _once(f"tpcds-sf{scale:g}") as (target, scratch):
        if scratch is not None:
            script = Path(__file__).with_name("dsdgen.py")
            _run([sys.executable, script, str(_installed(DUCKDB)), str(scratch), str(scale)])
    return target


def tpch(scale: float) -> Path:
    """A folder with one Parquet file per table. Errors: NotMade."""
    with _once(f"tpch-sf{scale:g}") as (target, scratch):
        if scratch is not None:
            program = _installed(TPCHGEN) / "bin" / "tpchgen-cli"
            tables = ",".join(TPCH_TABLES)
            _run([program, "parquet", "-s", f"{scale:g}", "--output-dir", scratch, "--tables", tables])
    return target


@contextmanager
def _once(name: str) -> Iterator[tuple[Path, Path | None]]:
    """The finished folder, and an empty one to fill unless that exists. Only one process fills it."""
    target = cache_folder() / name
    with target.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if target.exists():
            yield target, None
            return
        with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=target.parent) as scratch:
            filled = Path(scratch) / name
            filled.mkdir()
            yield target, filled
            filled.rename(target)


def _installed(requirement: str) -> Path:
    """The folder that holds one distribution and nothing else, installed on first use."""
    with _once(requirement.replace("==", "-")) as (target, scratch):
        if scratch is not None:
            options = [
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--only-binary=:all:",
                "--target",
                scratch,
            ]
            _run([sys.executable, "-m", "pip", "install", *options, requirement])
    return target


def _run(command: Sequence[str | Path]) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise NotMade(f"{Path(command[0]).name} failed: {reason}")
