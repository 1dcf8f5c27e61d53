"""A notebook executed headless and written as one page that asks nothing of the network."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
from jinja2 import DictLoader
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from jupyter_goal.settings import NOTEBOOK_VARIABLE

SECONDS_PER_CELL = 120

# nbconvert's own template links require.js, MathJax and mermaid on a public CDN.
TEMPLATE = """{% extends 'lab/index.html.j2' %}
{% block html_head_js %}{% endblock %}
{% block html_head_js_mathjax %}{% endblock %}
{% block jupyter_widgets %}{% endblock %}
{% block footer_js %}{% endblock %}
{% block body_footer %}</body>{% endblock %}
"""


def write_page(source: Path, target: Path) -> Path:
    """Execute `source` in the target's folder and write `target`; returns its absolute path.

    Errors: nbclient's CellExecutionError when a cell fails.
    """
    notebook = nbformat.read(source, as_version=4)
    NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        resources={"metadata": {"path": str(target.parent)}},
        extra_arguments=["--log-level=40"],
    ).execute(env={**os.environ, NOTEBOOK_VARIABLE: str(source.resolve())})
    exporter = HTMLExporter(
        embed_images=True, extra_loaders=[DictLoader({"page.html.j2": TEMPLATE})], template_file="page.html.j2"
    )
    body, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": source.stem}})
    target.write_text(body, encoding="utf-8")
    return target.resolve()
