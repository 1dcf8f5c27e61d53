"""A document of another format on its way to a catalog: its shape, what is wrong with it, what cannot come along.

A format describes what its authors may write as closed pydantic models (`Shape`), so that unknown keys, missing ones and
wrong types are found everywhere at once, and then builds a catalog from the instances.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from goal_semantics.errors import CatalogError
from goal_semantics.issues import Issue, Issues, Place
from goal_semantics.load import Loaded, Places, Source
from goal_semantics.load._join import Joined, join
from goal_semantics.load._wrong import explain
from goal_semantics.load._yaml import Trail, parse
from goal_semantics.model import Catalog


class Shape(BaseModel):
    """What an author of another format may write; closed, so that unknown keys are found."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    @model_validator(mode="before")
    @classmethod
    def _given(cls, value: Any) -> Any:
        """A known key without a value is as good as left out; an unknown one stays and is found."""
        if not isinstance(value, dict):
            return value
        known = {attribute.alias or name for name, attribute in cls.model_fields.items()}
        return {key: item for key, item in value.items() if item is not None or key not in known}


def _as_text(value: Any) -> Any:
    """Numbers and truth values stand for their text: `version: 1.1`, `sample_values: [1, true]`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_as_text)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_as_list)]
"""A list; one text stands for a list of one."""

AnyShape = TypeVar("AnyShape", bound=Shape)


@dataclass(slots=True)
class Carrier:
    """Collects issues and notes while a format builds a catalog; gives up on nothing but the whole."""

    joined: Joined
    issues: list[Issue] = field(default_factory=list)
    notes: list[Issue] = field(default_factory=list)
    trails: dict[str, Trail] = field(default_factory=dict)

    def shape(self, model: type[AnyShape]) -> AnyShape | None:
        """The document in its shape, or None after reporting what is wrong with it."""
        try:
            return model.model_validate(self.joined.value)
        except ValidationError as error:
            for trail, issue in explain(error, model, self.joined.value):
                self._report(self.issues, issue, trail)
        return None

    def wrong(self, message: str, trail: Trail, *, hint: str = "", near: tuple[str, ...] = ()) -> None:
        """An error at a place of the source."""
        self._report(self.issues, Issue(message, hint=hint, suggestions=near), trail)

    def leave(self, message: str, trail: Trail, *, hint: str = "") -> None:
        """A note: what cannot be carried, or is carried in another way, and why."""
        self._report(self.notes, Issue(message, hint=hint, severity="warning"), trail)

    def put(self, path: str, trail: Trail) -> None:
        """Where the thing at a path of the catalog is written in the source."""
        self.trails.setdefault(path, trail)

    def loaded(self, catalog: Catalog) -> Loaded:
        """The result. Errors: CatalogError with every issue, in the order of the lines."""
        if self.issues:
            raise CatalogError(in_order(self.issues))
        places = {path: self.joined.place(trail) for path, trail in self.trails.items()}
        return Loaded(catalog, Places(places), in_order(self.notes))

    def _report(self, to: list[Issue], issue: Issue, trail: Trail) -> None:
        path, place = self.joined.path(trail), self.joined.place(trail)
        to.append(Issue(issue.message, path, issue.hint, issue.suggestions, place, issue.severity))


def carrier(*sources: Source) -> Carrier:
    """One carrier for the documents of some texts, joined. Errors: CatalogError if they are no mappings of YAML."""
    documents = [parse(source.text, file=source.file) for source in sources]
    problems = Issues(tuple(issue for document in documents for issue in document.issues))
    if not all(document.readable for document in documents):
        raise CatalogError(problems)
    joined = join(documents)
    if not joined.value:
        raise CatalogError(problems + joined.issues)
    return Carrier(joined, list(problems + joined.issues))


def in_order(issues: Iterable[Issue]) -> Issues:
    """Sorted as they stand in the files; each once."""
    return Issues(tuple(sorted(dict.fromkeys(issues), key=_position)))


def _position(issue: Issue) -> tuple[str, int, int]:
    place = issue.place or Place("", 0)
    return (place.file, place.line, place.column)
