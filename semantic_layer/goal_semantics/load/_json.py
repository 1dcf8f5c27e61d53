"""JSON text to plain values that remember their line, like `_yaml`."""

from __future__ import annotations

import bisect
import json
import re
from dataclasses import dataclass
from typing import Any

from goal_semantics.issues import Issue, Issues, Place
from goal_semantics.load._yaml import MAX_DEPTH, Trail

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """The value of one text, the place of everything in it, and what was wrong with the text."""

    file: str
    value: Any
    places: dict[Trail, Place]
    issues: Issues
    readable: bool = True


def parse(text: str, *, file: str) -> JsonDocument:
    """Read one JSON text; every problem of the text is an issue with its line."""
    twice: list[str] = []

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice.extend(key for key in found if keys.count(key) > 1)
        return found

    try:
        value = json.loads(text, object_pairs_hook=mapping)
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        return _broken(file, Issue(f"this is not JSON: {error.msg}.", place=place))
    except (RecursionError, ValueError) as error:
        reason = f"nested more than {MAX_DEPTH} levels deep" if isinstance(error, RecursionError) else str(error)
        return _broken(file, Issue(f"this is not readable JSON: {reason}.", place=Place(file, 1)))
    places = _places(text, file)
    issues = [Issue(f"the key “{key}” is given twice in one mapping.", place=Place(file, 1)) for key in twice]
    if any(len(trail) > MAX_DEPTH for trail in places):
        issues.append(Issue(f"nested more than {MAX_DEPTH} levels deep", place=Place(file, 1)))
    return JsonDocument(file, value, places, Issues(tuple(issues)), readable=not issues)


def _broken(file: str, issue: Issue) -> JsonDocument:
    return JsonDocument(file, None, {}, Issues((issue,)), readable=False)


def _places(text: str, file: str) -> dict[Trail, Place]:
    """Where the keys of mappings and the entries of lists begin; the text is known to be JSON."""
    lines = [found.end() for found in re.finditer("\n", text)]
    places: dict[Trail, Place] = {(): Place(file, 1)}
    trail: list[str | int] = []
    expects_key: list[bool] = []
    """Of each open mapping or list: whether the next token names a key; None of it for lists."""
    for token in _TOKEN.finditer(text):
        word = token.group()
        if word in "]}" and len(word) == 1:
            trail.pop()
            expects_key.pop()
            continue
        if word in ":,":
            if word == "," and trail:
                step = trail[-1]
                if isinstance(step, int):
                    trail[-1] = step + 1
                else:
                    expects_key[-1] = True
            continue
        if expects_key and (expects_key[-1] or isinstance(trail[-1], int)):
            if expects_key[-1]:
                trail[-1], expects_key[-1] = json.loads(word), False
            line = bisect.bisect_right(lines, token.start())
            start = lines[line - 1] if line else 0
            places[tuple(trail)] = Place(file, line + 1, token.start() - start + 1)
            if not isinstance(trail[-1], int):
                continue
        if word == "{":
            trail.append("")
            expects_key.append(True)
        elif word == "[":
            trail.append(0)
            expects_key.append(False)
    return places
