"""One metric: what it says, how it is defined, where it comes from down to columns, what it can be grouped by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby

from goal_semantics.joins import Reached, reachable
from goal_semantics.meaning import FieldOrigin, Origin, origin
from goal_semantics.meaning.spec import dataset_of
from goal_semantics.model import Catalog, Format, Metric
from goal_semantics.query import Grouping, Measure, SemanticQuery
from goal_semantics.resolve import resolve_query
from jupyter_goal.browse.overview import offered
from jupyter_goal.terminal import columns, screen_width, wrapped


def as_text(catalog: Catalog, metric: Metric) -> str:
    """The page of a metric."""
    come = origin(catalog, metric.name)
    head = wrapped(f"{metric.title} ({metric.name}, {metric.spec.kind.replace('_', ' ')})", screen_width())
    head += wrapped(metric.description, screen_width()) if metric.description else []
    blocks = ["\n".join(head)]
    facts = [(name, text) for name, text in _facts(catalog, metric, come) if text]
    blocks.append(columns(facts))
    blocks.append(f"Comes from\n{columns(_tree(come, ''))}")
    grouped = [(path, names) for path, names in _by_path(catalog, metric)]
    if grouped:
        blocks.append(f"Can be grouped by\n{columns(grouped)}")
    return "\n\n".join(blocks)


def as_json(catalog: Catalog, metric: Metric) -> str:
    """The page of a metric as one object; `lineage` is nested, `columns` is everything that it depends on."""
    come = origin(catalog, metric.name)
    return json.dumps(
        {
            "name": metric.name,
            "title": metric.title,
            "kind": metric.spec.kind,
            "description": metric.description,
            "definition": come.definition,
            "synonyms": list(metric.synonyms),
            "time": _time(catalog, metric),
            "unit": metric.unit,
            "format": metric.format.model_dump() if metric.format else None,
            "higher_is": metric.higher_is,
            "range": list(metric.range),
            "owners": list(metric.owners or catalog.owners),
            "exposed": catalog.exposed is None or metric.name in catalog.exposed,
            "lineage": asdict(come),
            "columns": list(come.columns),
            "dimensions": [each.path for each in dimensions(catalog, metric)],
        },
        ensure_ascii=False,
    )


def dimensions(catalog: Catalog, metric: Metric) -> Iterator[Reached]:
    """Every field that the metric can really be grouped by, by all facts that it is made of."""
    for each in reachable(catalog, dataset_of(catalog, metric)):
        if offered(each.field):
            asked = SemanticQuery(measures=(Measure(metric=metric.name),), groupings=(Grouping(field=each.path),))
            if not resolve_query(asked, catalog):
                yield each


def _facts(catalog: Catalog, metric: Metric, come: Origin) -> Iterator[tuple[str, str]]:
    yield "Definition", come.definition
    yield "Read by", _time(catalog, metric)
    yield "Shown as", ", ".join(each for each in (_format(metric.format), metric.unit) if each)
    yield "Good when", {"better": "higher", "worse": "lower", "neutral": ""}[metric.higher_is]
    yield "Expected", _range(metric.range)
    yield "Also called", ", ".join(metric.synonyms)
    yield "Owners", ", ".join(metric.owners or catalog.owners)
    yield "On sites", "" if catalog.exposed is None else "yes" if metric.name in catalog.exposed else "no"


def _time(catalog: Catalog, metric: Metric) -> str:
    dataset = catalog.dataset.get(dataset_of(catalog, metric))
    path = metric.time or (dataset.default_time if dataset else None) or ""
    return path if not path or dataset is None or "." in path else f"{dataset.name}.{path}"


def _format(style: Format | None) -> str:
    if style is None:
        return ""
    decimals = f"{style.decimals} decimals" if style.decimals is not None else ""
    return ", ".join(each for each in (style.style, style.currency or "", decimals) if each)


def _range(bounds: tuple[float | None, float | None]) -> str:
    low, high = bounds
    if low is None or high is None:
        return f"at least {low:g}" if low is not None else f"at most {high:g}" if high is not None else ""
    return f"from {low:g} to {high:g}"


def _tree(come: Origin, lead: str) -> Iterator[tuple[str, str]]:
    """Every metric with its definition, then the fields that it reads, then what it is made of."""
    yield f"{lead}{come.metric}", come.definition
    for field in come.fields:
        yield f"{lead}  {field.path}", _behind(field)
    for part in come.parts:
        yield from _tree(part, f"{lead}  ")


def _behind(field: FieldOrigin) -> str:
    if field.path.endswith(".*"):
        return "its rows are counted"
    if field.columns == (field.path,):
        return "a column"
    read = f"reads {', '.join(field.columns)}" if field.columns else ""
    return f"{field.sql} ({read})" if field.sql and read else field.sql or read


def _by_path(catalog: Catalog, metric: Metric) -> Iterator[tuple[str, str]]:
    """The names of fields by the path that leads to them."""
    for path, those in groupby(dimensions(catalog, metric), lambda each: each.path.rpartition(".")[0]):
        yield path, ", ".join(each.field.name for each in those)
