"""What authors of Snowflake semantic views and Cortex Analyst semantic models write, legacy keys included."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field as Attribute

from goal_semantics.load._carrier import Shape, Text, Texts


class Tag(Shape):
    name: Text
    value: Text


class Thing(Shape):
    """What everything may say about itself."""

    name: Text
    description: Text = ""
    synonyms: Texts = ()
    tags: tuple[Tag, ...] = ()


class Column(Thing):
    """A dimension, time dimension, fact or legacy measure."""

    expr: Text | None = None
    data_type: Text = ""
    unique: bool = False
    sample_values: Texts = ()
    is_enum: bool = False
    access_modifier: Literal["public_access", "private_access"] = "public_access"
    cortex_search_service: dict[str, Any] | None = None
    cortex_search_service_name: Text = ""
    default_aggregation: Text = ""
    kind: Literal["dimension", "time_dimension", "measure", "fact"] | None = None
    labels: Texts = ()


class NamedFilter(Thing):
    expr: Text
    labels: Texts = ()


class NonAdditive(Shape):
    table: Text = ""
    dimension: Text
    sort_direction: Literal["ascending", "descending"] = "ascending"
    null_order: Literal["first", "last"] | None = None
    nulls_position: Literal["first", "last"] | None = None


class TableMetric(Thing):
    expr: Text
    access_modifier: Literal["public_access", "private_access"] = "public_access"
    non_additive_dimensions: tuple[NonAdditive, ...] = ()
    using_relationships: Texts = ()
    data_type: Text = ""
    labels: Texts = ()


class BaseTable(Shape):
    database: Text = ""
    schema_: Text = Attribute(default="", alias="schema")
    table: Text = ""
    definition: Text = ""


class Key(Shape):
    name: Text = ""
    columns: Texts


class Table(Thing):
    base_table: BaseTable
    primary_key: Key | None = None
    unique_keys: tuple[Key, ...] = ()
    columns: tuple[Column, ...] = ()
    dimensions: tuple[Column, ...] = ()
    time_dimensions: tuple[Column, ...] = ()
    facts: tuple[Column, ...] = ()
    measures: tuple[Column, ...] = ()
    metrics: tuple[TableMetric, ...] = ()
    filters: tuple[NamedFilter, ...] = ()
    constraints: tuple[Any, ...] = ()


class Pair(Shape):
    left_column: Text
    right_column: Text


class Step(Shape):
    name: Text = ""
    left_table: Text
    right_table: Text
    relationship_columns: tuple[Pair, ...] = Attribute(default=(), min_length=1)
    join_type: Literal["inner", "left_outer"] | None = None
    relationship_type: Literal["many_to_one", "one_to_one", "one_to_many", "many_to_many"] | None = None


class VerifiedSql(Shape):
    name: Text = ""
    semantic_model_name: Text = ""
    question: Text
    sql: Text
    verified_at: Text = ""
    verified_by: Text = ""
    use_as_onboarding_question: bool = False
    onboarding_question: bool = False


class View(Shape):
    name: Text
    description: Text = ""
    comments: Text = ""
    synonyms: Texts = ()
    tables: tuple[Table, ...] = Attribute(min_length=1)
    relationships: tuple[Step, ...] = ()
    metrics: tuple[TableMetric, ...] = ()
    verified_queries: tuple[VerifiedSql, ...] = ()
    custom_instructions: Text = ""
    module_custom_instructions: dict[str, Any] | None = None
    tags: tuple[Tag, ...] = ()
