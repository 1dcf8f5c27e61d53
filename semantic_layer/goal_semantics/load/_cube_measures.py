"""Measures of cubes as metrics: aggregates, formulas, rolling windows and stages, as far as a catalog means the same."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from goal_semantics.load._carrier import Carrier
from goal_semantics.load._cube_fields import METRIC, Fields
from goal_semantics.load._cube_format import format_of
from goal_semantics.load._cube_model import Cubes, Known
from goal_semantics.load._cube_shape import Measure, Rolling, snake
from goal_semantics.load._cube_views import Shown
from goal_semantics.load._header import header
from goal_semantics.load._measures import Definition, Measures, Refer, settled_names
from goal_semantics.load._space import Space, Uncarried
from goal_semantics.load._sql import Leaf, Unreadable, leaves
from goal_semantics.load._yaml import Trail

_AGGREGATES = {
    "count": "count", "count_distinct": "count_distinct", "count_distinct_approx": "approx_count_distinct", "sum": "sum",
    "avg": "avg", "min": "min", "max": "max", "running_total": "sum",
}  # fmt: skip
_TO_DATE = {"year_to_date": "year", "quarter_to_date": "quarter", "month_to_date": "month"}


@dataclass(slots=True)
class Making:
    """One measure on its way: where it is, and the name that its metric will have."""

    cube: Known
    measure: Measure
    trail: Trail
    name: str

    @property
    def type(self) -> str:
        """Its type in snake_case."""
        return snake(self.measure.type)


@dataclass(slots=True)
class CubeMeasures:
    """Makes metrics. Names of measures belong to their cube; where two cubes share one, the cube's name goes before it."""

    carrier: Carrier
    cubes: Cubes
    space: Space
    fields: Fields
    shown: Shown
    made: Measures

    @classmethod
    def of(cls, carrier: Carrier, cubes: Cubes, space: Space, fields: Fields, shown: Shown) -> CubeMeasures:
        """For every measure of every cube."""
        names = settled_names((cube.name, name) for cube in cubes.by_name.values() for name in cube.measures)
        made = Measures(carrier, space, "duckdb", reserved=frozenset(name.lower() for name in names.values()))
        making = cls(carrier, cubes, space, fields, shown, made)
        for cube in cubes.by_name.values():
            for name, placed in cube.measures.items():
                making._add(Making(cube, placed.written, placed.trail, names[cube.name, name]), names)
        return making

    def _add(self, each: Making, names: dict[tuple[str, str], str]) -> None:
        measure = each.measure
        words = header(
            each.name,
            label=self.shown.label(each.cube, measure),
            description=measure.description,
            synonyms=self.shown.synonyms(each.cube, measure),
            hidden=self.shown.hidden(each.cube, measure),
        )

        def refer(node: exp.Expr) -> str | None:
            if not isinstance(node, exp.Anonymous) or node.name != METRIC:
                return None
            cube, name = (argument.name for argument in node.expressions)
            return names[cube, name]

        if each.cube.draft is None:
            self.carrier.leave("the measure is not carried: its cube is not.", each.trail)
            return
        try:
            base = self._base(each, refer)
            definition = self._staged(each, self._rolled(each, base))
        except Unreadable as error:
            self.carrier.wrong(f"the SQL cannot be read: {error.reason}.", (*each.trail, "sql"))
            return
        except Uncarried as reason:
            self.carrier.leave(f"the measure is not carried: {reason}.", each.trail)
            return
        shown = format_of(self.carrier, measure.format, measure.currency, each.trail)
        self.made.add({**words, **shown}, definition, each.trail)

    def _base(self, each: Making, refer: Refer) -> Definition:
        """The measure without window and stage. Errors: Uncarried, Unreadable."""
        measure = each.measure
        if measure.filter is not None or measure.case is not None:
            raise Uncarried("it chooses its filters, or its formula, while a question is asked")
        if each.type == "rank":
            raise Uncarried("a rank over what a question leaves out is asked for as a rank")
        tree = self.space.raw(self.fields.tree(measure.sql, each.cube)) if measure.sql else None
        if each.type not in _AGGREGATES or (measure.multi_stage and tree is not None and refer(tree)):
            if tree is None:
                raise Uncarried("its “sql” is missing")
            if measure.filters:
                raise Uncarried("Cube does not say what filters of a formula narrow")
            if tree.find(exp.Div) and not _in_fractions(tree):
                self.carrier.leave("divides in DOUBLE, also whole numbers; by zero gives nothing.", each.trail)
            return self.made.define(each.name, tree, each.cube.draft, each.trail, refer)
        if tree is None and each.type != "count":
            raise Uncarried("its “sql” is missing")
        if tree is not None and ((tree.find(exp.Anonymous) and any(refer(node) for node in tree.walk())) or next(leaves(tree), None)):  # fmt: skip
            raise Uncarried("it aggregates what is aggregated already")
        condition = [self.space.raw(self.fields.tree(each_.sql, each.cube)) for each_ in measure.filters]
        where = exp.and_(*condition, copy=False) if condition else None
        return self.made.simple(Leaf(_AGGREGATES[each.type], tree, where), each.cube.draft)

    def _rolled(self, each: Making, base: Definition) -> Definition:
        """Its window, if it has one. Errors: Uncarried."""
        window = each.measure.rolling_window
        if window is None and not each.measure.cumulative and each.type != "running_total":
            return base
        of = self.made.part(each.name, base, each.trail)
        return {"kind": "cumulative", "metric": of, **(_window(window) if window else {})}

    def _staged(self, each: Making, base: Definition) -> Definition:
        """Its stage, if it has one. Errors: Uncarried."""
        measure = each.measure
        grain = measure.grain
        fixed = (
            measure.group_by
            if measure.group_by is not None
            else (grain.keep_only if grain and grain.keep_only else None)
        )
        added = measure.add_group_by or (grain.include if grain else ())
        if measure.reduce_by is not None or (grain and grain.exclude):
            raise Uncarried("leaving out some groupings of a question is asked for as a share or a top")
        if measure.time_shift:
            return self._shifted(each, base)
        if fixed is None and not added:
            return base
        if fixed is not None and added:
            raise Uncarried("it fixes its groupings and adds others")
        paths = [self._path(name, each.cube) for name in (fixed or added)]
        stage: Definition = {"kind": "fixed", "metric": self.made.part(each.name, base, each.trail), "by": paths}
        if not added:
            return stage
        if each.type not in _AGGREGATES:
            raise Uncarried(f"an outer stage of type {each.type} aggregates nothing")
        return stage | {"agg": _AGGREGATES[each.type]}

    def _shifted(self, each: Making, base: Definition) -> Definition:
        if len(each.measure.time_shift) != 1:
            raise Uncarried("several time shifts at once")
        (shift,) = each.measure.time_shift
        if shift.name or shift.type != "prior" or not shift.interval:
            raise Uncarried("only shifts by an interval, to earlier times, are known")
        if shift.time_dimension:
            message = "moves whatever time the question has, not only this one."
            self.carrier.leave(message, (*each.trail, "time_shift", 0, "time_dimension"))
        of = self.made.part(each.name, base, each.trail)
        return {"kind": "offset", "metric": of, "by": shift.interval, "show": "value"}

    def _path(self, name: str, here: Known) -> str:
        meant = self.cubes.meant(name.strip("{}$ "), here)
        made = meant.cube.draft.find(meant.member) if meant.cube.draft else None
        if made is None:
            raise Uncarried(f"“{name}” is no dimension that is carried")
        return f"{meant.cube.name}.{made.field.name}"


def _in_fractions(tree: exp.Expr) -> bool:
    """Whether a formula shows that it does not divide whole numbers: `1.0 * …`, a cast."""
    return tree.find(exp.Cast) is not None or any("." in each.name for each in tree.find_all(exp.Literal))


def _window(window: Rolling) -> Definition:
    """`window` or `to_date` of a running value. Errors: Uncarried."""
    if window.type in _TO_DATE:
        return {"to_date": _TO_DATE[window.type]}
    if window.type == "to_date":
        return {"to_date": window.granularity}
    if window.leading and not window.leading.startswith("0"):
        raise Uncarried("its window looks ahead")
    if window.offset != "end":
        raise Uncarried("its window ends where a period starts")
    if window.trailing == "unbounded":
        return {}
    if not window.trailing:
        raise Uncarried("its window has no size")
    return {"window": window.trailing}
