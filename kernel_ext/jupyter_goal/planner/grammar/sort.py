"""Sorting clauses by what they contribute: numbers, dimensions, conditions, shape. Decides what bare nouns are for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from jupyter_goal.planner.grammar.clauses import (
    ByMeasure,
    Clause,
    Clocked,
    Compared,
    Counted,
    Flag,
    Grouped,
    Lost,
    Measured,
    Missing,
    Noted,
    Ordered,
    Ranked,
    Subject,
    Timed,
    Valued,
)
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import field_of, is_fact, is_groupable, is_metric
from jupyter_goal.planner.grammar.patterns import Drawn, Rolled, Versus
from jupyter_goal.planner.grammar.terms import FieldRef, Noun, RowRef
from jupyter_goal.planner.grammar.vocabulary import aggregate_word

_BREAKDOWN = "Say “by …” for a breakdown, or name a value."
Part = Valued | Compared | Missing


@dataclass(frozen=True)
class Sorted:
    """The clauses of one goal by kind."""

    measures: tuple[Measured, ...] = ()
    groups: tuple[Grouped, ...] = ()
    values: tuple[Valued, ...] = ()
    compared: tuple[Compared, ...] = ()
    missing: tuple[Missing, ...] = ()
    times: tuple[Timed, ...] = ()
    clocks: tuple[Clocked, ...] = ()
    ranks: tuple[Ranked, ...] = ()
    orders: tuple[Ordered, ...] = ()
    by: tuple[Measured, ...] = ()
    limits: tuple[Counted, ...] = ()
    versus: tuple[Versus, ...] = ()
    rolled: tuple[Rolled, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    flags: frozenset[str] = frozenset()
    flag_text: dict[str, str] = field(default_factory=dict)
    population: tuple[Noun, ...] = ()
    listed: tuple[Subject, ...] = ()
    """Nouns whose rows or values are listed."""
    lost: tuple[Lost, ...] = ()
    part: Part | None = None
    """The condition whose share of the whole is asked: it narrows the upper number only."""
    said: tuple[str, ...] = ()

    def has(self, flag: str) -> bool:
        """A flag was raised."""
        return flag in self.flags


def sort(clauses: tuple[Clause, ...], lexicon: Lexicon) -> Sorted:
    """Every clause lands somewhere; none is dropped."""
    base = _ordered_by_number(_by_kind(clauses))
    subjects = tuple(clause for clause in clauses if isinstance(clause, Subject))
    if not base.measures and not base.by and _lists(base, subjects, lexicon):
        return replace(base, listed=subjects)
    measures = list(base.measures)
    groups: list[Grouped] = []
    population: list[Noun] = []
    counting = _counts(base, clauses)
    for clause in clauses:
        if isinstance(clause, Measured):
            continue
        if isinstance(clause, Grouped):
            groups.append(clause)
        elif isinstance(clause, Subject):
            kind = _role(clause, clauses, lexicon, counting=counting or bool(measures))
            if kind == "measure":
                measures.append(_like_before(clause, clauses, lexicon))
            elif kind == "population":
                population.append(clause.noun)
            elif clause.prep and not clause.plural:
                why = "whether it narrows the answer or breaks it down is not clear"
                base = replace(base, lost=(*base.lost, Lost(f"{clause.prep} {clause.noun.text}", why, hint=_BREAKDOWN)))
            else:
                groups.append(Grouped(clause.noun, lead=clause.lead, side=clause.side, plural=clause.plural))
            if clause.n is not None:
                base = replace(base, limits=(*base.limits, Counted(clause.n))) if kind != "group" else replace(
                    base, ranks=_with_count(base.ranks, clause.n)
                )  # fmt: skip
    ordered = _in_order(clauses, measures)
    return replace(base, measures=ordered, groups=tuple(groups), population=tuple(population))


def _ordered_by_number(base: Sorted) -> Sorted:
    """“carriers ranked by on-time rate”: the order names the number."""
    orders = tuple(
        replace(each, by=Measured(each.by)) if isinstance(each.by, Noun) and is_metric(each.by) else each
        for each in base.orders
    )
    return base if base.measures else replace(base, orders=orders)


def _like_before(clause: Subject, clauses: tuple[Clause, ...], lexicon: Lexicon) -> Measured:
    """“average distance and air time”: a number without an aggregate takes that of the metric before “and”."""
    at = clauses.index(clause)
    before = clauses[at - 1] if at else None
    if clause.lead == "and" and isinstance(before, Subject) and is_metric(before.noun) and not is_metric(clause.noun):
        agg = aggregate_word(before.noun.text.split()[0].casefold())
        if agg is not None and is_fact(clause.noun, lexicon):
            return Measured(clause.noun, "agg", agg)
    return Measured(clause.noun)


def _with_count(ranks: tuple[Ranked, ...], n: int) -> tuple[Ranked, ...]:
    return tuple(replace(rank, n=rank.n or n) for rank in ranks) or (Ranked("desc", n),)


def _in_order(clauses: tuple[Clause, ...], measures: list[Measured]) -> tuple[Measured, ...]:
    """Measures in the order of the words."""
    place = {id(noun): index for index, noun in enumerate(_nouns(clauses))}
    return tuple(sorted(measures, key=lambda item: place.get(id(item.noun), 0)))


def _nouns(clauses: tuple[Clause, ...]) -> list[Noun]:
    return [clause.noun for clause in clauses if isinstance(clause, Measured | Subject)]


def _by_kind(clauses: tuple[Clause, ...]) -> Sorted:
    flags = [clause for clause in clauses if isinstance(clause, Flag)]
    return Sorted(
        measures=tuple(c for c in clauses if isinstance(c, Measured)),
        values=tuple(c for c in clauses if isinstance(c, Valued)),
        groups=tuple(c for c in clauses if isinstance(c, Grouped)),
        compared=tuple(c for c in clauses if isinstance(c, Compared)),
        missing=tuple(c for c in clauses if isinstance(c, Missing)),
        times=tuple(c for c in clauses if isinstance(c, Timed)),
        clocks=tuple(c for c in clauses if isinstance(c, Clocked)),
        ranks=tuple(c for c in clauses if isinstance(c, Ranked)),
        orders=tuple(c for c in clauses if isinstance(c, Ordered)),
        by=tuple(c.by for c in clauses if isinstance(c, ByMeasure)),
        limits=tuple(c for c in clauses if isinstance(c, Counted)),
        versus=tuple(c for c in clauses if isinstance(c, Versus)),
        rolled=tuple(c for c in clauses if isinstance(c, Rolled)),
        drawn=tuple(c for c in clauses if isinstance(c, Drawn)),
        flags=frozenset(flag.kind for flag in flags),
        flag_text={flag.kind: flag.text for flag in flags},
        lost=tuple(c for c in clauses if isinstance(c, Lost)),
        said=tuple(c.text for c in clauses if isinstance(c, Noted)),
    )


def _counts(base: Sorted, clauses: tuple[Clause, ...]) -> bool:
    """Some number is asked for besides what bare nouns may be."""
    ranked = any(rank.by is not None or rank.rows for rank in base.ranks)
    conditions = any(
        (isinstance(c.noun, Noun) and is_metric(c.noun)) or isinstance(c.noun, Measured) for c in base.compared
    )
    ordered = any(isinstance(each.by, Measured) for each in base.orders)
    return bool(base.measures or base.by or ranked or conditions or ordered)


def _role(clause: Subject, clauses: tuple[Clause, ...], lexicon: Lexicon, *, counting: bool) -> str:
    """What a bare noun is for: "measure", "group" or "population"."""
    item = clause.noun
    has_rows = any(isinstance(match.ref, RowRef) for match in item.matches)
    if (
        has_rows
        and clause.lead in {"prep", "", "all"}
        and clauses[0] is not clause
        and _measured_before(clause, clauses)
    ):
        return "population"
    if is_metric(item):
        return "measure"
    if is_groupable(item, lexicon):
        others = counting or any(isinstance(c, Subject) and c is not clause and is_metric(c.noun) for c in clauses)
        if has_rows and not others and not any(
            isinstance(c, Ranked) and c.subject is None and c.grain is None for c in clauses
        ):  # fmt: skip
            return "measure"
        return "group"
    return "measure"


def _measured_before(clause: Subject, clauses: tuple[Clause, ...]) -> bool:
    for other in clauses:
        if other is clause:
            return False
        if isinstance(other, Measured) or (isinstance(other, Ranked) and (other.by is not None or other.rows)):
            return True
        if isinstance(other, Subject) and is_metric(other.noun):
            return True
    return False


def _lists(base: Sorted, subjects: tuple[Subject, ...], lexicon: Lexicon) -> bool:
    """The goal asks for rows or values, not for numbers."""
    if not subjects or base.groups or base.versus or base.rolled or base.flags & {
        "share", "share total", "cumulative", "growth", "trend", "totals"
    }:  # fmt: skip
        return False
    if any(isinstance(c.noun, Measured) for c in base.compared):
        return False
    first = subjects[0]
    rows = any(isinstance(match.ref, RowRef) for match in first.noun.matches)
    if base.ranks:
        return False
    wanted = base.has("detail") or first.lead in {"which", "all"}
    metric_condition = any(isinstance(c.noun, Noun) and _is_count(c.noun) for c in base.compared)
    if metric_condition:
        return False
    if wanted and (rows or all(_is_dimension(subject, lexicon) for subject in subjects)):
        return True
    if wanted and base.has("detail"):
        return not any(is_metric(subject.noun) for subject in subjects)
    dimensions = all(_is_dimension(subject, lexicon) for subject in subjects)
    return (dimensions and not rows) or (base.has("distinct") and dimensions)


def _is_count(item: Noun) -> bool:
    return is_metric(item) or any(isinstance(match.ref, RowRef) for match in item.matches)


def _is_dimension(subject: Subject, lexicon: Lexicon) -> bool:
    return is_groupable(subject.noun, lexicon) and not is_metric(subject.noun)


def is_field_only(item: Noun, lexicon: Lexicon) -> bool:
    """A dimension field, never the rows themselves."""
    return any(isinstance(m.ref, FieldRef) and field_of(m.ref, lexicon).role != "fact" for m in item.matches)


__all__ = ["Sorted", "is_fact", "is_field_only", "sort"]
