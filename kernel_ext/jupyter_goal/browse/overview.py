"""Everything that goals can name, on one page."""

from __future__ import annotations

import json
from collections.abc import Iterator

from goal_semantics.meaning.spec import definition
from goal_semantics.model import Catalog, Dataset, Field, Named
from jupyter_goal.terminal import columns, screen_width, wrapped


def as_text(catalog: Catalog) -> str:
    """Counts, metrics with what they say, and datasets with their dimensions."""
    head = wrapped(f"{catalog.name}{' (inferred)' if catalog.inferred else ''}: {_counted(catalog)}", screen_width())
    head += wrapped(catalog.description, screen_width()) if catalog.description else []
    blocks = ["\n".join(head)]
    metrics = [(each.name, first_sentence(each) or definition(each)) for each in catalog.metrics if not each.hidden]
    if metrics:
        blocks.append(f"Metrics\n{columns(metrics)}")
    rows = [(each.name, _row(each), first_sentence(each)) for each in catalog.datasets if not each.hidden]
    if rows:
        blocks.append(f"Datasets\n{columns(rows)}")
    offered = [(each.name, ", ".join(_dimensions(each))) for each in catalog.datasets if any(_dimensions(each))]
    if offered:
        blocks.append(f"Dimensions\n{columns(offered)}")
    leads = [(f"{e.from_dataset}.{e.name}", e.to_dataset, first_sentence(e)) for e in catalog.relationships]
    if leads:
        blocks.append(f"Relationships\n{columns(leads)}")
    return "\n\n".join(blocks)


def as_json(catalog: Catalog) -> str:
    """`catalog`, `metrics`, `datasets` (with fields), `relationships`, `verified_queries`."""
    return json.dumps(
        {
            "catalog": catalog.name,
            "description": catalog.description,
            "inferred": catalog.inferred,
            "owners": list(catalog.owners),
            "metrics": [
                {**_named(each), "kind": each.spec.kind, "definition": definition(each), "unit": each.unit,
                 "owners": list(each.owners), "exposed": catalog.exposed is None or each.name in catalog.exposed}
                for each in catalog.metrics
            ],
            "datasets": [
                {**_named(each), "source": each.source, "row": each.row, "owners": list(each.owners),
                 "default_time": each.default_time, "primary_key": list(each.primary_key),
                 "fields": [{**_named(one), "type": one.type, "role": one.role} for one in each.fields]}
                for each in catalog.datasets
            ],
            "relationships": [
                {"name": each.name, "from": each.from_dataset, "to": each.to_dataset} for each in catalog.relationships
            ],
            "verified_queries": [each.question for each in catalog.verified_queries],
        },
        ensure_ascii=False,
    )  # fmt: skip


def first_sentence(thing: Named) -> str:
    """The beginning of a description."""
    head, stop, _ = thing.description.partition(". ")
    return f"{head}." if stop else head


def offered(field: Field) -> bool:
    """Whether people group by it."""
    return not field.hidden and field.role in {"dimension", "time"}


def _dimensions(dataset: Dataset) -> Iterator[str]:
    if not dataset.hidden:
        yield from (field.name for field in dataset.fields if offered(field))


def _row(dataset: Dataset) -> str:
    return f"one per {dataset.row}" if dataset.row else ""


def _counted(catalog: Catalog) -> str:
    counts = ((len(catalog.metrics), "metric"), (len(catalog.datasets), "dataset"), (len(catalog.relationships), "relationship"))  # fmt: skip
    return ", ".join(f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in counts)


def _named(thing: Named) -> dict[str, object]:
    return {
        "name": thing.name,
        "title": thing.title,
        "description": thing.description,
        "synonyms": list(thing.synonyms),
        "hidden": thing.hidden,
    }
