"""Rules for the shape of an answer: groupings, rankings, order and limit."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from goal_semantics.model import Aggregate, Grain
from jupyter_goal.planner.grammar.clauses import (
    ByMeasure,
    Clause,
    Counted,
    Direction,
    Grouped,
    Lost,
    Measured,
    Ordered,
    Ranked,
    Side,
    Subject,
    Way,
)
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import (
    Nodes,
    field_of,
    is_fact,
    is_groupable,
    is_measurable,
    is_metric,
    is_plural,
    is_value,
    lead_of,
    noun,
    plural_of,
    qualified,
    skip,
    word,
)
from jupyter_goal.planner.grammar.parse_measures import measured
from jupyter_goal.planner.grammar.rule import Taken
from jupyter_goal.planner.grammar.terms import FieldRef, MetricRef, Noun, Number, Ref, RowRef, When
from jupyter_goal.planner.grammar.vocabulary import SECONDS, UNITS

_FRACTIONS = frozenset("quarter half third fifth tenth decile quintile quartile percentile percent".split())
_PARTLY = "a ranking takes a count, not a part of all"
_PLACES = "Say how many, for example “top 5 …”."
_BY = frozenset({"by", "by the"})
_GRAINS = ("grain noun", "grain adverb")
_SMALL = frozenset(
    "shortest slowest lightest cheapest coldest nearest weakest closest least_expensive earliest oldest".split()
)
_AGED = frozenset("oldest newest latest earliest most_recent youngest".split())
_LARGE = frozenset(
    "longest fastest heaviest tallest strongest hottest farthest furthest most_expensive priciest latest newest most_recent"
    .split()
)  # fmt: skip


def grouped(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“by carrier and month”, “for each origin”, “monthly”."""
    grain = _grain(nodes, at)
    if grain is not None:
        end, found = grain
        return _as_unit(nodes, at, before, lexicon) or Taken(end, (replace(found, lead=lead_of(nodes, at)),))
    said = word(nodes, at, "by")
    if said is None:
        return None
    start = skip(nodes, at + 1, "prep", "from", "to", "all", "distinct", "by")
    side = said.value.removeprefix("by").removeprefix("each").strip() or _side(nodes, at + 1, start)
    each = said.value.startswith("each")
    if word(nodes, start, "op") or is_value(noun(nodes, start)):
        return Taken(start if word(nodes, start, "op") else at + 1, ())
    per = said.text.casefold() == "per"
    if not each and (ranking := _by_measure(nodes, start, before, lexicon)) is not None:
        last = before[-1] if before else None
        below = ranking.clauses[-1]
        if per and isinstance(below, ByMeasure) and len(ranking.clauses) == 1 and isinstance(last, Subject | Measured):
            above = last if isinstance(last, Measured) else Measured(last.noun)
            return Taken(ranking.end, (replace(above, below=below.by),), replaces=1)
        return ranking
    items = _dimensions(nodes, start, lexicon)
    if not items:
        return None
    end, dimensions = items
    return Taken(end, tuple(replace(item, each=each, side=cast(Side, side) if i == 0 else "", per=per and i == 0)
                            for i, item in enumerate(dimensions)))  # fmt: skip


