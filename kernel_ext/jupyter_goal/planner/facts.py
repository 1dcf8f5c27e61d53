"""What a metric is made of: its facts, its aggregate, its time. Reads definitions, computes nothing."""

from __future__ import annotations

from goal_semantics.metrics import find, simple
from goal_semantics.model import Catalog, Metric
from goal_semantics.query import Measure


def roots_of(metric: Metric, catalog: Catalog) -> tuple[str, ...]:
    """The datasets whose rows a metric aggregates."""
    own = getattr(metric.spec, "dataset", None)
    if isinstance(own, str):
        return (own,)
    found: list[str] = []
    for part in find(metric.spec.kind).parts(metric.spec):
        if part in catalog.metric and part != metric.name:
            found += roots_of(catalog.metric[part], catalog)
    return tuple(dict.fromkeys(found))


def aggregate_of(metric: Metric) -> str:
    """The aggregate of a simple metric, else its kind."""
    return metric.spec.agg if isinstance(metric.spec, simple.Spec) else metric.spec.kind


def counts_rows(metric: Metric) -> bool:
    """It counts every row of its dataset."""
    spec = metric.spec
    return (
        aggregate_of(metric) == "count"
        and getattr(spec, "expression", None) is None
        and getattr(spec, "filter", None) is None
    )


def is_additive(measure: Measure, catalog: Catalog) -> bool:
    """Values of disjoint groups add up to the value of their union."""
    if measure.over is not None:
        return False
    if measure.metric is not None:
        return aggregate_of(catalog.metric[measure.metric]) in {"count", "sum"}
    return measure.agg in {"count", "sum"}


def roots_of_measure(measure: Measure, catalog: Catalog) -> tuple[str, ...]:
    """The datasets whose rows a measure aggregates."""
    if measure.over is not None:
        upper = roots_of_measure(measure.model_copy(update={"over": None}), catalog)
        return tuple(dict.fromkeys((*upper, *roots_of_measure(measure.over, catalog))))
    if measure.metric is not None:
        metric = catalog.metric.get(measure.metric)
        return roots_of(metric, catalog) if metric is not None else ()
    return ((measure.field or "").split(".", 1)[0],)


def time_of(measure: Measure, catalog: Catalog) -> str | None:
    """Path of the time field that a measure is read by."""
    metric = catalog.metric.get(measure.metric) if measure.metric else None
    if metric is not None and metric.time:
        return metric.time
    for root in roots_of_measure(measure, catalog):
        found = default_time(root, catalog)
        if found is not None:
            return found
    return None


def default_time(root: str, catalog: Catalog) -> str | None:
    """Path of the default time of a dataset; its only time field when none was declared."""
    dataset = catalog.dataset.get(root)
    if dataset is None:
        return None
    if dataset.default_time:
        return dataset.default_time if "." in dataset.default_time else f"{root}.{dataset.default_time}"
    times = [field for field in dataset.fields if field.role == "time" and not field.hidden]
    return f"{root}.{times[0].name}" if len(times) == 1 else None


def row_count(root: str, catalog: Catalog) -> Measure:
    """How many rows: the metric that counts them, or the plain count."""
    for metric in catalog.metrics:
        if not metric.hidden and counts_rows(metric) and roots_of(metric, catalog) == (root,):
            return Measure(metric=metric.name)
    return Measure(agg="count", field=root)
