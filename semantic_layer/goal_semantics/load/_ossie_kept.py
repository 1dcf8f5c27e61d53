"""What an Ossie document says beyond a catalog, by path of the thing it is about: kept, so that an export says it again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from goal_semantics.load._carrier import Carrier
from goal_semantics.load._ossie_shape import VENDOR, Extension, Said, Thing
from goal_semantics.load._yaml import Trail

SECTION = "ossie"
"""The key of `Catalog.extensions`."""
LEFT = "left"
"""Under it stand whole fields of a dataset, or metrics of the model, that no catalog can have."""


@dataclass(slots=True)
class Kept:
    """Collects what is kept while a document is read."""

    carrier: Carrier
    by_path: dict[str, dict[str, Any]] = field(default_factory=dict)

    def keep(self, path: str, key: str, value: Any) -> None:
        """A value to say again for the thing at a path of the catalog."""
        if value:
            self.by_path.setdefault(path, {})[key] = value

    def leave(self, path: str, thing: Thing, around: str = "") -> None:
        """A whole thing that no catalog can have, for the list of the dataset around it, or of the model."""
        self.by_path.pop(path, None)
        said = thing.model_dump(by_alias=True, exclude_defaults=True, mode="json")
        self.by_path.setdefault(around, {}).setdefault(LEFT, []).append(said)

    def thing(self, path: str, thing: Thing, trail: Trail) -> dict[str, Any]:
        """Keep what every thing may say beyond a catalog; returns our own keys, which Ossie carries for us."""
        foreign = [each.model_dump() for each in thing.custom_extensions if each.vendor_name != VENDOR]
        self.keep(path, "custom_extensions", foreign)
        context = thing.ai_context
        if isinstance(context, dict):
            context = {key: value for key, value in context.items() if key != "synonyms"}
        self.keep(path, "ai_context", context)
        own: dict[str, Any] = {}
        for position, each in enumerate(thing.custom_extensions):
            if each.vendor_name == VENDOR:
                own |= self._own(each, (*trail, "custom_extensions", position, "data"))
        return own

    def extensions(self) -> dict[str, Any]:
        """For the catalog."""
        kept: dict[str, Any] = {path: values for path, values in self.by_path.items() if values}
        return {SECTION: kept} if kept else {}

    def _own(self, extension: Extension, trail: Trail) -> dict[str, Any]:
        data = extension.data
        if isinstance(data, str):
            try:
                data = json.loads(data)
            except (ValueError, RecursionError):
                data = None
        if not isinstance(data, dict):
            self.carrier.wrong(f"the data of {VENDOR} is not a JSON object.", trail)
            return {}
        return data


def synonyms(thing: Thing) -> tuple[str, ...]:
    """Other words for a thing."""
    words = thing.ai_context.get("synonyms") if isinstance(thing.ai_context, Mapping) else ()
    return tuple(str(word) for word in words) if isinstance(words, list) else ()


def foreign(said: tuple[Said, ...], known: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Texts in languages that a catalog does not speak."""
    for each in said:
        if each.dialect.upper() not in known:
            yield each.model_dump()
