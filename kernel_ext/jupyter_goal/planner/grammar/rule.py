"""What a rule of the parser is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from jupyter_goal.planner.grammar.clauses import Clause
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import Nodes


@dataclass(frozen=True, slots=True)
class Taken:
    """The clauses that a rule made of the nodes up to `end`, replacing the last `replaces` clauses."""

    end: int
    clauses: tuple[Clause, ...]
    replaces: int = 0


class Rule(Protocol):
    """Reads one family of phrases at a position, or declines."""

    def __call__(self, nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon, /) -> Taken | None:
        """`before`: the clauses read so far."""
