"""What one number of dbt aggregates: the same for a measure of the legacy form and for a simple metric of the newer one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from goal_semantics.load.dbt.manifest import AggParams, InputMeasure, Manifest, Measure, Metric, NonAdditive
from goal_semantics.model import Aggregate

_PLAIN: dict[str, Aggregate] = {
    "sum": "sum", "min": "min", "max": "max", "average": "avg", "count_distinct": "count_distinct", "median": "median",
    "sum_boolean": "sum", "count": "sum",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Aggregated:
    """An aggregate over the rows of a model. `filters` are templates, all of which hold."""

    model: str
    agg: Aggregate
    sql: str
    percentile: float | None = None
    time: str | None = None
    balance: NonAdditive | None = None
    filters: tuple[str, ...] = ()
    fill: int | float | None = None
    spined: bool = False

    def narrowed(self, *filters: str) -> Aggregated:
        """With more filters."""
        return replace(self, filters=(*self.filters, *(each for each in filters if each not in self.filters)))


@dataclass(slots=True)
class Aggregations:
    """The measures of a manifest by name."""

    manifest: Manifest
    _measures: dict[str, tuple[str, Measure]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for model in self.manifest.semantic_models:
            for measure in model.measures:
                self._measures.setdefault(measure.name, (model.name, measure))

    @property
    def names(self) -> tuple[str, ...]:
        """Every measure."""
        return tuple(self._measures)

    def measure(self, used: InputMeasure) -> Aggregated | None:
        """A measure as a metric uses it; None for one that does not exist."""
        if used.name not in self._measures:
            return None
        model, measure = self._measures[used.name]
        found = _aggregated(
            model, measure.agg, measure.expr or measure.name, measure.agg_params, measure.agg_time_dimension,
            measure.non_additive_dimension,
        )  # fmt: skip
        return replace(found, filters=used.filter.texts, fill=used.fill_nulls_with, spined=used.join_to_timespine)

    def simple(self, metric: Metric) -> Aggregated | None:
        """What a simple metric aggregates; None where it does not say."""
        params, own = metric.type_params, metric.type_params.metric_aggregation_params
        if params.measure is not None:
            found = self.measure(params.measure)
            if found is None:
                return None
            fill = found.fill if found.fill is not None else params.fill_nulls_with
            return replace(
                found.narrowed(*metric.filter.texts), fill=fill, spined=found.spined or params.join_to_timespine
            )
        if own is None:
            return None
        made = _aggregated(
            own.semantic_model, own.agg, params.expr or metric.name, own.agg_params, own.agg_time_dimension,
            own.non_additive_dimension,
        )  # fmt: skip
        spined = params.join_to_timespine
        return replace(made, filters=metric.filter.texts, fill=params.fill_nulls_with, spined=spined)


def _aggregated(
    model: str, agg: str, sql: str, params: AggParams | None, time: str | None, balance: NonAdditive | None
) -> Aggregated:
    """dbt counts by summing: nothing counted is NULL, as everywhere else in it."""
    if agg == "sum_boolean":
        sql = f"CASE WHEN {sql} THEN 1 ELSE 0 END"
    elif agg == "count" and sql != "1":
        sql = f"CASE WHEN {sql} IS NOT NULL THEN 1 ELSE 0 END"
    if agg != "percentile":
        return Aggregated(model, _PLAIN[agg], sql, time=time, balance=balance)
    chosen = params or AggParams()
    kind: Aggregate = "percentile_discrete" if chosen.use_discrete_percentile else "percentile"
    if chosen.use_approximate_percentile:
        kind = "approx_percentile"
    return Aggregated(model, kind, sql, chosen.percentile, time, balance)
