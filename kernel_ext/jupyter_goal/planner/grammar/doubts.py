"""Readings that the words would rather have otherwise: a last look at a plan, which asks instead of answering wrongly.

Every rule names a construction that the grammar cannot express yet and would read as something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from goal_semantics.model import Catalog
from goal_semantics.query import And, Condition, Filter, SemanticQuery, Share
from jupyter_goal.core.plan import Plan, Refusal
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.tokens import words_of
from jupyter_goal.planner.grammar.verbs import root_of

_WITH = r"(?:with|without|where|when|on|in|that|which|whose|having|from|to|at|for|since|after|before)\b"
"""“days with …” are days; “hours flown” are a unit."""

Rule = Callable[[str, SemanticQuery, Lexicon], Refusal | None]


def doubt(text: str, plan: Plan, lexicon: Lexicon) -> Refusal | None:
    """Why the plan should not be trusted for these words; None when nothing speaks against it."""
    lowered = " ".join(text.casefold().split())
    found = (rule(lowered, step.query, lexicon) for step in plan.steps for rule in RULES)
    return next((refusal for refusal in found if refusal is not None), None)


def _metric_of_metric(text: str, query: SemanticQuery, lexicon: Lexicon) -> Refusal | None:
    """“average delay of late flights” narrows a number by another; side by side is not what was asked."""
    names = [name for measure in query.measures if measure.metric for name in _names(measure.metric, lexicon.catalog)]
    if len(query.measures) < 2:
        return None
    for name in names:
        if re.search(rf"\bof (?:the |all )?{re.escape(name)}\b", text) and not text.startswith(name):
            return Refusal(
                reason=f"A number “of {name}” would have to be narrowed to them, which is not understood yet.",
                hint="Name the condition by its value instead, or join the two numbers with “and”.",
            )
    return None


def _names(metric: str, catalog: Catalog) -> Iterator[str]:
    known = catalog.metric[metric]
    yield from {known.title.casefold(), known.name.replace("_", " "), *(each.casefold() for each in known.synonyms)}


def _unit_as_grouping(text: str, query: SemanticQuery, lexicon: Lexicon) -> Refusal | None:
    """“in hours” and “hours flown” are units, not a breakdown by hour."""
    grains = {grouping.grain for grouping in query.groupings}
    for grain in ("hour", "minute", "second", "day"):
        said = re.search(rf"\bin {grain}s\b|^(?:total |the )?{grain}s (?!{_WITH})\w+", text)
        licensed = re.search(rf"\b(?:by|per|each|every) (?:the )?(?:\w+ )?{grain}s?\b", text)
        if grain in grains and said and not licensed:
            return Refusal(
                reason=f"“{said.group()}” asks for a unit, and numbers are shown in the catalog's own units.",
                hint=f"Leave the unit out; for a breakdown say “by {grain}”.",
            )
    return None


def _change_from_to(text: str, query: SemanticQuery, lexicon: Lexicon) -> Refusal | None:
    """“change from June to July” compares the two ends, not the stretch between them with the one before."""
    if query.comparison is None or not re.search(
        r"\b(?:change|difference|growth|increase|decrease|rise|drop)\b.*\bfrom\b.+\bto\b", text
    ):
        return None
    return Refusal(
        reason="A change from one period to another is not understood in these words yet.",
        hint="Say it as a comparison: “… in July 2013 compared to June 2013”.",
    )


def _share_in_each(text: str, query: SemanticQuery, lexicon: Lexicon) -> Refusal | None:
    """“share of carriers in each origin” has the origin as its base, not the grand total."""
    shares = [item for item in query.calculations if isinstance(item, Share) and not item.within]
    if not shares or len(query.groupings) < 2:
        return None
    if not re.search(
        r"\b(?:in|within|of|for|per) each\b|\bper\b|%? ?(?:percent(?:age)?|share|%) of (?!all|the total|total)", text
    ):
        return None
    return Refusal(
        reason="The base of this share is not clear: the grand total, or the total of each group.",
        hint="Narrow the goal to one group, or ask for the numbers and then “as % of total”.",
    )


def _top_per_group(text: str, query: SemanticQuery, lexicon: Lexicon) -> Refusal | None:
    """“top 3 destinations per origin” ranks within each origin."""
    if query.top is None or query.top.within or len(query.groupings) < 2:
        return None
    if not re.search(r"\b(?:per|each|every)\b", text):
        return None
    return Refusal(
        reason="It is not clear whether the ranking runs within each group or over all of them.",
        hint="Say “top 3 … for each …” to rank within each group.",
    )


def _narrowed_otherwise(text: str, query: SemanticQuery, lexicon: Lexicon) -> Refusal | None:
    """“late departures”, “cancellations that were late”: the catalog says “late” of flights and arrivals only."""
    counted = lexicon.counted
    for measure in query.measures:
        own = [(root, roots) for (root, roots), name in counted.metrics.items() if name == measure.metric]
        for root, condition in ((root, each) for root, _ in own[:1] for each in _equalities(query.filter)):
            said = _said(condition, root, lexicon)
            usual = counted.metrics.get((root, said))
            if usual is None or usual == measure.metric:
                continue
            both = [counted.metrics.get((root, said | roots)) for _, roots in own]
            if usual not in both:
                title = lexicon.catalog.metric[measure.metric or ""].title
                known = next((name for name in both if name is not None), usual)
                return Refusal(
                    reason=f"“{condition.values[0]}” is not known to be said of {title}.",
                    hint=f"Did you mean {lexicon.catalog.metric[known].title}?",
                )
    return None


def _equalities(item: Filter | None) -> Iterator[Condition]:
    if isinstance(item, And):
        for each in item.items:
            yield from _equalities(each)
    elif isinstance(item, Condition) and item.op == "=" and isinstance(item.values[0], str):
        yield item


def _said(condition: Condition, root: str, lexicon: Lexicon) -> frozenset[str]:
    """The roots of the words of a value of the rows themselves."""
    first, *steps, _ = condition.field.split(".")
    words = words_of(str(condition.values[0])) if first == root and not steps else ()
    return frozenset(root_of(word) for word in words)


RULES: tuple[Rule, ...] = (
    _narrowed_otherwise,
    _metric_of_metric,
    _unit_as_grouping,
    _change_from_to,
    _share_in_each,
    _top_per_group,
)
