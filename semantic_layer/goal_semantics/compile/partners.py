"""A field of a joined dataset is NULL where no partner row exists, also when its SQL would make a value of NULLs.

An outer join evaluates `CASE WHEN rain > 0 THEN 'wet' ELSE 'dry' END` on a row of NULLs and calls it dry. Such fields are
guarded by the key of the join, which is NULL exactly there; fields that keep NULL stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from goal_semantics.dialects import Dialect
from goal_semantics.issues import Issue, Issues
from goal_semantics.model import Catalog
from goal_semantics.relation import (
    Aggregate,
    Call,
    Case,
    Column,
    Derive,
    FieldRef,
    Filter,
    Join,
    Limit,
    Relation,
    Scan,
    Sort,
    Term,
    columns,
)
from goal_semantics.resolve.nulls import vanishes
from goal_semantics.traversal import rebuilt, rewritten

_TEXTS = frozenset({"string", "opaque"})


@dataclass(frozen=True, slots=True)
class _Partner:
    """A dataset joined with LEFT. `key` is NULL exactly where it has no row; None where nothing tells."""

    scan: Scan
    key: Term | None


_Partners = Mapping[str, _Partner]


def guard_partners(relation: Relation, catalog: Catalog, dialect: Dialect) -> Relation | Issues:
    """The relation with every such field guarded, or the fields that cannot be."""
    guarding = _Guarding(catalog, dialect)
    changed = rewritten(relation, guarding.change)
    return Issues(tuple(dict.fromkeys(guarding.problems))) if guarding.problems else changed


@dataclass(slots=True)
class _Guarding:
    catalog: Catalog
    dialect: Dialect
    problems: list[Issue] = field(default_factory=list)

    def change(self, below: Relation) -> Relation:
        """One relation, whose inputs are done."""
        match below:
            case Filter(input=rows, condition=condition) if partners := self._partners(rows):
                return Filter(rows, self._guarded(condition, partners))
            case Sort(input=rows, keys=keys) if partners := self._partners(rows):
                return Sort(rows, tuple((self._guarded(term, partners), down) for term, down in keys))
            case Derive(input=rows, columns=chosen) if partners := self._partners(rows):
                return replace(below, columns=self._columns(chosen, partners))
            case Aggregate(input=rows, keys=keys, measures=measures) if partners := self._partners(rows):
                return replace(
                    below, keys=self._columns(keys, partners), measures=self._columns(measures, partners)
                )  # fmt: skip
            case Join(left=left, on=on) if partners := self._partners(left):
                return replace(below, on=tuple(self._guarded(term, partners) for term in on))
            case _:
                return below

    def _partners(self, rows: Relation) -> _Partners:
        return dict(self._joined(rows))

    def _joined(self, rows: Relation) -> Iterator[tuple[str, _Partner]]:
        match rows:
            case Filter(input=below) | Sort(input=below) | Limit(input=below):
                yield from self._joined(below)
            case Join(left=left, right=right, kind=kind, on=on):
                yield from self._joined(left)
                if kind == "left" and isinstance(right, Scan):
                    yield right.alias, _Partner(right, next(self._keys(right, on), None))
            case _:
                return

    def _keys(self, scan: Scan, on: tuple[Term, ...]) -> Iterator[Term]:
        """Fields that a partner must have for the join's equalities to hold, and that are NULL without one."""
        for term in on:
            for side in term.arguments if isinstance(term, Call) and term.function == "=" else ():
                if isinstance(side, FieldRef) and side.alias == scan.alias and self._vanishes(scan, side):
                    yield side

    def _vanishes(self, scan: Scan, ref: FieldRef) -> bool:
        masked = {mask.name for mask in scan.guard.masks} if scan.guard else set[str]()
        return ref.field in masked or vanishes(self.catalog.dataset[ref.dataset], ref.field, self.dialect)

    def _columns(self, chosen: tuple[Column, ...], partners: _Partners) -> tuple[Column, ...]:
        return tuple(Column(each.name, self._guarded(each.term, partners)) for each in chosen)

    def _guarded(self, term: Term, partners: _Partners) -> Term:
        def visit(node: Any) -> Any:
            match node:
                case FieldRef():
                    return self._field(rebuilt(node, visit), partners)
                case Filter(input=below, condition=inside) if columns(below):
                    return replace(node, condition=visit(inside))
                case Derive() | Aggregate():
                    return node
                case _:
                    return rebuilt(node, visit)

        return cast(Term, visit(term))

    def _field(self, ref: FieldRef, partners: _Partners) -> Term:
        partner = partners.get(ref.alias)
        if partner is None or self._vanishes(partner.scan, ref):
            return ref
        if partner.key is None:
            self.problems.append(
                Issue(f"“{ref.field}” of “{ref.dataset}” would have a value also where no {ref.dataset} row exists.",
                      f"datasets.{ref.dataset}.fields.{ref.field}",
                      f"Its key does too: join “{ref.dataset}” by a column without COALESCE or CASE.")
            )  # fmt: skip
            return ref
        return Case(((self._there(partner.key, ref), ref),))

    def _there(self, key: Term, ref: FieldRef) -> Term:
        """Whether there is a partner row.

        DuckDB 2.0 cannot compare a text that its optimizer finds to be NULL without the row ("BindBuiltinScalarFunction"):
        there, a key equals itself. Goes when `test_engine_traps.py` says that it can.
        """
        if self.dialect == "duckdb" and self.catalog.dataset[ref.dataset].by_name[ref.field].type in _TEXTS:
            return Call("=", (key, key))
        return Call("not", (Call("is null", (key,)),))
