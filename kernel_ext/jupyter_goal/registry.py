"""Open folders: the file name is the registration.

`find("connectors", "duckdb")` imports `jupyter_goal.connectors.duckdb` on demand; outsiders register the same contracts
under the entry-point group `jupyter_goal.<folder>`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from jupyter_goal.errors import UsageError

PACKAGE = "jupyter_goal"


@cache
def names(folder: str) -> tuple[str, ...]:
    """Every implementation of an open folder (`charts`, `agent.checks`): ours, then outsiders'."""
    package = importlib.import_module(f"{PACKAGE}.{folder}")
    ours = [m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_")]
    theirs = [point.name for point in _outsiders(folder)]
    return tuple(dict.fromkeys([*sorted(ours), *sorted(theirs)]))


def find(folder: str, name: str) -> ModuleType:
    """The module that implements `name`. Errors: UsageError names what exists."""
    known = names(folder)
    if name not in known:
        raise UsageError(f"There is no {name!r} in {folder}.", f"Known: {', '.join(known)}.")
    for point in _outsiders(folder):
        if point.name == name:
            module = point.load()
            assert isinstance(module, ModuleType)
            return module
    return importlib.import_module(f"{PACKAGE}.{folder}.{name}")


@cache
def _outsiders(folder: str) -> tuple[EntryPoint, ...]:
    """Reading the metadata of every installed distribution is slow: once per process."""
    return tuple(entry_points(group=f"{PACKAGE}.{folder.rsplit('.', 1)[-1]}"))
