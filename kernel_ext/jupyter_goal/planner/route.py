"""Which planner answers: verified queries, then the grammar, then the model if one is configured."""

from __future__ import annotations

from goal_semantics.model import Catalog
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Plan, Planned
from jupyter_goal.llm import Model
from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.read import plan as read_with_grammar


def route(goal: Goal, catalog: Catalog, context: PlanContext, lexicon: Lexicon, *, model: Model | None) -> Planned:
    """The first plan; without one, what the last planner that was asked says."""
    return read_with_grammar(goal, catalog, context, lexicon)
