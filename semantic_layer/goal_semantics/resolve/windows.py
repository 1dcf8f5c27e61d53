"""The query's time window: resolved once against `as_of`, and found on every fact."""

from __future__ import annotations

import datetime

from goal_semantics import calendar
from goal_semantics.calendar import Ask, Span
from goal_semantics.issues import Issue
from goal_semantics.joins import Located
from goal_semantics.model import TEMPORAL, Catalog, Grain
from goal_semantics.query import Relative, SemanticQuery
from goal_semantics.resolve.question import Bound
from goal_semantics.resolve.scope import Scope
from goal_semantics.resolve.values import coerce

_SHORT: frozenset[Grain] = frozenset({"second", "minute", "hour"})


def span_of(query: SemanticQuery, catalog: Catalog, as_of: datetime.datetime, issues: list[Issue]) -> Span:
    """The window in local time: start included, end excluded."""
    if query.time is None:
        return Span()
    window, zone = query.time.window, catalog.calendar.time_zone
    if isinstance(window, Relative):
        ask = Ask(window.unit, window.count, window.offset, window.current, window.to_date, window.fiscal)
        if window.count < 1:
            issues.append(Issue("A relative window needs a count of at least 1.", "time"))
            return Span()
        try:
            span = calendar.resolve(ask, as_of, catalog.calendar)
        except OverflowError:
            issues.append(Issue("The time window lies outside the years 1 to 9999.", "time"))
            return Span()
        if window.unit in _SHORT and any(edge and calendar.repeated(edge, zone) for edge in (span.start, span.end)):
            issues.append(Issue(f"The window begins or ends in an hour that the clocks of {zone} show twice.", "time",
                                "Ask for days, or for hours further back."))  # fmt: skip
        return span
    edges = [None if edge is None else coerce(edge, "timestamp", "time", zone) for edge in (window.start, window.end)]
    issues.extend(edge for edge in edges if isinstance(edge, Issue))
    start, end = (edge if isinstance(edge, datetime.datetime) else None for edge in edges)
    if start and end and start >= end:
        issues.append(Issue(f"The time window ends ({end:%Y-%m-%d}) before it starts ({start:%Y-%m-%d}).", "time"))
    return Span(start, end)


def bound_of(query: SemanticQuery, scope: Scope) -> Bound | None:
    """The time that the query's window limits, as one fact sees it."""
    if query.time is None:
        return None
    located = scope.find(query.time.field) if query.time.field else _own(scope)
    if located is None:
        return None
    kind = scope.kind(located)
    if kind not in TEMPORAL:
        scope.issues.append(Issue(f"“{located.path}” is not a time but of type {kind}.", "time"))
    window = query.time.window
    if kind == "date" and isinstance(window, Relative) and window.unit in _SHORT:
        message = f"“{located.path}” has whole days only; a window in {window.unit}s cannot limit it."
        scope.issues.append(Issue(message, "time"))
    return Bound(located, scope.local(located), kind)


def _own(scope: Scope) -> Located | None:
    if scope.time is not None:
        return scope.use(scope.time)
    times = [each.name for each in scope.catalog.dataset[scope.fact].fields if each.type in TEMPORAL]
    hint = f"Name one: {', '.join(times)}." if times else ""
    scope.issues.append(Issue(f"“{scope.fact}” has no default time, so the window has nothing to limit.", "time", hint))
    return None
