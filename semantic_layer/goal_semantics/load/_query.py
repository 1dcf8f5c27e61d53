"""A semantic query as YAML or JSON, with shorthands; whatever is wrong with it has its line.

measures: [revenue]                a metric's name, or {metric, filter, alias, …}, or {agg, field}
groupings: [orders.region]         a path, or {field, grain, …}
order: [revenue]                   a column of the answer, or {by, descending}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from goal_semantics.errors import QueryError
from goal_semantics.issues import Issue, Issues, Place
from goal_semantics.load import Source
from goal_semantics.load._wrong import explain
from goal_semantics.load._yaml import Document, Trail, parse
from goal_semantics.query import SemanticQuery

SHORT = {"measures": "metric", "groupings": "field", "order": "by"}
"""List of a query -> what a text in it means."""
_QUOTED = re.compile("“([^”]+)”")


@dataclass(frozen=True)
class LoadedQuery:
    """A query and where its parts are written."""

    query: SemanticQuery
    document: Document

    def locate(self, issues: Issues) -> Issues:
        """The issues with the line of the name that each is about, or of the part of the query."""
        return Issues(tuple(each if each.place else replace(each, place=self._place(each)) for each in issues))

    def _place(self, issue: Issue) -> Place | None:
        written = {str(value): trail for trail, value in reversed(tuple(_texts(self.document.value, ())))}
        for name in (issue.path, *_QUOTED.findall(issue.message)):
            if name in written:
                return _around(self.document, written[name])
        return _around(self.document, (issue.path.split(".", 1)[0],))


def read_query(source: Source) -> LoadedQuery:
    """The query of a text. Errors: QueryError with every issue, each with its line."""
    document = parse(source.text, file=source.file)
    if not document.readable or document.issues:
        raise QueryError(document.issues)
    start = Place(source.file, 1)
    if not isinstance(document.value, dict) or not document.value:
        hint = "Expected keys such as measures and groupings."
        what = "empty" if not document.value else "not a mapping"
        raise QueryError(Issues((Issue(f"the query is {what}.", hint=hint, place=start),)))
    try:
        return LoadedQuery(SemanticQuery.model_validate(expand_query(document.value)), document)
    except ValidationError as error:
        issues = (
            replace(issue, path=".".join(map(str, trail)), place=_around(document, trail))
            for trail, issue in explain(error, SemanticQuery, document.value)
        )
        raise QueryError(Issues(tuple(issues))) from None


def expand_query(written: dict[str, Any]) -> dict[str, Any]:
    """The query with its shorthands spelled out."""
    return {
        key: [{SHORT[key]: item} if isinstance(item, str) else item for item in value]
        if key in SHORT and isinstance(value, list)
        else value
        for key, value in written.items()
    }


def _texts(value: Any, trail: Trail) -> Iterator[tuple[Trail, Any]]:
    """Every text of a value, with its trail."""
    match value:
        case dict():
            for key, item in value.items():
                yield from _texts(item, (*trail, key))
        case list():
            for at, item in enumerate(value):
                yield from _texts(item, (*trail, at))
        case str():
            yield trail, value
        case _:
            return


def _around(document: Document, trail: Trail) -> Place | None:
    while trail and trail not in document.places:
        trail = trail[:-1]
    return document.places.get(trail)