def _as_unit(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“delay minutes”: the unit of the number right before, and no breakdown."""
    item, last = noun(nodes, at - 1), before[-1] if before else None
    unit = UNITS.get(nodes[at].text.casefold(), "")
    if item is None or not isinstance(last, Subject | Measured) or unit not in SECONDS or not is_plural(nodes[at].text):
        return None
    units = {_unit_of(match.ref, lexicon) for match in last.noun.matches} - {""}
    if not units & SECONDS.keys():
        return None
    if units == {unit}:
        return Taken(at + 1, ())
    return Taken(at + 1, (Lost(nodes[at].text, f"{item.text} is in {' or '.join(sorted(units))}"),))


def _unit_of(ref: Ref, lexicon: Lexicon) -> str:
    match ref:
        case MetricRef(metric=name):
            return lexicon.catalog.metric[name].unit
        case FieldRef():
            return field_of(ref, lexicon).unit
        case _:
            return ""


def _side(nodes: Nodes, start: int, end: int) -> str:
    return next((w.kind for at in range(start, end) if (w := word(nodes, at, "from", "to"))), "")


def _grain(nodes: Nodes, at: int) -> tuple[int, Grouped] | None:
    fiscal = word(nodes, at, "fiscal") is not None
    said = word(nodes, at + 1 if fiscal else at, *_GRAINS)
    if said is None:
        return None
    return at + (2 if fiscal else 1), Grouped(grain=cast(Grain, said.value), fiscal=fiscal)


def _dimensions(nodes: Nodes, at: int, lexicon: Lexicon) -> tuple[int, tuple[Grouped, ...]] | None:
    found: list[Grouped] = []
    end = at
    while True:
        item = noun(nodes, at)
        grain = _grain(nodes, at)
        if grain is not None:
            at, dimension = grain
        elif item is not None and is_groupable(item, lexicon) and not is_value(item):
            at, item = qualified(nodes, at, item)
            dimension, at = Grouped(item), at + 1
        elif not found and item is not None and is_fact(item, lexicon):
            dimension, at = Grouped(item), at + 1
        else:
            break
        found.append(dimension)
        end = at
        if not word(nodes, at, "and"):
            break
        at = skip(nodes, at, "and")
        at = skip(nodes, at, "by") if word(nodes, at, "by") else at
        if word(nodes, at, "prep"):
            break
    return (end, tuple(found)) if found else None


def _by_measure(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    taken = measured(nodes, at, before, lexicon)
    if taken is not None and isinstance(taken.clauses[-1], Measured):
        return Taken(taken.end, (*taken.clauses[:-1], ByMeasure(taken.clauses[-1])))
    item = noun(nodes, at)
    ranks = any(isinstance(clause, Ranked | Ordered) for clause in before)
    rows = item is not None and any(isinstance(m.ref, RowRef) for m in item.matches)
    if item is not None and rows and is_plural(item.text) and any(
        isinstance(clause, Ranked) and clause.by is None and not clause.rows for clause in before
    ):  # fmt: skip
        return Taken(at + 1, (ByMeasure(Measured(item, "count")),))
    if item is None or is_groupable(item, lexicon) or is_value(item):
        return None
    if is_metric(item) or (ranks and is_fact(item, lexicon)):
        return Taken(at + 1, (ByMeasure(Measured(item)),))
    return None


def ranked(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“top 5 carriers”, “10 busiest destinations”, “most cancellations”, “worst on-time rate”."""
    if (part := _ranked_part(nodes, at)) is not None:
        return part
    top = word(nodes, at, "top")
    start = at + 1 if top else at
    number = nodes[start] if start < len(nodes) else None
    n = number.value if isinstance(number, Number) and isinstance(number.value, int) and not number.unit else None
    if n is not None and n > 0 and (top or word(nodes, start + 1, "super", "most", "extreme")):
        start = start + 1
    else:
        n = None
    said = word(nodes, start, "super", "most", "extreme")
    if said is not None and (both := _both_extremes(nodes, start, lexicon)) is not None:
        return both
    if said is not None:
        found = _superlative(nodes, start, said.kind, said.value, said.text, lexicon)
        if (
            top
            and isinstance(found.clauses[-1], Ranked)
            and top.value == "asc"
            and found.clauses[-1].direction == "desc"
        ):
            return Taken(found.end, (Lost(top.text, "it contradicts the next word"),))
        return Taken(found.end, tuple(replace(c, n=n) if isinstance(c, Ranked) else c for c in found.clauses))
    if top is None:
        return None
    direction = cast(Direction, top.value)
    end, subject, grain, plural = _ranked_subject(nodes, skip(nodes, start, "prep"), lexicon)
    return Taken(
        end if subject or grain else start, (Ranked(direction, n, subject=subject, grain=grain, plural=plural),)
    )


def _ranked_part(nodes: Nodes, at: int) -> Taken | None:
    """“top 10%”, “top quarter of carriers”, “second busiest”: neither a count of first places nor the first."""
    top = word(nodes, at, "top", "limit")
    node = nodes[at + 1] if top and at + 1 < len(nodes) else None
    if node is not None and isinstance(node, Number) and node.unit == "%":
        return Taken(at + 2, (Lost(f"{nodes[at].text} {node.text}", _PARTLY, hint=_PLACES),))
    of = at + 2 if node is not None and word(nodes, at + 2, "prep") else len(nodes)
    if (
        node is not None
        and node.text.casefold() in _FRACTIONS
        and of + 1 < len(nodes)
        and not isinstance(nodes[of + 1], When)
    ):
        return Taken(at + 2, (Lost(f"{nodes[at].text} {node.text}", _PARTLY, hint=_PLACES),))
    number = nodes[at]
    if isinstance(number, Number) and number.unit == "%" and word(nodes, at + 1, "super", "most", "extreme"):
        return Taken(at + 1, (Lost(number.text, _PARTLY, hint=_PLACES),))
    if word(nodes, at, "ordinal") and word(nodes, at + 1, "super", "most", "extreme", "top"):
        return Taken(at + 1, (Lost(nodes[at].text, "only the first places can be asked for", hint=_PLACES),))
    return None


def _ranked_subject(nodes: Nodes, at: int, lexicon: Lexicon) -> tuple[int, Noun | None, Grain | None, bool]:
    grain = _grain(nodes, at)
    if grain is not None:
        return grain[0], None, grain[1].grain, is_plural(nodes[at].text)
    item = noun(nodes, at)
    if item is not None and is_measurable(item, lexicon) and not is_value(item):
        end, found = qualified(nodes, at, item)
        return end + 1, found, None, plural_of(nodes, at, end)
    return at, None, None, False


def _superlative(nodes: Nodes, at: int, kind: str, value: str, text: str, lexicon: Lexicon) -> Taken:
    start = skip(nodes, at + 1, "prep", "all")
    direction = cast(Direction, value)
    if kind == "most":
        end, subject, grain, plural = _ranked_subject(nodes, at + 1, lexicon)
        end = end if subject is not None or grain is not None else at + 1
        return Taken(end, (Ranked(direction, subject=subject, grain=grain, rows=True, plural=plural),))
    if kind == "extreme":
        return _extreme(nodes, start, text, lexicon)
    taken = measured(nodes, start, (), lexicon)
    if taken is not None and isinstance(taken.clauses[-1], Measured):
        return Taken(taken.end, (*taken.clauses[:-1], Ranked(direction, by=taken.clauses[-1])))
    item = noun(nodes, start)
    counts = (
        text.casefold().removeprefix("the ").startswith(("most", "least", "fewest")) or "number of" in text.casefold()
    )
    if item is not None and is_measurable(item, lexicon) and not is_value(item):
        if is_metric(item):
            return Taken(start + 1, (Ranked(direction, by=_extreme_of(item, value, lexicon)),))
        if is_fact(item, lexicon):
            return Taken(start + 1, (Ranked(direction, by=_extreme_of(item, value, lexicon)),))
        if counts:
            return Taken(start + 1, (Ranked(direction, by=Measured(item, "count")),))
    end, subject, grain, plural = _ranked_subject(nodes, start, lexicon)
    return Taken(end, (Ranked(direction, subject=subject, grain=grain, plural=plural),))


def _both_extremes(nodes: Nodes, at: int, lexicon: Lexicon) -> Taken | None:
    """“lowest and highest rating”."""
    first = word(nodes, at, "super")
    then = skip(nodes, at + 1, "and")
    second = word(nodes, then, "super") if then > at + 1 else None
    start = skip(nodes, then + 1, "prep", "all")
    item = noun(nodes, start)
    if first is None or second is None or item is None or not is_fact(item, lexicon):
        return None
    aggs: list[Aggregate] = ["max" if each.value == "desc" else "min" for each in (first, second)]
    return Taken(start + 1, tuple(Measured(item, "agg", agg) for agg in aggs))


def _extreme_of(item: Noun, direction: str, lexicon: Lexicon) -> Measured:
    if not is_fact(item, lexicon) or direction not in {"asc", "desc"}:
        return Measured(item)
    return Measured(item, agg="max" if direction == "desc" else "min", extreme=True)


def _extreme(nodes: Nodes, at: int, text: str, lexicon: Lexicon) -> Taken:
    key = text.casefold().removeprefix("the ").replace(" ", "_")
    agg: Aggregate | None = "min" if key in _SMALL else "max" if key in _LARGE else None
    item = noun(nodes, at)
    aged = key in _AGED
    if item is not None and agg is not None and (_is_time(item, lexicon) if aged else is_fact(item, lexicon)):
        return Taken(at + 1, (Measured(item, "agg", agg, extreme=True),))
    return Taken(at, (Lost(text, "by which number is not clear"),))


def _is_time(item: Noun, lexicon: Lexicon) -> bool:
    return any(isinstance(m.ref, FieldRef) and field_of(m.ref, lexicon).role == "time" for m in item.matches)


def ordered(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“sorted by flights descending”, “in alphabetical order”, “ascending”."""
    said = word(nodes, at, "order", "direction")
    if said is None:
        return None
    if said.kind == "direction":
        return _directed(nodes, at + 1, cast(Way, said.value), lexicon)
    start = skip(nodes, at + 1, "prep", "all", "by") if said.value == "loose" else skip(nodes, at + 1, "all", "prep")
    by_word = said.value == "by" or any(word(nodes, i, "by") for i in range(at + 1, start))
    direction = word(nodes, start, "direction")
    if direction is not None:
        return _directed(nodes, start + 1, cast(Way, direction.value), lexicon)
    if not by_word:
        return Taken(at + 1, (Ordered(None),))
    end, clause = _ordered_by(nodes, start, lexicon)
    if end == start:
        return None
    after = word(nodes, skip(nodes, end, "and", "prep", "is"), "direction")
    if after is not None:
        end = skip(nodes, end, "and", "prep", "is") + 1
        return Taken(end, (replace(clause, direction=cast(Way, after.value)),))
    return Taken(end, (clause,))


def _directed(nodes: Nodes, at: int, way: Way, lexicon: Lexicon) -> Taken:
    """“from high to low by the names”: what stands behind the direction is what it goes by."""
    by = word(nodes, at, "by")
    end, clause = _ordered_by(nodes, at + 1, lexicon) if by is not None and by.text.casefold() in _BY else (at, None)
    if clause is None or end <= at + 1:
        return Taken(at, (Ordered(way),))
    return Taken(end, (replace(clause, direction=way),))


def _ordered_by(nodes: Nodes, at: int, lexicon: Lexicon) -> tuple[int, Ordered]:
    lead = word(nodes, at, "super")
    start = at + 1 if lead else at
    direction = cast(Way, lead.value) if lead is not None and lead.value in {"asc", "desc"} else None
    taken = measured(nodes, start, (), lexicon)
    if taken is None and word(nodes, start, "count"):
        return start + 1, Ordered(direction or "desc")
    if taken is not None and isinstance(taken.clauses[-1], Measured) and len(taken.clauses) == 1:
        return taken.end, Ordered(direction, taken.clauses[-1])
    grain = _grain(nodes, start)
    if grain is not None:
        return grain[0], Ordered(direction, grain=grain[1].grain)
    item = noun(nodes, start)
    if item is not None and is_measurable(item, lexicon):
        return start + 1, Ordered(direction, item)
    return at, Ordered(None)


def limited(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“limit 10”, “the first 20 rows”."""
    if not word(nodes, at, "limit"):
        return None
    number = nodes[at + 1] if at + 1 < len(nodes) else None
    if isinstance(number, Number) and isinstance(number.value, int) and number.value > 0 and not number.unit:
        return Taken(skip(nodes, at + 2, "detail"), (Counted(number.value),))
    return None


__all__ = ["Subject", "grouped", "limited", "ordered", "ranked"]
