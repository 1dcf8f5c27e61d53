"""Which planner answers: follow-ups, then verified queries, then the grammar, then the model if one is configured."""

from __future__ import annotations

import re

from goal_semantics.model import Catalog
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Plan, Planned, Refusal
from jupyter_goal.llm import Model
from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.edits import revise
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.read import plan as read_with_grammar
from jupyter_goal.planner.model import plan_with_model
from jupyter_goal.planner.verified import match_verified

_FOLLOWS = re.compile(
    r"^\s*(?:and|also|but|now|only|just|what about|how about|same|the same|instead|then|by|per|without|excluding|exclude"
    r"|as|in %|sorted?|top \d+$|bottom \d+$|compared?|show (?:it|this|that)|make (?:it|this|that)|drop|remove|keep|clear|reset|no (?:filter|comparison)s?|unfiltered|all .+ again|compare)\b",
    re.IGNORECASE,
)


def route(goal: Goal, catalog: Catalog, context: PlanContext, lexicon: Lexicon, *, model: Model | None) -> Planned:
    """The first plan; without one, what the last planner that was asked says."""
    verified = match_verified(goal, catalog)
    if verified is not None:
        return verified
    planned = read_with_grammar(goal, catalog, context, lexicon)
    if isinstance(planned, Plan):
        return planned
    followed = _followed(goal, catalog, context, lexicon)
    if followed is not None:
        return followed
    if model is not None and isinstance(planned, Refusal) and goal.text.strip():
        return plan_with_model(goal, catalog, context, model)
    return planned


def _followed(goal: Goal, catalog: Catalog, context: PlanContext, lexicon: Lexicon) -> Planned | None:
    """“and by month?” changes what was asked before; only where the words cannot stand alone."""
    if context.previous is None or goal.lines or not _FOLLOWS.match(goal.text):
        return None
    changed = revise(goal.text.rstrip(" ?.!"), context.previous, (), catalog, context, lexicon)
    if isinstance(changed, Refusal):
        return None
    if isinstance(changed, Plan):
        return changed.model_copy(update={"assumptions": (*changed.assumptions, "read as a change of the goal before")})
    return changed
