"""What a database that is asked in SQL holds, measured: the Profile of every engine but DuckDB, which has more to ask for.

One aggregate and one sample per table. Where scans are paid for, distinct values stay sketches, and only columns whose
names match are tried as references.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from goal_semantics.model import DataType
from goal_semantics.profile import ColumnProfile, Profile, TableProfile
from jupyter_goal.connectors._inclusion import find_composite_keys, find_inclusions
from jupyter_goal.connectors._keys import DeclaredKeys, primary_key
from jupyter_goal.connectors._speech import Read, Speech

SAMPLE_ABOVE = 2_000_000
"""Rows from which on columns are measured on a sample where nothing is sketched."""
SAMPLE_ROWS = 10_000
MEASURED_ROWS = 200_000
PAID_ROWS = 5_000_000
"""Rows up to which keys and references are counted where scans are paid for."""
ALL_VALUES_UP_TO = 50
SOME_VALUES = 10
NEARLY_UNIQUE = 0.8
KEYS: frozenset[DataType] = frozenset({"string", "integer", "decimal", "date", "timestamp", "timestamp_tz"})


@dataclass(frozen=True, slots=True)
class Listed:
    """A table as the engine lists it. `sampled`: whether a sample can be taken of it (of most views it cannot)."""

    name: str
    source: str
    columns: Mapping[str, str]
    comment: str = ""
    sampled: bool = True


def measure(
    read: Read, speech: Speech, *, name: str, tables: Sequence[Listed], keys: DeclaredKeys, notes: tuple[str, ...] = ()
) -> Profile:
    """The profile of these tables."""
    said, measured = list(notes), list[TableProfile]()
    for table in tables:
        profile, sampled = _table(read, speech, table, keys)
        measured.append(profile)
        if sampled:
            said.append(
                f"{table.source}: values measured on a sample of about {MEASURED_ROWS:,} of {profile.rows:,} rows"
            )
    if speech.metered:
        said.append("scans are paid for here: distinct values are estimates, and references are tried by name only")
        small = [each for each in measured if each.rows <= PAID_ROWS]
        inclusions = find_inclusions(read, speech, small, keys.references)
        return Profile(name, tuple(measured), inclusions, tuple(said), speech.dialect)
    measured = find_composite_keys(read, speech, measured)
    inclusions = find_inclusions(read, speech, measured, keys.references)
    return Profile(name, tuple(measured), inclusions, tuple(said), speech.dialect)


def _table(read: Read, speech: Speech, table: Listed, keys: DeclaredKeys) -> tuple[TableProfile, bool]:
    whole = speech.relation(table.source)
    rows = int(read(f"SELECT count(*) FROM {whole}")[0][0])
    exact = "DISTINCT" in speech.distinct
    sampled = exact and rows > SAMPLE_ABOVE and table.sampled
    scanned = _sample(speech, table, rows, MEASURED_ROWS) if sampled else whole
    columns = _with_samples(read, speech, table, rows, _columns(read, speech, table, scanned))
    doubtful = {each.name for each in columns if _decides(each)} if sampled or not exact else set[str]()
    if sampled:
        columns = tuple(
            replace(each, rows=rows, nulls=round(each.nulls * rows / max(each.rows, 1))) for each in columns
        )
    if doubtful and (rows <= PAID_ROWS or not speech.metered):
        columns = _settled(read, speech, whole, columns, doubtful)
    profile = TableProfile(table.name, table.source, rows, columns, comment=table.comment)
    return replace(profile, primary_key=keys.primary.get(table.source, ()) or primary_key(profile)), sampled


def _columns(read: Read, speech: Speech, table: Listed, scanned: str) -> tuple[ColumnProfile, ...]:
    """One scan for all columns."""
    parts = [part for name, native in table.columns.items() for part in _readings(speech, name, native)]
    row = read(f"SELECT {', '.join(['count(*)', *parts])} FROM {scanned}")[0]
    profiles = []
    for at, (name, native) in enumerate(table.columns.items()):
        filled, distinct, low, high = row[1 + 4 * at : 5 + 4 * at]
        found = ColumnProfile(
            name, speech.type_of(native), native, int(row[0]), int(row[0] - filled), min(int(distinct), int(filled)),
            (), low, high,
        )  # fmt: skip
        profiles.append(found)
    return tuple(profiles)


def _readings(speech: Speech, name: str, native: str) -> tuple[str, str, str, str]:
    column, kind = speech.quoted(name), speech.type_of(native)
    if kind == "opaque":
        return f"count({column})", "0", "NULL", "NULL"
    text = f"CAST({column} AS {speech.text})"
    ends = (f"min({text})", f"max({text})") if kind in {"string", "boolean"} else (
        f"CAST(min({column}) AS {speech.text})", f"CAST(max({column}) AS {speech.text})"
    )  # fmt: skip
    return f"count({column})", speech.distinct.format(column), *ends


def _with_samples(
    read: Read, speech: Speech, table: Listed, rows: int, columns: tuple[ColumnProfile, ...]
) -> tuple[ColumnProfile, ...]:
    """Values of every column from one sample of rows: all of a small set, else the most frequent ones."""
    shown = [each for each in columns if each.type != "opaque"]
    if not shown or not rows:
        return columns
    texts = ", ".join(f"CAST({speech.quoted(each.name)} AS {speech.text})" for each in shown)
    found = read(f"SELECT {texts} FROM {_sample(speech, table, rows, SAMPLE_ROWS)} LIMIT {SAMPLE_ROWS}")
    values = {each.name: _values(column) for each, column in zip(shown, zip(*found, strict=True), strict=False)}
    return tuple(replace(each, samples=values.get(each.name, ())) for each in columns)


def _sample(speech: Speech, table: Listed, rows: int, wanted: int) -> str:
    """Twice as many rows as wanted, in expectation: a sample of blocks may be much smaller than it should."""
    whole, percent = speech.relation(table.source), 200 * wanted / max(rows, 1)
    if percent >= 50 or not speech.sample or not table.sampled:
        return whole
    return f"{whole} {speech.sample.format(f'{percent:.4f}')}"


def _values(column: Sequence[Any]) -> tuple[str, ...]:
    counted = Counter(str(value) for value in column if value is not None)
    ranked = sorted(counted, key=lambda value: (-counted[value], value))
    return tuple(ranked if len(ranked) <= ALL_VALUES_UP_TO else ranked[:SOME_VALUES])


def _settled(
    read: Read, speech: Speech, whole: str, columns: tuple[ColumnProfile, ...], doubtful: set[str]
) -> tuple[ColumnProfile, ...]:
    """Exact counts where they decide something, over all rows, in one scan."""
    names = [each.name for each in columns if each.name in doubtful]
    counts = [f"count(DISTINCT {speech.quoted(name)}), count({speech.quoted(name)})" for name in names]
    row = read(f"SELECT {', '.join(counts)} FROM {whole}")[0]
    found = {name: (int(row[2 * at]), int(row[2 * at + 1])) for at, name in enumerate(names)}
    return tuple(
        replace(each, distinct=found[each.name][0], nulls=each.rows - found[each.name][1])
        if each.name in found
        else each
        for each in columns
    )


def _decides(column: ColumnProfile) -> bool:
    """Whether it is a small set, or may be a key."""
    small = 0 < len(column.samples) <= ALL_VALUES_UP_TO and column.distinct <= 2 * ALL_VALUES_UP_TO
    maybe_key = column.nulls == 0 and column.distinct >= NEARLY_UNIQUE * column.rows and column.type in KEYS
    return column.type != "opaque" and column.rows > 0 and (small or maybe_key)
