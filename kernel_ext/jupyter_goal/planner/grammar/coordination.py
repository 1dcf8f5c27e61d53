"""Numbers that stand side by side, each with conditions of its own: two questions, which one query cannot answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from jupyter_goal.planner.grammar.clauses import Clause, Grouped, Lost, Measured, Subject, Timed, Valued
from jupyter_goal.planner.grammar.look import is_metric
from jupyter_goal.planner.grammar.terms import Noun, ValueRef
from jupyter_goal.planner.grammar.tokens import singular

_HINT = "Ask for one after the other, or put them on two lines."


@dataclass
class _Own:
    """What stands around one number."""

    noun: Noun
    groups: set[str] = field(default_factory=set)
    values: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    times: set[str] = field(default_factory=set)

    def differs(self, other: _Own) -> bool:
        """Both have something of a kind, and not the same."""
        if {m.ref for m in self.noun.matches} == {m.ref for m in other.noun.matches}:
            return self.groups != other.groups and bool(self.groups and other.groups)
        pairs = [(self.groups, other.groups), (self.times, other.times)]
        pairs += [(self.values[key], other.values[key]) for key in self.values.keys() & other.values.keys()]
        return any(mine and theirs and mine != theirs for mine, theirs in pairs)


def two_questions(clauses: tuple[Clause, ...]) -> Lost | None:
    """The second of two numbers that are asked for under different conditions."""
    owners: list[_Own] = []
    waiting: list[Valued] = []
    for clause in clauses:
        item = _number(clause)
        if item is not None:
            owners.append(_Own(item))
            for valued in waiting:
                _give(owners[-1], valued)
            waiting = []
            continue
        if isinstance(clause, Valued) and not clause.told and not clause.side and clause.of is None:
            waiting.append(clause)
            continue
        for owner in owners[-1:]:
            for valued in waiting:
                _give(owner, valued)
            _give(owner, clause)
        waiting = []
    for first, second in pairwise(owners):
        if first.differs(second):
            return Lost(second.noun.text, f"it has other conditions than “{first.noun.text}”", hint=_HINT)
    return None


def _number(clause: Clause) -> Noun | None:
    if isinstance(clause, Measured):
        return clause.noun
    return clause.noun if isinstance(clause, Subject) and is_metric(clause.noun) and clause.lead != "prep" else None


def _give(owner: _Own, clause: Clause) -> None:
    match clause:
        case Grouped(noun=None, grain=grain):
            owner.groups.add(grain or "")
        case Grouped(noun=Noun() as item):
            owner.groups.add(singular(item.text.casefold()))
        case Timed(when=when):
            owner.times.add(when.text)
        case Valued(values=values):
            for value in values:
                for ref in (
                    (m.ref for m in value.matches if isinstance(m.ref, ValueRef)) if isinstance(value, Noun) else ()
                ):
                    owner.values.setdefault((ref.dataset, ref.field), set()).add(ref.value)
        case _:
            return
