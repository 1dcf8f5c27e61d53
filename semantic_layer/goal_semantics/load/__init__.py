"""The contract of a catalog format. Each sibling file is one; the file name is its name. Text in, never a path.

A format module has

    def claims(keys: frozenset[str]) -> bool   whether a document with these keys at its top is of this format
    def read(*sources: Source) -> Loaded       CatalogError with every issue at once; several sources make one catalog

What a source says and a catalog cannot is a note of `Loaded`: never dropped in silence.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Protocol, cast

from goal_semantics.errors import CatalogError
from goal_semantics.issues import Issue, Issues, Place
from goal_semantics.load._top import top_keys
from goal_semantics.model import Catalog

SPELLINGS = {
    "from_dataset": "from",
    "to_dataset": "to",
    "from_fields": "from_columns",
    "to_fields": "to_columns",
}
"""Attribute of the model -> the key that authors write (Apache Ossie's)."""


@dataclass(frozen=True, slots=True)
class Source:
    """One text and the name that its errors show."""

    text: str
    file: str = "catalog.yaml"


@dataclass(frozen=True, slots=True)
class Places:
    """Where each thing of a catalog is written, by path (`datasets.orders.fields.total.type`)."""

    by_path: Mapping[str, Place] = field(default_factory=dict)

    def find(self, path: str) -> Place | None:
        """The place of the path, or of the nearest thing around it."""
        parts = [SPELLINGS.get(part, part) for part in path.split(".") if part != "spec"]
        for end in range(len(parts), 0, -1):
            around = ".".join(parts[:end])
            if around in self.by_path:
                return self.by_path[around]
        return None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A catalog and where its parts are written."""

    catalog: Catalog
    places: Places = Places()
    notes: Issues = Issues()
    """What the source says and the catalog does not, or says in another way: warnings with path, reason and place."""


class Note(Protocol):
    """A comment for the thing at a path."""

    @property
    def path(self) -> str:
        """As in `Places`."""

    @property
    def text(self) -> str:
        """One line or several."""


class CatalogFormat(Protocol):
    """A module of this folder."""

    def claims(self, keys: frozenset[str]) -> bool:
        """Whether a document with these keys at its top is of this format."""

    def read(self, *sources: Source) -> Loaded:
        """Texts of one catalog. Errors: CatalogError with all issues, each with its line."""


@lru_cache(maxsize=1)
def formats() -> tuple[str, ...]:
    """Every format there is, in alphabetical order."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")))


def find(name: str) -> CatalogFormat:
    """The module of a format. Errors: KeyError for a format that does not exist."""
    if name not in formats():
        raise KeyError(name)
    return cast(CatalogFormat, importlib.import_module(f"{__name__}.{name}"))


def detect(*sources: Source) -> CatalogFormat:
    """The format of some texts, by the keys at their top. Errors: CatalogError if there is none, or more than one."""
    keys = frozenset(key for source in sources for key in top_keys(source.text))
    if keys <= Catalog.model_fields.keys() and find("native").claims(keys):
        return find("native")
    found = [name for name in formats() if find(name).claims(keys)]
    if len(found) == 1:
        return find(found[0])
    first = sources[0].file if sources else "catalog.yaml"
    if found:
        message = f"this may be any of {', '.join(found)}."
        hint = "Files of different formats belong into folders of their own."
        raise CatalogError(Issues((Issue(message, hint=hint, place=Place(first, 1)),)))
    if not keys or keys & Catalog.model_fields.keys():
        return find("native")
    message = f"no catalog format has the keys {', '.join(sorted(keys)[:5])} at its top."
    raise CatalogError(Issues((Issue(message, hint=f"Formats: {', '.join(formats())}.", place=Place(first, 1)),)))


def locate(issues: Issues, places: Places) -> Issues:
    """The same issues, each with the line it is about, where that is known."""
    return Issues(tuple(item if item.place else replace(item, place=places.find(item.path)) for item in issues))
