"""Goals to click: what the catalog's author offers, else what its metrics and dimensions suggest."""

from __future__ import annotations

from goal_semantics.model import Catalog, Dataset
from jupyter_goal.planner.facts import default_time, roots_of

_SHOWN = 5


def offers(catalog: Catalog) -> tuple[str, ...]:
    """Up to five goals that can be answered from a catalog."""
    made = list(catalog.questions)
    for dataset in catalog.datasets:
        if len(made) >= _SHOWN:
            break
        if not dataset.hidden:
            made += [text for text in _suggested(dataset, catalog) if text not in made]
    return tuple(made[:_SHOWN])


def _suggested(dataset: Dataset, catalog: Catalog) -> list[str]:

    own = [m for m in catalog.metrics if not m.hidden and roots_of(m, catalog) == (dataset.name,)]
    what = own[0].title if own else f"number of {dataset.row or dataset.title}"
    texts = [f for f in dataset.fields if f.role == "dimension" and f.type == "string" and not f.hidden]
    found = [f"{what} by {field.title}" for field in texts[:2]]
    if default_time(dataset.name, catalog) is not None:
        found.append(f"{what} by month")
    return found or [f"how many {dataset.row or dataset.title}"]
