"""Rules for routes and hours: “between JFK and LAX”, “before 9am”, “between 6am and 9am”."""

from __future__ import annotations

from typing import cast

from jupyter_goal.planner.grammar.clauses import Clause, Clocked, Lost, Noted, Side, Valued
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import Nodes, is_value, noun, only, word
from jupyter_goal.planner.grammar.patterns import Clock
from jupyter_goal.planner.grammar.rule import Taken
from jupyter_goal.planner.grammar.terms import Noun, Pattern, ValueRef

_HOURS = 24


def routed(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“between JFK and LAX”: two ends, of which each can be one side only."""
    said = word(nodes, at, "op")
    first, second = noun(nodes, at + 1), noun(nodes, at + 3)
    if said is None or said.value != "between" or not word(nodes, at + 2, "and", "to"):
        return None
    if first is None or second is None or not (is_value(first) and is_value(second)):
        return None
    one, other = _side(first, lexicon), _side(second, lexicon)
    if {one, other} != {"from", "to"}:
        why = "which of the two is the start is not clear"
        return Taken(at + 4, (Lost(f"{said.text} {first.text} and {second.text}", why, hint="Say “from … to …”."),))
    start, end = (first, second) if one == "from" else (second, first)
    ends = tuple(
        Valued((only(each, ValueRef),), side=cast(Side, side)) for each, side in ((start, "from"), (end, "to"))
    )
    return Taken(at + 4, (*ends, Noted(f"“{said.text}” read as from {start.text} to {end.text}")))


def _side(item: Noun, lexicon: Lexicon) -> str:
    """The only side of a movement on which a value is found, by the names of the fields that have it."""
    refs = [match.ref for match in item.matches if isinstance(match.ref, ValueRef)]
    sides = {side for ref in refs if (side := lexicon.reach.side(ref.dataset, (), ref.field))}
    return next(iter(sides)) if len(sides) == 1 else ""


def clocked(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """Hours of the clock; only whole ones, for a part of an hour has no name in a query."""
    node = nodes[at]
    clock = node.value if isinstance(node, Pattern) and node.kind == "clock" else None
    if not isinstance(clock, Clock):
        return None
    hours = [hour for hour in (clock.first, clock.second) if hour is not None]
    if clock.minutes or any(hour >= _HOURS for hour in hours):
        return Taken(at + 1, (Lost(node.text, "only whole hours of the day can be asked for"),))
    match clock.how:
        case "before":
            return Taken(at + 1, (Clocked(node.text, None, clock.first - 1),))
        case "after":
            return Taken(at + 1, (Clocked(node.text, clock.first, None),))
        case "between" if clock.second is not None and clock.first < clock.second:
            return Taken(at + 1, (Clocked(node.text, clock.first, clock.second - 1),))
        case "at":
            return Taken(at + 1, (Clocked(node.text, clock.first, clock.first),))
        case _:
            return Taken(at + 1, (Lost(node.text, "the hours are not in order"),))
