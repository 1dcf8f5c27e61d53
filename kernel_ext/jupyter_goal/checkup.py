"""A catalog held against its database: what it names must be there, and what it expects of the data must hold."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goal_semantics.calendar import aware
from goal_semantics.contracts import (
    Expected,
    Finding,
    Verdict,
    batches,
    compile_batch,
    expected,
    failing_rows,
    not_measured,
)
from goal_semantics.drift import compare
from goal_semantics.errors import QueryError
from goal_semantics.issues import Issues, Place
from goal_semantics.load import Places, locate
from jupyter_goal.binding import Binding, bind, written_catalog
from jupyter_goal.catalogs import CatalogProblem
from jupyter_goal.errors import QueryFailed
from jupyter_goal.settings import Settings

AT_FAULT: frozenset[Verdict] = frozenset({"failed", "warned"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One contract and what became of it: where it is written, and SQL that shows the rows at fault."""

    finding: Finding
    place: Place | None = None
    sql: str = ""


@dataclass(frozen=True, slots=True)
class Checkup:
    """What is wrong with the catalog, and how its contracts fare. Contracts are measured only of a catalog without errors."""

    name: str
    issues: Issues
    outcomes: tuple[Outcome, ...] = ()
    as_of: datetime.datetime | None = None

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How many contracts got each verdict."""
        return Counter(each.finding.verdict for each in self.outcomes)

    @property
    def failed(self) -> bool:
        """Whether something forbids using the catalog as it is."""
        return bool(self.issues.errors) or self.verdicts["failed"] > 0


def check_up(
    settings: Settings, target: str, catalog: str | None, *, as_of: datetime.datetime | None = None
) -> Checkup:
    """Validate a catalog alone, hold it against its database, measure its contracts. `as_of` None: now; naive: in its zone.

    Errors: UsageError, ConnectionProblem, and QueryFailed where not even the columns can be read.
    """
    try:
        binding = bind(settings, target, catalog=catalog)
        written = written_catalog(settings, target, catalog)
    except CatalogProblem as problem:
        return Checkup(catalog or settings.project.catalog, problem.issues)
    places = written.places if written else Places()
    try:
        notes = written.notes if written else Issues()
        issues = notes + locate(compare(binding.catalog, binding.connector.columns()), places)
        moment = aware(as_of or datetime.datetime.now(datetime.UTC), binding.catalog.calendar.time_zone)
        outcomes = () if issues.errors else tuple(_outcomes(binding, places, moment))
        return Checkup(binding.catalog.name, issues, outcomes, moment)
    finally:
        binding.close()


def _outcomes(binding: Binding, places: Places, as_of: datetime.datetime) -> Iterator[Outcome]:
    for batch in batches(expected(binding.catalog)):
        for finding in measure(binding, batch, as_of):
            sql = ""
            if finding.verdict in AT_FAULT:
                one = finding.expected
                sql = failing_rows(one, binding.catalog, binding.connector.dialect, as_of=as_of).display
            yield Outcome(finding, places.find(finding.expected.path), sql)


def measure(binding: Binding, batch: Sequence[Expected], as_of: datetime.datetime) -> Iterator[Finding]:
    """The findings of one batch. Where the database refuses the statement, halves of it: one contract fails alone."""
    try:
        measuring = compile_batch(tuple(batch), binding.catalog, binding.connector.dialect, as_of=as_of)
        table = binding.connector.prepare(measuring.compiled).run().frame.table
        yield from measuring.read([column[0].as_py() for column in table.columns])
    except (QueryFailed, QueryError) as refused:
        if len(batch) == 1:
            reason = refused.message if isinstance(refused, QueryFailed) else str(refused)
            yield not_measured(batch[0], reason)
            return
        middle = len(batch) // 2
        yield from measure(binding, batch[:middle], as_of)
        yield from measure(binding, batch[middle:], as_of)
