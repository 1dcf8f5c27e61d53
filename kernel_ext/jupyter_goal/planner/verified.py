"""Questions whose answer the catalog's author has blessed: matched by their words, never by resemblance."""

from __future__ import annotations

from pydantic import ValidationError

from goal_semantics.model import Catalog, VerifiedQuery
from goal_semantics.query import SemanticQuery
from goal_semantics.resolve import resolve_query
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Plan, Step
from jupyter_goal.planner.grammar.tokens import singular, tokenise
from jupyter_goal.planner.interpret import interpret

_SILENT = frozenset("the a an please show me give tell us is are was were what".split())


def match_verified(goal: Goal, catalog: Catalog) -> Plan | None:
    """The plan of a verified query that asks the same; None when there is none or it no longer fits the catalog."""
    if goal.lines:
        return None
    asked = _words(goal.text)
    for verified in catalog.verified_queries:
        if asked and any(asked == _words(text) for text in (verified.question, *verified.synonyms)):
            query = _query(verified)
            if query is not None and not resolve_query(query, catalog).errors:
                step = Step(query=query, interpretation=interpret(query, catalog))
                return Plan(
                    steps=(step,), planner="verified", assumptions=(f"verified answer to “{verified.question}”",)
                )
    return None


def _query(verified: VerifiedQuery) -> SemanticQuery | None:
    try:
        return SemanticQuery.model_validate(verified.query)
    except ValidationError:
        return None


def _words(text: str) -> tuple[str, ...]:
    return tuple(singular(t.low) for t in tokenise(text) if t.kind != "mark" and t.low not in _SILENT)
