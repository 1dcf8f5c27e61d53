"""Rows off the wire up to the caps. What is cut off is always said (`truncated`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from goal_semantics.compiled import CompiledQuery
from jupyter_goal.connectors import ConnectOptions

BATCH_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class Caps:
    """How much may come back."""

    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back, in the driver's own Arrow types."""

    table: pa.Table
    truncated: bool


def caps_of(query: CompiledQuery, options: ConnectOptions) -> Caps:
    """The query's own bound is one more than was asked, so that a cut is seen."""
    asked = options.row_cap if query.limit is None else query.limit - 1
    return Caps(rows=max(0, min(asked, options.row_cap)), bytes=options.byte_cap)


def collect(schema: pa.Schema, batches: Iterable[pa.RecordBatch], caps: Caps) -> Fetched:
    """Read until the end or a cap, whichever comes first; at most one batch more than the cap is ever held."""
    kept: list[pa.RecordBatch] = []
    rows, size, truncated = 0, 0, False
    for batch in batches:
        room = _room(batch, caps, rows, size)
        if room < batch.num_rows:
            truncated = True
            batch = batch.slice(0, room)
        kept.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
        if truncated:
            break
    return Fetched(pa.Table.from_batches(kept, schema=schema), truncated)


def _room(batch: pa.RecordBatch, caps: Caps, rows: int, size: int) -> int:
    """How many rows of the batch may be kept."""
    held, weight = int(batch.num_rows), int(batch.nbytes)
    room = min(caps.rows - rows, held)
    if size + weight <= caps.bytes or held == 0:
        return room
    return max(0, min(room, held * (caps.bytes - size) // weight))
