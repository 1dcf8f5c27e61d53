"""A figure for Python: plotly's own object, themed. The only module that imports plotly; `session` loads it on demand."""

from __future__ import annotations

import plotly.graph_objects as go

from jupyter_goal.charts._theme import theme, themed
from jupyter_goal.core.chart import Figure


def plotly_figure(figure: Figure, *, dark: bool = False) -> go.Figure:
    """The figure on white, or on the dark background. Traces that people add take the same palette."""
    look = theme().dark if dark else theme().light
    coloured = themed(figure, look)
    template = {"layout": {"colorway": list(look.series)}}
    paper = {"paper_bgcolor": look.backgrounds[0], "plot_bgcolor": look.backgrounds[0], "template": template}
    return go.Figure(data=list(coloured.data), layout=coloured.layout | paper)
