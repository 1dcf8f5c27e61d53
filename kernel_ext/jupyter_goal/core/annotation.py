"""Corrections made by pointing: anchors name meaning, not pixels."""

from __future__ import annotations

import datetime
from typing import Literal

from goal_semantics.model import Border
from goal_semantics.query import Scalar


class AnchorKey(Border):
    """One dimension value of a mark."""

    field: str
    column: str
    value: Scalar


class Anchor(Border):
    """What is pointed at."""

    part: Literal["mark", "cell", "legend", "axis", "title", "number", "artifact"] = "mark"
    artifact: str
    measure: str | None = None
    keys: tuple[AnchorKey, ...] = ()
    text: str = ""
    """The words of the thing, so that an orphan can still be read."""


class Annotation(Border):
    """An instruction or comment on anchors (several in one batch), with a state."""

    id: str
    anchors: tuple[Anchor, ...]
    text: str
    author: str = ""
    made_at: datetime.datetime
    state: Literal["open", "proposed", "applied", "dismissed", "orphaned"] = "open"
