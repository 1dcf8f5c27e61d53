"""Results without a script: a page for saved notebooks and untrusted readers, and plain text for terminals."""

from __future__ import annotations

from jupyter_goal.charts._static.page import static_html
from jupyter_goal.charts._static.text import plain_text

__all__ = ["plain_text", "static_html"]
