"""Columns that nobody reads are not computed. A relation with several readers keeps what any of them reads."""

from __future__ import annotations

from dataclasses import replace

from goal_semantics.relation import (
    Aggregate,
    Align,
    Column,
    Derive,
    Filter,
    Join,
    Limit,
    Ref,
    Relation,
    Sort,
    Spine,
    Term,
    Union,
    Window,
    columns,
)
from goal_semantics.traversal import inputs, walk

Needs = dict[int, set[str]]


def prune_columns(relation: Relation) -> Relation:
    """The relation with the same columns, over inputs with only those that are read."""
    ordered = list[Relation]()
    _visit(relation, ordered, set())
    needs: Needs = {id(each): set() for each in ordered}
    needs[id(relation)] |= set(columns(relation))
    for each in reversed(ordered):
        _ask(each, needs)
    kept = {id(each): needs[id(each)] for each in ordered}
    done: dict[int, Relation] = {}
    for each in ordered:
        done[id(each)] = _trimmed(each, kept[id(each)], done)
    return done[id(relation)]


def _visit(relation: Relation, ordered: list[Relation], seen: set[int]) -> None:
    if id(relation) in seen:
        return
    seen.add(id(relation))
    for below in inputs(relation):
        _visit(below, ordered, seen)
    ordered.append(relation)


def _ask(relation: Relation, needs: Needs) -> None:
    """Tell the inputs of a relation what it reads of them."""
    wanted = needs[id(relation)]
    match relation:
        case Filter(input=below, condition=condition):
            needs[id(below)] |= wanted | _read(condition)
        case Sort(input=below, keys=keys):
            needs[id(below)] |= wanted.union(*(_read(term) for term, _ in keys))
        case Limit(input=below):
            needs[id(below)] |= wanted
        case Derive(input=below, columns=chosen, distinct=distinct):
            needs[id(below)] |= _of(chosen if distinct else _kept(chosen, wanted))
        case Aggregate(input=below, keys=keys, measures=measures):
            needs[id(below)] |= _of(keys + _read_of(keys, measures, wanted))
        case Window(input=below, columns=added):
            needs[id(below)] |= (wanted - {each.name for each in added}) | _of(_kept(added, wanted))
        case Align(parts=parts, keys=keys):
            for part in parts:
                needs[id(part)] |= set(keys) | (wanted & set(columns(part)))
        case Union(parts=parts):
            for part in parts:
                needs[id(part)] |= set(columns(relation))
        case Spine(bounds=bounds, key=key):
            needs[id(bounds)].add(key)
        case Join(left=left, right=right, on=on, kind=kind):
            read = set[str]().union(*(_read(term) for term in on))
            needs[id(left)] |= (wanted | read) & set(columns(left))
            needs[id(right)] |= set(columns(right)) if kind not in {"semi", "anti"} else _sourced(on)
        case _:
            pass


def _trimmed(relation: Relation, wanted: set[str], done: dict[int, Relation]) -> Relation:
    match relation:
        case Filter(input=below, condition=condition):
            return Filter(done[id(below)], condition)
        case Sort(input=below, keys=keys):
            return Sort(done[id(below)], keys)
        case Limit(input=below, count=count):
            return Limit(done[id(below)], count)
        case Derive(input=below, columns=chosen, distinct=distinct, name=name):
            return Derive(done[id(below)], chosen if distinct else _kept(chosen, wanted), distinct, name)
        case Aggregate(input=below, keys=keys, measures=measures, sets=sets, name=name):
            return Aggregate(done[id(below)], keys, _read_of(keys, measures, wanted), sets, name)
        case Window(input=below, columns=added, name=name):
            left = _kept(added, wanted)
            return Window(done[id(below)], left, name) if left else done[id(below)]
        case Align(parts=parts, keys=keys, kind=kind, name=name):
            return Align(tuple(done[id(part)] for part in parts), keys, kind, name)
        case Union(parts=parts, name=name):
            return Union(tuple(done[id(part)] for part in parts), name)
        case Spine(bounds, key, grain, sort):
            return Spine(done[id(bounds)], key, grain, sort)
        case Join(left=left, right=right):
            return replace(relation, left=done[id(left)], right=done[id(right)])
        case _:
            return relation


def _kept(chosen: tuple[Column, ...], wanted: set[str]) -> tuple[Column, ...]:
    return tuple(each for each in chosen if each.name in wanted)


def _read_of(keys: tuple[Column, ...], measures: tuple[Column, ...], wanted: set[str]) -> tuple[Column, ...]:
    """What is read of an aggregation; without keys it needs some measure to be one row."""
    return _kept(measures, wanted) or (() if keys else measures[:1])


def _of(chosen: tuple[Column, ...]) -> set[str]:
    return set[str]().union(*(_read(each.term) for each in chosen))


def _read(term: Term) -> set[str]:
    return {each.name for each in walk(term) if isinstance(each, Ref)}


def _sourced(on: tuple[Term, ...]) -> set[str]:
    return {each.name for term in on for each in walk(term) if isinstance(each, Ref) and each.source}
