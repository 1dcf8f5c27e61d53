"""What was asked."""

from __future__ import annotations

import datetime
import re
from functools import cached_property

from goal_semantics.model import Border
from jupyter_goal.core.identity import content_hash


class Goal(Border):
    """A goal in words. `as_of` is the moment that relative time refers to, with its zone."""

    text: str
    as_of: datetime.datetime
    lines: tuple[str, ...] = ()
    """`%%goal`: one contract line each."""
    connection: str = ""
    """The connection's URL or name, without secrets."""
    catalog: str = ""
    """Content hash of the catalog it was asked of."""
    cell: str = ""
    """Id of the notebook cell, where known."""

    @cached_property
    def hash(self) -> str:
        """Identity of the words alone: what a lock is matched by. Case and spacing do not count."""
        words = [" ".join(part.split()).casefold() for part in (self.text, *self.lines)]
        return content_hash(*words)

    @cached_property
    def id(self) -> str:
        """Identity of this asking: words, catalog, connection and moment."""
        return content_hash(self)

    @cached_property
    def headline(self) -> str:
        """The words as a title."""
        text = re.sub(r"\s+", " ", self.text).strip()
        return text[:1].upper() + text[1:]
