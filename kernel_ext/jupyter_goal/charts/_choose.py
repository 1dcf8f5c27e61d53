"""Chooses a chart by the shape of the data, or as asked where that is possible, and draws it."""

from __future__ import annotations

from jupyter_goal import registry
from jupyter_goal.charts import Shape
from jupyter_goal.charts._allow import refused
from jupyter_goal.charts._alt import alt_text
from jupyter_goal.charts._points import errors
from jupyter_goal.charts._shape import base_rows, shape_of
from jupyter_goal.core.chart import Axis, ChartSpec, Figure
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.plan import ChartIntent
from jupyter_goal.errors import DeveloperError

FOLDER = "charts"
ARTICLE = {"area": "an area", "number": "a number"}


def draw_chart(frame: ResultFrame, intent: ChartIntent, title: str) -> tuple[ChartSpec, Figure | None]:
    """The description and the figure (None: the table says it best). Whatever was reduced is in `notes`."""
    shown = base_rows(frame)
    shape = shape_of(shown, title)
    kind, said = choose(shape, intent)
    if kind != "table" and _nothing_to_draw(shown, shape):
        kind, said = "table", (*said, "Nothing to draw: every value is missing.")
    module = registry.find(FOLDER, kind)
    spec: ChartSpec = module.spec(shape, intent)
    figure: Figure = module.draw(spec, shown)
    not_allowed = refused(figure)
    if not_allowed:
        raise DeveloperError(f"The chart kind {kind!r} drew what is not allowed: {', '.join(not_allowed[:5])}")
    notes = (*said, *spec.notes, *figure.notes, *_about(shown, spec))
    spec = spec.model_copy(update={"title": intent.title or title, "notes": tuple(dict.fromkeys(notes))})
    spec = spec.model_copy(update={"alt": alt_text(spec, shown)})
    return spec, (figure.model_copy(update={"notes": ()}) if figure.data else None)


def choose(shape: Shape, intent: ChartIntent) -> tuple[str, tuple[str, ...]]:
    """The kind's name, and why it is not the one that was asked for."""
    kinds = registry.names(FOLDER)
    scores = {kind: float(registry.find(FOLDER, kind).fits(shape)) for kind in kinds}
    best = max(scores, key=lambda kind: scores[kind])
    asked = intent.kind
    if asked is None:
        if intent.stacked and scores.get("area", 0.0) > 0 and best == "line":
            return "area", ()
        return best, ()
    if asked not in scores:
        return best, (f"There is no chart kind “{asked}”; shown as {_a(best)}. Known: {', '.join(kinds)}.",)
    if scores[asked] <= 0:
        return best, (f"These data do not fit {_a(asked)}; shown as {_a(best)}.",)
    return asked, ()


def _a(kind: str) -> str:
    return ARTICLE.get(kind, f"a {kind}") + ("" if kind in {"number", "table"} else " chart")


def _nothing_to_draw(frame: ResultFrame, shape: Shape) -> bool:
    return frame.rows > 1 and all(frame.table.column(column.name).null_count == frame.rows for column in shape.measures)


def _about(frame: ResultFrame, spec: ChartSpec) -> tuple[str, ...]:
    axes: tuple[Axis, ...] = (*spec.y, *((spec.x,) if spec.x else ()))
    notes = []
    if frame.rows == 0:
        notes.append("No data.")
    if frame.truncated:
        notes.append("Only a part: the row cap was hit before all rows arrived.")
    undated = (
        frame.table.column(spec.x.column).null_count if spec.x and frame.column(spec.x.column).role == "time" else 0
    )
    if undated:
        notes.append(f"Rows without a time, not drawn: {undated:,}.")
    names = tuple(axis.column for axis in axes)
    broken = errors(frame, names) if spec.kind != "table" else 0
    if broken:
        notes.append(f"{broken:,} values are not numbers (NaN or infinite) and are not drawn.")
    return tuple(notes)
