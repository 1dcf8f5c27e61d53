"""Detail queries: rows of one dataset with fields of it and of what it points at."""

from __future__ import annotations

from goal_semantics.calendar import Span
from goal_semantics.issues import Issue, near
from goal_semantics.joins import Located, locate
from goal_semantics.model import Catalog
from goal_semantics.query import Detail, SemanticQuery
from goal_semantics.relation import conjunction
from goal_semantics.resolve import filters
from goal_semantics.resolve.question import Listing, Shelf
from goal_semantics.resolve.scope import Scope
from goal_semantics.resolve.windows import bound_of

_AGGREGATE_ONLY = ("measures", "groupings", "comparison", "calculations", "totals", "fill", "top")


def listing(query: SemanticQuery, catalog: Catalog, span: Span, issues: list[Issue]) -> Listing | None:
    """The resolved detail query; None after noting why there is none."""
    detail = query.detail
    assert detail is not None
    extra = [name for name in _AGGREGATE_ONLY if getattr(query, name)]
    issues.extend(Issue(f"A query for details cannot have {name} as well.", name) for name in extra)
    if detail.dataset not in catalog.dataset:
        known = near(detail.dataset, catalog.dataset)
        issues.append(Issue(f"There is no dataset “{detail.dataset}”.", "detail", "", known))
        return None
    scope = _scope(catalog, detail.dataset, issues)
    shelves = _shelves(scope, detail)
    parts = filters.split(query.filter)
    if isinstance(parts, Issue) or parts[1]:
        issues.append(Issue("Rows cannot be chosen by a measure of groups.", "filter", "Ask for groups instead."))
        return None
    terms = tuple(term for each in parts[0] if (term := filters.rows(scope, each)) is not None)
    bound = bound_of(query, scope)
    names = [shelf.name for shelf in shelves]
    unknown = [each.by for each in query.order if each.by not in names]
    issues.extend(Issue(f"There is no column “{by}” in the answer.", "order", "", near(by, names)) for by in unknown)
    unique = tuple(scope.term(Located(scope.fact, (), scope.fact, name)) for name in _key(catalog, detail))
    return Listing(query, catalog, detail, tuple(scope.used), shelves, conjunction(terms), bound, span, unique)


def _scope(catalog: Catalog, dataset: str, issues: list[Issue]) -> Scope:
    scope = Scope(catalog, dataset, issues)
    default = catalog.dataset[dataset].default_time
    located = locate(catalog, dataset, default) if default else None
    scope.time = located if isinstance(located, Located) else None
    return scope


def _shelves(scope: Scope, detail: Detail) -> tuple[Shelf, ...]:
    own = scope.catalog.dataset[detail.dataset].fields
    paths = detail.fields or tuple(f"{detail.dataset}.{each.name}" for each in own if not each.hidden)
    shelves, taken = list[Shelf](), set[str]()
    for path in paths:
        located = scope.find(path)
        if located is None:
            continue
        found = scope.field(located)
        steps = [step.name for step in located.steps]
        name = "_".join([*steps, located.field])
        if name in taken:
            scope.issues.append(Issue(f"“{path}” is listed twice.", "detail"))
        taken.add(name)
        label = " ".join([*(step.replace("_", " ") for step in steps), found.title])
        shelves.append(Shelf(name, label, located, scope.local(located), scope.kind(located), found.format, found.unit))
    return tuple(shelves)


def _key(catalog: Catalog, detail: Detail) -> tuple[str, ...]:
    dataset = catalog.dataset[detail.dataset]
    known = dataset.primary_key if all(name in dataset.by_name for name in dataset.primary_key) else ()
    return () if detail.distinct else known
