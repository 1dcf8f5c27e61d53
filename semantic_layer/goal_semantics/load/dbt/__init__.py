"""dbt's `semantic_manifest.json`, as dbt writes it: the legacy form with measures, and the one of 1.12.

`read` gives the catalog. `open_project` also knows dbt's names, so that `ask` can put a question in dbt's words
(`listing__country`, `{{ Dimension('booking__is_instant') }}`) to it. What the catalog cannot carry is in the notes.
"""

from __future__ import annotations

from goal_semantics.load import Loaded, Source
from goal_semantics.load.dbt.asking import Asked, DbtQuery, GroupBy, ask
from goal_semantics.load.dbt.project import Project, open_project

__all__ = ["Asked", "DbtQuery", "GroupBy", "Project", "ask", "claims", "open_project", "read"]


def claims(keys: frozenset[str]) -> bool:
    """A manifest lists its models."""
    return "semantic_models" in keys


def read(*sources: Source) -> Loaded:
    """The catalog of a manifest. Errors: CatalogError with every issue, each with its line."""
    project = open_project(*sources)
    return Loaded(project.catalog, project.places, project.notes)
