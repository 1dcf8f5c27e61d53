"""What pydantic found wrong, in the words of somebody who writes YAML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from goal_semantics.issues import Issue, near
from goal_semantics.load import SPELLINGS
from goal_semantics.load._yaml import Trail

EXPECTED = {
    "string_type": "text",
    "string_sub_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping (key: value)",
    "mapping_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
    "too_short": "more entries",
    "too_long": "fewer entries",
    "missing": "a value",
}


def explain(
    error: ValidationError, model: type[BaseModel], written: Any, *, at: Trail = ()
) -> Iterator[tuple[Trail, Issue]]:
    """One issue per problem, each with the trail of what it is about below `at`. `written`: the value as in the YAML."""
    for detail in error.errors(include_url=False):
        loc = detail["loc"]
        trail = _trail(loc, written)
        yield (*at, *trail), _issue(detail, _keys(model, loc[:-1]))


def found(value: Any) -> str:
    """A value in words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"“{value}”" if len(value) <= 40 else f"“{value[:37]}…”"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return str(value)


def unknown_key(key: str, known: Iterable[str]) -> Issue:
    """A key that means nothing here."""
    keys = tuple(known)
    suggestions = near(key, keys)
    if any(mark in key for mark in "()'\""):
        return Issue(f"unknown key “{key}”.", hint="Text with a comma needs quotes inside { }.")
    return Issue(
        f"unknown key “{key}”.", suggestions=suggestions, hint="" if suggestions else f"Known: {', '.join(keys)}."
    )


def _issue(detail: ErrorDetails, keys: tuple[str, ...]) -> Issue:
    kind, value = detail["type"], detail["input"]
    last = detail["loc"][-1] if detail["loc"] else ""
    name = SPELLINGS.get(str(last), str(last))
    if kind == "extra_forbidden":
        return unknown_key(name, keys)
    if kind == "missing":
        return Issue(f"“{name}” is missing.")
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
        suggestions = near(value, choices) if isinstance(value, str) else ()
        return Issue(f"expected one of {', '.join(choices)}; found {found(value)}.", suggestions=suggestions)
    if kind == "value_error":
        return Issue(f"{detail['ctx']['error']}.")
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        key, tags = detail["ctx"]["discriminator"].strip("'"), detail["ctx"].get("expected_tags", "")
        return Issue(f"expected “{key}” to be one of {tags}." if tags else f"“{key}” is missing.")
    if kind in EXPECTED:
        quote = kind.startswith("string") and isinstance(value, int | float)
        message = f"expected {EXPECTED[kind]}; found {found(value)}."
        return Issue(message, hint="Put it in quotes." if quote else "")
    return Issue(f"{detail['msg'].replace('Input should be', 'expected')}; found {found(value)}.")


def _trail(loc: tuple[int | str, ...], written: Any) -> Trail:
    """The part of pydantic's location that the YAML has: it also names the members of unions."""
    trail: list[int | str] = []
    for part in loc:
        step = SPELLINGS.get(part, part) if isinstance(part, str) else part
        inside = isinstance(written, dict) and step in written
        if inside or (isinstance(written, list) and isinstance(step, int) and step < len(written)):
            trail.append(step)
            written = written[step]
    return tuple(trail)


def _keys(model: type[BaseModel], loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """The keys that are allowed at a location, as authors write them."""
    reached: tuple[type[BaseModel], ...] = (model,)
    for part in loc:
        inner = tuple(
            found_model
            for candidate in reached
            for name, attribute in candidate.model_fields.items()
            if part in (name, attribute.alias)
            for found_model in _models(attribute.annotation)
        )
        reached = inner or reached
    return tuple(dict.fromkeys(_spelling(name, one) for one in reached for name in one.model_fields))


def _spelling(name: str, model: type[BaseModel]) -> str:
    """The key that authors write for an attribute."""
    return model.model_fields[name].alias or SPELLINGS.get(name, name)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)
