"""What the author wrote: the catalog, frozen and validated.

The hub vocabulary is Apache Ossie's (dataset, field, relationship, metric); keys of our own are additions to it.
Nothing here knows SQL beyond carrying the author's expressions as text.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, SerializeAsAny
from pydantic import Field as Attribute

from goal_semantics.border import Border as Border  # noqa: PLC0414 - the model's own words
from goal_semantics.dialects import Dialect
from goal_semantics.expectation import OfDataset, OfField
from goal_semantics.interval import Grain as Grain  # noqa: PLC0414

DataType = Literal[
    "string", "integer", "decimal", "float", "boolean", "date", "time", "timestamp", "timestamp_tz", "opaque"
]
TEMPORAL: frozenset[str] = frozenset({"date", "timestamp", "timestamp_tz"})
NUMERIC: frozenset[str] = frozenset({"integer", "decimal", "float"})

TimePart = Literal[
    "second", "minute", "hour", "day", "day_of_week", "day_of_year", "week", "month", "quarter", "year", "iso_year",
]  # fmt: skip
"""Numbers of the calendar: days of the week from 1 (Monday), weeks are ISO weeks and belong to the ISO year."""
Aggregate = Literal[
    "count", "count_distinct", "sum", "avg", "min", "max", "median", "percentile", "percentile_discrete",
    "approx_count_distinct", "approx_percentile", "stddev", "stddev_pop", "variance", "variance_pop",
]  # fmt: skip
"""What they give and need: `goal_semantics.aggregates`."""
Role = Literal["dimension", "time", "fact", "key"]


class Expression(Border):
    """SQL written by the author: a default text and, where engines differ, one per dialect."""

    text: str
    dialects: dict[Dialect, str] = Attribute(default_factory=dict)

    def on(self, dialect: Dialect) -> str:
        """The text for one dialect; spark and databricks stand in for each other."""
        twin: dict[Dialect, Dialect] = {"spark": "databricks", "databricks": "spark"}
        return self.dialects.get(dialect) or self.dialects.get(twin.get(dialect, dialect)) or self.text


def _as_expression(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


SqlText = Annotated[Expression, BeforeValidator(_as_expression, json_schema_input_type=str | Expression)]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_list, json_schema_input_type=str | tuple[str, ...])]


class Format(Border):
    """How a value is shown. `style` decides; the rest refines."""

    style: Literal["number", "integer", "percent", "currency", "duration", "date", "text"] = "number"
    decimals: int | None = None
    currency: str | None = None


class Named(Border):
    """What every named thing of a catalog may say about itself."""

    name: str
    label: str = ""
    description: str = ""
    synonyms: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def title(self) -> str:
        """The words people see: the label, or the name with spaces."""
        return self.label or self.name.replace("_", " ")


class Field(Named):
    """A column or an expression over columns of one dataset."""

    expression: SqlText | None = None
    """None: the column of the same name. Bare column names of the dataset's source inside."""
    type: DataType = "opaque"
    role: Role = "dimension"
    """time: a dimension with a grain; fact: a number to aggregate; key: an identifier, not offered for grouping."""
    grain: Grain | None = None
    """Time fields: the finest grain that the values have."""
    format: Format | None = None
    unit: str = ""
    values: tuple[str, ...] = ()
    """Known values of a small closed set, in the order in which they are read; also for the planner's value index."""
    entity: str = ""
    """What the value identifies ("customer"), where several datasets hold it: asked of two facts, it is the same thing."""
    calendar: str = ""
    """Time fields: the relationship that leads to the row of a calendar, whose fields are further names of the period."""
    value_synonyms: dict[str, tuple[str, ...]] = Attribute(default_factory=dict)
    """value -> other words for it ("UA" -> ("United", "United Airlines"))."""
    expect: tuple[OfField, ...] = ()
    """Data contracts of this field, measured by `jupyter goal check`."""


