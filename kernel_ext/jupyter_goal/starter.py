"""`jupyter goal init`: a first catalog from what was measured, with its guesses as comments."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from goal_semantics.infer import infer
from goal_semantics.load.native import dump
from jupyter_goal.binding import open_connector
from jupyter_goal.catalogs import read_catalog
from jupyter_goal.errors import GoalError
from jupyter_goal.settings import Settings


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment at the top of a catalog."""

    text: str
    path: str = ""


def convert_catalog(settings: Settings, catalog: str, output: Path) -> str:
    """Write a catalog of another format as a native one, with what is not carried as comments; returns what to do next.

    Errors: UsageError, CatalogProblem, GoalError.
    """
    loaded = read_catalog(settings.directory / catalog)
    remarks = [Remark(f"From {catalog}:"), *(Remark(str(note)) for note in loaded.notes)]
    _write(output, dump(loaded.catalog, notes=remarks))
    converted = loaded.catalog
    return (
        f"Wrote {output}: {len(converted.datasets)} datasets, {len(converted.metrics)} metrics, "
        f"{len(converted.relationships)} relationships, {len(loaded.notes)} remarks written as comments.\n"
        f"Read the remarks, mend what is wrong, then: jupyter goal check --catalog {output}"
    )


def write_catalog(settings: Settings, source: str, output: Path) -> str:
    """Measure a database, infer a catalog, write it with its guesses as comments; returns what to do next."""
    connector = open_connector(settings, source)
    try:
        profile = connector.profile()
    finally:
        connector.close()
    inferred = infer(profile)
    _write(output, dump(inferred.catalog, notes=inferred.guesses))
    catalog = inferred.catalog
    return (
        f"Wrote {output}: {len(catalog.datasets)} datasets, {len(catalog.metrics)} metrics, "
        f"{len(catalog.relationships)} relationships, {len(inferred.guesses)} guesses written as comments.\n"
        f"Read the guesses, mend what is wrong, then: jupyter goal check --connection {source or '.'} --catalog {output}"
    )


def _write(output: Path, text: str) -> None:
    """The whole file or none. Errors: GoalError; what was there before is still there."""
    draft = output.with_name(f".{output.name}.new")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(output)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise GoalError(
            f"{output} could not be written: {reason}.", "Nothing was changed; name another place with --output."
        ) from None
