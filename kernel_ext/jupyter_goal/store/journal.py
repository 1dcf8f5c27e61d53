"""The journal: append-only, hash-chained, durable before each effect. A killed kernel resumes a goal from it.

It keeps receipts, never rows: tables and figures are stripped from what is shown, so data marked `store: never`
leaves no rows on disk, and a resumed goal re-executes its queries.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, select

from jupyter_goal.core.event import Event, Shown
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.run import Run
from jupyter_goal.store.database import ENTRIES, transaction

GENESIS = "0" * 64
STATED = "stated"
ENDINGS = frozenset({"finished", "failed", "cancelled", "refused", "asked"})

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that does not follow from the one before."""

    seq: int
    reason: str


class Journal:
    """All runs of one state directory."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, goal: Goal) -> None:
        """Write the goal down. Must come before its first event."""
        self._write(goal, ((goal.as_of.isoformat(), STATED, goal.model_dump_json()),))

    def append(self, goal: Goal, *events: Event) -> None:
        """Write events down in one durable transaction. Errors: StoreError, and then nothing may be run."""
        rows = tuple((event.at.isoformat(), event.kind, _without_rows(event).model_dump_json()) for event in events)
        if rows:
            self._write(goal, rows)

    def load(self, run: str) -> Run | None:
        """The last asking with this id, with its events so far."""
        with transaction(self._engine) as connection:
            found = connection.execute(
                select(ENTRIES.c.kind, ENTRIES.c.body).where(ENTRIES.c.run == run).order_by(ENTRIES.c.seq)
            ).all()
        starts = [index for index, row in enumerate(found) if row.kind == STATED]
        if not starts:
            return None
        goal = Goal.model_validate_json(found[starts[-1]].body)
        return Run(goal=goal, events=tuple(_EVENT.validate_json(row.body) for row in found[starts[-1] + 1 :]))

    def unfinished(self) -> tuple[str, ...]:
        """Ids of runs whose last entry is not an end, newest first."""
        last: dict[str, str] = {}
        with transaction(self._engine) as connection:
            for row in connection.execute(select(ENTRIES.c.run, ENTRIES.c.kind).order_by(ENTRIES.c.seq)):
                last.pop(row.run, None)
                last[row.run] = row.kind
        return tuple(run for run, kind in reversed(last.items()) if kind not in ENDINGS)

    def last_fingerprints(self, goal: Goal) -> tuple[str, ...]:
        """Fingerprints of the last finished run of the same words on the same connection; empty if there is none."""
        query = select(ENTRIES.c.run).where(ENTRIES.c.goal == goal.hash, ENTRIES.c.kind == "finished")
        with transaction(self._engine) as connection:
            run = connection.execute(query.order_by(ENTRIES.c.seq.desc()).limit(1)).scalar()
        found = self.load(run) if run else None
        if found is None or found.goal.connection != goal.connection:
            return ()
        return tuple(artifact.receipt.fingerprint for artifact in found.artifacts)

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

    def _write(self, goal: Goal, rows: tuple[tuple[str, str, str], ...]) -> None:
        with transaction(self._engine) as connection:
            previous = _head(connection)
            for at, kind, body in rows:
                link = _link(previous, goal.id, at, kind, body)
                connection.execute(
                    ENTRIES.insert().values(
                        run=goal.id, goal=goal.hash, at=at, kind=kind, body=body, previous=previous, hash=link
                    )
                )
                previous = link


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
