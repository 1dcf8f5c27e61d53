"""What is asked: names only, never SQL. Relative time stays relative until compilation.

A *path* names a field: `dataset.field`, or `dataset.step.….field` where each step is the name of a relationship that
leaves the dataset reached so far (`flights.origin.city`). `@time` is the time that each asked metric is read by, whatever
its name; `@time.quarter_name` is a field of its calendar.
"""

from __future__ import annotations

import datetime
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator
from pydantic import Field as Attribute

from goal_semantics import scalar
from goal_semantics.model import Aggregate, Border, Grain, TimePart

Scalar = scalar.Scalar

OWN_TIME = "@time"
"""The path of the time that each metric is read by."""

Moment = Annotated[datetime.datetime | datetime.date, BeforeValidator(scalar.moment)]
"""A time stamp or a day. Text of ten characters is a day: midnight is another thing."""


class Measure(Border):
    """One number to show: a metric of the catalog, or a closed aggregate of a field (`agg`, `field`).

    `count` with a dataset path and no field counts rows. `filter` narrows this measure only. `over` divides it by another
    measure: a part by its whole ("share of flights from Newark"), or one number per another ("distance per plane").
    """

    metric: str | None = None
    agg: Aggregate | None = None
    field: str | None = None
    """Path of the field; for `count` of rows: the dataset's name."""
    percentile: float | None = Attribute(default=None, ge=0, le=1)
    """The fraction that an aggregate of percentiles needs: 0.9."""
    grain: Grain | None = None
    """The periods of a time field instead of its values: the number of days, the first month."""
    filter: Filter | None = None
    alias: str | None = None
    over: Measure | None = None
    """Its own `filter` narrows what is divided by; `alias` is not used. Nothing, where it is 0."""

    @property
    def is_part(self) -> bool:
        """Divided by the whole of the same number: a fraction."""
        whole = self.over
        same = ("metric", "agg", "field", "percentile", "grain")
        return whole is not None and all(getattr(self, name) == getattr(whole, name) for name in same)

    @property
    def name(self) -> str:
        """The column name in the result."""
        if self.alias:
            return self.alias
        if self.over is not None:
            base = self.model_copy(update={"over": None}).name
            return f"{base}_share" if self.is_part else f"{base}_per_{self.over.name}"
        if self.metric:
            return self.metric
        which = "" if self.percentile is None else f"{100 * self.percentile:.10g}_".replace(".", "_")
        periods = f"_{self.grain}" if self.grain else ""
        return f"{self.agg}_{which}{(self.field or 'rows').replace('.', '_')}{periods}"


class Bins(Border):
    """Numeric bins: a fixed width, or a count of equal widths between the extremes."""

    width: float | None = None
    count: int | None = None


class Grouping(Border):
    """One dimension of the answer."""

    field: str
    grain: Grain | None = None
    part: TimePart | None = None
    """The number of a part of the time instead of a period: hours of the day, months of the year."""
    fiscal: bool = False
    bins: Bins | None = None
    alias: str | None = None

    @property
    def name(self) -> str:
        """The column name in the result."""
        if self.alias:
            return self.alias
        base = self.field.split(".", 1)[-1].replace(".", "_")
        return f"{base}_{self.grain or self.part}" if self.grain or self.part else base


Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "between", "is null", "is not null", "contains",
                   "not contains", "starts with", "ends with"]  # fmt: skip


class Condition(Border):
    """A field compared with values. NULL never equals; `!=` and `not in` keep NULL rows unless `nulls` says otherwise."""

    kind: Literal["condition"] = "condition"
    field: str
    op: Operator
    values: tuple[Scalar, ...] = ()
    grain: Grain | None = None
    """Compare the truncated time (`month = 2013-03-01`) or the part (`hour` with an integer value)."""
    part: TimePart | None = None
    """Compare the number of a part of the time (`day_of_week in (6, 7)`)."""


class MetricCondition(Border):
    """A measure of each group compared with values (HAVING)."""

    kind: Literal["metric"] = "metric"
    measure: Measure
    op: Operator
    values: tuple[Scalar, ...] = ()


class Exists(Border):
    """Rows of this fact whose key appears (or not) among the rows of another dataset: a semi-join or anti-join."""

    kind: Literal["exists"] = "exists"
    dataset: str
    through: str
    """Path of the key field on the asked fact."""
    key: str
    """Path of the matching field on the other dataset."""
    filter: Filter | None = None
    negate: bool = False


