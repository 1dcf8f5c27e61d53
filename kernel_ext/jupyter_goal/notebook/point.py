"""From what was clicked to what it means: (trace, index) of a drawn mark becomes an anchor."""

from __future__ import annotations

from collections.abc import Iterable

from goal_semantics.query import Scalar
from jupyter_goal.core.annotation import Anchor, AnchorKey
from jupyter_goal.core.artifact import Artifact
from jupyter_goal.core.chart import MarkSet
from jupyter_goal.errors import UsageError


def anchor_marks(artifact: Artifact, marks: Iterable[tuple[int, int]]) -> tuple[Anchor, ...]:
    """One anchor per mark; the whole artifact when none was pointed at. Errors: UsageError for a mark that is not there."""
    anchors = tuple(_anchor(artifact, trace, index) for trace, index in marks)
    return anchors or (Anchor(part="artifact", artifact=artifact.id, text=artifact.title),)


def _anchor(artifact: Artifact, trace: int, index: int) -> Anchor:
    figure = artifact.figure
    for marks in figure.marks if figure else ():
        meant = [figure.meant(marks, key) for key in marks.keys] if figure and marks.trace == trace else []
        if meant and all(0 <= index < len(values) for values in meant):
            keys = tuple(
                AnchorKey(field=key.field, column=key.column, value=values[index])
                for key, values in zip(marks.keys, meant, strict=True)
            )
            return Anchor(artifact=artifact.id, measure=marks.measure, keys=keys, text=_words(marks, keys))
    raise UsageError("The chart has changed since the click.", "Click again on the chart that is shown now.")


def _words(marks: MarkSet, keys: Iterable[AnchorKey]) -> str:
    where = ", ".join(f"{key.column} = {_plain(key.value)}" for key in keys)
    return f"{marks.measure} at {where}" if where else marks.measure


def _plain(value: Scalar) -> str:
    return "(none)" if value is None else str(value)
