"""Groupings as keys of the answer, and the term that computes each key in every branch."""

from __future__ import annotations

from goal_semantics.calendar import coarser
from goal_semantics.issues import Issue
from goal_semantics.joins import Located
from goal_semantics.model import NUMERIC, TEMPORAL, DataType, Grain
from goal_semantics.query import Bins, Grouping
from goal_semantics.relation import AggCall, Call, Case, Cast, Column, Constant, Ref, Term, Truncate
from goal_semantics.resolve.question import Key
from goal_semantics.resolve.scope import Scope

EXTENT = "extent"
_WITHIN_A_DAY: frozenset[Grain] = frozenset({"second", "minute", "hour"})


def key_of(grouping: Grouping, scope: Scope, issues: list[Issue]) -> tuple[Key, Term] | None:
    """The key and its term for the rows of one fact; None after noting what is wrong."""
    located = scope.find(grouping.field, crossing=True)
    if located is None:
        return None
    scope.use(located)
    found, kind = scope.field(located), scope.kind(located)
    term = scope.local(located)
    label = grouping.alias.replace("_", " ") if grouping.alias else _label(located, found.title)
    grain = grouping.grain or ("day" if kind == "date" and grouping.bins is None else None)
    first_month = scope.catalog.calendar.fiscal_year_start if grouping.fiscal else 1
    key = Key(grouping.name, label, located.path, kind, grain, first_month, found.format, found.unit)
    if grouping.grain is not None:
        problem = _ungrained(grouping, kind, found.grain)
        if problem:
            issues.append(problem)
            return None
        sort: DataType = "timestamp" if grouping.grain in _WITHIN_A_DAY else "date"
        week = scope.catalog.calendar.week_start
        truncated = Truncate(term, grouping.grain, kind, week, first_month)
        return _typed(key, sort), truncated if (kind, grouping.grain) != ("date", "day") else term
    if grouping.bins is not None:
        return _binned(grouping, grouping.bins, key, term, issues)
    return key, term


def extents(grouping: Grouping, scope: Scope) -> tuple[Column, ...]:
    """The extremes that bins of a given count divide."""
    if grouping.bins is None or grouping.bins.count is None:
        return ()
    located = scope.find(grouping.field)
    if located is None:
        return ()
    term, name = scope.local(located), grouping.name
    return (Column(f"{name}_low", AggCall("min", term)), Column(f"{name}_high", AggCall("max", term)))


def _binned(grouping: Grouping, bins: Bins, key: Key, term: Term, issues: list[Issue]) -> tuple[Key, Term] | None:
    if key.type not in NUMERIC:
        issues.append(Issue(f"Bins need numbers, but “{grouping.field}” is of type {key.type}.", grouping.field))
        return None
    if (bins.width is None) == (bins.count is None) or (bins.width or bins.count or 0) <= 0:
        issues.append(Issue("Bins need either a positive width or a positive count.", grouping.field))
        return None
    if bins.width is not None:
        whole = float(bins.width).is_integer() and key.type == "integer"
        width = Constant(int(bins.width) if whole else bins.width)
        index = Call("floor", (Call("/", (term, width)),))
        return _typed(key, "float"), Call("*", (index, width))
    low, high = Ref(f"{grouping.name}_low", EXTENT), Ref(f"{grouping.name}_high", EXTENT)
    width_term = Call("/", (Call("-", (high, low)), Constant(bins.count)))
    index = Call("floor", (Call("/", (Call("-", (term, low)), width_term)),))
    bounded = Call("least", (index, Constant((bins.count or 1) - 1)))
    start = Call("+", (low, Call("*", (bounded, width_term))))
    narrow, missing = Call("=", (low, high)), Call("is null", (term,))
    return _typed(key, "float"), Case(((missing, Constant(None)), (narrow, Cast(low, "float"))), start)


def _typed(key: Key, kind: DataType) -> Key:
    return Key(key.name, key.label, key.path, kind, key.grain, key.first_month, key.format, key.unit)


def _ungrained(grouping: Grouping, kind: DataType, finest: Grain | None) -> Issue | None:
    grain = grouping.grain
    assert grain is not None
    if kind not in TEMPORAL:
        return Issue(f"“{grouping.field}” has no {grain}: it is of type {kind}.", grouping.field)
    limit: Grain | None = finest or ("day" if kind == "date" else None)
    if limit is not None and coarser(limit, grain):
        return Issue(f"“{grouping.field}” has one value per {limit}; it cannot be grouped by {grain}.", grouping.field)
    return None


def _label(located: Located, title: str) -> str:
    """The field's words, with those of the path where the dataset alone does not tell the role."""
    role = located.steps[-1].label if located.steps else ""
    return title if role.lower() in title.lower() else f"{role} {title}"
