"""What will be done: ordered steps, or questions, or a refusal."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from goal_semantics.model import Border
from goal_semantics.query import SemanticQuery
from jupyter_goal.core.identity import content_hash

PlannerName = Literal["grammar", "verified", "model", "lock", "edit"]


class ChartIntent(Border):
    """How the goal wants it drawn. `kind` None: choose by the shape of the data."""

    kind: str | None = None
    stacked: bool | None = None
    log: bool = False
    horizontal: bool | None = None
    title: str | None = None
    labels: bool | None = None


class Step(Border):
    """One semantic query and how to show it."""

    query: SemanticQuery
    chart: ChartIntent = ChartIntent()
    interpretation: str = ""
    """The reading in words: "flights, by origin, Jan-Jun 2013"."""

    @cached_property
    def id(self) -> str:
        """Identity of the question and its drawing."""
        return content_hash(self)


class Plan(Border):
    """Ordered steps, each with its reading, and what the planner assumed."""

    steps: tuple[Step, ...]
    planner: PlannerName
    assumptions: tuple[str, ...] = ()
    """Defaults that were taken, in words ("“delay” read as arrival delay: the catalog's default")."""
    confidence: float = 1.0

    @cached_property
    def id(self) -> str:
        """Identity of the plan's content."""
        return content_hash(self)

    @property
    def interpretation(self) -> str:
        """All readings in words."""
        return "; ".join(step.interpretation for step in self.steps if step.interpretation)


class Choice(Border):
    """One clickable answer: a label and the plan it stands for."""

    label: str
    detail: str = ""
    plan: Plan | None = None
    """None: the choice rewords the goal instead."""
    goal: str | None = None
    """The reworded goal."""


class Question(Border):
    """Something only the person can decide."""

    text: str
    choices: tuple[Choice, ...] = ()


class Questions(Border):
    """The planner asks instead of guessing."""

    items: tuple[Question, ...]


class Refusal(Border):
    """It cannot be answered from this catalog, and why. `suggestions` are goals that can."""

    reason: str
    hint: str = ""
    suggestions: tuple[str, ...] = ()


Planned = Plan | Questions | Refusal
