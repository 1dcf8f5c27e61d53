"""Groupings as keys of the answer, and the term that computes each key in every branch."""

from __future__ import annotations

from goal_semantics.calendar import coarser
from goal_semantics.issues import Issue
from goal_semantics.joins import Located
from goal_semantics.model import NUMERIC, TEMPORAL, DataType, Field, Grain, TimePart
from goal_semantics.query import Bins, Grouping
from goal_semantics.relation import AggCall, Call, Case, Cast, Column, Constant, Part, Ref, Shift, Term, Truncate
from goal_semantics.resolve.question import Key
from goal_semantics.resolve.scope import Scope

EXTENT = "extent"
MOST_LISTED = 40
"""Values whose order is worth a term of the sort each."""
_OF_PARTS: dict[TimePart, Grain] = {
    "second": "second", "minute": "minute", "hour": "hour", "day": "day", "day_of_week": "day", "day_of_year": "day",
    "week": "week", "month": "month", "quarter": "quarter", "year": "year", "iso_year": "week",
}  # fmt: skip
"""The coarsest grain of values that still have such a part."""
_WITHIN_A_DAY: frozenset[Grain] = frozenset({"second", "minute", "hour"})


def key_of(grouping: Grouping, scope: Scope, issues: list[Issue]) -> tuple[Key, Term] | None:
    """The key and its term for the rows of one fact; None after noting what is wrong."""
    located = scope.find(grouping.field, crossing=True)
    if located is None:
        return None
    located = scope.use(located)
    found, kind = scope.field(located), scope.kind(located)
    term = scope.local(located)
    label = grouping.alias.replace("_", " ") if grouping.alias else _label(located, found.title)
    grain = grouping.grain or ("day" if kind == "date" and not (grouping.bins or grouping.part) else None)
    first_month = scope.catalog.calendar.fiscal_year_start if grouping.fiscal else 1
    read = _listed(located, found, scope)
    key = Key(grouping.name, label, located.path, kind, grain, first_month, found.format, found.unit, read)
    if grouping.bins is not None and (grouping.grain or grouping.part):
        issues.append(Issue(f"“{grouping.field}” is grouped in two ways; choose one.", grouping.field))
        return None
    if grouping.part is not None:
        return _numbered(grouping, grouping.part, key, term, issues, found.grain)
    if grouping.grain is not None:
        problem = _ungrained(grouping, kind, found.grain)
        if problem:
            issues.append(problem)
            return None
        sort: DataType = "timestamp" if grouping.grain in _WITHIN_A_DAY else "date"
        week = scope.catalog.calendar.week_start
        truncated = Truncate(term, grouping.grain, kind, week, _first_month(grouping.grain, first_month))
        return _typed(key, sort), truncated if (kind, grouping.grain) != ("date", "day") else term
    if grouping.bins is not None:
        return _binned(grouping, grouping.bins, key, term, issues)
    return key, term


def _listed(located: Located, found: Field, scope: Scope) -> tuple[str, ...]:
    """The order of a closed set of words ("small, medium, large"). Behind a policy no value is named."""
    guarded = any(policy.dataset == located.dataset for policy in scope.catalog.policies)
    ordinary = found.type != "string" or list(found.values) == sorted(found.values)
    return () if guarded or ordinary or len(found.values) > MOST_LISTED else found.values


def _numbered(
    grouping: Grouping, part: TimePart, key: Key, term: Term, issues: list[Issue], finest: Grain | None
) -> tuple[Key, Term] | None:
    """The number of a part of the time; in a fiscal year, months and quarters are counted from its first month."""
    problem = unparted(grouping.field, part, key.type, finest)
    if grouping.grain is not None:
        problem = Issue("A time is grouped by either a grain or a part of it.", grouping.field)
    elif grouping.fiscal and part == "year":
        problem = Issue("A fiscal year is called by its first or by its last calendar year, and nothing says which.",
                        grouping.field, "Group by the grain “year”: its first day.")  # fmt: skip
    elif grouping.fiscal and part not in {"month", "quarter"}:
        problem = Issue(f"There is no fiscal {part.replace('_', ' ')}.", grouping.field)
    if problem is not None:
        issues.append(problem)
        return None
    past = key.first_month - 1
    moved = Shift(term, "month", -past, key.type) if past else term
    return Key(key.name, key.label, key.path, "integer"), Part(moved, part)


def unparted(path: str, part: TimePart, kind: DataType, finest: Grain | None) -> Issue | None:
    """Why a field has no such part; None if it has."""
    words = part.replace("_", " ")
    if kind not in TEMPORAL:
        return Issue(f"“{path}” has no {words}: it is of type {kind}.", path)
    limit: Grain = finest or ("day" if kind == "date" else "second")
    if coarser(limit, _OF_PARTS.get(part, "second")):
        return Issue(f"“{path}” has one value per {limit}; it has no {words}.", path)
    return None


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


def _first_month(grain: Grain, of_year: int) -> int:
    """The first month that makes a difference: quarters of a year that begins in April are those of the calendar."""
    return of_year if grain == "year" else (of_year - 1) % 3 + 1 if grain == "quarter" else 1


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
