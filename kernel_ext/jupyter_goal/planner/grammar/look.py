"""Looking at nodes: what a word may be, and where the next content is. Decides nothing."""

from __future__ import annotations

from goal_semantics.model import Field
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.terms import (
    FieldRef,
    Match,
    MetricRef,
    Node,
    Noun,
    RoleRef,
    RowRef,
    Unknown,
    ValueRef,
    Word,
)

Nodes = tuple[Node, ...]


def word(nodes: Nodes, at: int, *kinds: str) -> Word | None:
    """The word at a position, if it is of one of these kinds."""
    node = nodes[at] if 0 <= at < len(nodes) else None
    return node if isinstance(node, Word) and node.kind in kinds else None


def skip(nodes: Nodes, at: int, *kinds: str) -> int:
    """The first position from `at` that is none of these words."""
    while word(nodes, at, *kinds):
        at += 1
    return at


def noun(nodes: Nodes, at: int) -> Noun | None:
    """The noun at a position."""
    node = nodes[at] if 0 <= at < len(nodes) else None
    return node if isinstance(node, Noun) else None


def cost_of(item: Noun, *kinds: type) -> float:
    """The cost of the best match of these kinds; infinite when there is none."""
    return min((match.cost for match in item.matches if isinstance(match.ref, kinds)), default=float("inf"))


def is_value(item: Noun | None) -> bool:
    """A value, and no name of the catalog as well."""
    if item is None:
        return False
    return cost_of(item, ValueRef) < cost_of(item, MetricRef, FieldRef, RowRef, RoleRef)


def may_be_value(item: Noun | None) -> bool:
    """A value, though it may be a dimension as well; never what is also a metric."""
    return item is not None and cost_of(item, ValueRef) <= cost_of(item, MetricRef, FieldRef, RowRef, RoleRef)


def is_metric(item: Noun) -> bool:
    """At least as much a metric as anything else."""
    best = cost_of(item, MetricRef)
    return best < float("inf") and best <= cost_of(item, FieldRef, RoleRef, RowRef, ValueRef)


def only(item: Noun, *kinds: type) -> Noun:
    """The noun with matches of these kinds only."""
    return Noun(item.text, tuple(match for match in item.matches if isinstance(match.ref, kinds)))


def is_fact(item: Noun, lexicon: Lexicon) -> bool:
    """Some match is a number to aggregate."""
    return any(isinstance(m.ref, FieldRef) and field_of(m.ref, lexicon).role == "fact" for m in item.matches)


def is_numeric(item: Noun, lexicon: Lexicon) -> bool:
    """Some match is a number."""
    kinds = {"integer", "decimal", "float"}
    return any(isinstance(m.ref, FieldRef) and field_of(m.ref, lexicon).type in kinds for m in item.matches)


def is_groupable(item: Noun | None, lexicon: Lexicon) -> bool:
    """A dimension: a field that is not a fact, a relationship, or the rows of a dataset; and no closer metric."""
    if item is None:
        return False
    metric = cost_of(item, MetricRef)
    rows = cost_of(item, RowRef)
    best = min(cost_of(item, RoleRef), rows if rows < metric else float("inf"))
    for match in item.matches:
        if isinstance(match.ref, FieldRef) and field_of(match.ref, lexicon).role != "fact":
            best = min(best, match.cost)
    return best < float("inf") and best <= metric and best <= cost_of(item, ValueRef)


def is_measurable(item: Noun | None, lexicon: Lexicon) -> bool:
    """Something a count or an aggregate can be made of."""
    return item is not None and cost_of(item, MetricRef, FieldRef, RowRef, RoleRef) < float("inf")


def field_of(ref: FieldRef | ValueRef, lexicon: Lexicon) -> Field:
    """The definition of a field."""
    return lexicon.catalog.dataset[ref.dataset].by_name[ref.field]


_GENERIC = frozenset({"name", "names", "code", "codes", "id", "ids", "title", "titles", "type", "number", "identifier"})


def qualified(nodes: Nodes, at: int, item: Noun) -> tuple[int, Noun]:
    """“airport of origin”, “name of the party”, “party name”: one noun says whose the other is; the last position."""
    behind = word(nodes, at + 1, "prep")
    if behind is not None and behind.text.casefold() in {"of", "of the", "for", "in"}:
        last = skip(nodes, at + 2, "all", "distinct")
        owner = noun(nodes, last)
        found = owned(item, owner) if owner is not None else ()
        if owner is not None and found:
            return last, Noun(f"{item.text} of {owner.text}", found)
        if owner is not None and item.text.casefold() in _GENERIC and cost_of(owner, FieldRef, RoleRef) < 1:
            return last, owner
    following = noun(nodes, at + 1)
    if following is not None and following.text.casefold() in _GENERIC:
        found = owned(following, item)
        return at + 1, Noun(f"{item.text} {following.text}", found or item.matches)
    after = nodes[at + 1] if at + 1 < len(nodes) else None
    if (
        isinstance(after, Unknown)
        and after.text.casefold() in _GENERIC
        and cost_of(item, FieldRef, RowRef, RoleRef) < 1
    ):
        return at + 1, item
    return at, item


def owned(item: Noun, owner: Noun) -> tuple[Match, ...]:
    """The matches of a noun that belong to what another noun names."""
    found: list[Match] = []
    for match in item.matches:
        for whose in owner.matches:
            match (match.ref, whose.ref):
                case (FieldRef(via="") as ref, RoleRef() as step) if ref.dataset == step.to:
                    found.append(Match(FieldRef(step.to, ref.field, via=step.name), match.cost, match.said))
                case (RowRef(dataset=dataset), RoleRef() as step) if dataset == step.to:
                    found.append(Match(step, match.cost, match.said))
                case (FieldRef(dataset=dataset), RowRef(dataset=rows)) if dataset == rows:
                    found.append(match)
    return tuple(dict.fromkeys(found))


def plural_of(nodes: Nodes, at: int, end: int) -> bool:
    """Whether several are meant: “details of the project” and “class of races” are about one."""
    first, last = nodes[at].text, nodes[end].text
    if end == at + 1 and last.casefold() in _GENERIC:
        return is_plural(last)
    return is_plural(first) and is_plural(last)


def lead_of(nodes: Nodes, at: int) -> str:
    """What stands before a noun: "start", "which", "and", "prep", "all" or nothing of these."""
    before = at - 1
    while before > 0 and word(nodes, before, "is"):
        before -= 1
    node = nodes[before] if at else None
    if node is None or (before == 0 and word(nodes, 0, "is")):
        return "start"
    if not isinstance(node, Word):
        return ""
    return {
        "prep": "prep",
        "which": "which",
        "and": "and",
        "all": "all",
        "detail": "start",
        "from": "prep",
        "to": "prep",
    }.get(node.kind, "")


def is_plural(text: str) -> bool:
    """The last word looks like a plural."""
    last = text.casefold().split()[-1] if text.split() else ""
    return last.endswith("s") and not last.endswith(("ss", "us", "is"))
