"""What authors of Cube data models write in YAML, in snake_case or camelCase."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator
from pydantic import Field as Attribute

from goal_semantics.load._carrier import Shape, Text, Texts

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")


def snake(name: str) -> str:
    """`primaryKey` as `primary_key`."""
    return _HUMP.sub(lambda found: f"_{found[1].lower()}", name)


class CubeShape(Shape):
    """Keys in either spelling."""

    @model_validator(mode="before")
    @classmethod
    def _spelled(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        known = {attribute.alias or name for name, attribute in cls.model_fields.items()}
        return {snake(key) if key not in known and snake(key) in known else key: item for key, item in value.items()}


def _as_flag(value: Any) -> Any:
    """Visibility may depend on who asks: then nobody is told."""
    return False if isinstance(value, str) and value.strip().startswith(("{", "COMPILE_CONTEXT")) else value


Flag = Annotated[bool | None, BeforeValidator(_as_flag)]


class Sql(CubeShape):
    sql: Text


class Member(CubeShape):
    """What dimensions, measures, segments, cubes and views may say about themselves."""

    name: Text
    title: Text = ""
    description: Text = ""
    public: Flag = None
    shown: Flag = None
    visible: Flag = None
    meta: Any = None
    aliases: Texts = ()

    @property
    def hidden(self) -> bool:
        """Whether nobody may ask for it."""
        return False in (self.public, self.shown, self.visible)


class When(CubeShape):
    sql: Text = ""
    value: Any = None
    label: Text | Sql = ""


class Else(CubeShape):
    label: Text | Sql = ""
    sql: Text = ""


class Case(CubeShape):
    switch: Text = ""
    when: tuple[When, ...] = ()
    else_: Else | None = Attribute(default=None, alias="else")


class Dimension(Member):
    type: Literal["string", "number", "time", "boolean", "geo", "switch"]
    sql: Text = ""
    case: Case | None = None
    latitude: Sql | None = None
    longitude: Sql | None = None
    primary_key: bool = False
    sub_query: bool = False
    multi_stage: bool = False
    values: Texts = ()
    granularities: Any = None
    format: Any = None
    currency: Text = ""
    propagate_filters_to_sub_query: Any = None
    add_group_by: Any = None
    time_shift: Any = None
    mask: Any = None
    links: Any = None
    order: Any = None
    key: Any = None
    field_type: Any = None
    values_as_segments: Any = None
    suggest_filter_values: Any = None
    enable_suggestions: Any = None

    @property
    def hidden(self) -> bool:
        """Keys are not shown unless they say so."""
        told = any((self.public, self.shown))
        return False in (self.public, self.shown, self.visible) or (self.primary_key and not told)


class Rolling(CubeShape):
    type: Literal["fixed", "to_date", "year_to_date", "quarter_to_date", "month_to_date"] = "fixed"
    trailing: Text = ""
    leading: Text = ""
    offset: Literal["start", "end"] = "end"
    granularity: Text = ""


class Shift(CubeShape):
    time_dimension: Text = ""
    interval: Text = ""
    type: Literal["prior", "next"] | None = None
    name: Text = ""


class OrderBy(CubeShape):
    sql: Text
    dir: Literal["asc", "desc"] = "asc"


class Grain(CubeShape):
    keep_only: Texts = ()
    exclude: Texts = ()
    include: Texts = ()


class Measure(Member):
    type: Literal["count", "count_distinct", "count_distinct_approx", "countDistinct", "countDistinctApprox", "sum", "avg",
                  "min", "max", "number", "number_agg", "string", "time", "boolean", "running_total", "runningTotal",
                  "rank"]  # fmt: skip
    sql: Text = ""
    filters: tuple[Sql, ...] = ()
    rolling_window: Rolling | None = None
    cumulative: bool = False
    multi_stage: bool = False
    time_shift: tuple[Shift, ...] = ()
    group_by: Texts | None = None
    reduce_by: Texts | None = None
    add_group_by: Texts | None = None
    grain: Grain | None = None
    order_by: tuple[OrderBy, ...] = ()
    filter: Any = None
    case: Any = None
    format: Any = None
    currency: Text = ""
    drill_members: Any = None
    drill_member_references: Any = None
    drill_filters: Any = None
    mask: Any = None


class Segment(Member):
    sql: Text


class Join(CubeShape):
    name: Text
    sql: Text
    relationship: Literal["many_to_one", "one_to_many", "one_to_one", "belongs_to", "has_many", "has_one", "manyToOne",
                          "oneToMany", "oneToOne", "belongsTo", "hasMany", "hasOne"]  # fmt: skip


class Policy(CubeShape):
    role: Text = ""
    group: Text = ""
    groups: Texts = ()
    conditions: Any = None
    member_level: Any = None
    member_masking: Any = None
    row_level: dict[str, Any] | None = None


class Cube(Member):
    sql: Text = ""
    sql_table: Text = ""
    extends: Text = ""
    joins: tuple[Join, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    measures: tuple[Measure, ...] = ()
    segments: tuple[Segment, ...] = ()
    access_policy: tuple[Policy, ...] = ()
    data_source: Text = ""
    sql_alias: Any = None
    calendar: Any = None
    hierarchies: Any = None
    pre_aggregations: Any = None
    refresh_key: Any = None
    rewrite_queries: Any = None


class Included(CubeShape):
    name: Text
    alias: Text = ""
    title: Text = ""
    description: Text = ""
    format: Any = None
    meta: Any = None


class ViewCube(CubeShape):
    join_path: Text
    includes: Literal["*"] | tuple[Text | Included, ...] = ()
    excludes: Texts = ()
    prefix: bool = False
    split: bool = False
    alias: Text = ""


class View(Member):
    extends: Text = ""
    cubes: tuple[ViewCube, ...] = ()
    access_policy: tuple[Policy, ...] = ()
    dimensions: Any = None
    measures: Any = None
    segments: Any = None
    includes: Any = None
    folders: Any = None
    hierarchies: Any = None
    view_group: Any = None
    view_groups: Any = None
    default_filters: Any = None


class Model(CubeShape):
    cubes: tuple[Cube, ...] = ()
    views: tuple[View, ...] = ()
    view_groups: Any = None
