"""Our own keys in an Ossie document: what `dump` writes under our vendor name, read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from goal_semantics.issues import near
from goal_semantics.load import SPELLINGS
from goal_semantics.load._carrier import Carrier
from goal_semantics.load._ossie_shape import VENDOR
from goal_semantics.load._shorthand import expand_field, split_metric
from goal_semantics.load._yaml import Trail
from goal_semantics.model import Catalog, Dataset, Field, Relationship

_CORE = {
    "name",
    "synonyms",
    "expression",
    "source",
    "fields",
    "datasets",
    "relationships",
    "from_dataset",
    "to_dataset",
}
"""What Ossie has words for."""


def _keys(model: type[BaseModel], *core: str) -> tuple[str, ...]:
    return tuple(SPELLINGS.get(name, name) for name in model.model_fields if name not in _CORE | set(core))


FIELD_KEYS = _keys(Field, "description")
DATASET_KEYS = _keys(Dataset, "description")
RELATIONSHIP_KEYS = _keys(Relationship)
MODEL_KEYS = _keys(Catalog, "description")
"""The keys that stand under our vendor name, as in native YAML."""
SAID = "expression_said"
"""The text that stood beside our definition when it was written: if another stands there now, ours is out of date."""


@dataclass(frozen=True, slots=True)
class OwnMetric:
    """A metric in native terms."""

    header: dict[str, Any]
    definition: dict[str, Any]


@dataclass(slots=True)
class Own:
    """Reads our keys; unknown ones are errors, because nobody but us writes them."""

    carrier: Carrier
    top: dict[str, Any] = field(default_factory=dict)

    def keys(self, data: dict[str, Any], known: Iterable[str], at: Trail) -> dict[str, Any]:
        """The data, after reporting what is unknown in it."""
        names = tuple(known)
        for key in data.keys() - set(names):
            self.carrier.wrong(f"unknown key “{key}” of {VENDOR}.", (*at, "custom_extensions"), near=near(key, names))
        return expand_field({key: value for key, value in data.items() if key in names})

    def model(self, data: dict[str, Any], at: Trail) -> None:
        """Our keys of a model."""
        self.top |= self.keys(data, MODEL_KEYS, at)

    def metric(self, words: dict[str, Any], data: dict[str, Any], said: str, at: Trail) -> OwnMetric | None:
        """Our definition of a metric, unless there is none or somebody has changed the text since."""
        if not data:
            return None
        written = dict(data)
        if written.pop(SAID, said) != said:
            self.carrier.leave(f"its expression was changed since it was written: what {VENDOR} says is left out.", at)
            return None
        own, definition = split_metric(written)
        return OwnMetric(words | own, definition)

    def metrics(self, at: Trail) -> Iterator[tuple[Trail, OwnMetric]]:
        """Metrics that Ossie has no words for."""
        for data in self.top.pop("metrics", ()):
            own, definition = split_metric(data)
            yield (*at, "custom_extensions"), OwnMetric(own, definition)

    def catalog(self, **core: Any) -> Catalog:
        """The catalog of the document's core and our keys."""
        extensions = {**self.top.pop("extensions", {}), **core.pop("extensions")}
        try:
            return Catalog.model_validate({**core, **self.top, "extensions": extensions})
        except ValidationError as error:
            for each in error.errors(include_url=False):
                where = ".".join(str(part) for part in each["loc"])
                self.carrier.wrong(f"what {VENDOR} says is not valid: {where}: {each['msg']}.", ())
        return Catalog(name="")
