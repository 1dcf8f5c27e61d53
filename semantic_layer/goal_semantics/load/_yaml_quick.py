"""The values of an ordinary YAML text, without their places, as fast as libyaml tells them.

Whatever is not ordinary (an alias, a key given twice, a second document, anything that is wrong) is left to the careful
reading of `_yaml`, which gives the same values for the same text and says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from goal_semantics.load._scalars import STARTS, plain

MAX_DEPTH = 60

_PARSER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Unusual(Exception):
    """The text is not ordinary."""


def events(text: str) -> Iterator[Any]:
    """The parser's events. Errors: yaml.MarkedYAMLError, yaml.reader.ReaderError."""
    loader = _PARSER(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def quick(text: str) -> Any:
    """The value of the one document. Errors: Unusual."""
    loader = _PARSER(text)
    try:
        return _value(loader.get_event)
    except (yaml.MarkedYAMLError, yaml.reader.ReaderError) as error:
        raise Unusual from error
    finally:
        loader.dispose()


def _value(get: Any) -> Any:
    """One loop over all events: calls would cost more than what they do. `key` is None where a key comes next."""
    scalar, opens_map, opens_list = yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent
    root: list[Any] = []
    top: Any = root
    key: Any = None
    stack: list[tuple[Any, Any]] = []
    while True:
        event = get()
        kind = type(event)
        if kind is scalar:
            value = event.value
            if event.anchor is not None:
                raise Unusual
            if type(top) is dict and key is None:
                if value in top:
                    raise Unusual
                key = value
                continue
            if value[:1] in STARTS and event.implicit[0] and not event.style:
                value = plain(value)
        elif kind is opens_map or kind is opens_list:
            if event.anchor is not None or len(stack) >= MAX_DEPTH or (type(top) is dict and key is None):
                raise Unusual
            value = {} if kind is opens_map else []
            stack.append((top, key))
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            top, key = stack.pop()
            if type(top) is dict:
                key = None
            continue
        elif kind is yaml.StreamEndEvent:
            return root[0] if root else None
        elif kind is yaml.AliasEvent or (kind is yaml.DocumentStartEvent and root):
            raise Unusual
        else:
            continue
        if type(top) is dict:
            top[key] = value
            key = None
        else:
            top.append(value)
        if kind is not scalar:
            top, key = value, None
