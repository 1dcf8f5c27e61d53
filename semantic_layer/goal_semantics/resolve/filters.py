"""Filter trees as conditions on rows. NULL never equals; what is excluded by `!=`, `not in` or `not` keeps NULL rows."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from goal_semantics import calendar
from goal_semantics.calendar import Stride
from goal_semantics.issues import Issue
from goal_semantics.joins import Located, attach, leaving
from goal_semantics.model import TEMPORAL, DataType, Grain, TimePart
from goal_semantics.query import (
    And,
    Condition,
    Exists,
    Filter,
    Grouping,
    MetricAt,
    MetricCondition,
    Not,
    Operator,
    Or,
    Scalar,
    SemanticQuery,
)
from goal_semantics.relation import Among, Call, Constant, FieldRef, Function, Literal, Part, Term, Truncate
from goal_semantics.relation import Exists as ExistsTerm
from goal_semantics.relation import Filter as Rows
from goal_semantics.resolve.groupings import unparted
from goal_semantics.resolve.scope import Scope
from goal_semantics.resolve.values import coerce, whole_day

Leaf = Condition | MetricCondition | MetricAt | Exists
_TEXT: dict[Operator, Function] = {
    "contains": "contains",
    "not contains": "contains",
    "starts with": "starts with",
    "ends with": "ends with",
}
_ORDER: dict[Operator, Function] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}
_NEGATED: dict[Operator, Operator] = {"!=": "=", "not in": "in", "not contains": "contains"}
_LISTED: frozenset[Operator] = frozenset({"=", "in", "!=", "not in"})


def tree(item: Filter, leaf: Callable[[Leaf], Term | None]) -> Term | None:
    """The condition of a tree whose leaves `leaf` translates; None where something was wrong."""
    match item:
        case And(items=items) | Or(items=items):
            terms = tuple(term for each in items if (term := tree(each, leaf)) is not None)
            if not terms:
                return None
            joined = Call("and" if isinstance(item, And) else "or", terms)
            return joined if len(terms) > 1 else terms[0]
        case Not(item=inner):
            term = tree(inner, leaf)
            return None if term is None else Call("not", (Call("coalesce", (term, Constant(False))),))
        case _:
            return leaf(item)


def split(item: Filter | None) -> tuple[tuple[Filter, ...], tuple[Filter, ...]] | Issue:
    """The parts of a filter that choose rows and those that choose groups."""
    if item is None:
        return (), ()
    if isinstance(item, And):
        rows, groups = list[Filter](), list[Filter]()
        for each in item.items:
            inner = split(each)
            if isinstance(inner, Issue):
                return inner
            rows += inner[0]
            groups += inner[1]
        return tuple(rows), tuple(groups)
    kinds = {isinstance(each, MetricCondition) for each in leaves(item)}
    if len(kinds) > 1:
        return Issue("A condition on rows and one on a measure cannot be alternatives of each other.", "filter",
                     "Combine them with “and”, or say by which fields the measure is meant: “metric at”.")  # fmt: skip
    return ((), (item,)) if True in kinds else ((item,), ())


def leaves(item: Filter) -> tuple[Leaf, ...]:
    """The conditions of a tree, in order."""
    match item:
        case And(items=items) | Or(items=items):
            return tuple(leaf for each in items for leaf in leaves(each))
        case Not(item=inner):
            return leaves(inner)
        case _:
            return (item,)


def rows(scope: Scope, item: Filter) -> Term | None:
    """A filter on the rows of a fact."""

    def leaf(each: Leaf) -> Term | None:
        match each:
            case Condition():
                return _condition(scope, each)
            case Exists():
                return _exists(scope, each)
            case MetricAt():
                return _metric_at(scope, each)
            case MetricCondition():
                scope.issues.append(Issue("A condition on a measure cannot be used here.", "filter"))
                return None

    return tree(item, leaf)


def compare(op: Operator, term: Term, kind: DataType, values: tuple[Scalar, ...]) -> Term:
    """A comparison with values that already have the type of the term."""
    if op in _NEGATED:
        missing = Call("is null", (term,))
        if None in values:
            kept = tuple(value for value in values if value is not None)
            present = Call("not", (missing,))
            return Call("and", (present, Call("not", (compare(_NEGATED[op], term, kind, kept),)))) if kept else present
        if len(values) == 1 and op != "not contains":
            return Call("or", (Call("<>", (term, Literal(values[0], kind))), missing))
        return Call("or", (Call("not", (compare(_NEGATED[op], term, kind, values),)), missing))
    match op:
        case "is null":
            return Call("is null", (term,))
        case "is not null":
            return Call("not", (Call("is null", (term,)),))
        case "between":
            low, high = (Literal(value, kind) for value in values)
            return Call("and", (Call(">=", (term, low)), Call("<=", (term, high))))
        case "=" | "in":
            return _among(term, kind, values)
        case "contains" | "starts with" | "ends with":
            found = tuple(Call(_TEXT[op], (term, Literal(value, kind))) for value in values)
            return found[0] if len(found) == 1 else Call("or", found)
        case _:
            return Call(_ORDER[op], (term, Literal(values[0], kind)))


def arity(op: Operator, values: tuple[Scalar, ...], path: str) -> Issue | None:
    """Whether an operator has as many values as it needs."""
    wanted = {"is null": 0, "is not null": 0, "between": 2, "<": 1, "<=": 1, ">": 1, ">=": 1}.get(op)
    if wanted is None:
        return None if values else Issue(f"“{op}” needs a value.", path)
    if wanted != len(values):
        return Issue(f"“{op}” needs {wanted or 'no'} value{'' if wanted == 1 else 's'}, not {len(values)}.", path)
    if None in values:
        return Issue(f"“{op}” cannot compare with a missing value.", path, "Use “is null” or “is not null”.")
    return None


def _accepts_missing(op: Operator, values: tuple[Scalar, ...]) -> bool:
    """Whether a missing value satisfies a comparison."""
    return op == "is null" or (op in _NEGATED) != (None in values and op in _LISTED)


def _among(term: Term, kind: DataType, values: tuple[Scalar, ...]) -> Term:
    kept = tuple(Literal(value, kind) for value in values if value is not None)
    missing = (Call("is null", (term,)),) if None in values else ()
    same = (Call("=", (term, kept[0])) if len(kept) == 1 else Call("in", (term, *kept)),) if kept else ()
    return (same + missing)[0] if len(same + missing) == 1 else Call("or", same + missing)


def _condition(scope: Scope, item: Condition) -> Term | None:
    located = scope.find(item.field, crossing=True)
    problem = arity(item.op, item.values, item.field)
    if problem:
        scope.issues.append(problem)
    if located is None or problem:
        return None
    return _compared(scope, item, located) if located.crossing is None else _over_bridge(scope, item, located)


def _over_bridge(scope: Scope, item: Condition, located: Located) -> Term | None:
    """Whether some row beyond the bridge satisfies the condition; where a missing value does, whether none fails to."""
    at = located.crossing or 0
    step = located.steps[at]
    inner = Scope(
        scope.catalog, step.target, scope.issues, base=f"{scope.base}{scope.alias(located.steps[: at + 1])}.there"
    )
    far = inner.use(Located(step.target, located.steps[at + 1 :], located.dataset, located.field))
    condition = _over_bridge(inner, item, far) if far.crossing is not None else _compared(inner, item, far)
    if condition is None:
        return None
    for end in range(1, at + 1):
        scope.used.setdefault(located.steps[:end])
    missing_too = _accepts_missing(item.op, item.values)
    wanted = Call("not", (Call("coalesce", (condition, Constant(False))),)) if missing_too else condition
    same = tuple(
        Call("=", (FieldRef(inner.base, step.target, there), near_))
        for near_, (_, there) in zip(leaving(scope.fact, located.steps[: at + 1], scope.base), step.pairs, strict=False)
    )
    found = ExistsTerm(Rows(attach(inner.fact, tuple(inner.used), inner.base), Call("and", (*same, wanted))))
    return Call("not", (found,)) if missing_too else found


def _compared(scope: Scope, item: Condition, located: Located) -> Term | None:
    term, kind = scope.local(located), scope.kind(located)
    if item.part is not None:
        return _parted(scope, item, item.part, located)
    if item.grain is not None:
        return _grained(scope, item, item.grain, located)
    if item.op in _TEXT and kind not in {"string", "opaque"}:
        scope.issues.append(Issue(f"“{item.op}” needs text, but “{item.field}” is of type {kind}.", item.field))
        return None
    values = _coerced(scope, item.values, kind, item.field)
    if values is None:
        return None
    if kind == "timestamp" and any(whole_day(value) for value in item.values):
        return _days(item.op, term, item.values, values)
    return compare(item.op, term, kind, values)


def _coerced(scope: Scope, given: tuple[Scalar, ...], kind: DataType, path: str) -> tuple[Scalar, ...] | None:
    values = list[Scalar]()
    for value in given:
        read = coerce(value, kind, path, scope.catalog.calendar.time_zone)
        if isinstance(read, Issue):
            scope.issues.append(read)
        else:
            values.append(read)
    return tuple(values) if len(values) == len(given) else None


def _days(op: Operator, term: Term, given: tuple[Scalar, ...], values: tuple[Scalar, ...]) -> Term:
    """Time stamps compared with whole days: the day is a range, and `<=` and `between` include all of it."""
    if op in _NEGATED:
        missing = Call("is null", (term,))
        kept = [(raw, value) for raw, value in zip(given, values, strict=True) if value is not None]
        inside = _days(_NEGATED[op], term, tuple(raw for raw, _ in kept), tuple(value for _, value in kept))
        outside = Call("not", (inside,))
        return outside if None in values else Call("or", (outside, missing))
    ends = tuple(_after(value) if whole_day(raw) else value for raw, value in zip(given, values, strict=True))
    match op:
        case "<=" if ends[0] != values[0]:
            return Call("<", (term, Literal(ends[0], "timestamp")))
        case ">" if ends[0] != values[0]:
            return Call(">=", (term, Literal(ends[0], "timestamp")))
        case "between":
            last: Function = "<" if ends[1] != values[1] else "<="
            low, high = Literal(values[0], "timestamp"), Literal(ends[1], "timestamp")
            return Call("and", (Call(">=", (term, low)), Call(last, (term, high))))
        case "=" | "in":
            found = tuple(_within(term, value, end) for value, end in zip(values, ends, strict=True))
            return found[0] if len(found) == 1 else Call("or", found)
        case _:
            return compare(op, term, "timestamp", values)


def _within(term: Term, start: Scalar, end: Scalar) -> Term:
    if start is None:
        return Call("is null", (term,))
    if start == end:
        return Call("=", (term, Literal(start, "timestamp")))
    low, high = Literal(start, "timestamp"), Literal(end, "timestamp")
    return Call("and", (Call(">=", (term, low)), Call("<", (term, high))))


def _after(day: Scalar) -> Scalar:
    return day + datetime.timedelta(days=1) if isinstance(day, datetime.datetime) else day


def _parted(scope: Scope, item: Condition, part: TimePart, located: Located) -> Term | None:
    term, kind = scope.local(located), scope.kind(located)
    problem = unparted(item.field, part, kind, scope.field(located).grain)
    if problem is None and item.grain is not None:
        problem = Issue("A time is compared by either a grain or a part of it.", item.field)
    if problem is not None:
        scope.issues.append(problem)
        return None
    values = _coerced(scope, item.values, "integer", item.field)
    return None if values is None else compare(item.op, Part(term, part), "integer", values)


def _grained(scope: Scope, item: Condition, grain: Grain, located: Located) -> Term | None:
    term, kind = scope.local(located), scope.kind(located)
    if kind not in TEMPORAL:
        scope.issues.append(Issue(f"“{item.field}” has no {grain}: it is of type {kind}.", item.field))
        return None
    if item.values and all(str(value).strip().isdigit() for value in item.values):
        return compare(item.op, Part(term, grain), "integer", tuple(int(str(value)) for value in item.values))
    values = _coerced(scope, item.values, "timestamp", item.field)
    if values is None:
        return None
    rules = scope.catalog.calendar
    starts = [calendar.truncate(v, grain, rules) if isinstance(v, datetime.datetime) else None for v in values]
    sort: DataType = "timestamp" if grain in {"second", "minute", "hour"} else "date"
    if item.op == "=" and starts[0] is not None and len(starts) == 1:
        end = calendar.shift(starts[0], Stride(grain, 1))
        low, high = (Literal(edge.date() if kind == "date" else edge, kind) for edge in (starts[0], end))
        return Call("and", (Call(">=", (term, low)), Call("<", (term, high))))
    truncated = Truncate(term, grain, kind, rules.week_start)
    return compare(item.op, truncated, sort, tuple(v.date() if v and sort == "date" else v for v in starts))


def _metric_at(scope: Scope, item: MetricAt) -> Term | None:
    """Whether the row's group is among those that satisfy the condition, or not among those that do not.

    The second where a missing value satisfies it: then rows that are in no group do as well.
    """
    found = tuple(scope.find(path) for path in item.by)
    if not item.by:
        scope.issues.append(Issue("A condition on a measure of groups needs at least one field.", "filter.by"))
    if item.grouped and len(item.grouped) != len(item.by):
        scope.issues.append(Issue("Both sides of a condition on a measure need as many fields.", "filter.grouped"))
        return None
    if not item.by or None in found:
        return None
    condition: Filter = MetricCondition(measure=item.measure, op=item.op, values=item.values)
    missing_too = _accepts_missing(item.op, item.values)
    groupings = tuple(
        Grouping(field=path, alias=f"key_{at}") for at, path in enumerate(item.grouped or item.by, start=1)
    )
    query = SemanticQuery(
        measures=(item.measure,), groupings=groupings, filter=Not(item=condition) if missing_too else condition, time=item.time
    )  # fmt: skip
    among = Among(tuple(scope.local(each) for each in found if each is not None), query)
    return Call("not", (among,)) if missing_too else among


def _exists(scope: Scope, item: Exists) -> Term | None:
    if item.dataset not in scope.catalog.dataset:
        scope.issues.append(Issue(f"There is no dataset “{item.dataset}”.", "filter"))
        return None
    through = scope.find(item.through)
    inner = Scope(scope.catalog, item.dataset, scope.issues, base=f"{scope.base}{item.dataset}.there")
    key = inner.find(item.key)
    condition = rows(inner, item.filter) if item.filter is not None else None
    if through is None or key is None or (item.filter is not None and condition is None):
        return None
    same = Call("=", (inner.local(key), scope.local(through)))
    relation = attach(inner.fact, tuple(inner.used), inner.base)
    found = ExistsTerm(Rows(relation, Call("and", (same, condition)) if condition else same))
    return Call("not", (found,)) if item.negate else found
