"""What a catalog expects of its data: every contract with its names found and its values typed, or what is wrong with it.

Beside what authors write under `expect`, declarations are contracts too: keys are unique and present, a relationship
ends at one row, and one that is `total` finds its partner from every row; versions of a key do not overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from goal_semantics.expectation import (
    AcceptedValues,
    Apart,
    Expectation,
    Freshness,
    NotNull,
    Partner,
    Range,
    RowCount,
    Unique,
)
from goal_semantics.issues import Issue, Issues, near
from goal_semantics.joins import Located, locate
from goal_semantics.model import NUMERIC, TEMPORAL, Catalog, Dataset, DataType, Relationship
from goal_semantics.query import Scalar
from goal_semantics.resolve.values import coerce

ORDERED = NUMERIC | TEMPORAL


@dataclass(frozen=True, slots=True)
class Expected:
    """One contract. `fields` are of `dataset`; none: its rows as a whole. Values of `rule` have the type of the field."""

    path: str
    """Where it is written."""
    dataset: str
    rule: Expectation
    fields: tuple[str, ...] = ()
    partner: str = ""
    partner_fields: tuple[str, ...] = ()
    every: bool = False
    """Rows without a key need a partner too."""
    why: str = ""
    """The declaration that it follows from; empty: the author wrote it as a contract."""


def expected(catalog: Catalog) -> tuple[Expected, ...]:
    """Every contract of a valid catalog, by dataset; each once."""
    unique: dict[tuple[object, ...], Expected] = {}
    for one in _all(catalog):
        if isinstance(one, Expected):
            key = (one.dataset, one.rule, one.fields, one.partner, one.partner_fields, one.every)
            unique.setdefault(key, one)
    order = {name: at for at, name in enumerate(catalog.dataset)}
    return tuple(sorted(unique.values(), key=lambda one: order[one.dataset]))


def misexpected(catalog: Catalog) -> Issues:
    """Everything that is wrong with the contracts that the author wrote."""
    return Issues(tuple(each for each in _all(catalog) if isinstance(each, Issue)))


def _all(catalog: Catalog) -> Iterator[Expected | Issue]:
    for dataset in catalog.datasets:
        yield from _keys(dataset)
        for field in dataset.fields:
            for at, rule in enumerate(field.expect):
                path = f"datasets.{dataset.name}.fields.{field.name}.expect.{at}"
                yield _of_field(catalog, Expected(path, dataset.name, rule, (field.name,)))
        for at, whole in enumerate(dataset.expect):
            yield _of_dataset(catalog, Expected(f"datasets.{dataset.name}.expect.{at}", dataset.name, whole))
    for step in catalog.relationships:
        if _leads_somewhere(catalog, step):
            yield from _of_step(catalog, step)


def _keys(dataset: Dataset) -> Iterator[Expected]:
    place = f"datasets.{dataset.name}"
    for key in (dataset.primary_key, *dataset.unique_keys):
        if not key or any(name not in dataset.by_name for name in key):
            continue
        named = "primary_key" if key is dataset.primary_key else "unique_keys"
        yield Expected(f"{place}.{named}", dataset.name, Unique(), key, why=named.replace("_", " ").rstrip("s"))
    for name in dataset.primary_key:
        if name in dataset.by_name:
            yield Expected(f"{place}.primary_key", dataset.name, NotNull(), (name,), why="primary key")


def _of_step(catalog: Catalog, step: Relationship) -> Iterator[Expected]:
    path, why = f"relationships.{step.name}", f"relationship {step.name}"
    target = catalog.dataset[step.to_dataset]
    declared = [key for key in (target.primary_key, *target.unique_keys) if key]
    if not any(set(key) <= set(step.to_key) for key in declared):
        yield Expected(path, step.to_dataset, Unique(), step.to_key, why=why)
    if step.validity and step.validity.valid_to in target.by_name:
        versions = Apart(start=step.validity.valid_from, end=step.validity.valid_to, inclusive=step.validity.inclusive)
        yield Expected(path, step.to_dataset, versions, step.to_key[:-1], why=why)
    if step.one_to_one:
        yield Expected(path, step.from_dataset, Unique(), step.from_fields, why=why)
    if step.total:
        yield Expected(
            path, step.from_dataset, Partner(to=step.name), step.from_fields, step.to_dataset, step.to_fields,
            every=True, why=f"{why} is total",
        )  # fmt: skip


def _of_field(catalog: Catalog, one: Expected) -> Expected | Issue:
    [name] = one.fields
    kind = catalog.dataset[one.dataset].by_name[name].type
    zone = catalog.calendar.time_zone
    match one.rule:
        case NotNull():
            return one
        case Unique(fields=fields):
            return Issue("A field is unique by itself.", one.path, "Keys of several fields stand at the dataset.") if fields else one  # fmt: skip
        case AcceptedValues(values=values):
            typed = _typed(values, kind, one.path, zone)
            return typed if isinstance(typed, Issue) else replace(one, rule=one.rule.model_copy(update={"values": typed}))  # fmt: skip
        case Range():
            return _range(one, one.rule, kind, zone)
        case Partner(to=to):
            words = to.split(".")
            if len(words) != 2:
                return Issue(f"“{to}” is not a field of another dataset.", one.path, "Write it like customers.id.")
            return _to(catalog, one, words[0], (words[1],))
        case Freshness():
            return one if kind in TEMPORAL else Issue(f"Freshness needs a time; “{name}” is of type {kind}.", one.path)
        case RowCount() | Apart():
            return Issue("Rows are counted at the dataset.", one.path)


def _of_dataset(catalog: Catalog, one: Expected) -> Expected | Issue:
    dataset = catalog.dataset[one.dataset]
    match one.rule:
        case Unique(fields=fields):
            if not fields:
                return Issue("Which fields are unique together?", one.path, "Write it like {unique: [a, b]}.")
            return _unknown(dataset, fields, one.path) or replace(one, rule=Unique(severity=one.rule.severity), fields=fields)  # fmt: skip
        case Partner(to=to):
            steps = {step.name: step for step in catalog.outgoing.get(one.dataset, ())}
            if to not in steps:
                hint = (
                    "At a dataset, name one of its relationships."
                    if steps
                    else f"No relationship leaves “{one.dataset}”."
                )
                return Issue(f"“{to}” is not a relationship of “{one.dataset}”.", one.path, hint, near(to, steps))
            step = steps[to]
            if not _leads_somewhere(catalog, step):
                return Issue(f"The relationship “{to}” is not valid.", one.path)
            return replace(one, fields=step.from_fields, partner=step.to_dataset, partner_fields=step.to_fields)
        case Freshness():
            found = locate(catalog, one.dataset, dataset.default_time) if dataset.default_time else None
            if not isinstance(found, Located) or found.steps:
                hint = "Give the dataset a default_time of its own, or expect it of a field."
                return Issue(f"“{one.dataset}” has no time that freshness could be seen by.", one.path, hint)
            return replace(one, fields=(found.field,))
        case RowCount():
            return one
        case NotNull() | AcceptedValues() | Range() | Apart():
            return Issue("This is expected of a field.", one.path)


def _range(one: Expected, rule: Range, kind: DataType, zone: str) -> Expected | Issue:
    if kind not in ORDERED:
        return Issue(f"A range needs a number or a time; “{one.fields[0]}” is of type {kind}.", one.path)
    ends = _typed((rule.minimum, rule.maximum), "decimal" if kind == "integer" else kind, one.path, zone)
    if isinstance(ends, Issue):
        return ends
    low, high = ends
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        return Issue(f"Nothing is between {rule.minimum} and {rule.maximum}.", one.path, "The smaller end comes first.")
    return replace(one, rule=rule.model_copy(update={"minimum": low, "maximum": high}))


def _typed(values: tuple[Scalar, ...], kind: DataType, path: str, zone: str) -> tuple[Scalar, ...] | Issue:
    typed = [coerce(value, kind, path, zone) for value in values]
    wrong = next((each for each in typed if isinstance(each, Issue)), None)
    return wrong or tuple(each for each in typed if not isinstance(each, Issue))


def _to(catalog: Catalog, one: Expected, name: str, fields: tuple[str, ...]) -> Expected | Issue:
    if name not in catalog.dataset:
        return Issue(f"There is no dataset “{name}”.", one.path, "", near(name, catalog.dataset))
    wrong = _unknown(catalog.dataset[name], fields, one.path)
    return wrong or replace(one, partner=name, partner_fields=fields)


def _unknown(dataset: Dataset, fields: tuple[str, ...], path: str) -> Issue | None:
    for name in fields:
        if name not in dataset.by_name:
            return Issue(f"“{name}” is not a field of “{dataset.name}”.", path, "", near(name, dataset.by_name))
    return None


def _leads_somewhere(catalog: Catalog, step: Relationship) -> bool:
    ends = ((step.from_dataset, step.from_fields), (step.to_dataset, step.to_key))
    known = all(name in catalog.dataset and set(fields) <= set(catalog.dataset[name].by_name) for name, fields in ends)
    return known and len(step.from_fields) == len(step.to_fields) > 0
