"""What a pointer sees: a closed set of templates around escaped words and the exact text of the cell."""

from __future__ import annotations

from typing import Any

from jupyter_goal.charts._drawing import Drawing, Scale, Trace
from jupyter_goal.charts._escape import escape
from jupyter_goal.core.cell import CellFormat

Json = dict[str, Any]


def template(trace: Trace, drawing: Drawing) -> Json:
    """Hover template and, where there are not too many, the exact texts it shows."""
    scale = drawing.panels[trace.panel]
    where, measured = ("y", "x") if drawing.horizontal else ("x", "y")
    name = f"%{{{where}}}"
    value = f"{'≈ ' if trace.rounded else ''}{_rounded(scale, measured)}"
    given: Json = {}
    if trace.texts and trace.names:
        given = {"customdata": [[escape(a), escape(b)] for a, b in zip(trace.names, trace.texts, strict=True)]}
        name, value = "%{customdata[0]}", "%{customdata[1]}"
    elif trace.texts:
        given, value = {"customdata": [escape(text) for text in trace.texts]}, "%{customdata}"
    if trace.mark == "dot" and drawing.shared.kind == "value":
        title = escape(f"{drawing.shared.title} · {scale.title}")
    else:
        title = escape(_named(trace, drawing, scale))
    several = len({other.label for other in drawing.traces}) > 1
    extra = escape(trace.label) if several and escape(trace.label) != title else ""
    return given | {"hovertemplate": f"<b>{name}</b><br>{title}: {value}<extra>{extra}</extra>"}


def _named(trace: Trace, drawing: Drawing, scale: Scale) -> str:
    """What the value is: where one axis carries several measures (one and the one before it), the axis cannot say."""
    measures = {other.measure for other in drawing.traces if other.panel == trace.panel}
    return trace.label if len(measures) > 1 else scale.title


def _rounded(scale: Scale, axis: str) -> str:
    form = scale.form
    return f"{escape(form.prefix)}%{{{axis}:{d3_format(form)}}}{'' if form.style == 'percent' else escape(form.suffix)}"


def d3_format(form: CellFormat) -> str:
    """The same format in d3's words, for values that plotly writes itself."""
    if form.style == "plain":
        return "~f"
    if form.style == "duration" or form.decimals is None:
        return ",~r"
    return f",.{form.decimals}{'%' if form.style == 'percent' else 'f'}"
