"""What a dbt `semantic_manifest.json` says, in both of its forms, as frozen types. Nothing here means anything yet.

Legacy manifests have measures and metrics over them; those of dbt 1.12 have simple metrics that aggregate by themselves
(`metric_aggregation_params`). Shorthands of dbt's YAML are read too: a measure by its name, "7 days", one filter as text.
Keys that dbt writes and that have no meaning for a query (`metadata`, `config`, `tags` …) are accepted and not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic import Field as Attribute

from goal_semantics.model import Border

_WINDOW = re.compile(r"\s*(\d+)\s+(\w+)\s*\Z")


def _lowered(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _nothing_is(default: Any) -> BeforeValidator:
    return BeforeValidator(lambda value: default if value is None else value)


def _named(key: str = "name") -> Callable[[Any], Any]:
    return lambda value: {key: value} if isinstance(value, str) else value


def _filters(value: Any) -> Any:
    """Shorthands: one template, or a list of them."""
    if value is None:
        return {}
    if isinstance(value, str) or (isinstance(value, dict) and "where_sql_template" in value):
        value = [value]
    if isinstance(value, list):
        return {"where_filters": [{"where_sql_template": each} if isinstance(each, str) else each for each in value]}
    return value


def _window(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = _WINDOW.match(value.lower())
    if found is None:
        raise ValueError(f"“{value}” is no window; write it like “7 days”")
    return {"count": int(found.group(1)), "granularity": found.group(2)}


def _standard(value: Any) -> Any:
    """A grain without its plural."""
    word = _lowered(value)
    return word.removesuffix("s") if isinstance(word, str) and word.removesuffix("s") in GRAINS else word


GRAINS = (
    "nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year",
)  # fmt: skip
"""dbt's own grains, finest first; everything else is a custom one."""

Text = Annotated[str, _nothing_is("")]
Name = Annotated[str, BeforeValidator(_lowered)]
"""dbt compares names without their case, and writes them small."""
Flag = Annotated[bool, _nothing_is(default=False)]
Sql = Annotated[str | None, BeforeValidator(_text)]
GrainName = Annotated[str, BeforeValidator(_standard)]
Unread = Any


class Template(Border):
    """A condition in SQL and Jinja."""

    where_sql_template: str


