"""Readings that the words would rather have otherwise: a last look at a plan, which asks instead of answering wrongly.

Every rule names a construction that the grammar cannot express yet and would read as something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from goal_semantics.model import Catalog
from goal_semantics.query import SemanticQuery, Share
from jupyter_goal.core.plan import Plan, Refusal

Rule = Callable[[str, SemanticQuery, Catalog], Refusal | None]


def doubt(text: str, plan: Plan, catalog: Catalog) -> Refusal | None:
    """Why the plan should not be trusted for these words; None when nothing speaks against it."""
    lowered = " ".join(text.casefold().split())
    found = (rule(lowered, step.query, catalog) for step in plan.steps for rule in RULES)
    return next((refusal for refusal in found if refusal is not None), None)


def _metric_of_metric(text: str, query: SemanticQuery, catalog: Catalog) -> Refusal | None:
    """“average delay of late flights” narrows a number by another; side by side is not what was asked."""
    names = [name for measure in query.measures if measure.metric for name in _names(measure.metric, catalog)]
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


def _unit_as_grouping(text: str, query: SemanticQuery, catalog: Catalog) -> Refusal | None:
    """“in hours” and “hours flown” are units, not a breakdown by hour."""
    grains = {grouping.grain for grouping in query.groupings}
    for grain in ("hour", "minute", "second", "day"):
        said = re.search(rf"\bin {grain}s\b|^(?:total |the )?{grain}s \w+", text)
        licensed = re.search(rf"\b(?:by|per|each|every) (?:the )?(?:\w+ )?{grain}s?\b", text)
        if grain in grains and said and not licensed:
            return Refusal(
                reason=f"“{said.group()}” asks for a unit, and numbers are shown in the catalog's own units.",
                hint=f"Leave the unit out; for a breakdown say “by {grain}”.",
            )
    return None


def _change_from_to(text: str, query: SemanticQuery, catalog: Catalog) -> Refusal | None:
    """“change from June to July” compares the two ends, not the stretch between them with the one before."""
    if query.comparison is None or not re.search(
        r"\b(?:change|difference|growth|increase|decrease|rise|drop)\b.*\bfrom\b.+\bto\b", text
    ):
        return None
    return Refusal(
        reason="A change from one period to another is not understood in these words yet.",
        hint="Say it as a comparison: “… in July 2013 compared to June 2013”.",
    )


def _share_in_each(text: str, query: SemanticQuery, catalog: Catalog) -> Refusal | None:
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


def _top_per_group(text: str, query: SemanticQuery, catalog: Catalog) -> Refusal | None:
    """“top 3 destinations per origin” ranks within each origin."""
    if query.top is None or query.top.within or len(query.groupings) < 2:
        return None
    if not re.search(r"\b(?:per|each|every)\b", text):
        return None
    return Refusal(
        reason="It is not clear whether the ranking runs within each group or over all of them.",
        hint="Say “top 3 … for each …” to rank within each group.",
    )


RULES: tuple[Rule, ...] = (_metric_of_metric, _unit_as_grouping, _change_from_to, _share_in_each, _top_per_group)
