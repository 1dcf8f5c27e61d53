"""`jupyter goal init`: a first catalog from what was measured, with its guesses as comments."""

from __future__ import annotations

from pathlib import Path

from goal_semantics.infer import infer
from goal_semantics.load.native import dump
from jupyter_goal.binding import open_connector
from jupyter_goal.settings import Settings


def write_catalog(settings: Settings, source: str, output: Path) -> str:
    """Measure a database, infer a catalog, write it with its guesses as comments; returns what to do next."""
    connector = open_connector(settings, source)
    try:
        profile = connector.profile()
    finally:
        connector.close()
    inferred = infer(profile)
    output.write_text(dump(inferred.catalog, notes=inferred.guesses), encoding="utf-8")
    catalog = inferred.catalog
    return (
        f"Wrote {output}: {len(catalog.datasets)} datasets, {len(catalog.metrics)} metrics, "
        f"{len(catalog.relationships)} relationships, {len(inferred.guesses)} guesses written as comments.\n"
        f"Read the guesses, mend what is wrong, then: jupyter goal check --connection {source or '.'} --catalog {output}"
    )
