"""What a language model may say: plans in names from closed lists, as pydantic types and as a strict JSON schema."""

from __future__ import annotations

import copy
from typing import Any, Literal

from goal_semantics.model import Aggregate, Border, Grain
from goal_semantics.query import Operator


class SaidMeasure(Border):
    """A metric, or an aggregate of a field."""

    metric: str | None
    agg: Aggregate | None
    field: str | None
    percentile: float | None = None


class SaidGrouping(Border):
    """A dimension, with a grain where it is a time."""

    field: str
    grain: Grain | None


class SaidFilter(Border):
    """A condition on rows."""

    field: str
    op: Operator
    values: tuple[str, ...]


class SaidGroupFilter(Border):
    """A condition on a measure of each group."""

    measure: SaidMeasure
    op: Literal["=", "!=", "<", "<=", ">", ">=", "between"]
    values: tuple[float, ...]


class SaidTime(Border):
    """A window: relative, or with ISO ends of which the last is excluded."""

    kind: Literal["relative", "between"]
    unit: Grain | None
    count: int | None
    current: bool
    to_date: bool
    start: str | None
    end: str | None


class SaidTop(Border):
    """The first groups by a measure of the step (its position in `measures`)."""

    n: int
    measure: int
    ascending: bool


class SaidRolling(Border):
    """A rolling window over so many periods."""

    count: int
    agg: Literal["sum", "avg", "min", "max"]


class SaidDetail(Border):
    """Rows of a dataset."""

    dataset: str
    fields: tuple[str, ...]


class SaidStep(Border):
    """One question."""

    measures: tuple[SaidMeasure, ...]
    groupings: tuple[SaidGrouping, ...]
    filters: tuple[SaidFilter, ...]
    group_filters: tuple[SaidGroupFilter, ...]
    time: SaidTime | None
    comparison: Literal["previous_period", "previous_year"] | None
    share: bool
    cumulative: bool
    rolling: SaidRolling | None
    top: SaidTop | None
    sort: Literal["ascending", "descending"] | None
    limit: int | None
    totals: bool
    detail: SaidDetail | None
    chart: Literal["line", "bar", "area", "scatter", "number", "table"] | None


class SaidPlan(Border):
    """The whole reply."""

    steps: tuple[SaidStep, ...]
    cannot: str | None
    question: str | None


def reply_schema(metrics: tuple[str, ...], fields: tuple[str, ...], datasets: tuple[str, ...]) -> dict[str, Any]:
    """The JSON schema of a reply: every object closed, every key required, every name from a list."""
    schema = copy.deepcopy(SaidPlan.model_json_schema())
    defined = schema.get("$defs", {})
    _enumerate(defined["SaidMeasure"]["properties"]["metric"], metrics, nullable=True)
    _enumerate(defined["SaidMeasure"]["properties"]["field"], (*fields, *datasets), nullable=True)
    for name in ("SaidGrouping", "SaidFilter"):
        _enumerate(defined[name]["properties"]["field"], fields, nullable=False)
    _enumerate(defined["SaidDetail"]["properties"]["dataset"], datasets, nullable=False)
    _enumerate(defined["SaidDetail"]["properties"]["fields"]["items"], fields, nullable=False)
    strict: dict[str, Any] = _strict(schema)
    return strict


def _enumerate(node: dict[str, Any], names: tuple[str, ...], *, nullable: bool) -> None:
    closed = {"type": "string", "enum": list(names) or [""]}
    node.clear()
    node.update({"anyOf": [closed, {"type": "null"}]} if nullable else closed)


def _strict(node: Any) -> Any:
    """Closed objects with all keys required; the words that strict mode does not know are left out."""
    if isinstance(node, list):
        return [_strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: {name: _strict(inner) for name, inner in value.items()}
        if key in {"properties", "$defs"}
        else _strict(value)
        for key, value in node.items()
        if key != "default" and (key not in {"title", "description"} or not isinstance(value, str))
    }
    if kept.get("type") == "object":
        kept["additionalProperties"] = False
        kept["required"] = list(kept.get("properties", {}))
    return kept
