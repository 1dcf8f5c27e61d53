"""How two catalogs differ in meaning: definitions that say something else, also through what they are made of.

Names, labels, descriptions, synonyms, formats, owners, contracts and the order of things carry no meaning of a number; what
changed of them is listed apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from goal_semantics.meaning.canon import Canon, Meaning, frozen
from goal_semantics.meaning.spec import definition, expressions, own_dataset, parts
from goal_semantics.model import (
    Border,
    Catalog,
    Dataset,
    Expression,
    Field,
    Metric,
    Policy,
    Relationship,
    VerifiedQuery,
)
from goal_semantics.resolve import author

Section = Literal["metric", "dataset", "field", "relationship", "policy", "calendar", "exposed", "verified query"]
Kind = Literal["added", "removed", "renamed", "changed"]
Thing = TypeVar("Thing", bound=Border)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that means something else. `through`: the things that it reads and that changed, where its own words did not."""

    section: Section
    name: str
    kind: Kind
    before: str = ""
    after: str = ""
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Changes of meaning, metrics first; and the paths of what changed without a change of meaning."""

    changes: tuple[Change, ...]
    others: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether any meaning changed."""
        return bool(self.changes)


def difference(old: Catalog, new: Catalog) -> Difference:
    """What an answer from one catalog can no longer be compared with one from the other for."""
    comparing = _Comparing(old, new, Canon(old), Canon(new))
    changes = (
        *comparing.metrics(),
        *comparing.datasets(),
        *comparing.relationships(),
        *comparing.policies(),
        *comparing.calendar(),
        *comparing.exposed(),
        *comparing.verified(),
    )
    return Difference(tuple(changes), tuple(comparing.others(frozenset((c.section, c.name) for c in changes))))


@dataclass(slots=True)
class _Comparing:
    old: Catalog
    new: Catalog
    was: Canon
    now: Canon

    def metrics(self) -> Iterator[Change]:
        before, after = self.old.metric, self.new.metric
        renamed = dict(self._renamed(before, after))
        for name, metric in before.items():
            if name in renamed:
                yield Change("metric", name, "renamed", name, renamed[name])
            elif name not in after:
                yield Change("metric", name, "removed", before=definition(metric))
            elif self.was.metric(name) != self.now.metric(name):
                yield self._changed(metric, after[name])
        for name, metric in after.items():
            if name not in before and name not in renamed.values():
                yield Change("metric", name, "added", after=definition(metric))

    def _renamed(self, before: Mapping[str, Metric], after: Mapping[str, Metric]) -> Iterator[tuple[str, str]]:
        """Pairs of a metric that went and one that came and means the same, where there is no doubt."""
        gone = {name: self.was.metric(name) for name in before if name not in after}
        come = {name: self.now.metric(name) for name in after if name not in before}
        for name, meaning in gone.items():
            same = [other for other, its in come.items() if its == meaning]
            if len(same) == 1 and list(gone.values()).count(meaning) == 1:
                yield name, same[0]

    def _changed(self, old: Metric, new: Metric) -> Change:
        before, after = _words(old), _words(new)
        if before != after:
            return Change("metric", new.name, "changed", before, after)
        return Change("metric", new.name, "changed", before, after, tuple(dict.fromkeys(self._through(new))))

    def _through(self, metric: Metric) -> Iterator[str]:
        """What a metric reads that means something else now."""
        for name in parts(metric):
            if self.was.metric(name) != self.now.metric(name):
                yield name
        read, was = (each.dataset.get(own_dataset(metric.spec)) for each in (self.new, self.old))
        if read is None or was is None:
            return
        if read.source != was.source:
            yield f"the source of {read.name}"
        for name in dict.fromkeys(name for each in expressions(metric.spec) for name in _names(each)):
            yield from self._read(was, read, name)
        if self.was.dataset(was)[-1] != self.now.dataset(read)[-1] and not metric.time:
            yield f"the default time of {read.name}"

    def _read(self, was: Dataset, read: Dataset, name: str) -> Iterator[str]:
        """A name in SQL of the author, if what it leads to changed: a field of the dataset, or one over relationships."""
        if "." in name:
            if self.was.path(was, name) != self.now.path(read, name):
                yield f"{read.name}.{name}"
            return
        one = author.field_named(read, name)
        earlier = was.by_name.get(one.name) if one else None
        if one is not None and (earlier is None or self.was.field(was, earlier) != self.now.field(read, one)):
            yield f"{read.name}.{one.name}"

    def datasets(self) -> Iterator[Change]:
        yield from _sections("dataset", self.old.dataset, self.new.dataset, self.was.dataset, self.now.dataset, _rows)
        for name, after in self.new.dataset.items():
            before = self.old.dataset.get(name)
            if before is not None:
                yield from _sections(
                    "field", _paths(before), _paths(after), lambda one, of=before: self.was.field(of, one),  # type: ignore[misc]
                    lambda one, of=after: self.now.field(of, one), _value,  # type: ignore[misc]
                )  # fmt: skip

    def relationships(self) -> Iterator[Change]:
        old, new = ({f"{e.from_dataset}.{e.name}": e for e in each.relationships} for each in (self.old, self.new))
        yield from _sections("relationship", old, new, self.was.relationship, self.now.relationship, _step)

    def policies(self) -> Iterator[Change]:
        old, new = (_by_dataset(catalog, canon) for catalog, canon in ((self.old, self.was), (self.new, self.now)))
        for name in dict.fromkeys((*old, *new)):
            (before, were), (after, are) = old.get(name, ("", Counter())), new.get(name, ("", Counter()))
            if were != are:
                yield Change(
                    "policy", name, "added" if not were else "removed" if not are else "changed", before, after
                )

    def calendar(self) -> Iterator[Change]:
        for name, before in self.old.calendar.model_dump().items():
            after = getattr(self.new.calendar, name)
            if before != after:
                yield Change("calendar", name, "changed", str(before), str(after))

    def exposed(self) -> Iterator[Change]:
        before, after = (None if e.exposed is None else frozenset(e.exposed) for e in (self.old, self.new))
        if before != after:
            yield Change("exposed", "exposed", "changed", _listed(before), _listed(after))

    def verified(self) -> Iterator[Change]:
        old, new = ({each.question: each for each in e.verified_queries} for e in (self.old, self.new))
        yield from _sections("verified query", old, new, _blessed, _blessed, lambda _: "")

    def others(self, changed: frozenset[tuple[Section, str]]) -> Iterator[str]:
        """Paths of what is written differently and means the same."""
        yield from _reworded("metrics", "metric", self.old.metric, self.new.metric, changed)
        yield from _reworded("datasets", "dataset", _heads(self.old), _heads(self.new), changed)
        for name, after in self.new.dataset.items():
            if name in self.old.dataset:
                yield from _reworded("fields", "field", _paths(self.old.dataset[name]), _paths(after), changed)
        for name in ("name", "description", "owners", "questions"):
            if getattr(self.old, name) != getattr(self.new, name):
                yield name


