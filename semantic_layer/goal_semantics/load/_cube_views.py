"""Views of Cube: which members people see, and under which other words. Their rows and numbers are those of the cubes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from goal_semantics.issues import near
from goal_semantics.load._carrier import Carrier
from goal_semantics.load._cube_model import Cubes, Known, has
from goal_semantics.load._cube_shape import Included, Member, View, ViewCube
from goal_semantics.load._yaml import Trail


@dataclass(slots=True)
class Shown:
    """Members that a public view includes, with the words that views have for them."""

    words: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)

    def hidden(self, cube: Known, member: Member) -> bool:
        """Whether nobody may ask for a member: neither its cube nor a view shows it."""
        return (cube.cube.hidden or member.hidden) and (cube.name, member.name) not in self.words

    def synonyms(self, cube: Known, member: Member) -> tuple[str, ...]:
        """Other words for a member."""
        return (*member.aliases, *self.words.get((cube.name, member.name), ()))

    def label(self, cube: Known, member: Member) -> str:
        """Its title, or that of a view."""
        return member.title or self.labels.get((cube.name, member.name), "")


def shown_by(carrier: Carrier, views: tuple[View, ...], cubes: Cubes) -> Shown:
    """What the views show; unknown cubes and members are issues."""
    shown = Shown()
    by_name = {view.name: view for view in views}
    for at, view in enumerate(views):
        trail: Trail = ("views", at)
        if view.name in cubes.by_name:
            carrier.wrong(f"the name “{view.name}” is taken by a cube.", (*trail, "name"))
        left = sorted(key for key in type(view).model_fields.keys() - _CARRIED if getattr(view, key))
        said = f", without {', '.join(left)}" if left else ""
        carrier.leave(f"is no dataset of its own: its members are asked for by those of its cubes{said}.", trail)
        parts = [*view.cubes, *_inherited(carrier, view, trail, by_name)]
        for position, part in enumerate(parts):
            cube = _cube(carrier, part, cubes, (*trail, "cubes", position))
            if cube is None or view.hidden:
                continue
            for included in _included(carrier, part, cube, (*trail, "cubes", position)):
                _show(shown, part, cube, included)
    return shown


_CARRIED = {
    "name",
    "title",
    "description",
    "public",
    "shown",
    "visible",
    "aliases",
    "cubes",
    "extends",
    "access_policy",
}


def view_cubes(view: View, cubes: Cubes) -> Iterator[Known]:
    """The cubes of a view."""
    for part in view.cubes:
        cube = cubes.by_name.get(part.join_path.split(".")[-1])
        if cube:
            yield cube


def _inherited(carrier: Carrier, view: View, trail: Trail, by_name: dict[str, View]) -> Iterator[ViewCube]:
    seen = {view.name}
    while view.extends:
        parent = by_name.get(view.extends.strip("{}$ "))
        if parent is None or parent.name in seen:
            carrier.wrong(
                f"there is no other view “{view.extends}”.", (*trail, "extends"), near=near(view.extends, by_name)
            )
            return
        seen.add(parent.name)
        yield from parent.cubes
        view = parent


def _cube(carrier: Carrier, part: ViewCube, cubes: Cubes, trail: Trail) -> Known | None:
    for name in part.join_path.split("."):
        if name not in cubes.by_name:
            carrier.wrong(f"there is no cube “{name}”.", (*trail, "join_path"), near=near(name, cubes.by_name))
            return None
    return cubes.by_name[part.join_path.split(".")[-1]]


def _included(carrier: Carrier, part: ViewCube, cube: Known, trail: Trail) -> Iterator[Included]:
    every = [*cube.dimensions, *cube.measures, *cube.segments]
    if part.includes == "*":
        members = {name: placed.written for section in (cube.dimensions, cube.measures, cube.segments)
                   for name, placed in section.items()}  # fmt: skip
        yield from (
            Included(name=name) for name, member in members.items() if not (member.hidden or name in part.excludes)
        )
        return
    for position, item in enumerate(part.includes):
        included = item if isinstance(item, Included) else Included(name=item)
        if has(cube, included.name):
            yield included
        else:
            carrier.wrong(f"there is no “{included.name}” in {cube.name}.", (*trail, "includes", position),
                          near=near(included.name, every))  # fmt: skip


def _show(shown: Shown, part: ViewCube, cube: Known, included: Included) -> None:
    key = (cube.name, included.name)
    words = shown.words.setdefault(key, [])
    name = included.alias or included.name
    if part.prefix:
        name = f"{part.alias or cube.name}_{name}"
    if name != included.name:
        words.append(name.replace("_", " "))
    if included.title:
        shown.labels.setdefault(key, included.title)
