"""YAML text to plain values that remember their line. YAML 1.2 core rules: `on`, `yes` and dates are text.

Built from parser events on an explicit stack: the libyaml composer recurses in C and dies on deep nesting. Refuses what a
catalog never needs and an attacker does: deep nesting, aliases that expand without bound, duplicate keys.

Places cost more than values and are only needed for what is wrong. So an ordinary text is read by `_yaml_quick`; a text that
is not, and every text that somebody wants a place of, is read here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import yaml

from goal_semantics.issues import Issue, Issues, Place
from goal_semantics.load._scalars import plain
from goal_semantics.load._yaml_quick import MAX_DEPTH, Unusual, events, quick

__all__ = ["MAX_DEPTH", "Document", "Trail", "parse"]

Trail = tuple[str | int, ...]
"""Where a value is: keys and list positions from the top."""

MAX_VALUES = 2_000_000


@dataclass(frozen=True)
class Document:
    """The value of one text and what was wrong with the text; the place of everything in it, once somebody asks.

    `readable` False: the text broke off, so `value` is only a part.
    """

    file: str
    value: Any
    text: str
    issues: Issues = Issues()
    readable: bool = True

    @cached_property
    def places(self) -> dict[Trail, Place]:
        """Keys and entries of lists by trail; () is the beginning."""
        return _carefully(self.text, self.file)[0].places


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being filled."""

    value: dict[str, Any] | list[Any]
    trail: Trail
    anchor: str | None
    size: int = 1
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    file: str
    places: dict[Trail, Place] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    root: Any = None
    size: int = 0

    def fail(self, message: str, mark: Any, hint: str = "") -> None:
        self.issues.append(Issue(message, hint=hint, place=self.place(mark)))

    def place(self, mark: Any) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)

    def trail(self) -> Trail:
        """The trail of the value that comes next."""
        if not self.stack:
            return ()
        top = self.stack[-1]
        return (*top.trail, top.key if isinstance(top.value, dict) and top.key is not None else len(top.value))

    def wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None

    def key(self, text: str, mark: Any) -> None:
        top = self.stack[-1]
        top.key = text
        trail = (*top.trail, text)
        if text in top.value:
            self.fail(
                f"the key “{text}” is given twice in one mapping.", mark, f"First: line {self.places[trail].line}."
            )
        self.places[trail] = self.place(mark)

    def add(self, value: Any, size: int, mark: Any) -> None:
        trail = self.trail()
        self.size += size
        if not self.stack:
            self.root = value
            self.places[()] = self.place(mark)
            return
        top = self.stack[-1]
        top.size += size
        if isinstance(top.value, list):
            self.places[trail] = self.place(mark)
            top.value.append(value)
        else:
            assert top.key is not None
            top.value[top.key] = value
            top.key = None


def parse(text: str, *, file: str) -> Document:
    """Read the one document of a text; every problem of the text is an issue with its line."""
    try:
        return Document(file, quick(text), text)
    except Unusual:
        builder, readable = _carefully(text, file)
        return Document(file, builder.root, text, Issues(tuple(builder.issues)), readable)


def _carefully(text: str, file: str) -> tuple[_Builder, bool]:
    """What was built, and whether the text was read to its end."""
    builder = _Builder(file)
    readable = False
    try:
        readable = all(_take(builder, event) for event in events(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = builder.place(mark) if mark else Place(file, 1)
        builder.issues.append(Issue(f"this is not YAML: {error.problem or error}", place=place))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        builder.issues.append(Issue(f"a character that YAML forbids: {error.reason}", place=Place(file, line)))
    return builder, readable


def _take(builder: _Builder, event: Any) -> bool:
    """Consume one event; False stops reading."""
    match event:
        case yaml.ScalarEvent():
            _scalar(builder, event)
        case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
            return _open(builder, event)
        case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
            closed = builder.stack.pop()
            if closed.anchor:
                builder.anchors[closed.anchor] = (closed.value, closed.size)
            if builder.stack:
                builder.stack[-1].size += closed.size
        case yaml.AliasEvent():
            return _alias(builder, event)
        case yaml.DocumentStartEvent() if () in builder.places:
            builder.fail("a second YAML document begins here; a catalog is one document", event.start_mark)
            return False
    return True


def _scalar(builder: _Builder, event: Any) -> None:
    if builder.wants_key():
        builder.key(event.value, event.start_mark)
        return
    value = plain(event.value) if event.implicit[0] and not event.style else event.value
    if event.anchor:
        builder.anchors[event.anchor] = (value, 1)
    builder.add(value, 1, event.start_mark)


def _open(builder: _Builder, event: Any) -> bool:
    if builder.wants_key():
        builder.fail("a key must be a single word or text", event.start_mark)
        return False
    if len(builder.stack) >= MAX_DEPTH:
        builder.fail(f"nested more than {MAX_DEPTH} levels deep", event.start_mark)
        return False
    fresh: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
    trail = builder.trail()
    builder.add(fresh, 1, event.start_mark)
    builder.stack.append(_Open(fresh, trail, event.anchor, size=0))
    return True


def _alias(builder: _Builder, event: Any) -> bool:
    if builder.wants_key():
        builder.fail("an alias cannot be a key", event.start_mark)
        return False
    if event.anchor not in builder.anchors:
        builder.fail(f"the alias “*{event.anchor}” is used before its anchor is complete", event.start_mark)
        builder.add(None, 1, event.start_mark)
        return True
    value, size = builder.anchors[event.anchor]
    if builder.size + size > MAX_VALUES:
        builder.fail("the aliases expand to more values than a catalog can hold", event.start_mark)
        return False
    builder.add(value, size, event.start_mark)
    return True
