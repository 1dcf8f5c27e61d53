"""Texts to one manifest, or everything that is wrong with their shape. JSON as dbt writes it, or the same as YAML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from goal_semantics.errors import CatalogError
from goal_semantics.issues import Issue, Issues, Place
from goal_semantics.load import Source, _json, _yaml
from goal_semantics.load._join import ByPath, Joined, Written, join
from goal_semantics.load._wrong import explain
from goal_semantics.load._yaml import Trail
from goal_semantics.load.dbt.manifest import Manifest

_NAMED = ("semantic_models", "metrics", "saved_queries")


@dataclass(frozen=True, slots=True)
class Read:
    """A manifest and where its parts are written."""

    manifest: Manifest
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class _Listed:
    """A document whose sections are lists, also where it names their entries by keys."""

    file: str
    value: Any
    places: dict[Trail, Place]


def read_manifest(*sources: Source) -> Read:
    """Texts of one project. Errors: CatalogError with every issue, each with its line."""
    documents = [_parse(source) for source in sources]
    issues = Issues(tuple(issue for each in documents for issue in each.issues))
    if not all(each.readable for each in documents):
        raise CatalogError(issues)
    joined = join([_listed(each) for each in documents])
    issues += joined.issues
    if not joined.value or issues.errors:
        raise CatalogError(issues)
    try:
        manifest = Manifest.model_validate(joined.value)
    except ValidationError as error:
        found = tuple(_placed(joined, trail, issue) for trail, issue in explain(error, Manifest, joined.value))
        raise CatalogError(Issues(tuple(dict.fromkeys(found)))) from None
    twice = tuple(_twice(manifest, joined))
    if twice or not manifest.semantic_models:
        raise CatalogError(Issues(twice or (Issue("there is no semantic model.", place=joined.place(())),)))
    return Read(manifest, ByPath(joined))


def _parse(source: Source) -> Any:
    reader = _json.parse if source.text.lstrip()[:1] == "{" else _yaml.parse
    return reader(source.text, file=source.file)


def _listed(document: Written) -> _Listed:
    if not isinstance(document.value, dict):
        return _Listed(document.file, document.value, dict(document.places))
    value, order = dict(document.value), dict[tuple[str | int, str | int], int]()
    for section in _NAMED:
        entries = value.get(section)
        if isinstance(entries, dict):
            order |= {(section, key): at for at, key in enumerate(entries)}
            value[section] = list(entries.values())
    places = {_moved(trail, order): place for trail, place in document.places.items()}
    return _Listed(document.file, value, places)


def _moved(trail: Trail, order: Mapping[tuple[str | int, str | int], int]) -> Trail:
    at = order.get((trail[0], trail[1])) if len(trail) > 1 else None
    return trail if at is None else (trail[0], at, *trail[2:])


def _placed(joined: Joined, trail: Trail, issue: Issue) -> Issue:
    path, place = joined.path(trail), joined.place(trail)
    return Issue(issue.message, path, issue.hint, issue.suggestions, place, issue.severity)


def _twice(manifest: Manifest, joined: Joined) -> Iterator[Issue]:
    """Names that two things have."""
    sections = {
        "semantic_models": [each.name for each in manifest.semantic_models],
        "metrics": [each.name for each in manifest.metrics],
        "saved_queries": [each.name for each in manifest.saved_queries],
    }
    for at, model in enumerate(manifest.semantic_models):
        for elements in ((*model.entities, *model.dimensions), model.measures):
            for name, count in Counter(each.name for each in elements).items():
                if count > 1:
                    issue = Issue(f"the name “{name}” is taken twice in “{model.name}”.")
                    yield _placed(joined, ("semantic_models", at, "name"), issue)
    for section, names in sections.items():
        for name, count in Counter(names).items():
            if count > 1:
                last = len(names) - 1 - names[::-1].index(name)
                yield _placed(joined, (section, last, "name"), Issue(f"the name “{name}” is taken."))
