"""Joins of cubes as relationships, from many to one whichever side says so."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from goal_semantics.issues import near
from goal_semantics.load._carrier import Carrier
from goal_semantics.load._cube_model import Cubes, Known, Placed
from goal_semantics.load._cube_shape import Join, snake
from goal_semantics.load._cube_text import Written, read
from goal_semantics.load._draft import Draft
from goal_semantics.load._space import Space, Uncarried
from goal_semantics.load._sql import Unreadable
from goal_semantics.model import Relationship

_KINDS = {
    "belongs_to": "many_to_one", "has_many": "one_to_many", "has_one": "one_to_one",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Joins:
    """Makes relationships."""

    carrier: Carrier
    cubes: Cubes
    space: Space

    def add(self, cube: Known) -> None:
        """Every join of a cube."""
        for placed in cube.joins.values():
            other = self.cubes.by_name.get(placed.written.name.strip("{}$ "))
            if other is None:
                close = near(placed.written.name, self.cubes.by_name)
                self.carrier.wrong(f"there is no cube “{placed.written.name}”.", (*placed.trail, "name"), near=close)
                continue
            try:
                self._relate(cube, other, placed)
            except Unreadable as error:
                self.carrier.wrong(f"the SQL cannot be read: {error.reason}.", (*placed.trail, "sql"))
            except Uncarried as reason:
                self.carrier.leave(f"the join is not carried: {reason}.", placed.trail)

    def _relate(self, cube: Known, other: Known, placed: Placed[Join]) -> None:
        kind = snake(placed.written.relationship)
        kind = _KINDS.get(kind, kind)
        many, one = cube, other
        if many.draft is None or one.draft is None:
            raise Uncarried(f"{(many if many.draft is None else one).name} is not")
        pairs = self._pairs(cube, other, read(placed.written.sql))
        if kind == "one_to_many":
            many, one, pairs = other, cube, [(right, left) for left, right in pairs]
            self.carrier.leave("is turned round: a relationship leads from many to one.", placed.trail)
        made = _relationship(many, one, pairs, one_to_one=kind == "one_to_one")
        same = [each for each in self.space.relationships if _ends(each) == _ends(made)]
        if same:
            if same[0] != made:
                self.carrier.leave(f"is left out: “{same[0].name}” joins the same cubes in another way.", placed.trail)
            return
        _key(one).unique(made.to_fields)
        self.space.relationships.append(made)
        self.carrier.put(f"relationships.{made.name}", placed.trail)

    def _pairs(self, cube: Known, other: Known, written: Written) -> list[tuple[str, str]]:
        """(field of the cube, field of the other) per equation. Errors: Uncarried."""
        tree = written.tree
        equations = list(tree.flatten()) if isinstance(tree, exp.And) else [tree]
        pairs: list[tuple[str, str]] = []
        for equation in (each.unnest() for each in equations):
            sides = (equation.this, equation.expression) if isinstance(equation, exp.EQ) else ()
            found = dict(self._side(side, cube, written) for side in sides if isinstance(side, exp.Column))
            if found.keys() != {cube.name, other.name}:
                raise Uncarried("it is not “member = member” of both cubes")
            pairs.append((found[cube.name], found[other.name]))
        return pairs

    def _side(self, column: exp.Column, here: Known, written: Written) -> tuple[str, str]:
        """(cube, field) of one side. Errors: Uncarried."""
        if column.table:
            named = written.reference(column.table) or column.table
            cube = self.cubes.meant(named, here).cube
            return cube.name, _key(cube).column(column.name)
        reference = written.reference(column.name)
        if reference is None:
            return here.name, _key(here).column(column.name)
        meant = self.cubes.meant(reference, here)
        made = _key(meant.cube).find(meant.member)
        if made is None or meant.grain:
            raise Uncarried(f"“{reference}” is no dimension that is carried")
        return meant.cube.name, made.field.name


def _key(cube: Known) -> Draft:
    if cube.draft is None:
        raise Uncarried(f"{cube.name} is not")
    return cube.draft


def _relationship(many: Known, one: Known, pairs: list[tuple[str, str]], *, one_to_one: bool) -> Relationship:
    return Relationship(
        name=one.name,
        from_dataset=many.name,
        to_dataset=one.name,
        from_fields=tuple(left for left, _ in pairs),
        to_fields=tuple(right for _, right in pairs),
        one_to_one=one_to_one,
    )


def _ends(each: Relationship) -> frozenset[str]:
    return frozenset((each.from_dataset, each.to_dataset))
