"""Which cell is running, and the locks it was given.

JupyterLab and Notebook send the cell's id and metadata with every execution. Executors without a browser (papermill,
nbclient, Voila) send neither: there the notebook file is found and read. Nothing is ever written here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from jupyter_goal.core.lock import Lock
from jupyter_goal.core.wire import METADATA_KEY
from jupyter_goal.settings import NOTEBOOK_VARIABLE

_MOST_FILES = 50
_MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """The cell under execution. `live`: a browser is attached and will draw widgets. `ran`: what this kernel ran before."""

    id: str = ""
    code: str = ""
    locks: tuple[Lock, ...] = ()
    live: bool = False
    ran: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Files of which one may be the running notebook. `told`: somebody says so; else they only lie at hand."""

    paths: tuple[Path, ...]
    told: bool = True


@dataclass(frozen=True, slots=True)
class StoredGoal:
    """A lock as found in a notebook file, with the code of its cell."""

    code: str
    lock: Lock


@dataclass(frozen=True, slots=True)
class NotebookFile:
    """What matters of a notebook file: its code and, in cell order, its locks."""

    path: Path
    codes: tuple[str, ...]
    goals: tuple[StoredGoal, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A lock and the file it is from, or the reason why there is none (empty when nothing was to be expected)."""

    lock: Lock | None = None
    reason: str = ""


def running_cell(parent: Mapping[str, Any], ran: tuple[str, ...], environment: Mapping[str, str]) -> Cell:
    """From the execute request that is being answered. `ran`: the codes that this kernel has run, this one last."""
    metadata = parent.get("metadata", {})
    cell_id = str(metadata.get("cellId", ""))
    voila = environment.get("SERVER_SOFTWARE", "").startswith("voila")
    return Cell(id=cell_id, code=ran[-1], locks=read_locks(metadata), live=bool(cell_id) or voila, ran=ran[:-1])


def read_locks(metadata: Mapping[str, Any]) -> tuple[Lock, ...]:
    """The locks in a cell's metadata; what is not a lock (any more) is passed over."""
    stored = metadata.get(METADATA_KEY)
    entries = stored.get("locks", [stored.get("lock")]) if isinstance(stored, Mapping) else []
    locks = (_lock(entry) for entry in entries)
    return tuple(lock for lock in locks if lock is not None)


def read_notebook(path: Path) -> NotebookFile | None:
    """None when it is no notebook, or too large to be worth it."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        codes = [(cell, _text(cell["source"])) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    goals = [StoredGoal(code, lock) for cell, code in codes for lock in read_locks(cell.get("metadata", {}))]
    return NotebookFile(path, tuple(code for _, code in codes), tuple(goals))


def match_lock(locks: Iterable[Lock], goal: str, occurrence: int) -> Lock | None:
    """The lock of the n-th asking of these words, in notebook order; a loop goes on with the last one."""
    same = [lock for lock in locks if lock.goal == goal]
    return same[min(occurrence, len(same) - 1)] if same else None


def find_lock(candidates: Iterable[Place], cell: Cell, goal: str, occurrence: int) -> Found:
    """The lock in the notebook that holds this cell. `candidates`: the surest place first.

    A notebook that only lies at hand must hold everything that ran: it may be a stranger's. Two notebooks of one place
    that disagree give no lock: a wrong plan is worse than a new one.
    """
    for place in candidates:
        codes = (cell.code,) if place.told else (*cell.ran, cell.code)
        books = [book for path in place.paths if (book := read_notebook(path)) is not None and _holds(book, codes)]
        if not books:
            continue
        locks = [match_lock((stored.lock for stored in book.goals), goal, occurrence) for book in books]
        return _agreed(books, locks)
    return Found(reason="planned anew: the notebook's file was not found")


def notebook_paths(environment: Mapping[str, str], names: Mapping[str, Any]) -> Iterable[Place]:
    """Where the running notebook may be, the surest first: told by us, by the front end, by the executor, at hand."""
    here = Path.cwd()
    told = [environment.get(NOTEBOOK_VARIABLE), names.get("__vsc_ipynb_file__"), environment.get("JPY_SESSION_NAME")]
    yield Place(_existing(here / str(text) for text in told[:1] if text))
    yield Place(
        _existing(path for text in told[1:] if text for path in (here / str(text), here / Path(str(text)).name))
    )
    yield Place(_existing(here / Path(environment.get(name, "")).name for name in ("PATH_INFO", "SCRIPT_NAME")))
    for path in _executor_arguments():
        yield Place((path,))
    yield Place(_existing(sorted(here.glob("*.ipynb"))[:_MOST_FILES]), told=False)


def _executor_arguments() -> tuple[Path, ...]:
    """Notebooks on the command line of the process that started this kernel (`papermill in.ipynb out.ipynb`)."""
    import psutil

    try:
        executor = psutil.Process(os.getppid())
        words, home = executor.cmdline(), Path(executor.cwd())
    except psutil.Error:
        return ()
    return _existing(home / word for word in words if word.endswith(".ipynb"))


def _existing(paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(path for path in paths if path.suffix == ".ipynb" and path.is_file()))


def _agreed(books: list[NotebookFile], locks: list[Lock | None]) -> Found:
    first, *others = locks
    if any((lock and lock.plan) != (first and first.plan) for lock in others):
        return Found(reason=f"planned anew: the locks in {', '.join(book.path.name for book in books)} disagree")
    if first is None and any(book.goals for book in books):
        return Found(reason=f"planned anew: {books[0].path.name} holds no lock of this goal")
    return Found(first, reason=f"plan locked in {books[0].path.name}" if first is not None else "")


def _holds(book: NotebookFile, codes: tuple[str, ...]) -> bool:
    return {code.strip() for code in codes} <= {"", *(code.strip() for code in book.codes)}


def _lock(entry: object) -> Lock | None:
    try:
        return Lock.model_validate(entry)
    except ValidationError:
        return None


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
