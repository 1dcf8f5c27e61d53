"""Conditions on a measure at a grain of its own: rows are chosen by the groups that satisfy them, computed apart."""

from __future__ import annotations

from typing import Any

from goal_semantics.compile.facts import everything, measured
from goal_semantics.compile.frames import frame
from goal_semantics.relation import Among, Call, Column, Derive, Exists, Filter, Ref, Relation, Term, conjunction
from goal_semantics.resolve.question import Listing, Question
from goal_semantics.traversal import rebuilt


def with_members(relation: Relation, question: Question | Listing) -> Relation:
    """The relation whose conditions ask for a row with the same keys. A missing key is the key of no group."""
    if not question.members:
        return relation
    groups = {asked: _groups(inner) for asked, inner in question.members}
    done: dict[int, Any] = {}

    def visit(node: Any) -> Any:
        if id(node) not in done:
            changed = rebuilt(node, visit)
            done[id(node)] = _found(changed, groups[changed.query]) if isinstance(changed, Among) else changed
        return done[id(node)]

    found: Relation = visit(relation)
    return found


def _groups(inner: Question) -> Derive:
    """The keys of the groups that satisfy the condition."""
    below = with_members(measured(inner, frame(inner, inner.span, everything(inner)), everything(inner)), inner)
    kept = below if inner.condition is None else Filter(below, inner.condition)
    names = [key.name for key in inner.keys]
    spoken = inner.keys[0].path.rsplit(".", 1)[-1]
    return Derive(kept, tuple(Column(name, Ref(name)) for name in names), name=f"members_by_{spoken}"[:60])


def _found(among: Among, groups: Derive) -> Term:
    same = tuple(Call("=", (Ref(own.name), key)) for own, key in zip(groups.columns, among.keys, strict=True))
    condition = conjunction(same)
    return Exists(groups if condition is None else Filter(groups, condition))
