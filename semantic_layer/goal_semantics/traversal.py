"""Walks over relations and terms, and rewrites that share what they do not change. Knows no node by name but `Ref` and `Exists`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from operator import is_
from typing import Any, TypeVar, cast, get_args

from goal_semantics.relation import Column, Exists, Guard, Ref, Relation, Term

Node = TypeVar("Node")


def inputs(relation: Relation) -> tuple[Relation, ...]:
    """The relations directly below, in order."""
    return tuple(each for each in _inside(relation) if type(each) in _RELATIONS)


def walk(term: Term) -> Iterator[Term]:
    """The term and all terms inside it, without entering the relation of an `Exists`."""
    yield term
    for child in _inside(term):
        if type(child) in _TERMS:
            yield from walk(child)


def terms(value: Relation | Term | Column | Guard) -> Iterator[Term]:
    """Every term in a relation or term, at any depth."""
    if type(value) in _TERMS:
        yield cast(Term, value)
    for child in _inside(value):
        yield from terms(child)


def substitute(term: Term, names: dict[str, Term]) -> Term:
    """The term with every unqualified `Ref` in `names` replaced."""

    def visit(node: Any) -> Any:
        if type(node) is Ref and not node.source:
            return names.get(node.name, node)
        return node if type(node) is Exists else rebuilt(node, visit)

    return cast(Term, visit(term))


def rewritten(relation: Relation, change: Callable[[Relation], Relation]) -> Relation:
    """Every relation replaced bottom-up, those inside terms included. What is shared stays shared."""
    done: dict[int, Relation] = {}
    slots = _SLOTS if _asks_inside(relation) else _BELOW

    def visit(node: Any) -> Any:
        if type(node) not in _RELATIONS:
            return _rebuilt(node, visit, slots)
        if id(node) not in done:
            done[id(node)] = change(_rebuilt(node, visit, slots))
        return done[id(node)]

    return cast(Relation, visit(relation))


def rebuilt(node: Node, visit: Callable[[Any], Any]) -> Node:
    """The node with each node that it holds directly visited; the node itself where that changes nothing."""
    return _rebuilt(node, visit, _SLOTS)


def _rebuilt(node: Node, visit: Callable[[Any], Any], slots: Mapping[type, tuple[str, ...]]) -> Node:
    changed = dict[str, Any]()
    for name in slots[type(node)]:
        value = getattr(node, name)
        after = _visited(value, visit)
        if after is not value:
            changed[name] = after
    return replace(node, **changed) if changed else node  # type: ignore[type-var]


def _asks_inside(relation: Relation) -> bool:
    """Whether some term holds a relation, so that terms must be visited, too."""
    open_: list[Any] = [relation]
    seen = set[int]()
    while open_:
        value = open_.pop()
        kind = type(value)
        if kind in _RELATIONS:
            if id(value) in seen:
                continue
            seen.add(id(value))
        if kind is Exists:
            return True
        if kind is tuple:
            open_ += value
        elif kind in _NODES:
            open_ += [getattr(value, name) for name in _SLOTS[kind]]
    return False


def _visited(value: Any, visit: Callable[[Any], Any]) -> Any:
    if type(value) is tuple:
        items = tuple([_visited(item, visit) for item in value])
        return value if all(map(is_, items, value)) else items
    return visit(value) if type(value) in _NODES else value


def _inside(node: object) -> Iterator[Any]:
    """The nodes that a node holds directly, through tuples."""
    for name in _SLOTS[type(node)]:
        yield from _flat(getattr(node, name))


def _flat(value: object) -> Iterator[Any]:
    if type(value) is tuple:
        for item in value:
            yield from _flat(item)
    elif type(value) in _NODES:
        yield value


_RELATIONS = frozenset(get_args(Relation))
_TERMS = frozenset(get_args(Term))
_NODES = _RELATIONS | _TERMS | {Column, Guard}
_HOLDING = re.compile(r"\b(Relation|Term|Column|Guard)\b")

_SLOTS = {kind: tuple(each.name for each in fields(kind) if _HOLDING.search(str(each.type))) for kind in _NODES}
"""Names of the slots that may hold nodes, as their annotations say."""
_BELOW = {kind: tuple(each.name for each in fields(kind) if "Relation" in str(each.type)) for kind in _RELATIONS}
"""Names of the slots that hold relations."""
