"""Catalogs from files and from databases: reading, checking, inferring. Errors become two lines with file and line."""

from __future__ import annotations

from pathlib import Path

from goal_semantics.errors import CatalogError
from goal_semantics.infer import infer
from goal_semantics.issues import Issues
from goal_semantics.load import Loaded, Source, detect, locate
from goal_semantics.model import Catalog
from goal_semantics.resolve import validate
from jupyter_goal.connectors import Connector
from jupyter_goal.errors import GoalError, UsageError


class CatalogProblem(GoalError, ValueError):
    """The catalog is not valid; `issues` are all of its problems."""

    def __init__(self, issues: Issues, name: str) -> None:
        first, *others = issues
        more = f" {len(others)} more: `jupyter goal check --catalog {name}` lists them." if others else ""
        super().__init__(str(first), f"Mend the catalog and run this again.{more}")
        self.issues = issues


def read_catalog(path: Path) -> Loaded:
    """The catalog of a file, or of the files of a folder, in any format, with its places and with what is not carried.

    Errors: UsageError, CatalogProblem.
    """
    files = _files(path) if path.is_dir() else [path]
    try:
        texts = [Source(file.read_text(encoding="utf-8"), shown_path(file)) for file in files]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The catalog {path} cannot be read: {_reason(error)}.",
            "Check the path, or write a first catalog with `jupyter goal init`.",
        ) from None
    if not texts:
        raise UsageError(f"There is no YAML file in {path}.", "Name a catalog file, or run `jupyter goal init`.")
    return _checked(shown_path(path), *texts)


def _files(folder: Path) -> list[Path]:
    """Those of the folder itself, else those of its folders (`model/cubes`, `model/views`), else its JSON."""
    for pattern in ("*.y*ml", "**/*.y*ml", "*.json"):
        found = sorted(file for file in folder.glob(pattern) if file.is_file())
        if found:
            return found
    return []


def parse_catalog(text: str, name: str) -> Loaded:
    """The catalog of one text, and its places. Errors: CatalogProblem."""
    return _checked(name, Source(text, name))


def shown_path(path: Path) -> str:
    """The path as somebody in the current folder would write it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else str(path)


def infer_catalog(connector: Connector) -> Catalog:
    """A first catalog from what the connector measures; labelled inferred."""
    return infer(connector.profile()).catalog


def _checked(name: str, *sources: Source) -> Loaded:
    try:
        loaded = detect(*sources).read(*sources)
    except CatalogError as error:
        raise CatalogProblem(error.issues, name) from None
    issues = locate(validate(loaded.catalog), loaded.places).errors
    if issues:
        raise CatalogProblem(issues, name)
    return loaded


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not UTF-8 text"
