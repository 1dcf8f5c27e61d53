"""The pipeline: resolve, lower, guard (policies, then fields without a partner row), simplify, render."""

from __future__ import annotations

import datetime
from dataclasses import replace

from goal_semantics.calendar import Span, moved
from goal_semantics.compile.lower import lower
from goal_semantics.compile.members import with_members
from goal_semantics.compile.memory import memory
from goal_semantics.compile.outputs import outputs
from goal_semantics.compile.partners import guard_partners
from goal_semantics.compiled import CompiledQuery, OutputColumn, Window
from goal_semantics.dialects import Dialect
from goal_semantics.errors import QueryError
from goal_semantics.issues import Issues
from goal_semantics.lineage import trace
from goal_semantics.model import Catalog
from goal_semantics.passes import simplify
from goal_semantics.policy import Viewer, guard
from goal_semantics.query import SemanticQuery
from goal_semantics.relation import Exists, Relation, Scan
from goal_semantics.render import render
from goal_semantics.resolve import resolve
from goal_semantics.resolve.features import stride_of
from goal_semantics.resolve.question import Bound, Listing, Question
from goal_semantics.traversal import inputs, terms


def compile_query(
    query: SemanticQuery,
    catalog: Catalog,
    dialect: Dialect,
    *,
    as_of: datetime.datetime,
    viewer: Viewer | None = None,
    row_cap: int = 1_000_000,
) -> CompiledQuery:
    """The statement that answers a query, compiled once. Errors: QueryError with every reason why there is none."""
    key = (query.signature, dialect, as_of, repr(viewer), row_cap)
    return memory(catalog).recall(key, lambda: _compiled(query, catalog, dialect, as_of, viewer, row_cap))


def _compiled(
    query: SemanticQuery,
    catalog: Catalog,
    dialect: Dialect,
    as_of: datetime.datetime,
    viewer: Viewer | None,
    row_cap: int,
) -> CompiledQuery:
    question = resolve(query, catalog, as_of)
    if isinstance(question, Issues):
        raise QueryError(question)
    capped = query.limit is None or query.limit > row_cap
    count = row_cap + 1 if capped else query.limit or row_cap + 1
    compiled = compile_question(question, lower(question, count), catalog, dialect, viewer)
    return replace(compiled, limit=count if capped else count + 1)


def compile_question(
    question: Question | Listing,
    relation: Relation,
    catalog: Catalog,
    dialect: Dialect,
    viewer: Viewer | None,
    columns: tuple[OutputColumn, ...] | None = None,
) -> CompiledQuery:
    """A lowered question as a statement; `columns` describe it where it is not the answer itself.

    Errors: QueryError where a policy forbids it.
    """
    guarded = guard(with_members(relation, question), catalog, viewer)
    if isinstance(guarded, Issues):
        raise QueryError(guarded)
    present = guard_partners(guarded.relation, catalog, dialect)
    if isinstance(present, Issues):
        raise QueryError(present)
    smaller = simplify(present)
    rendered = render(smaller, catalog, dialect)
    described = outputs(question) if columns is None else columns
    return CompiledQuery(
        query=question.query,
        dialect=dialect,
        text=rendered.text,
        parameters=rendered.parameters,
        display=rendered.display,
        columns=described,
        lineage=trace(question, tuple(column.name for column in described)) if columns is None else (),
        datasets=_datasets(smaller),
        windows=_windows(question, question.span),
        compared=_compared(question),
        policies=guarded.policies,
    )


def _compared(question: Question | Listing) -> tuple[Window, ...]:
    stride = stride_of(question) if isinstance(question, Question) else None
    return _windows(question, moved(question.span, stride.back)) if stride else ()


def _windows(question: Question | Listing, span: Span) -> tuple[Window, ...]:
    bounds = (question.bound,) if isinstance(question, Listing) else tuple(each.bound for each in question.branches)
    found = (_window(bound, span) for bound in bounds if bound is not None)
    return tuple(dict.fromkeys(found))


def _window(bound: Bound, span: Span) -> Window:
    start, end = (edge.date() if edge and bound.type == "date" else edge for edge in (span.start, span.end))
    return Window(bound.located.path, start, end)


def _datasets(relation: Relation) -> tuple[str, ...]:
    found = dict[str, None]()

    def visit(each: Relation) -> None:
        if isinstance(each, Scan):
            found.setdefault(each.dataset)
        for below in inputs(each):
            visit(below)

    visit(relation)
    for term in terms(relation):
        if isinstance(term, Exists):
            visit(term.relation)
    return tuple(found)
