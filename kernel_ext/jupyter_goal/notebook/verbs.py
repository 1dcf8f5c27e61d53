"""Verbs of `%goal`: words that act on runs and connections instead of stating a goal.

A verb counts as one only when what follows has the form it takes, so that goals may begin with the same word
("cancel rate by carrier"). Other packages hand theirs in; nothing here imports them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from jupyter_goal.notebook.line import Line

On = TypeVar("On")
"""What verbs act on."""

NOTHING = r""
ONE_WORD = r"\S+"
MAYBE_ONE_WORD = r"\S*"
ANYTHING = r".*"


@dataclass(frozen=True, slots=True)
class Verb(Generic[On]):
    """`takes`: the form of the argument, as a regular expression.

    `act` gets the argument and the whole line; it may block, and returns what to print.
    """

    name: str
    help: str
    takes: str
    act: Callable[[On, str, Line], str]
    beside_a_run: bool = False
    """It only reads, or stops: no need to wait for the run that is under way."""


@dataclass(frozen=True, slots=True)
class Verbs(Generic[On]):
    """The verbs that are known, by name."""

    known: dict[str, Verb[On]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Verb[On]]:
        return iter(self.known.values())

    def having(self, *verbs: Verb[On]) -> Verbs[On]:
        """These and more."""
        return Verbs({**self.known, **{verb.name: verb for verb in verbs}})

    def find(self, text: str) -> tuple[Verb[On], str] | None:
        """The verb that a line begins with, and its argument; None when it is a goal."""
        word, _, argument = text.strip().partition(" ")
        verb = self.known.get(word)
        if verb is None or not re.fullmatch(verb.takes, argument.strip(), re.DOTALL):
            return None
        return verb, argument.strip()
