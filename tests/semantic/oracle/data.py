"""Random rows: NULLs everywhere, keys that are missing or lead nowhere, gaps in time, duplicates, tables without rows."""

from __future__ import annotations

import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from goal_semantics.model import Dataset, DataType, Relationship
from tests.semantic.oracle.world import Row

TEXTS = ["a", "b", "B", "ab", "50%", "o'k", "", "z_z"]
DAYS = [
    datetime.date(2022, 11, 30), datetime.date(2022, 12, 31), datetime.date(2023, 1, 1), datetime.date(2023, 1, 31),
    datetime.date(2023, 2, 28), datetime.date(2023, 3, 1), datetime.date(2023, 3, 2), datetime.date(2023, 3, 15),
    datetime.date(2023, 4, 1), datetime.date(2023, 7, 9), datetime.date(2023, 11, 5), datetime.date(2024, 1, 31),
    datetime.date(2024, 2, 28), datetime.date(2024, 2, 29), datetime.date(2024, 3, 1), datetime.date(2024, 3, 10),
    datetime.date(2024, 3, 31), datetime.date(2024, 4, 14),
]  # fmt: skip
CLOCKS = [datetime.time(0, 0), datetime.time(3, 30), datetime.time(12, 0, 1), datetime.time(23, 59, 59)]


def _stamp(day: datetime.date, clock: datetime.time) -> datetime.datetime:
    return datetime.datetime.combine(day, clock)


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": st.sampled_from(TEXTS),
    "boolean": st.booleans(),
    "integer": st.integers(-3, 6),
    "decimal": st.integers(-40, 200).map(lambda n: Decimal(n) / 4).map(lambda d: d.quantize(Decimal("0.01"))),
    "float": st.integers(-8, 40).map(lambda n: n / 4),
    "date": st.sampled_from(DAYS),
    "timestamp": st.builds(_stamp, st.sampled_from(DAYS), st.sampled_from(CLOCKS)),
    "timestamp_tz": st.builds(_stamp, st.sampled_from(DAYS), st.sampled_from(CLOCKS)).map(lambda t: t.replace(tzinfo=datetime.UTC)),
}  # fmt: skip
BIG = st.sampled_from([2**53 + 1, 2**59, -(2**58) - 3, 9_007_199_254_740_995, 7])
"""Integers that no double holds, small enough that a few of them can be added."""


@st.composite
def tables(
    draw: st.DrawFn, datasets: tuple[Dataset, ...], relationships: tuple[Relationship, ...]
) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for dataset in datasets:
        fact = dataset.default_time is not None
        if dataset.name == "tiers":
            found["tiers"] = draw(_versions(next((each for each in relationships if each.validity), None)))
            continue
        if dataset.name == "sale_tags":
            found["sale_tags"] = draw(_links(found["sales"]))
            continue
        size = 0 if draw(st.integers(0, 24)) == 24 else draw(st.sampled_from(range(4, 17) if fact else range(2, 6)))
        keys = {step.from_fields[0] for step in relationships if step.from_dataset == dataset.name}
        found[dataset.name] = [
            {
                field.name: number + 1 if (field.name,) == dataset.primary_key else draw(_cell(field.name, field.type, key=field.name in keys))
                for field in dataset.fields if field.expression is None
            }
            for number in range(size)
        ]  # fmt: skip
    return found


def _cell(name: str, kind: DataType, *, key: bool) -> st.SearchStrategy[Any]:
    """Keys are those of up to four partners, of none, or missing."""
    value = st.integers(1, 5) if key else BIG if name == "big" else VALUES[kind]
    return st.integers(0, 8).flatmap(lambda n: st.none() if n == 8 else value)


@st.composite
def _versions(draw: st.DrawFn, step: Relationship | None) -> list[Row]:
    """Versions of up to four keys that do not overlap; with gaps, and open at either end."""
    inclusive = step is not None and step.validity is not None and step.validity.inclusive
    found = list[Row]()
    for key in range(1, 5):
        cuts = sorted(draw(st.sets(st.sampled_from(DAYS), max_size=4)))
        for since, until in pairwise(cuts):
            last = until - datetime.timedelta(days=1) if inclusive else until
            ends = (
                None if since == cuts[0] and draw(st.booleans()) else since,
                None if until == cuts[-1] and draw(st.booleans()) else last,
            )
            row = {
                "tier_row": len(found) + 1,
                "tier_id": key,
                "name": draw(st.sampled_from(TEXTS)),
                "level": draw(st.integers(1, 5)),
            }
            found += [row | dict(zip(("since", "until"), ends, strict=True))] if draw(st.integers(0, 4)) else []
    return found


@st.composite
def _links(draw: st.DrawFn, sales: list[Row]) -> list[Row]:
    """Tags of sales, by weights that add up to one; some lead nowhere."""
    found = list[Row]()
    for sale in sales:
        for weight in draw(st.sampled_from([[], [1.0], [0.5, 0.5], [0.25, 0.75], [0.25, 0.25, 0.5]])):
            tag = draw(st.one_of(st.integers(1, 5), st.integers(1, 5), st.none()))
            found.append({"sale_tag_id": len(found) + 1, "sale_id": sale["sale_id"], "tag_id": tag, "weight": weight})
    return [*found, {"sale_tag_id": len(found) + 1, "sale_id": None, "tag_id": 1, "weight": 1.0}]


def is_total(step: Relationship, found: dict[str, list[Row]]) -> bool:
    if step.validity or step.bridge:
        return False
    keys = {row[step.to_fields[0]] for row in found[step.to_dataset]}
    return all(row[step.from_fields[0]] in keys for row in found[step.from_dataset])


SQL_TYPES = {
    "string": "VARCHAR", "boolean": "BOOLEAN", "integer": "BIGINT", "decimal": "DECIMAL(12,2)", "float": "DOUBLE",
    "date": "DATE", "timestamp": "TIMESTAMP", "timestamp_tz": "TIMESTAMPTZ",
}  # fmt: skip


def statements(datasets: tuple[Dataset, ...], found: dict[str, list[Row]]) -> str:
    """SQL that stores the rows."""
    lines = list[str]()
    for dataset in datasets:
        columns = [field for field in dataset.fields if field.expression is None]
        described = ", ".join(f"{each.name} {SQL_TYPES[each.type]}" for each in columns)
        lines.append(f"CREATE OR REPLACE TABLE {dataset.name} ({described});")
        rows = ", ".join(f"({', '.join(_literal(row[each.name]) for each in columns)})" for row in found[dataset.name])
        if rows:
            lines.append(f"INSERT INTO {dataset.name} VALUES {rows};")
    return "\n".join(lines)


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float | Decimal):
        return str(value)
    return "'{}'".format(str(value).replace("'", "''"))
