"""Cubes with what they inherit, each member with the place where it is written, and what references mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from goal_semantics.issues import near
from goal_semantics.load._carrier import Carrier
from goal_semantics.load._cube_shape import Cube, Dimension, Join, Measure, Model, Policy, Segment
from goal_semantics.load._draft import Draft
from goal_semantics.load._space import Uncarried
from goal_semantics.load._yaml import Trail

Kind = TypeVar("Kind", Dimension, Measure, Segment, Join)
GRAINS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Placed(Generic[Kind]):
    """A member and where it is written."""

    written: Kind
    trail: Trail


@dataclass(slots=True)
class Known:
    """A cube with everything that it has, inherited or its own."""

    name: str
    cube: Cube
    trail: Trail
    sql: str
    sql_table: str
    dimensions: dict[str, Placed[Dimension]] = field(default_factory=dict)
    measures: dict[str, Placed[Measure]] = field(default_factory=dict)
    segments: dict[str, Placed[Segment]] = field(default_factory=dict)
    joins: dict[str, Placed[Join]] = field(default_factory=dict)
    access_policy: tuple[Policy, ...] = ()
    draft: Draft | None = None
    """None: the cube is left out."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a reference stands for: a cube itself, or a member of one; a time may be cut to a grain."""

    cube: Known
    member: str = ""
    grain: str = ""


@dataclass(slots=True)
class Cubes:
    """Every cube by name."""

    by_name: dict[str, Known] = field(default_factory=dict)

    def meant(self, reference: str, here: Known) -> Meant:
        """What a reference in the SQL of a cube stands for. Errors: Uncarried."""
        words = reference.split(".")
        grain = words.pop() if len(words) > 1 and words[-1] in GRAINS and self._is_time(words, here) else ""
        cube = here
        while words and (words[0] == "CUBE" or (words[0] in self.by_name and not (len(words) == 1 and has(here, words[0])))):  # fmt: skip
            cube = here if words[0] == "CUBE" else self.by_name[words[0]]
            words.pop(0)
        if not words:
            return Meant(cube)
        if len(words) > 1 or not has(cube, words[0]):
            known = [*cube.dimensions, *cube.measures, *cube.segments, *self.by_name]
            close = near(words[0], known)
            raise Uncarried(f"there is no “{reference}”{f'; did it mean {close[0]}?' if close else ''}")
        return Meant(cube, words[0], grain)

    def _is_time(self, words: list[str], here: Known) -> bool:
        cube = self.by_name.get(words[-2], here) if len(words) > 1 else here
        found = cube.dimensions.get(words[-1])
        return found is not None and found.written.type == "time"


def has(cube: Known, name: str) -> bool:
    """Whether a cube has a member of this name."""
    return name in cube.dimensions or name in cube.measures or name in cube.segments


def known_cubes(carrier: Carrier, model: Model) -> Cubes:
    """Every cube with what it extends; unknown parents and circles are issues."""
    written = {cube.name: (cube, ("cubes", at)) for at, cube in enumerate(model.cubes)}
    cubes = Cubes()
    for at, cube in enumerate(model.cubes):
        trail: Trail = ("cubes", at)
        if cube.name in cubes.by_name:
            carrier.wrong(f"the name “{cube.name}” is taken.", (*trail, "name"))
            continue
        line = list(_line(carrier, cube, trail, written))
        first = {key: next((getattr(each, key) for each, _ in line if getattr(each, key)), "") for key in ("sql", "sql_table")}  # fmt: skip
        if any(each.sql or each.sql_table for each, _ in line[:1]):
            first = {"sql": cube.sql, "sql_table": cube.sql_table}
        known = Known(cube.name, cube, trail, first["sql"], first["sql_table"])
        known.access_policy = next((each.access_policy for each, _ in line if each.access_policy), ())
        for each, where in line:
            for section in ("dimensions", "measures", "segments", "joins"):
                members = getattr(known, section)
                own: set[str] = set()
                for position, member in enumerate(getattr(each, section)):
                    if member.name in own:
                        carrier.wrong(f"the name “{member.name}” is taken.", (*where, section, position, "name"))
                    own.add(member.name)
                    members.setdefault(member.name, Placed(member, (*where, section, position)))
        cubes.by_name[cube.name] = known
    return cubes


def _line(
    carrier: Carrier, cube: Cube, trail: Trail, written: Mapping[str, tuple[Cube, Trail]]
) -> Iterator[tuple[Cube, Trail]]:
    """The cube, then what it extends, and so on."""
    seen: set[str] = set()
    while True:
        yield cube, trail
        seen.add(cube.name)
        if not cube.extends:
            return
        parent = cube.extends.strip("{}$ ")
        if parent not in written or parent in seen:
            message = "extends itself." if parent in seen else f"there is no cube “{parent}”."
            carrier.wrong(message, (*trail, "extends"), near=near(parent, written) if parent not in seen else ())
            return
        cube, trail = written[parent]
