"""Where a dataset's rows come from, as syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.errors import CatalogError
from goal_semantics.issues import Issue, Issues
from goal_semantics.model import Catalog, Dataset
from goal_semantics.render.names import identifier, physical
from goal_semantics.resolve import author


@dataclass(frozen=True, slots=True)
class Reserved:
    """Names that no CTE may take."""

    names: frozenset[str]


def reserved(catalog: Catalog) -> frozenset[str]:
    """Datasets and the last words of their tables, in lower case; found once per catalog."""
    kept = catalog.memo.get(Reserved)
    if not isinstance(kept, Reserved):
        tables = (name for each in catalog.datasets for name in _tables(each.source))
        names = (*tables, *(each.name for each in catalog.datasets))
        kept = catalog.memo[Reserved] = Reserved(frozenset(name.lower() for name in names))
    return kept.names


def _tables(source: str) -> Iterator[str]:
    """The last words of the tables that a source reads, those inside a query included."""
    found = author.source(source) if source.lstrip().startswith("(") else None
    if found is None:
        yield re.sub(r'.*[."`]', "", source.strip('"`'))
    else:
        yield from (each.name for each in found.find_all(exp.Table))


def table(dataset: Dataset, alias: str, dialect: Dialect) -> exp.Expr:
    """The table or query of a dataset under an alias. Errors: CatalogError for a source that is neither."""
    source = author.source(dataset.source, dialect) or author.source(dataset.source)
    if source is None:
        message = f"“{dataset.source}” is neither a table nor a SELECT in parentheses."
        raise CatalogError(Issues((Issue(message, f"datasets.{dataset.name}.source"),)))
    if isinstance(source, exp.Subquery):
        for found in list(source.find_all(exp.Identifier)):
            found.replace(physical(found, dialect))
        return exp.Subquery(this=source.this, alias=exp.TableAlias(this=identifier(alias)))
    for name in ("this", "db", "catalog"):
        part = source.args.get(name)
        if isinstance(part, exp.Identifier):
            source.set(name, physical(part, dialect))
    if len(source.parts) > 1 or source.name != alias:
        source.set("alias", exp.TableAlias(this=identifier(alias)))
    return source
