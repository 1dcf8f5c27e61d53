"""A catalog, its rows, and how a row finds the value at the end of a path: one partner per step, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from goal_semantics.model import Catalog, Expression, Relationship
from tests.semantic.oracle.author import Row as Names
from tests.semantic.oracle.times import DAY, Time, moment

Row = Mapping[str, Any]
MOST_STEPS = 6


class Unreachable(Exception):
    """No single path leads there."""


@dataclass(frozen=True)
class World:
    """`tables`: rows by dataset, by column (named like its field). `meanings`: what author SQL means, by its text."""

    catalog: Catalog
    tables: Mapping[str, list[Row]]
    meanings: Mapping[str, Callable[[Names], Any]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"World({', '.join(f'{len(rows)} {name}' for name, rows in self.tables.items())})"

    def value(self, dataset: str, row: Row, name: str) -> Any:
        """A field of a row, computed where it has an expression."""
        expression = self.catalog.dataset[dataset].by_name[name].expression
        return row[name] if expression is None else self.computed(dataset, row, expression)

    def computed(self, dataset: str, row: Row, expression: Expression) -> Any:
        """Author SQL over a row; a dotted name follows relationships."""
        return self.meanings[expression.text](lambda name: self.along(dataset, row, name.split(".")))

    def along(self, dataset: str, row: Row | None, words: list[str]) -> Any:
        """The field at the end of the steps; NULL where a partner is missing."""
        for word in words[:-1]:
            step = self.step(dataset, word)
            row, dataset = (None if row is None else self.partner(step, row)), step.to_dataset
        return None if row is None else self.value(dataset, row, words[-1])

    def step(self, dataset: str, name: str) -> Relationship:
        for each in self.catalog.outgoing.get(dataset, ()):
            if each.name == name:
                return each
        raise Unreachable(f"{dataset}.{name}")

    def partner(self, step: Relationship, row: Row) -> Row | None:
        near = [self.value(step.from_dataset, row, name) for name in step.from_fields]
        if None in near:
            return None
        found = [
            each for each in self.tables[step.to_dataset]
            if [self.value(step.to_dataset, each, name) for name in step.to_fields] == near and self.valid(step, row, each)
        ]  # fmt: skip
        assert len(found) <= 1, "the far side is unique"
        return found[0] if found else None

    def valid(self, step: Relationship, row: Row, version: Row) -> bool:
        """Whether a version is that of the row's time. An end that is missing is open; without a time none is valid."""
        found = step.validity
        if found is None:
            return True
        at = moment(row[found.time], self.zone)
        first, last = moment(version[found.valid_from], self.zone), moment(version[found.valid_to], self.zone)
        if at is None or (first is not None and at < first):
            return False
        until = last + DAY if last is not None and found.inclusive else last
        return until is None or at < until

    def crosses(self, dataset: str, words: list[str]) -> bool:
        """Whether a path leads over a bridge."""
        return len(words) == 2 and self.step(dataset, words[0]).bridge is not None

    def beyond(self, dataset: str, row: Row, name: str) -> list[tuple[float, Row | None]]:
        """What lies beyond a bridge, each with its weight; NULL with all of the weight where nothing does."""
        step = self.step(dataset, name)
        bridge = step.bridge
        assert bridge is not None
        near = [self.value(dataset, row, each) for each in step.from_fields]
        found = list[tuple[float, Row | None]]()
        for link in self.tables[bridge.dataset]:
            if None in near or [link[each] for each in bridge.near] != near:
                continue
            key = [link[each] for each in bridge.far]
            far = [each for each in self.tables[step.to_dataset] if [each[name] for name in step.to_fields] == key]
            found.append((1.0 if bridge.allocate == "full" else link[bridge.allocate], far[0] if far else None))
        return found or [(1.0, None)]

    def words(self, fact: str, path: str) -> list[str]:
        """The steps and the field that a path means for the rows of a fact."""
        head, *rest = path.split(".")
        if head == fact:
            return self.checked(fact, rest)
        ways = [way for way in self.ways(fact) if self.end(fact, way) == head]
        if len(ways) == 1:
            return self.checked(fact, [*ways[0], *rest])
        return self.checked(fact, rest, self.end(head, rest[:-1]))

    def checked(self, fact: str, words: list[str], target: str | None = None) -> list[str]:
        end = self.end(fact, words[:-1])
        if words[-1] not in self.catalog.dataset[end].by_name or (target is not None and target != end):
            raise Unreachable(f"{fact}: {'.'.join(words)}")
        return words

    def end(self, dataset: str, steps: list[str]) -> str:
        for name in steps:
            dataset = self.step(dataset, name).to_dataset
        return dataset

    def ways(self, dataset: str, seen: tuple[str, ...] = ()) -> Iterator[list[str]]:
        """Every chain of steps that leaves a dataset."""
        for step in self.catalog.outgoing.get(dataset, ()):
            if len(seen) < MOST_STEPS and step.bridge is None:
                yield [step.name]
                yield from ([step.name, *rest] for rest in self.ways(step.to_dataset, (*seen, dataset)))

    def kind(self, fact: str, words: list[str]) -> str:
        return self.catalog.dataset[self.end(fact, words[:-1])].by_name[words[-1]].type

    def local(self, fact: str, row: Row, words: list[str]) -> Any:
        """The value, an instant as time of the local clock."""
        value = self.along(fact, row, words)
        return moment(value, self.zone) if self.kind(fact, words) == "timestamp_tz" else value

    def time(self, fact: str, row: Row, words: list[str]) -> Time | None:
        return moment(self.along(fact, row, words), self.zone)

    @property
    def zone(self) -> str:
        return self.catalog.calendar.time_zone
