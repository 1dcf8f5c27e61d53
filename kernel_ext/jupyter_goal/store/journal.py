"""The journal: append-only, hash-chained, durable before each effect. A killed kernel resumes a goal from it.

It keeps receipts, never rows: tables and figures are stripped from what is shown, so data marked `store: never`
leaves no rows on disk, and a resumed goal re-executes its queries.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Engine, func, select

from jupyter_goal.core.event import Event, Shown
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.identity import content_hash
from jupyter_goal.core.plan import Plan
from jupyter_goal.core.run import Run
from jupyter_goal.store.database import ENTRIES, transaction

GENESIS = "0" * 64
STATED = "stated"
ENDINGS = frozenset({"finished", "failed", "cancelled", "refused", "asked", "unchanged"})
LOOK_BACK = 20
"""Finished runs of the same words among which one with the same queries is looked for."""

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that does not follow from the one before."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run whose kernel was lost, or that runs in another one."""

    run: str
    text: str
    at: str
    """When it was last heard of."""


class Journal:
    """All runs of one state directory."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, goal: Goal) -> int:
        """Write the goal down, and say at which place. Must come before its first event."""
        return self._write(goal, ((goal.as_of.isoformat(), STATED, goal.model_dump_json()),))

    def append(self, goal: Goal, *events: Event) -> None:
        """Write events down in one durable transaction. Errors: StoreError, and then nothing may be run."""
        rows = tuple((event.at.isoformat(), event.kind, _without_rows(event).model_dump_json()) for event in events)
        if rows:
            self._write(goal, rows)

    def load(self, run: str) -> Run | None:
        """The last asking with this id, with its events so far."""
        with transaction(self._engine) as connection:
            return _load(connection, ENTRIES.c.run == run)

    def unfinished(self) -> tuple[Unfinished, ...]:
        """Runs whose last entry is not an end, newest first."""
        last = select(func.max(ENTRIES.c.seq)).group_by(ENTRIES.c.run)
        open_ones = select(ENTRIES.c.run, ENTRIES.c.at).where(ENTRIES.c.seq.in_(last), ENTRIES.c.kind.not_in(ENDINGS))
        with transaction(self._engine) as connection:
            rows = connection.execute(open_ones.order_by(ENTRIES.c.seq.desc())).all()
            found = [(_load(connection, ENTRIES.c.run == row.run), row) for row in rows]
        return tuple(Unfinished(row.run, run.goal.text, row.at) for run, row in found if run is not None)

    def fingerprints_before(self, goal: Goal, plan: Plan, before: int) -> tuple[str, ...]:
        """Of the last run that ended before a place, with the same words, connection and queries; empty: none."""
        ends = select(ENTRIES.c.run, ENTRIES.c.seq).where(
            ENTRIES.c.goal == goal.hash, ENTRIES.c.kind == "finished", ENTRIES.c.seq < before
        )
        wanted = _queries(plan)
        with transaction(self._engine) as connection:
            for end in connection.execute(ends.order_by(ENTRIES.c.seq.desc()).limit(LOOK_BACK)).all():
                found = _load(connection, (ENTRIES.c.run == end.run) & (ENTRIES.c.seq <= end.seq))
                if found is None or found.plan is None or found.goal.connection != goal.connection:
                    continue
                if _queries(found.plan) == wanted:
                    return tuple(artifact.receipt.fingerprint for artifact in found.artifacts)
        return ()

    def verify(self) -> Break | None:
        """Walk the chain. None: every entry follows from the one before."""
        previous = GENESIS
        with transaction(self._engine) as connection:
            for row in connection.execute(select(ENTRIES).order_by(ENTRIES.c.seq)):
                if row.previous != previous:
                    return Break(row.seq, "does not follow the entry before: one was removed, added or moved")
                if row.hash != _link(previous, row.run, row.at, row.kind, row.body):
                    return Break(row.seq, "was changed after it was written")
                previous = row.hash
        return None

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()

    def _write(self, goal: Goal, rows: tuple[tuple[str, str, str], ...]) -> int:
        """The place of the last row."""
        place = 0
        with transaction(self._engine) as connection:
            previous = _head(connection)
            for at, kind, body in rows:
                link = _link(previous, goal.id, at, kind, body)
                written = connection.execute(
                    ENTRIES.insert().values(
                        run=goal.id, goal=goal.hash, at=at, kind=kind, body=body, previous=previous, hash=link
                    )
                )
                previous = link
                place = int(written.inserted_primary_key[0]) if written.inserted_primary_key else 0
        return place


def _load(connection: Connection, condition: ColumnElement[bool]) -> Run | None:
    found = connection.execute(select(ENTRIES.c.kind, ENTRIES.c.body).where(condition).order_by(ENTRIES.c.seq)).all()
    starts = [index for index, row in enumerate(found) if row.kind == STATED]
    if not starts:
        return None
    goal = Goal.model_validate_json(found[starts[-1]].body)
    return Run(goal=goal, events=tuple(_EVENT.validate_json(row.body) for row in found[starts[-1] + 1 :]))


def _queries(plan: Plan) -> tuple[str, ...]:
    """What decides on the rows: neither who planned it nor how it is drawn."""
    return tuple(content_hash(step.query) for step in plan.steps)


def _head(connection: Connection) -> str:
    head = connection.execute(select(ENTRIES.c.hash).order_by(ENTRIES.c.seq.desc()).limit(1)).scalar()
    return head or GENESIS


def _link(previous: str, run: str, at: str, kind: str, body: str) -> str:
    return hashlib.sha256(json.dumps([previous, run, at, kind, body]).encode()).hexdigest()


def _without_rows(event: Event) -> Event:
    if isinstance(event, Shown):
        table = event.artifact.table.model_copy(update={"values": (), "text": ()})
        bare = event.artifact.model_copy(update={"table": table, "figure": None, "headline": ""})
        return event.model_copy(update={"artifact": bare})
    return event