class Dataset(Named):
    """A table, view or query with one row per something."""

    source: str
    """`schema.table`, or a SELECT in parentheses."""
    primary_key: tuple[str, ...] = ()
    """Field names."""
    unique_keys: tuple[tuple[str, ...], ...] = ()
    owners: Names = ()
    """Who answers for it: names, teams or addresses."""
    expect: tuple[OfDataset, ...] = ()
    """Data contracts of the rows as a whole: keys of several fields, relationships, freshness, how many there are."""
    fields: tuple[Field, ...] = ()
    default_time: str | None = None
    """The time field that an unqualified "by month" or "since 2024" means for metrics of this dataset."""
    row: str = ""
    """What one row is, singular ("flight"); the planner counts them under this word."""
    store: Literal["allowed", "never"] = "allowed"

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by name."""
        return {field.name: field for field in self.fields}


class Validity(Border):
    """The far side has versions: a row meets the one that is valid at its own time. An end that is missing is open."""

    time: str
    """A field of the near side, or `@time`: the time that the asked metric is read by, where only its fact has one."""
    valid_from: str
    valid_to: str
    """Fields of the far side; versions of one key do not overlap (verified by `check`)."""
    inclusive: bool = False
    """The end is the last moment or day of the version, not the first one after it."""


class Bridge(Border):
    """Many to many: rows of a third dataset point at both sides. Only filters and groupings cross it."""

    dataset: str
    near: tuple[str, ...]
    """Fields that hold the key of the near side."""
    far: tuple[str, ...]
    allocate: str
    """A field of weights, which divide what is added up; or `full`: each side counts a row once, so groups do not add up."""


class Relationship(Named):
    """Many rows of `from` point at one row of `to`. The name is the step in a path (`origin.city`)."""

    from_dataset: str
    to_dataset: str
    from_fields: tuple[str, ...]
    to_fields: tuple[str, ...]
    one_to_one: bool = False
    total: bool = False
    """Every row finds its partner (verified by `check`): may compile to INNER."""
    validity: Validity | None = None
    bridge: Bridge | None = None
    beside: tuple[tuple[str, str], ...] = ()
    """(field of the asked fact, field of `to`) that must agree as well: only facts that have the field go this way."""

    @property
    def to_key(self) -> tuple[str, ...]:
        """The fields of `to` of which no two rows may have the same values: with the start of a version, if it has versions."""
        start = (self.validity.valid_from,) if self.validity else ()
        return (*self.to_fields, *(far for _, far in self.beside), *start)


class MetricSpec(Border):
    """Base of the definitions in `metrics/`; one subclass per kind, in the file of that name."""

    kind: str

    @property
    def fraction(self) -> bool:
        """Whether values are parts of a whole: shown as percent unless the metric has a format."""
        return False

    @property
    def like(self) -> str | None:
        """The metric whose format and unit this one has where it names none."""
        return None


class Metric(Named):
    """A governed number: a header and a definition of some kind."""

    spec: SerializeAsAny[MetricSpec]
    format: Format | None = None
    unit: str = ""
    time: str | None = None
    """Path of the time field this metric is read by; None: the default of its dataset."""
    higher_is: Literal["better", "worse", "neutral"] = "neutral"
    range: tuple[float | None, float | None] = (None, None)
    """Values outside are suspicious; checked after each run."""
    owners: Names = ()
    """Who answers for the definition."""


class Policy(Border):
    """Rows of a dataset that a viewer may see, and fields that are masked."""

    dataset: str
    rows: str | None = None
    """Boolean SQL over the dataset's fields; `{attribute}` stands for an attribute of the viewer, bound as a value."""
    masks: dict[str, SqlText] = Attribute(default_factory=dict)
    exempt_groups: tuple[str, ...] = ()


class VerifiedQuery(Border):
    """A question with its blessed answer, as a semantic query in JSON/YAML form."""

    question: str
    query: dict[str, Any]
    synonyms: tuple[str, ...] = ()


class Calendar(Border):
    """The catalog's time: zone, first day of the week, first month of the fiscal year."""

    time_zone: str = "UTC"
    week_start: Literal["monday", "sunday", "saturday"] = "monday"
    fiscal_year_start: int = Attribute(default=1, ge=1, le=12)
    spines: tuple[str, ...] = ()
    """Paths of time fields whose datasets have one row per period (a time spine), for metrics that ask for it."""


class Catalog(Border):
    """The semantic model: everything a goal may be answered from."""

    name: str
    description: str = ""
    owners: Names = ()
    """Who answers for what has no owner of its own."""
    datasets: tuple[Dataset, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    metrics: tuple[Metric, ...] = ()
    calendar: Calendar = Calendar()
    policies: tuple[Policy, ...] = ()
    verified_queries: tuple[VerifiedQuery, ...] = ()
    questions: tuple[str, ...] = ()
    """Goals offered for an empty `%goal`."""
    exposed: tuple[str, ...] | None = None
    """Metrics that viewers of a site may ask for; None: all."""
    inferred: bool = False
    """True: guessed from data, not written by a person."""
    extensions: dict[str, Any] = Attribute(default_factory=dict)
    """Vendor extensions we do not understand; survive a round trip."""

    @cached_property
    def dataset(self) -> dict[str, Dataset]:
        """Datasets by name."""
        return {dataset.name: dataset for dataset in self.datasets}

    @cached_property
    def metric(self) -> dict[str, Metric]:
        """Metrics by name."""
        return {metric.name: metric for metric in self.metrics}

    @cached_property
    def outgoing(self) -> dict[str, tuple[Relationship, ...]]:
        """Many-to-one steps that leave each dataset."""
        steps: dict[str, list[Relationship]] = {}
        for step in self.relationships:
            steps.setdefault(step.from_dataset, []).append(step)
        return {name: tuple(found) for name, found in steps.items()}

    @cached_property
    def memo(self) -> dict[type, object]:
        """Indexes that others derive from this catalog, by their type; each is built once."""
        return {}
