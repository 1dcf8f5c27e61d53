"""The plan of a lock, with words made anew: a file that came from elsewhere may say one thing and query another."""

from __future__ import annotations

from goal_semantics.model import Catalog
from goal_semantics.query import SemanticQuery
from goal_semantics.resolve import resolve_query
from jupyter_goal.core.lock import Lock
from jupyter_goal.core.plan import Plan, Step
from jupyter_goal.planner.interpret import interpret

_ONCE = "when it was locked: "


def renewed(lock: Lock, catalog: Catalog) -> Plan:
    """The same queries, read by this catalog. The lock's title goes; its assumptions are told as the lock's."""
    assumed = tuple(_ONCE + words.removeprefix(_ONCE) for words in lock.plan.assumptions)
    steps = tuple(_read(step, catalog) for step in lock.plan.steps)
    return lock.plan.model_copy(update={"steps": steps, "planner": "lock", "assumptions": assumed})


def _read(step: Step, catalog: Catalog) -> Step:
    chart = step.chart.model_copy(update={"title": None})
    return step.model_copy(update={"chart": chart, "interpretation": _interpretation(step.query, catalog)})


def _interpretation(query: SemanticQuery, catalog: Catalog) -> str:
    """Nothing, where the query no longer fits: running it says why."""
    return "" if resolve_query(query, catalog).errors else interpret(query, catalog)
