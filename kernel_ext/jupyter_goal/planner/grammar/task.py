"""What is worked on: the sorted clauses of one goal over one lexicon."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_goal.planner.grammar.conditions import Extents
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.sort import Sorted


@dataclass(frozen=True)
class Task:
    """One goal on its way to a query."""

    sorted: Sorted
    lexicon: Lexicon
    extents: Extents
