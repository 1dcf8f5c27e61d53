"""Rows that stand in several groups at once: divided among them by weights, or counted once in each."""

from __future__ import annotations

from dataclasses import replace

from goal_semantics.joins import Steps, alias
from goal_semantics.relation import AggCall, Call, Case, Column, Constant, Derive, FieldRef, Ref, Relation, Term
from goal_semantics.resolve.question import Branch, Question


def joins(branch: Branch, positions: tuple[int, ...]) -> tuple[Steps, ...]:
    """The joins that keys at these positions need: nothing is joined over a bridge that is not grouped by."""
    wanted = [bridge.steps for bridge in branch.bridges if bridge.position in positions]
    return tuple(
        steps for steps in branch.joins if not _crosses(steps) or any(steps == each[: len(steps)] for each in wanted)
    )


def allocated(
    question: Question, branch: Branch, positions: tuple[int, ...], rows: Relation, keys: tuple[Column, ...],
    leaves: tuple[Column, ...],
) -> tuple[Relation, tuple[Column, ...], tuple[Column, ...]]:  # fmt: skip
    """The rows, keys and leaves to aggregate, each row as often and as much as it counts in a group."""
    crossed = [bridge for bridge in branch.bridges if bridge.position in positions]
    weights = tuple(dict.fromkeys(bridge.weight for bridge in crossed if bridge.weight is not None))
    if weights:
        leaves = tuple(_weighed(leaf, weights) for leaf in leaves)
    if all(bridge.weight is not None for bridge in crossed):
        return rows, keys, leaves
    return _once(question, branch, rows, keys, leaves)


def _weighed(leaf: Column, weights: tuple[Term, ...]) -> Column:
    """A row without a partner is not divided."""
    call = leaf.term
    if not isinstance(call, AggCall) or call.aggregate not in {"sum", "count"}:
        return leaf
    shares = tuple(Call("coalesce", (weight, Constant(1))) for weight in weights)
    weight: Term = shares[0] if len(shares) == 1 else Call("*", shares)
    if call.aggregate == "sum" and call.term is not None:
        return Column(leaf.name, replace(call, term=Call("*", (call.term, weight))))
    counted = weight if call.term is None else Case(((Call("is null", (call.term,)), Constant(0)),), weight)
    return Column(leaf.name, Call("coalesce", (replace(call, aggregate="sum", term=counted), Constant(0))))


def _once(
    question: Question, branch: Branch, rows: Relation, keys: tuple[Column, ...], leaves: tuple[Column, ...]
) -> tuple[Relation, tuple[Column, ...], tuple[Column, ...]]:
    """Different rows of the fact per group: one that reaches a group in two ways is there once."""
    names = question.catalog.dataset[branch.fact].primary_key
    own = tuple(
        Column(f"row {at}", FieldRef(alias(branch.fact, ()), branch.fact, name)) for at, name in enumerate(names)
    )
    inputs, changed = list[Column](), list[Column]()
    for leaf in leaves:
        call = leaf.term
        if not isinstance(call, AggCall):
            changed.append(leaf)
            continue
        held = {"value": call.term, "where": call.where}
        refs = {word: Ref(f"{leaf.name} {word}") if term is not None else None for word, term in held.items()}
        inputs += [Column(f"{leaf.name} {word}", term) for word, term in held.items() if term is not None]
        changed.append(Column(leaf.name, replace(call, term=refs["value"], where=refs["where"])))
    distinct = Derive(rows, (*own, *keys, *inputs), distinct=True, name=f"{branch.fact}_once")
    return distinct, tuple(Column(key.name, Ref(key.name)) for key in keys), tuple(changed)


def _crosses(steps: Steps) -> bool:
    return any(step.beyond is not None for step in steps)
