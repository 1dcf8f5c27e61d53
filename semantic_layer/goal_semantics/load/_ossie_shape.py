"""What authors of Apache Ossie write: 0.2.0.dev0, the headers 0.1.x and 1.0, and the drafts without a header."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic import Field as Attribute

from goal_semantics.dialects import Dialect
from goal_semantics.load._carrier import Shape, Text, Texts
from goal_semantics.model import DataType

VERSION = "0.2.0.dev0"
"""What we write."""
VERSIONS = ("0.1.0", "0.1.1", "1.0", "0.2.0.dev0")
VENDOR = "JUPYTER_GOAL"
"""Under this name stand the keys of ours that Ossie lacks."""
ENGINES: dict[str, Dialect] = {"SNOWFLAKE": "snowflake", "DATABRICKS": "databricks"}
STANDARD = ("ANSI_SQL", "OSSIE_SQL_2026")
DIALECTS = (*STANDARD, *ENGINES, "MDX", "TABLEAU", "MAQL", "BIGQUERY")
TYPES: dict[str, DataType] = {
    "String": "string", "Integer": "integer", "Decimal": "decimal", "Float": "float", "Boolean": "boolean", "Date": "date",
    "Time": "time", "DateTime": "timestamp", "DateTimeTz": "timestamp_tz", "Opaque": "opaque",
}  # fmt: skip


def _as_dialects(value: Any) -> Any:
    """Drafts had a plain text, or the list itself; a text without a dialect is standard SQL."""
    if isinstance(value, str):
        value = [{"expression": value}]
    said = {"dialects": value} if isinstance(value, list) else value
    if not isinstance(said, dict) or not isinstance(said.get("dialects"), list):
        return said
    return said | {"dialects": [{"dialect": "ANSI_SQL"} | each if isinstance(each, dict) else each
                                for each in said["dialects"]]}  # fmt: skip


class Extension(Shape):
    vendor_name: Text
    data: Any = ""


class Said(Shape):
    dialect: Text
    expression: Text


class Expressions(Shape):
    dialects: tuple[Said, ...] = Attribute(min_length=1)


Sql = Annotated[Expressions, BeforeValidator(_as_dialects)]


class Thing(Shape):
    name: Text
    description: Text = ""
    ai_context: str | dict[str, Any] = ""
    custom_extensions: tuple[Extension, ...] = ()


class Dimension(Shape):
    is_time: bool | None = None


class OssieField(Thing):
    expression: Sql
    dimension: Dimension | None = None
    label: Text = ""
    datatype: Text = ""


class OssieDataset(Thing):
    source: Text
    primary_key: Texts = ()
    unique_keys: tuple[Texts, ...] = ()
    fields: tuple[OssieField, ...] = ()


class OssieRelationship(Thing):
    from_: Text = Attribute(alias="from")
    to: Text
    from_columns: Texts = Attribute(min_length=1)
    to_columns: Texts = Attribute(min_length=1)


class OssieMetric(Thing):
    expression: Sql
    datatype: Text = ""


class OssieModel(Thing):
    dialect: Text = ""
    datasets: tuple[OssieDataset, ...] = Attribute(min_length=1)
    relationships: tuple[OssieRelationship, ...] = ()
    metrics: tuple[OssieMetric, ...] = ()


def _as_models(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Document(Shape):
    version: Text = ""
    semantic_model: Annotated[tuple[OssieModel, ...], BeforeValidator(_as_models)] = Attribute(min_length=1)
    dialects: Texts = ()
    vendors: Texts = ()
