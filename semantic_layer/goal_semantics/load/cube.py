"""Cube: data models in YAML, cubes and views, with `{CUBE}` and `${}` references. Cubes become datasets.

Names of measures lose their cube where only one cube has them (`revenue`, `orders_count`). Views say which members are seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from goal_semantics.load import Loaded, Source
from goal_semantics.load._carrier import Carrier, carrier
from goal_semantics.load._cube_fields import Fields
from goal_semantics.load._cube_joins import Joins
from goal_semantics.load._cube_measures import CubeMeasures
from goal_semantics.load._cube_model import Cubes, Known, known_cubes
from goal_semantics.load._cube_policies import closed
from goal_semantics.load._cube_shape import Model
from goal_semantics.load._cube_text import marks
from goal_semantics.load._cube_views import shown_by, view_cubes
from goal_semantics.load._draft import Draft
from goal_semantics.load._header import header
from goal_semantics.load._space import Space, Uncarried
from goal_semantics.model import Catalog, Policy

__all__ = ["claims", "read"]

_UNSAID = (
    "hierarchies",
    "pre_aggregations",
    "refresh_key",
    "rewrite_queries",
    "sql_alias",
    "meta",
    "data_source",
    "calendar",
)
_UNSAID_OF_MEMBERS = ("meta", "drill_members", "drill_member_references", "drill_filters", "mask", "links", "order", "key")  # fmt: skip


def claims(keys: frozenset[str]) -> bool:
    """A data model has cubes or views."""
    return bool(keys & {"cubes", "views"})


def read(*sources: Source) -> Loaded:
    """The catalog of all files of a data model. Errors: CatalogError with every issue."""
    bearer = carrier(*sources)
    model = bearer.shape(Model)
    return bearer.loaded(_Reader(bearer, model).catalog() if model else Catalog(name=""))


@dataclass(slots=True)
class _Reader:
    carrier: Carrier
    model: Model
    space: Space = field(default_factory=Space)

    def catalog(self) -> Catalog:
        cubes = known_cubes(self.carrier, self.model)
        shown = shown_by(self.carrier, self.model.views, cubes)
        for cube in cubes.by_name.values():
            self._draft(cube)
        fields = Fields(self.carrier, cubes, self.space, shown)
        alive = [cube for cube in cubes.by_name.values() if cube.draft is not None]
        for cube in alive:
            fields.add(cube)
        joins = Joins(self.carrier, cubes, self.space)
        for cube in alive:
            joins.add(cube)
        fields.add_far()
        for cube in alive:
            self._unsaid(cube)
        measures = CubeMeasures.of(self.carrier, cubes, self.space, fields, shown)
        return Catalog(
            name=next((view.name for view in self.model.views), next(iter(cubes.by_name), "cube")),
            datasets=tuple(draft.dataset() for draft in self.space.drafts.values()),
            relationships=tuple(self.space.relationships),
            metrics=measures.made.finished(),
            policies=tuple(self._policies(cubes)),
        )

    def _draft(self, cube: Known) -> None:
        try:
            source = self._source(cube)
        except Uncarried as reason:
            self.carrier.leave(f"the cube is not carried: {reason}.", cube.trail)
            return
        written = cube.cube
        words = header(cube.name, label=written.title, description=written.description, hidden=written.hidden)
        cube.draft = Draft(words.pop("name"), source, "duckdb", header=words)
        self.space.add(cube.draft)
        self.carrier.put(f"datasets.{cube.name}", cube.trail)

    def _source(self, cube: Known) -> str:
        """Errors: Uncarried."""
        if bool(cube.sql) == bool(cube.sql_table):
            self.carrier.wrong("expected either “sql” or “sql_table”.", cube.trail)
        text, references = marks(cube.sql or cube.sql_table)
        if references:
            raise Uncarried(f"its SQL is put together from others ({references[0]})")
        query = text.strip().rstrip(";")
        if cube.sql_table:
            return query
        words = query.split()
        plain = len(words) == 4 and [word.upper() for word in words[:3]] == ["SELECT", "*", "FROM"]
        return words[3] if plain else f"({query})"

    def _unsaid(self, cube: Known) -> None:
        """One note for what a cube says beyond a catalog and beyond its numbers."""
        assert cube.draft is not None
        times = [made.field.name for made in cube.draft.made.values() if made.field.role == "time"]
        if len(times) == 1:
            cube.draft.header["default_time"] = times[0]
        members = [placed.written for section in (cube.dimensions, cube.measures) for placed in section.values()]
        left = [key for key in _UNSAID if getattr(cube.cube, key)]
        left += [key for key in _UNSAID_OF_MEMBERS if any(getattr(member, key, None) for member in members)]
        if left:
            self.carrier.leave(
                f"not carried, without influence on numbers: {', '.join(dict.fromkeys(left))}.", cube.trail
            )

    def _policies(self, cubes: Cubes) -> list[Policy]:
        guarded = {cube.name: [cube.access_policy] for cube in cubes.by_name.values()}
        for view in self.model.views:
            for cube in view_cubes(view, cubes):
                guarded[cube.name].append(view.access_policy)
        made: list[Policy] = []
        for name, guards in guarded.items():
            policy = closed(name, guards) if cubes.by_name[name].draft else None
            if policy:
                made.append(policy)
                message = "its rows are closed to all whom its access policies do not let see everything."
                self.carrier.leave(message, cubes.by_name[name].trail, hint="Write the policy as rows of a catalog.")
        return made
