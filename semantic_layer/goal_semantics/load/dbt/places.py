"""Where the things of the catalog are written in the manifest, which has other words for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from goal_semantics.issues import Place
from goal_semantics.model import Catalog


@dataclass(frozen=True)
class ByThing(Mapping[str, Place]):
    """Places by the paths of the catalog and by those of the manifest."""

    catalog: Catalog
    written: Mapping[str, Place]

    def __getitem__(self, path: str) -> Place:
        return self.written[path] if path in self.written else self._things[path]

    def __iter__(self) -> Iterator[str]:
        yield from self.written
        yield from self._things

    def __len__(self) -> int:
        return len(self.written) + len(self._things)

    @cached_property
    def _things(self) -> dict[str, Place]:
        found = dict[str, Place]()
        for dataset in self.catalog.datasets:
            model = f"semantic_models.{dataset.name}"
            self._note(found, f"datasets.{dataset.name}", model, "project_configuration")
            for each in dataset.fields:
                path = f"datasets.{dataset.name}.fields.{each.name}"
                self._note(found, path, f"{model}.dimensions.{each.name}", f"{model}.entities.{each.name}")
        for step in self.catalog.relationships:
            model = f"semantic_models.{step.from_dataset}"
            self._note(found, f"relationships.{step.name}", f"{model}.entities.{step.from_fields[0]}", model)
        return found

    def _note(self, found: dict[str, Place], path: str, *places: str) -> None:
        known = next((self.written[each] for each in places if each in self.written), None)
        if known is not None:
            found.setdefault(path, known)
