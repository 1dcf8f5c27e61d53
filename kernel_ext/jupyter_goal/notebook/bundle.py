"""A run as a MIME bundle: our own type for JupyterLab, static HTML and text for every other reader of the file."""

from __future__ import annotations

from typing import Any

from jupyter_goal.charts._static import plain_text, static_html
from jupyter_goal.core.wire import MIME, RunView

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"


def make_bundle(view: RunView, model: str = "") -> dict[str, Any]:
    """`model`: id of the live widget, where a browser is attached."""
    bundle: dict[str, Any] = {
        MIME: view.model_dump(mode="json"),
        "text/html": static_html(view),
        "text/plain": plain_text(view),
    }
    if model:
        bundle[WIDGET_MIME] = {"version_major": 2, "version_minor": 0, "model_id": model}
    return bundle
