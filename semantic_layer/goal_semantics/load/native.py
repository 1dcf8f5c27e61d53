"""Our own YAML: Apache Ossie's vocabulary with shorthands and the keys that Ossie lacks.

Reports everything that is wrong with the text and its shape, with lines. Whether names lead somewhere and expressions are
SQL is for `goal_semantics.resolve.validate`; `locate` gives its issues their lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from goal_semantics import metrics
from goal_semantics.errors import CatalogError
from goal_semantics.issues import Issue, Issues, near
from goal_semantics.load import SPELLINGS, Loaded, Places, Source
from goal_semantics.load._join import ByPath, Joined, join
from goal_semantics.load._query import expand_query, read_query
from goal_semantics.load._schema import schema
from goal_semantics.load._shorthand import METRIC_KEYS, expand_dataset, expand_relationship, split_metric
from goal_semantics.load._write import write as dump
from goal_semantics.load._wrong import explain, found, unknown_key
from goal_semantics.load._yaml import Trail, parse
from goal_semantics.model import Catalog, MetricSpec
from goal_semantics.query import SemanticQuery

__all__ = ["claims", "dump", "load", "read", "read_query", "schema"]

_SHARED = {"name", "description", "relationships", "metrics", "verified_queries"}
"""Keys that other formats have, too."""
_STAND_IN = MetricSpec(kind="unknown")
"""In place of a definition that is wrong, so that the rest is still read."""


def claims(keys: frozenset[str]) -> bool:
    """A catalog of ours has datasets, or something else that no other format has."""
    return bool(keys & (Catalog.model_fields.keys() - _SHARED))


def load(text: str, *, file: str = "catalog.yaml") -> Catalog:
    """The catalog of one text. Errors: CatalogError with every issue, each with its line."""
    return read(Source(text, file)).catalog


def read(*sources: Source) -> Loaded:
    """The catalog of one or more texts, and where its parts are written. Errors: CatalogError with every issue."""
    documents = [parse(source.text, file=source.file) for source in sources]
    problems = Issues(tuple(issue for document in documents for issue in document.issues))
    if not all(document.readable for document in documents):
        raise CatalogError(problems)
    joined = join(documents)
    if not joined.value:
        raise CatalogError(problems + joined.issues)
    reader = _Reader(joined, list(problems + joined.issues))
    catalog = reader.catalog()
    if catalog is None or reader.issues:
        raise CatalogError(Issues(tuple(sorted(reader.issues, key=_order))))
    return Loaded(catalog, Places(ByPath(joined)))


@dataclass(slots=True)
class _Reader:
    """Collects issues while it builds; gives up on nothing but the whole."""

    joined: Joined
    issues: list[Issue]

    def catalog(self) -> Catalog | None:
        written = self.joined.value
        shaped = dict(written)
        shaped["datasets"] = _each(written, "datasets", expand_dataset)
        shaped["relationships"] = _each(written, "relationships", expand_relationship)
        shaped["metrics"] = list(self._metrics(written.get("metrics")))
        shaped["verified_queries"] = _each(written, "verified_queries", _spelled_out)
        for section in ("datasets", "relationships", "metrics", "verified_queries"):
            if not isinstance(written.get(section, []), list):
                shaped[section] = written[section]
        self._names(written)
        self._spellings(written.get("relationships"))
        self._queries(written.get("verified_queries"))
        try:
            return Catalog.model_validate(shaped)
        except ValidationError as error:
            for trail, issue in explain(error, Catalog, written):
                self._report(issue, trail)
        return None

    def _metrics(self, written: Any) -> Iterator[Any]:
        for position, metric in enumerate(written if isinstance(written, list) else ()):
            if not isinstance(metric, dict):
                yield metric
                continue
            header, definition = split_metric(metric)
            yield header | {"spec": self._spec(definition, ("metrics", position), metric)}

    def _spec(self, definition: dict[str, Any], trail: Trail, metric: dict[str, Any]) -> MetricSpec:
        """The definition by kind, or a stand-in after reporting what is wrong with it."""
        kind = definition["kind"]
        if not isinstance(kind, str) or kind not in metrics.kinds():
            suggestions = near(kind, metrics.kinds()) if isinstance(kind, str) else ()
            message = f"expected one of {', '.join(metrics.kinds())}; found {found(kind)}."
            self._report(Issue(message, suggestions=suggestions), (*trail, "kind"))
            return _STAND_IN
        spec = metrics.spec_type(kind)
        unknown = definition.keys() - spec.model_fields.keys()
        if unknown:
            known = tuple(dict.fromkeys([*METRIC_KEYS, *spec.model_fields]))
            for key in [key for key in definition if key in unknown]:
                self._report(unknown_key(key, known), (*trail, key))
                del definition[key]
        try:
            return spec.model_validate(definition)
        except ValidationError as error:
            for inner, issue in explain(error, spec, metric, at=trail):
                self._report(issue, inner)
        return _STAND_IN

    def _queries(self, written: Any) -> None:
        for position, verified in enumerate(written if isinstance(written, list) else ()):
            query = verified.get("query") if isinstance(verified, dict) else None
            if not isinstance(query, dict):
                continue
            try:
                SemanticQuery.model_validate(expand_query(query))
            except ValidationError as error:
                for trail, issue in explain(error, SemanticQuery, query, at=("verified_queries", position, "query")):
                    self._report(issue, trail)

    def _spellings(self, written: Any) -> None:
        for position, relationship in enumerate(_mappings(written)):
            for name in relationship.keys() & SPELLINGS.keys():
                self._report(unknown_key(name, SPELLINGS.values()), ("relationships", position, name))

    def _names(self, written: dict[str, Any]) -> None:
        """Names are there once, and can stand in a path."""
        for section in ("datasets", "metrics"):
            self._unique((section,), written.get(section))
        for position, dataset in enumerate(_mappings(written.get("datasets"))):
            self._unique(("datasets", position, "fields"), dataset.get("fields"))
        self._unique(("relationships",), written.get("relationships"), within="from")

    def _unique(self, trail: Trail, items: Any, *, within: str = "") -> None:
        first: dict[tuple[str, str], Trail] = {}
        for position, item in enumerate(items if isinstance(items, list) else ()):
            name = item.get("name") if isinstance(item, dict) else None
            if not isinstance(name, str):
                continue
            here = (*trail, position, "name")
            if not name.strip() or name != name.strip() or "." in name:
                self._report(Issue(f"{found(name)} cannot be a name: paths are made of names and dots."), here)
            key = (str(item.get(within, "")), name)
            if key in first:
                self._report(
                    Issue(f"the name “{name}” is taken.", hint=f"First: {self.joined.place(first[key])}."), here
                )
            else:
                first[key] = here

    def _report(self, issue: Issue, trail: Trail) -> None:
        path, place = self.joined.path(trail), self.joined.place(trail)
        self.issues.append(Issue(issue.message, path, issue.hint, issue.suggestions, place, issue.severity))


def _each(written: dict[str, Any], section: str, expand: Any) -> list[Any]:
    items = written.get(section)
    return [expand(item) for item in items] if isinstance(items, list) else []


def _spelled_out(verified: Any) -> Any:
    query = verified.get("query") if isinstance(verified, dict) else None
    return verified | {"query": expand_query(query)} if isinstance(query, dict) else verified


def _mappings(items: Any) -> list[dict[str, Any]]:
    return [item if isinstance(item, dict) else {} for item in items] if isinstance(items, list) else []


def _order(issue: Issue) -> tuple[str, int, int]:
    return (issue.place.file, issue.place.line, issue.place.column) if issue.place else ("", 0, 0)
