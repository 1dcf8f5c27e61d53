"""What a definition holds, whatever its kind: the SQL of its author, and the metrics and fields that it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from goal_semantics.joins import Located, locate
from goal_semantics.metrics import find, kinds
from goal_semantics.model import Catalog, Expression, Metric, MetricSpec


def parts(metric: Metric) -> tuple[str, ...]:
    """Names of the metrics that it is made of."""
    return tuple(dict.fromkeys(find(metric.spec.kind).parts(metric.spec))) if metric.spec.kind in kinds() else ()


def definition(metric: Metric) -> str:
    """The definition as one line."""
    return find(metric.spec.kind).define(metric.spec) if metric.spec.kind in kinds() else metric.spec.kind


def expressions(value: Any) -> Iterator[Expression]:
    """Every SQL text of the author inside, at any depth."""
    match value:
        case Expression():
            yield value
        case BaseModel():
            for name in type(value).model_fields:
                yield from expressions(getattr(value, name))
        case tuple() | list():
            for item in value:
                yield from expressions(item)
        case dict():
            for item in value.values():
                yield from expressions(item)
        case _:
            return


def texts(value: Any) -> Iterator[str]:
    """Every text inside that is not SQL, at any depth: names, paths, words."""
    match value:
        case Expression():
            return
        case str():
            yield value
        case BaseModel():
            for name in type(value).model_fields:
                yield from texts(getattr(value, name))
        case tuple() | list():
            for item in value:
                yield from texts(item)
        case dict():
            for item in value.values():
                yield from texts(item)
        case _:
            return


def found_at(catalog: Catalog, dataset: str, path: str) -> Located | None:
    """The field that a path leads to from a dataset, or from the one that it begins with."""
    root = path.partition(".")[0]
    starts = (dataset, root) if "." in path and root in catalog.dataset else (dataset,)
    found = (locate(catalog, start, path) for start in starts)
    return next((each for each in found if isinstance(each, Located)), None)


def dataset_of(catalog: Catalog, metric: Metric, seen: frozenset[str] = frozenset()) -> str:
    """The dataset that SQL of a definition speaks of: its own, or the one that its first part is counted over."""
    own = own_dataset(metric.spec)
    if own or metric.name in seen:
        return own
    inner = (catalog.metric[name] for name in parts(metric) if name in catalog.metric)
    return next((found for each in inner if (found := dataset_of(catalog, each, seen | {metric.name}))), "")


def own_dataset(spec: MetricSpec) -> str:
    """The dataset that a definition names itself."""
    return str(getattr(spec, "dataset", "") or "")