def _sections(
    section: Section, old: Mapping[str, Thing], new: Mapping[str, Thing], was: Callable[[Thing], Meaning],
    now: Callable[[Thing], Meaning], words: Callable[[Thing], str],
) -> Iterator[Change]:  # fmt: skip
    for name, thing in old.items():
        if name not in new:
            yield Change(section, name, "removed", before=words(thing))
        elif was(thing) != now(new[name]):
            yield Change(section, name, "changed", words(thing), words(new[name]))
    for name, thing in new.items():
        if name not in old:
            yield Change(section, name, "added", after=words(thing))


def _reworded(
    place: str, section: Section, old: Mapping[str, Border], new: Mapping[str, Border],
    changed: frozenset[tuple[Section, str]],
) -> Iterator[str]:  # fmt: skip
    for name, thing in new.items():
        if name in old and old[name] != thing and (section, name) not in changed:
            yield f"{place}.{name}"


def _heads(catalog: Catalog) -> dict[str, Dataset]:
    """Datasets without their fields."""
    return {name: dataset.model_copy(update={"fields": ()}) for name, dataset in catalog.dataset.items()}


def _blessed(verified: VerifiedQuery) -> Meaning:
    return (frozen(verified.query),)


def _paths(dataset: Dataset) -> dict[str, Field]:
    return {f"{dataset.name}.{one.name}": one for one in dataset.fields}


def _by_dataset(catalog: Catalog, canon: Canon) -> dict[str, tuple[str, Counter[Meaning]]]:
    found: dict[str, tuple[str, Counter[Meaning]]] = {}
    for policy in catalog.policies:
        dataset = catalog.dataset.get(policy.dataset)
        rows = canon.sql(dataset, Expression(text=policy.rows)) if policy.rows else ()
        masks = frozenset((name, canon.sql(dataset, mask)) for name, mask in policy.masks.items())
        words, meanings = found.setdefault(policy.dataset, ("", Counter()))
        meanings[(rows, masks, frozenset(policy.exempt_groups))] += 1
        found[policy.dataset] = ("; ".join(each for each in (words, _policy(policy)) if each), meanings)
    return found


def _policy(policy: Policy) -> str:
    parts = [f"rows where {policy.rows}"] if policy.rows else []
    parts += [f"masks {', '.join(policy.masks)}"] if policy.masks else []
    parts += [f"not for {', '.join(policy.exempt_groups)}"] if policy.exempt_groups else []
    return ", ".join(parts)


def _words(metric: Metric) -> str:
    """The definition, and what else of its header is part of its meaning."""
    currency = metric.format.currency if metric.format else None
    rest = [f"in {metric.unit or currency}"] if metric.unit or currency else []
    rest += [f"by {metric.time}"] if metric.time else []
    return " ".join((definition(metric), *rest))


def _rows(dataset: Dataset) -> str:
    keys = f", one per {', '.join(dataset.primary_key)}" if dataset.primary_key else ""
    time = f", by {dataset.default_time}" if dataset.default_time else ""
    return f"{dataset.source}{keys}{time}"


def _value(one: Field) -> str:
    sql = one.expression.text if one.expression else one.name
    return " ".join(each for each in (sql, one.type, one.unit) if each)


def _step(one: Relationship) -> str:
    pairs = ", ".join(f"{near} = {far}" for near, far in zip(one.from_fields, one.to_fields, strict=False))
    flags = "".join(f" ({word.replace('_', ' ')})" for word in ("one_to_one", "total") if getattr(one, word))
    return f"{one.to_dataset} on {pairs}{flags}"


def _names(written: Expression) -> tuple[str, ...]:
    try:
        return author.names(written)
    except author.Unreadable:
        return ()


def _listed(names: Iterable[str] | None) -> str:
    return "all metrics" if names is None else ", ".join(sorted(names)) or "none"
