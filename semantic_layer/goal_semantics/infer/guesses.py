"""What was guessed, where, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guess:
    """`path` as in `goal_semantics.load.Places`; `text` is one line for the author of the catalog."""

    path: str
    text: str
