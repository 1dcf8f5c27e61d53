"""One extra query per step that measures what the checks need, in as few scans as possible."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FactReading:
    """Measured over the rows of one fact dataset that satisfy the query's filters and window.

    `rows_in`: rows of the fact alone; `rows_joined`: the same after the joins of the groupings (equal, or fan-out/loss).
    `unmatched`: relationship path -> rows whose key found no partner (NULL or dangling).
    """

    dataset: str
    measures: tuple[str, ...]
    rows_in: int
    rows_joined: int
    time_min: datetime.datetime | datetime.date | None = None
    time_max: datetime.datetime | datetime.date | None = None
    """Of the fact's default time over ALL its rows (not only the window): "data until"."""
    unmatched: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class MeasureReading:
    """`total`: the measure without groupings (same filters). `nulls`: input rows that the aggregate ignored."""

    measure: str
    dataset: str
    total: object
    inputs: int
    nulls: int
    denominator_zero: bool = False


@dataclass(frozen=True, slots=True)
class ProbeReading:
    """The decoded row of the probe query."""

    facts: tuple[FactReading, ...]
    measures: tuple[MeasureReading, ...]
