"""What authors of Databricks metric views write, versions 0.1 and 1.1."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic import Field as Attribute

from goal_semantics.load._carrier import Shape, Text, Texts

VERSIONS = ("0.1", "1.1")


def _as_windows(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Window(Shape):
    order: Text
    range: Text
    semiadditive: Literal["first", "last"] | None = None
    offset: Text = ""


class Column(Shape):
    """A dimension (also: field) or a measure. `expr: source.*` has no name."""

    name: Text = ""
    expr: Text
    comment: Text = ""
    display_name: Text = ""
    synonyms: Texts = ()
    format: dict[str, Any] | None = None
    window: Annotated[tuple[Window, ...], BeforeValidator(_as_windows)] = ()


class Rely(Shape):
    at_most_one_match: bool = False


class Join(Shape):
    name: Text
    source: Text
    on: Text = ""
    using: Texts = ()
    cardinality: Literal["many_to_one", "one_to_many", "one_to_one"] | None = None
    rely: Rely | None = None
    joins: tuple[Join, ...] = ()


class MetricView(Shape):
    version: Text = VERSIONS[-1]
    source: Text
    comment: Text = ""
    filter: Text = ""
    joins: tuple[Join, ...] = ()
    dimensions: tuple[Column, ...] = ()
    fields: tuple[Column, ...] = Attribute(default=())
    measures: tuple[Column, ...] = ()
    parameters: tuple[Any, ...] = ()
    materialization: dict[str, Any] | None = None
