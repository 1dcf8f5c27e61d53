"""What the form of a term tells about its values: their type, and whether those of disjoint groups add up."""

from __future__ import annotations

from collections.abc import Callable

from goal_semantics.model import DataType
from goal_semantics.relation import Call, Case, Cast, Constant, Over, Ref, Term

_NUMBERS: tuple[DataType, ...] = ("integer", "decimal", "float")
_TYPES: dict[type, DataType] = {bool: "boolean", int: "integer", str: "string"}
_TRUTHS = frozenset({"and", "or", "not", "=", "<>", "<", "<=", ">", ">=", "in", "is null", "same"})


def kind_of(term: Term, leaf: Callable[[str], DataType]) -> DataType:
    """The type of a term over leaves; `float` where nothing tells."""
    match term:
        case Ref(name=name):
            return leaf(name)
        case Constant(value=value):
            return _TYPES.get(type(value), "float")
        case Cast(type=kind):
            return kind
        case Over():
            return "integer"
        case Case(branches=branches, otherwise=otherwise):
            inside = [then for _, then in branches] + ([otherwise] if otherwise is not None else [])
            return _widest([each for each in inside if each != Constant(None)], leaf)
        case Call(function=function, arguments=arguments):
            if function in _TRUTHS:
                return "boolean"
            if function in {"/", "round"}:
                return "float"
            return _widest(list(arguments[:1] if function == "nullif" else arguments), leaf)
        case _:
            return "float"


def adds_up(term: Term, leaf: Callable[[str], bool]) -> bool:
    """Whether values of disjoint groups add up to the value of their union: linear over what adds up.

    A sum or difference must not lose a side that is missing, so its sides are filled.
    """
    match term:
        case Ref(name=name):
            return leaf(name)
        case Call(function="coalesce", arguments=(inner, Constant(value=0))):
            return adds_up(inner, leaf)
        case Call(function="+" | "-", arguments=(left, right)):
            sides = [each for each in (left, right) if each != Constant(0)]
            return all(adds_up(each, leaf) and (len(sides) == 1 or _filled(each)) for each in sides)
        case Call(function="*", arguments=(Constant(), inner) | (inner, Constant())):
            return adds_up(inner, leaf)
        case _:
            return False


def _filled(term: Term) -> bool:
    match term:
        case Call(function="coalesce"):
            return True
        case Call(function="*" | "+" | "-", arguments=arguments):
            return all(isinstance(each, Constant) or _filled(each) for each in arguments)
        case _:
            return False


def _widest(terms: list[Term], leaf: Callable[[str], DataType]) -> DataType:
    kinds = {kind_of(each, leaf) for each in terms}
    if len(kinds) == 1:
        return kinds.pop()
    return max(kinds, key=_NUMBERS.index) if kinds and kinds <= set(_NUMBERS) else "opaque" if kinds else "float"