class MetricAt(Border):
    """Rows of this fact whose group has a measure that satisfies a condition ("customers with more than 10 orders").

    `by`: paths that both facts reach. The measure is that of all rows: filter and window of the question do not narrow it.
    A row without a key is in no group, so it has no such value.
    """

    kind: Literal["metric at"] = "metric at"
    measure: Measure
    by: tuple[str, ...]
    op: Operator
    values: tuple[Scalar, ...] = ()
    grouped: tuple[str, ...] = ()
    """The paths by which the measure finds the same, where they are not `by`."""
    time: TimeWindow | None = None
    """The window of the measure, by its own time."""


class And(Border):
    """All of them hold."""

    kind: Literal["and"] = "and"
    items: tuple[Filter, ...]


class Or(Border):
    """At least one holds."""

    kind: Literal["or"] = "or"
    items: tuple[Filter, ...]


class Not(Border):
    """It is not true (NULL counts as not true, so NULL rows are kept)."""

    kind: Literal["not"] = "not"
    item: Filter


Filter = Annotated[Condition | MetricCondition | MetricAt | Exists | And | Or | Not, Attribute(discriminator="kind")]


class Relative(Border):
    """A window relative to `as_of`. `last 3 months`: unit month, count 3, offset 0, without the running month.

    this month = count 1, current True. last 3 months incl. the running one: count 3, current True.
    year to date: unit year, count 1, current True, to_date True. previous year: unit year, count 1.
    `offset` moves the window back by that many units.
    """

    kind: Literal["relative"] = "relative"
    unit: Grain
    count: int = 1
    offset: int = 0
    current: bool = False
    to_date: bool = False
    fiscal: bool = False


class Between(Border):
    """A window with fixed ends: start included, end excluded; None: open."""

    kind: Literal["between"] = "between"
    start: Moment | None = None
    end: Moment | None = None


class TimeWindow(Border):
    """When. `field` None: each metric's own time field."""

    window: Annotated[Relative | Between, Attribute(discriminator="kind")]
    field: str | None = None


class Comparison(Border):
    """Beside each measure, the same measure of another period found by calendar, and the change.

    Columns: `<measure>_previous`, and by `show`: `<measure>_change` (absolute), `<measure>_change_pct` (fraction).
    """

    to: Literal["previous_period", "previous_year"]
    """previous_period: the grain before (with a time grouping) or the window of equal length before (without)."""
    show: tuple[Literal["previous", "change", "change_pct"], ...] = ("previous", "change", "change_pct")


class Share(Border):
    """Column `<measure>_share`: fraction of the total, or of the total within `within` (groupings by name)."""

    kind: Literal["share"] = "share"
    measure: str
    within: tuple[str, ...] = ()


class Cumulative(Border):
    """Column `<measure>_cumulative`: running total over the time grouping, restarting at each `reset`."""

    kind: Literal["cumulative"] = "cumulative"
    measure: str
    reset: Grain | None = None


class Rolling(Border):
    """Column `<measure>_rolling`: over `count` periods of the time grouping, found by calendar."""

    kind: Literal["rolling"] = "rolling"
    measure: str
    count: int
    agg: Literal["sum", "avg", "min", "max"] = "avg"


class Rank(Border):
    """Column `<measure>_rank`: 1 is the largest (smallest with `ascending`); ties share a rank.

    With totals a subtotal is ranked among the subtotals beside it.
    """

    kind: Literal["rank"] = "rank"
    measure: str
    within: tuple[str, ...] = ()
    ascending: bool = False


Calculation = Annotated[Share | Cumulative | Rolling | Rank, Attribute(discriminator="kind")]


class Order(Border):
    """Sort by an output column; NULLs last."""

    by: str
    descending: bool = True


class Top(Border):
    """Keep the first `n` groups by `by` (within `within`); the remainder becomes one "others" row if asked."""

    n: int = Attribute(ge=1)
    by: str
    ascending: bool = False
    within: tuple[str, ...] = ()
    others: bool = False


class Detail(Border):
    """Rows instead of aggregates: fields of one dataset and of what it points at."""

    dataset: str
    fields: tuple[str, ...] = ()
    distinct: bool = False


class SemanticQuery(Border):
    """One question. Either `measures` (with optional groupings) or `detail`."""

    measures: tuple[Measure, ...] = ()
    groupings: tuple[Grouping, ...] = ()
    detail: Detail | None = None
    filter: Filter | None = None
    time: TimeWindow | None = None
    comparison: Comparison | None = None
    calculations: tuple[Calculation, ...] = ()
    totals: bool = False
    """Add subtotal and total rows (grouping sets), marked by the column `_level`."""
    fill: bool = False
    """Show groups of the time spine without data, inside data ∩ window."""
    top: Top | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = Attribute(default=None, ge=1)

    @cached_property
    def signature(self) -> str:
        """The query in full, types of its values included: equal queries have equal ones."""
        return repr(self)
