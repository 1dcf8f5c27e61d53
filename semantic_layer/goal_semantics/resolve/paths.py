"""Paths that the form of a part names: each must be a field that some fact of the part reaches."""

from __future__ import annotations

from collections.abc import Iterator

from goal_semantics.issues import Issue
from goal_semantics.joins import locate
from goal_semantics.metrics import Balance, Converted, Folded, Form, Pinned
from goal_semantics.model import Catalog


def misplaced(form: Form, facts: tuple[str, ...], others: tuple[str, ...], catalog: Catalog) -> Iterator[Issue]:
    """Paths that lead nowhere. `others`: facts of what a conversion counts."""
    for path in _paths(form):
        yield from _unreached(path, facts, catalog)
    if isinstance(form, Converted):
        for path in (form.conversion_key, *(there for _, there in form.constant)):
            yield from _unreached(path, others, catalog)


def _paths(form: Form) -> tuple[str, ...]:
    match form:
        case Pinned(by=by) | Folded(by=by):
            return tuple(each.field for each in by)
        case Balance(over=over, by=paths):
            return (over, *paths)
        case Converted(base_key=key, constant=pairs):
            return (key, *(here for here, _ in pairs))
        case _:
            return ()


def _unreached(path: str, facts: tuple[str, ...], catalog: Catalog) -> Iterator[Issue]:
    found = [locate(catalog, fact, path) for fact in facts if fact in catalog.dataset]
    if found and all(isinstance(each, Issue) for each in found):
        yield from (each for each in found[:1] if isinstance(each, Issue))
