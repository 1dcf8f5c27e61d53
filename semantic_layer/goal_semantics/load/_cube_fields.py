"""Dimensions and segments of cubes as fields. Every column in a tree is named by its cube until a field or metric is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from goal_semantics.load._carrier import Carrier
from goal_semantics.load._cube_format import format_of
from goal_semantics.load._cube_model import Cubes, Known, Meant
from goal_semantics.load._cube_shape import Case, Dimension, Member, Sql
from goal_semantics.load._cube_text import Written, read
from goal_semantics.load._cube_views import Shown
from goal_semantics.load._header import header
from goal_semantics.load._space import Space, Uncarried
from goal_semantics.load._sql import Unreadable, columns, leaves, replaced
from goal_semantics.load._yaml import Trail
from goal_semantics.model import DataType, Field, Role

METRIC = "GOAL_METRIC"
"""A call of this name in a tree is a reference to a measure: (cube, measure)."""
Maker = Callable[[Known, str], None]
_TYPES: dict[str, DataType] = {"string": "string", "number": "decimal", "time": "timestamp", "boolean": "boolean"}


@dataclass(slots=True)
class Fields:
    """Makes fields, and the trees of members for everything that refers to them."""

    carrier: Carrier
    cubes: Cubes
    space: Space
    shown: Shown
    far: list[tuple[Known, str, Trail, Maker]] = field(default_factory=list)

    def tree(self, text: str, here: Known, seen: frozenset[tuple[str, str]] = frozenset()) -> exp.Expr:
        """SQL of a cube, with dimensions in the place of their names. Errors: Unreadable, Uncarried."""
        written = read(text)

        def one(column: exp.Column) -> exp.Expr | None:
            return self._column(column, written, here, seen)

        return replaced(written.tree, one)

    def dimension(self, cube: Known, name: str, seen: frozenset[tuple[str, str]] = frozenset()) -> exp.Expr:
        """The SQL of a dimension. Errors: Unreadable, Uncarried."""
        if (cube.name, name) in seen:
            raise Uncarried(f"“{cube.name}.{name}” refers to itself")
        written = cube.dimensions[name].written
        deeper = seen | {(cube.name, name)}
        if written.sub_query or written.multi_stage:
            raise Uncarried("a dimension made of a measure is no SQL about one row")
        if written.case:
            return self._case(written.case, cube, deeper)
        if written.type in {"geo", "switch"} or not written.sql:
            raise Uncarried(f"a catalog has no dimension of type {written.type}, or its “sql” is missing")
        return self.tree(written.sql, cube, deeper)

    def add(self, cube: Known) -> None:
        """Every dimension and segment of a cube that is made of its own columns; joins are made of these."""
        for name, placed in cube.dimensions.items():
            self._add(cube, name, placed.trail, self._dimension)
        for name, segment in cube.segments.items():
            self._add(cube, name, segment.trail, self._segment)

    def add_far(self) -> None:
        """Those that are made of columns of others, once the joins are known."""
        far, self.far = self.far, []
        for cube, name, trail, make in far:
            self._add(cube, name, trail, make, joined=True)

    def _add(self, cube: Known, name: str, trail: Trail, make: Maker, *, joined: bool = False) -> None:
        try:
            if not joined and self._is_far(cube, name):
                self.far.append((cube, name, trail, make))
                return
            make(cube, name)
        except Unreadable as error:
            self.carrier.wrong(f"the SQL cannot be read: {error.reason}.", trail)
        except Uncarried as reason:
            self.carrier.leave(f"is not carried: {reason}.", trail)
        else:
            self.carrier.put(f"datasets.{cube.name}.fields.{name}", trail)

    def _is_far(self, cube: Known, name: str) -> bool:
        """Errors: Unreadable, Uncarried."""
        tree = (
            self.dimension(cube, name) if name in cube.dimensions else self.tree(cube.segments[name].written.sql, cube)
        )
        return any(each.table != cube.name for each in columns(tree))

    def _dimension(self, cube: Known, name: str) -> None:
        assert cube.draft is not None
        placed = cube.dimensions[name]
        written = placed.written
        tree = self._own(self.dimension(cube, name), cube)
        kind = _TYPES[written.type]
        role: Role = "time" if kind == "timestamp" else "key" if written.primary_key else "dimension"
        words = self._words(cube, written)
        shown = format_of(self.carrier, written.format, written.currency, placed.trail)
        if not cube.draft.add(Field(**words, type=kind, role=role, values=written.values, **shown), tree):
            self.carrier.wrong(f"the name “{name}” is taken.", (*placed.trail, "name"))
        elif written.primary_key:
            cube.draft.primary_key = (*cube.draft.primary_key, name)
        if written.granularities:
            self.carrier.leave(
                "is not carried: a catalog has the grains of its calendar.", (*placed.trail, "granularities")
            )
        self._divides(written, tree, placed.trail)

    def _segment(self, cube: Known, name: str) -> None:
        assert cube.draft is not None
        placed = cube.segments[name]
        written = placed.written
        words = self._words(cube, written)
        tree = self._own(self.tree(written.sql, cube), cube)
        if not cube.draft.add(Field(**words, type="boolean"), tree):
            self.carrier.wrong(f"the name “{name}” is taken.", (*placed.trail, "name"))

    def _words(self, cube: Known, written: Member) -> dict[str, Any]:
        return header(
            written.name,
            label=self.shown.label(cube, written),
            description=written.description,
            synonyms=self.shown.synonyms(cube, written),
            hidden=self.shown.hidden(cube, written),
        )

    def _own(self, tree: exp.Expr, cube: Known) -> exp.Expr:
        assert cube.draft is not None
        if next(leaves(tree), None) is not None or tree.find(exp.Window) or _measures(tree):
            raise Uncarried("it aggregates rows; a field is about one row")
        return self.space.local(self.space.raw(tree, but=cube.draft), cube.draft)

    def _divides(self, written: Dimension, tree: exp.Expr, trail: Trail) -> None:
        if tree.find(exp.Div) and written.type == "number":
            self.carrier.leave("divides in DOUBLE, also whole numbers.", trail)

    def _case(self, case: Case, cube: Known, seen: frozenset[tuple[str, str]]) -> exp.Expr:
        if case.switch:
            raise Uncarried("a choice by a switch is made while a question is asked")

        def label(written: str | Sql) -> exp.Expr:
            return self.tree(written.sql, cube, seen) if isinstance(written, Sql) else exp.Literal.string(written)

        branches = [exp.If(this=self.tree(when.sql, cube, seen), true=label(when.label)) for when in case.when]
        return exp.Case(ifs=branches, default=label(case.else_.label) if case.else_ else None)

    def _column(
        self, column: exp.Column, written: Written, here: Known, seen: frozenset[tuple[str, str]]
    ) -> exp.Expr | None:
        named = written.reference(column.table) if column.table else None
        if named is not None:
            meant = self.cubes.meant(named, here)
            if meant.member:
                raise Uncarried(f"“{named}” is a member, not a cube")
            return exp.column(column.this.copy(), exp.to_identifier(meant.cube.name))
        reference = written.reference(column.name)
        if reference is not None:
            return self._member(self.cubes.meant(reference, here), seen)
        if column.table:
            if column.table not in self.cubes.by_name:
                raise Uncarried(f"it names {column.table}, which is no cube")
            return None
        return exp.column(column.this.copy(), exp.to_identifier(here.name))

    def _member(self, meant: Meant, seen: frozenset[tuple[str, str]]) -> exp.Expr:
        cube, name = meant.cube, meant.member
        if not name:
            raise Uncarried(f"“{cube.name}” alone is no value")
        if name in cube.measures:
            return exp.Anonymous(this=METRIC, expressions=[exp.Literal.string(cube.name), exp.Literal.string(name)])
        if name in cube.segments:
            return self.tree(cube.segments[name].written.sql, cube, seen | {(cube.name, name)})
        tree = self.dimension(cube, name, seen)
        if meant.grain:
            return exp.TimestampTrunc(this=tree, unit=exp.var(meant.grain.upper()))
        return tree


def _measures(tree: exp.Expr) -> bool:
    return any(each.name == METRIC for each in tree.find_all(exp.Anonymous))
