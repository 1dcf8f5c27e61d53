"""Text to plan: `plan(goal, catalog, context) -> Plan | Questions | Refusal`. Two planners, one contract."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from goal_semantics.model import Catalog
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Plan, Planned


@dataclass(frozen=True, slots=True)
class PlanContext:
    """What a planner may know besides the goal and the catalog. Pure values.

    `values`: field path -> its known values (the value index). `previous`: the plan a follow-up refers to.
    `extents`: path of a time field -> its first and last day, where known.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    previous: Plan | None = None
    extents: Mapping[str, tuple[datetime.date, datetime.date]] = field(default_factory=dict)


class Planner(Protocol):
    """Turns words into a plan, or asks, or refuses."""

    def __call__(self, goal: Goal, catalog: Catalog, context: PlanContext) -> Planned:
        """Never guesses between close readings."""