class Templates(Border):
    """Conditions, all of which hold."""

    where_filters: Annotated[tuple[Template, ...], _nothing_is(())] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Each of them."""
        return tuple(each.where_sql_template for each in self.where_filters)


Filters = Annotated[Templates, BeforeValidator(_filters)]


class Window(Border):
    """So many of a grain."""

    count: int = Attribute(ge=1)
    granularity: GrainName


WindowText = Annotated[Window, BeforeValidator(_window)]


class Element(Border):
    """What every named thing has."""

    name: Name
    description: Text = ""
    label: Text = ""
    metadata: Unread = None
    config: Unread = None


class NodeRelation(Border):
    """The table of a model."""

    alias: str | None = None
    schema_name: str | None = None
    database: str | None = None
    relation_name: str | None = None


class Validity(Border):
    """Which end of the time in which a row holds."""

    is_start: Flag = False
    is_end: Flag = False


class DimensionParams(Border):
    """Of a time dimension."""

    time_granularity: GrainName
    validity_params: Validity | None = None


class Dimension(Element):
    """A column or expression to group and filter by."""

    type: Annotated[Literal["categorical", "time"], BeforeValidator(_lowered)]
    datatype: Any = None
    is_partition: Flag = False
    type_params: DimensionParams | None = None
    expr: Sql = None


class Entity(Element):
    """A key, by which models are joined."""

    type: Annotated[Literal["foreign", "natural", "primary", "unique"], BeforeValidator(_lowered)]
    role: Unread = None
    expr: Sql = None


class NonAdditive(Border):
    """The time over which a measure is not summed."""

    name: Name
    window_choice: Annotated[Literal["min", "max"], BeforeValidator(lambda value: _lowered(value or "min"))] = "min"
    window_groupings: Annotated[tuple[Name, ...], _nothing_is(())] = ()


class AggParams(Border):
    """Of percentiles."""

    percentile: float | None = None
    use_discrete_percentile: Flag = False
    use_approximate_percentile: Flag = False


Agg = Annotated[
    Literal["sum", "min", "max", "count_distinct", "sum_boolean", "average", "percentile", "median", "count"],
    BeforeValidator(_lowered),
]


class Measure(Element):
    """An aggregate that metrics of the legacy form refer to."""

    agg: Agg
    create_metric: Flag = False
    expr: Sql = None
    agg_params: AggParams | None = None
    non_additive_dimension: NonAdditive | None = None
    agg_time_dimension: Name | None = None


class Defaults(Border):
    """Of a model."""

    agg_time_dimension: Name | None = None


class SemanticModel(Element):
    """A table with its keys, dimensions and measures."""

    node_relation: NodeRelation
    defaults: Defaults | None = None
    primary_entity: Name | None = None
    entities: Annotated[tuple[Entity, ...], _nothing_is(())] = ()
    measures: Annotated[tuple[Measure, ...], _nothing_is(())] = ()
    dimensions: Annotated[tuple[Dimension, ...], _nothing_is(())] = ()

    @property
    def default_time(self) -> str | None:
        """The time dimension that its measures are read by unless they say otherwise."""
        return self.defaults.agg_time_dimension if self.defaults else None


class InputMeasure(Border):
    """A measure as one metric uses it."""

    name: Name
    filter: Filters = Templates()
    alias: str | None = None
    join_to_timespine: Flag = False
    fill_nulls_with: int | float | None = None


class InputMetric(Border):
    """A metric as another one uses it."""

    name: Name
    filter: Filters = Templates()
    alias: Name | None = None
    offset_window: WindowText | None = None
    offset_to_grain: GrainName | None = None


MeasureText = Annotated[InputMeasure, BeforeValidator(_named())]
MetricText = Annotated[InputMetric, BeforeValidator(_named())]


class ConstantProperty(Border):
    """What has to agree between an event and its conversion."""

    base_property: Name
    conversion_property: Name


class ConversionParams(Border):
    """From one event to another."""

    base_measure: MeasureText | None = None
    base_metric: MetricText | None = None
    conversion_measure: MeasureText | None = None
    conversion_metric: MetricText | None = None
    entity: Name
    calculation: Annotated[Literal["conversions", "conversion_rate"], BeforeValidator(_lowered)] = "conversion_rate"
    window: WindowText | None = None
    constant_properties: Annotated[tuple[ConstantProperty, ...], _nothing_is(())] = ()


class CumulativeParams(Border):
    """Of a running value."""

    window: WindowText | None = None
    grain_to_date: GrainName | None = None
    period_agg: Annotated[Literal["first", "last", "average"], BeforeValidator(lambda v: _lowered(v or "first"))] = (
        "first"
    )
    metric: MetricText | None = None


class AggregationParams(Border):
    """What a simple metric of the newer form aggregates."""

    semantic_model: Name
    agg: Agg
    agg_params: AggParams | None = None
    agg_time_dimension: Name | None = None
    non_additive_dimension: NonAdditive | None = None


class TypeParams(Border):
    """What defines a metric; which of them depends on its type."""

    measure: MeasureText | None = None
    numerator: MetricText | None = None
    denominator: MetricText | None = None
    expr: Sql = None
    window: WindowText | None = None
    grain_to_date: GrainName | None = None
    metrics: Annotated[tuple[MetricText, ...], _nothing_is(())] = ()
    conversion_type_params: ConversionParams | None = None
    cumulative_type_params: CumulativeParams | None = None
    metric_aggregation_params: AggregationParams | None = None
    join_to_timespine: Flag = False
    fill_nulls_with: int | float | None = None
    is_private: Flag = False
    input_measures: Unread = None


class Metric(Element):
    """A number with a name."""

    type: Annotated[Literal["simple", "ratio", "cumulative", "derived", "conversion"], BeforeValidator(_lowered)]
    type_params: TypeParams
    datatype: Any = None
    filter: Filters = Templates()
    time_granularity: GrainName | None = None


class QueryParams(Border):
    """The question of a saved query."""

    metrics: Annotated[tuple[Name, ...], _nothing_is(())] = ()
    group_by: Annotated[tuple[str, ...], _nothing_is(())] = ()
    order_by: Annotated[tuple[str, ...], _nothing_is(())] = ()
    limit: int | None = None
    where: Filters = Templates()


class SavedQuery(Element):
    """A question with a name."""

    query_params: QueryParams
    exports: Unread = None
    tags: Unread = None


class SpineColumn(Border):
    """The periods of a time spine."""

    name: str
    time_granularity: GrainName


class CustomGrain(Border):
    """A grain that a column of the spine defines."""

    name: Name
    column_name: str | None = None


class TimeSpine(Border):
    """A table with one row per period."""

    node_relation: NodeRelation
    primary_column: SpineColumn
    custom_granularities: Annotated[tuple[CustomGrain, ...], _nothing_is(())] = ()


class SpineTable(Border):
    """The same in the oldest form."""

    location: str
    column_name: str
    grain: GrainName


class Project(Border):
    """What holds for all models."""

    time_spines: Annotated[tuple[TimeSpine, ...], _nothing_is(())] = ()
    time_spine_table_configurations: Annotated[tuple[SpineTable, ...], _nothing_is(())] = ()
    metadata: Unread = None
    dsi_package_version: Unread = None


class Manifest(Border):
    """The whole file."""

    semantic_models: Annotated[tuple[SemanticModel, ...], _nothing_is(())] = ()
    metrics: Annotated[tuple[Metric, ...], _nothing_is(())] = ()
    project_configuration: Annotated[Project, _nothing_is(Project())] = Project()
    saved_queries: Annotated[tuple[SavedQuery, ...], _nothing_is(())] = ()
