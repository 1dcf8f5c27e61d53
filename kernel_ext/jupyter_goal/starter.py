"""`jupyter goal init` and `check`: a first catalog from what was measured, and a catalog held against its database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from goal_semantics.drift import compare
from goal_semantics.infer import infer
from goal_semantics.issues import Issue, Issues
from goal_semantics.load.native import dump
from jupyter_goal.binding import bind, open_connector
from jupyter_goal.settings import Settings


@dataclass(frozen=True, slots=True)
class Examined:
    """What `check` found."""

    name: str
    issues: Issues

    @property
    def errors(self) -> Issues:
        """Only what forbids using the catalog."""
        return self.issues.errors

    @property
    def text(self) -> str:
        """For people."""
        if not self.issues:
            return f"{self.name}: the catalog is valid, and everything it names is in the database."
        counted = f"{self.name}: {len(self.errors)} errors, {len(self.issues) - len(self.errors)} warnings"
        return "\n".join([counted, *(f"  {issue.severity}: {issue}" for issue in self.issues)])

    @property
    def json(self) -> str:
        """For programs."""
        return json.dumps({"catalog": self.name, "issues": [_plain(issue) for issue in self.issues]}, ensure_ascii=False)


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


def examine(settings: Settings, target: str, catalog: str | None) -> Examined:
    """Load, validate and compare with the database. Errors: CatalogError as GoalError when it cannot be read at all."""
    binding = bind(settings, target, catalog=catalog)
    try:
        issues = Issues() + compare(binding.catalog, binding.connector.columns())
        return Examined(binding.catalog.name, issues)
    finally:
        binding.close()


def _plain(issue: Issue) -> dict[str, object]:
    place = issue.place
    return {
        "severity": issue.severity,
        "path": issue.path,
        "message": issue.message,
        "hint": issue.hint,
        "suggestions": list(issue.suggestions),
        "file": place.file if place else None,
        "line": place.line if place else None,
    }
