"""A first catalog from what was measured of a database. Every guess is said, so that a person can mend it.

Guesses what names and values make likely and leaves out the rest; it never sees rows and never invents a number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from goal_semantics.infer.fields import Shaped, shape
from goal_semantics.infer.guesses import Guess
from goal_semantics.infer.links import Link, Linked, identifies, link
from goal_semantics.infer.measures import measure, rows_of
from goal_semantics.infer.names import free, row_word, safe, words
from goal_semantics.model import Catalog, Dataset, Field, Relationship
from goal_semantics.profile import Profile, TableProfile

__all__ = ["Guess", "Inferred", "infer"]

GRAINS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
LATER = frozenset({"updated", "modified", "changed", "closed", "ended", "end", "due", "expiry", "expires", "expiration",
                   "shipped", "ship", "delivered", "delivery", "returned", "return", "arrival", "resolved", "to", "until",
                   "left", "death", "graduation", "deleted", "cancelled"})  # fmt: skip
"""Words of times that come after the thing itself happened."""
NEVER = frozenset({"birth", "dob", "birthday", "birthdate", "born"})
MOST_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class Inferred:
    """The catalog, labelled as inferred, and every guess with its reason."""

    catalog: Catalog
    guesses: tuple[Guess, ...]


def infer(profile: Profile) -> Inferred:
    """Datasets, keys, relationships, fields, default times and first metrics of a profile."""
    linked = link(profile)
    names = _dataset_names(profile.tables)
    guesses = [Guess("", f"measured: {note}") for note in profile.notes]
    datasets: list[Dataset] = []
    columns: dict[str, dict[str, str]] = {}
    for table in profile.tables:
        shaped = shape(table, names[table.source], _key_columns(table, linked), profile.dialect)
        columns[table.source] = _by_column(table, shaped)
        dataset, more = _dataset(table, names[table.source], shaped, linked, columns[table.source])
        datasets.append(dataset)
        guesses.extend((*shaped.guesses, *more))
    metrics, reasons = measure(tuple(datasets))
    catalog = Catalog(
        name=profile.name,
        description="Inferred from names, types, keys and values of the database; nobody has reviewed it yet.",
        datasets=tuple(datasets),
        relationships=tuple(_relationship(each, names, columns) for each in linked.links),
        metrics=metrics,
        inferred=True,
    )
    catalog = catalog.model_copy(update={"questions": _questions(catalog)})
    return Inferred(catalog, (*guesses, *linked.guesses, *reasons))


def _dataset_names(tables: Iterable[TableProfile]) -> dict[str, str]:
    """Source -> name of the dataset, unique."""
    names: dict[str, str] = {}
    for table in tables:
        names[table.source] = free(safe(table.name), names.values())
    return names


def _key_columns(table: TableProfile, linked: Linked) -> frozenset[str]:
    own = [column for each in linked.links if each.child is table for column in each.inclusion.child_columns]
    pointed = [column for each in linked.links if each.parent is table for column in each.inclusion.parent_columns]
    return frozenset((*table.primary_key, *own, *pointed))


def _by_column(table: TableProfile, shaped: Shaped) -> dict[str, str]:
    """Column -> field name."""
    made = len(shaped.fields) - len(table.columns)
    return {column.name: field.name for column, field in zip(table.columns, shaped.fields[made:], strict=True)}


def _dataset(
    table: TableProfile, name: str, shaped: Shaped, linked: Linked, fields: dict[str, str]
) -> tuple[Dataset, list[Guess]]:
    guesses: list[Guess] = []
    key = table.primary_key
    if key and not identifies(table, key):
        guesses.append(
            Guess(f"datasets.{name}", f"left out: the key ({', '.join(key)}): the data has duplicates or gaps.")
        )
        key = ()
    elif key:
        guesses.append(
            Guess(f"datasets.{name}.primary_key", f"declared or measured: no two rows share {', '.join(key)}.")
        )
    pointed = [each.inclusion.parent_columns for each in linked.links if each.parent is table]
    alone = [each.inclusion.child_columns for each in linked.links if each.child is table and each.one_to_one]
    time, reason = _default_time(shaped.fields)
    if reason:
        guesses.append(Guess(f"datasets.{name}.default_time", reason))
    row = row_word(table.name)
    several = rows_of(row)
    dataset = Dataset(
        name=name,
        description=table.comment,
        synonyms=() if several == name.replace("_", " ").lower() else (several,),
        source=table.source,
        primary_key=tuple(fields[column] for column in key),
        unique_keys=tuple(
            tuple(fields[name] for name in other) for other in dict.fromkeys(pointed + alone) if other != key
        ),
        fields=shaped.fields,
        default_time=time,
        row=row,
    )
    return dataset, guesses


def _default_time(fields: tuple[Field, ...]) -> tuple[str | None, str]:
    """The time at which a row happened, and why it was chosen."""
    times = [field for field in fields if field.role == "time" and not NEVER & set(words(field.name))]
    if not times:
        return None, ""
    first = min(
        times, key=lambda field: (bool(LATER & set(words(field.name))), field.type == "timestamp_tz", _fineness(field))
    )
    others = ", ".join(field.name for field in times if field is not first)
    reason = f"guess: rows happen at {first.name}; the others are {others}." if others else ""
    return first.name, reason


def _fineness(field: Field) -> int:
    return GRAINS.index(field.grain) if field.grain else len(GRAINS)


def _relationship(each: Link, names: dict[str, str], columns: dict[str, dict[str, str]]) -> Relationship:
    inclusion = each.inclusion
    return Relationship(
        name=each.name,
        from_dataset=names[each.child.source],
        to_dataset=names[each.parent.source],
        from_fields=tuple(columns[each.child.source][column] for column in inclusion.child_columns),
        to_fields=tuple(columns[each.parent.source][column] for column in inclusion.parent_columns),
        one_to_one=each.one_to_one,
    )


def _questions(catalog: Catalog) -> tuple[str, ...]:
    """Goals that the inferred names answer, of the datasets that point at most others first."""
    asked: list[str] = []
    for dataset in sorted(catalog.datasets, key=lambda each: -len(catalog.outgoing.get(each.name, ()))):
        own = [metric for metric in catalog.metrics if getattr(metric.spec, "dataset", "") == dataset.name]
        groups = [field for field in dataset.fields if field.values and (field.name,) != dataset.primary_key]
        if own and dataset.default_time:
            asked.append(f"{own[0].title} by month")
        asked.extend(f"{metric.title} by {group.title}" for metric, group in zip(own, groups[:2], strict=False))
    return tuple(dict.fromkeys(asked))[:MOST_QUESTIONS]
