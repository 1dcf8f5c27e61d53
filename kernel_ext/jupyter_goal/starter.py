"""`jupyter goal init` and `check`: a first catalog from what was measured, and a catalog held against its database."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from goal_semantics.drift import compare
from goal_semantics.infer import infer
from goal_semantics.issues import Issue, Issues
from goal_semantics.load.native import dump
from goal_semantics.model import Relationship
from goal_semantics.probe import FactReading, compile_probe
from goal_semantics.query import Grouping, Measure, SemanticQuery
from jupyter_goal.binding import Binding, bind, open_connector
from jupyter_goal.catalogs import CatalogProblem
from jupyter_goal.errors import GoalError
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
        return json.dumps(
            {"catalog": self.name, "issues": [_plain(issue) for issue in self.issues]}, ensure_ascii=False
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


def examine(settings: Settings, target: str, catalog: str | None) -> Examined:
    """Validate a catalog alone, then hold it against its database: names, keys, and relationships row by row."""
    try:
        binding = bind(settings, target, catalog=catalog)
    except CatalogProblem as problem:
        return Examined(catalog or settings.project.catalog, problem.issues)
    try:
        issues = Issues() + compare(binding.catalog, binding.connector.columns())
        if not issues.errors:
            issues += broken_relationships(binding)
        return Examined(binding.catalog.name, issues)
    finally:
        binding.close()


def broken_relationships(binding: Binding) -> Iterator[Issue]:
    """Relationships whose joins repeat rows (the key is not unique) or, declared total, lose some. One query each."""
    now = datetime.datetime.now(datetime.UTC)
    for step in binding.catalog.relationships:
        keys = {*step.to_fields, *binding.catalog.dataset[step.to_dataset].primary_key}
        beyond = [field for field in binding.catalog.dataset[step.to_dataset].fields if field.name not in keys]
        if not beyond:
            continue
        path = f"{step.from_dataset}.{step.name}.{beyond[0].name}"
        counted = SemanticQuery(
            measures=(Measure(agg="count", field=step.from_dataset),), groupings=(Grouping(field=path),)
        )
        probe = compile_probe(counted, binding.catalog, binding.connector.dialect, as_of=now)
        if probe is not None:
            table = binding.connector.prepare(probe.compiled).run().frame.table
            reading = probe.read([column[0].as_py() for column in table.columns])
            yield from (_broken(step, fact) for fact in reading.facts if fact.rows_in != fact.rows_joined)


def _broken(step: Relationship, fact: FactReading) -> Issue:
    if fact.rows_joined > fact.rows_in:
        return Issue(
            f"joining {step.to_dataset} repeats rows: {fact.rows_in:,} become {fact.rows_joined:,}.",
            path=f"relationships.{step.name}",
            hint=f"{', '.join(step.to_fields)} must be unique in {step.to_dataset}.",
        )
    return Issue(
        f"is declared total, but {fact.rows_in - fact.rows_joined:,} rows of {fact.dataset} find no {step.to_dataset}.",
        path=f"relationships.{step.name}",
        hint="Remove `total: true`.",
    )


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
