"""From what was clicked to what it means: (trace, index) of a drawn mark becomes an anchor."""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_goal.core.annotation import Anchor, AnchorKey
from jupyter_goal.core.artifact import Artifact
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
            return Anchor(
                artifact=artifact.id, measure=marks.measure, keys=keys, text=_words(artifact, keys) or marks.measure
            )
    raise UsageError("The chart has changed since the click.", "Click again on the chart that is shown now.")


def _words(artifact: Artifact, keys: tuple[AnchorKey, ...]) -> str:
    """As people read it: "origin JFK, month May 2013"."""
    columns, table = {column.name: index for index, column in enumerate(artifact.table.columns)}, artifact.table
    places = [columns.get(key.column) for key in keys]
    row = next(
        (
            index
            for index, values in enumerate(table.values)
            if all(at is not None and str(values[at]) == str(key.value) for at, key in zip(places, keys, strict=True))
        ),
        None,
    )
    return ", ".join(
        f"{key.column} {'(none)' if key.value is None else key.value}"
        if at is None or row is None
        else f"{table.columns[at].label} {table.text[row][at]}"
        for at, key in zip(places, keys, strict=True)
    )
