"""Row filters and masks, applied by replacing the scan: no relation above can reach what a viewer may not see.

Closed by default: a policy whose attribute the viewer lacks shows no rows at all, and nobody in particular (`None`) is
a viewer without attributes. Attributes are bound as values, never written into the SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pydantic import Field as Attribute

from goal_semantics.issues import Issue, Issues
from goal_semantics.model import Border, Catalog, Dataset, Expression, Policy
from goal_semantics.query import Scalar
from goal_semantics.relation import Author, Column, Constant, FieldRef, Guard, Join, Relation, Scan, Term, conjunction
from goal_semantics.resolve import author
from goal_semantics.traversal import rewritten, terms


class Viewer(Border):
    """Who asks. Attribute values are bound into row policies; members of an exempt group see everything."""

    attributes: Mapping[str, Scalar | tuple[Scalar, ...]] = Attribute(default_factory=dict)
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Guarded:
    """A relation whose scans show only what the viewer may see, and the policies that did it, in words."""

    relation: Relation
    policies: tuple[str, ...]


def guard(relation: Relation, catalog: Catalog, viewer: Viewer | None) -> Guarded | Issues:
    """The relation under the catalog's policies, or why they forbid it."""
    if not catalog.policies:
        return Guarded(relation, ())
    who = viewer or Viewer()
    binding = {
        name: tuple(policy for policy in catalog.policies if policy.dataset == name and not _exempt(policy, who))
        for name in {policy.dataset for policy in catalog.policies}
    }
    applied = list[str]()
    problems = Issues(tuple(dict.fromkeys(_peeking(relation, catalog, binding))))
    if problems:
        return problems

    def change(below: Relation) -> Relation:
        if isinstance(below, Scan) and binding.get(below.dataset):
            policies = binding[below.dataset]
            applied.extend(_words(policy) for policy in policies)
            return Scan(below.dataset, below.alias, _guard(below, policies, who))
        partner = isinstance(below, Join) and below.kind == "inner" and isinstance(below.right, Scan) and not below.many
        if isinstance(below, Join) and partner and _may_miss(below):
            return replace(below, kind="left")
        return below

    return Guarded(rewritten(relation, change), tuple(dict.fromkeys(applied)))


def _may_miss(join: Join) -> bool:
    """Whether the promise of a partner no longer holds: its rows, or those of the dataset it is reached by, are guarded."""
    hidden = set[str]()
    left: Relation = join.left
    while isinstance(left, Join):
        if left.kind == "left" and isinstance(left.right, Scan):
            hidden.add(left.right.alias)
        left = left.left
    reached_by = {each.alias for term in join.on for each in terms(term) if isinstance(each, FieldRef)}
    return (isinstance(join.right, Scan) and join.right.guard is not None) or not hidden.isdisjoint(reached_by)


def _guard(scan: Scan, policies: tuple[Policy, ...], viewer: Viewer) -> Guard:
    rows = tuple(_rows(scan, policy, viewer) for policy in policies if policy.rows is not None)
    masks = {name: mask for policy in policies for name, mask in policy.masks.items()}
    shown = tuple(Column(name, Author(scan.alias, scan.dataset, mask)) for name, mask in masks.items())
    return Guard(conjunction(rows), shown)


def _rows(scan: Scan, policy: Policy, viewer: Viewer) -> Term:
    expression = Expression(text=policy.rows or "")
    bindings = list[tuple[str, tuple[Scalar, ...]]]()
    for name in author.attributes(expression):
        values = _values(viewer.attributes.get(name))
        if not values or (len(values) > 1 and name not in author.lists(expression)):
            return Constant(False)
        bindings.append((name, values))
    return Author(scan.alias, scan.dataset, expression, tuple(bindings))


def _values(value: Scalar | tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    several = value if isinstance(value, tuple) else (value,)
    return () if any(each is None for each in several) else several


def _exempt(policy: Policy, viewer: Viewer) -> bool:
    return bool(viewer.groups.intersection(policy.exempt_groups))


def _peeking(relation: Relation, catalog: Catalog, binding: Mapping[str, tuple[Policy, ...]]) -> Iterator[Issue]:
    """Author SQL that reads a masked field's column directly, past the mask."""
    for term in terms(relation):
        if not isinstance(term, Author | FieldRef):
            continue
        dataset = catalog.dataset[term.dataset]
        masked = {name for policy in binding.get(term.dataset, ()) for name in policy.masks}
        hidden = {column.lower() for name in masked for column in _columns(dataset, name)}
        for name in _raw(dataset, term, masked) if hidden else ():
            if name.lower() in hidden:
                yield Issue(f"“{name}” of “{dataset.name}” is masked for this viewer.", "policies",
                            "Its definition reads the column behind a masked field.")  # fmt: skip


def _raw(dataset: Dataset, term: Author | FieldRef, masked: set[str]) -> Iterator[str]:
    """Columns that a term reads without a mask: those of fields that have none, and names that are no fields."""
    names = author.used(term.expression, dataset.name) if isinstance(term, Author) else (term.field,)
    for name in names:
        found = author.field_named(dataset, name)
        if found is None:
            yield name
        elif found.name not in masked:
            yield from _columns(dataset, found.name)


def _columns(dataset: Dataset, name: str) -> tuple[str, ...]:
    found = dataset.by_name.get(name)
    if found is None or found.expression is None:
        return (name,)
    return author.used(found.expression, dataset.name)


def _words(policy: Policy) -> str:
    parts = [f"rows where {policy.rows}"] if policy.rows is not None else []
    parts += [f"masked {', '.join(policy.masks)}"] if policy.masks else []
    return f"{policy.dataset}: {'; '.join(parts)}"
