"""Words from data and catalogs, made safe for plotly's pseudo-HTML, templates and MathJax."""

from __future__ import annotations

import html
import unicodedata

MOST_CHARACTERS = 60
_UNSAFE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "{": "&#123;", '"': "&#34;"})


def plain(text: str, most: int = MOST_CHARACTERS) -> str:
    """One line without control and direction characters, cut where it is too long."""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp", "Cs"} else c for c in text)
    line = " ".join(kept.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def escape(text: str) -> str:
    """Text that plotly shows letter by letter: no tag, link, template or formula in it works."""
    return text.translate(_UNSAFE)


def unescape(text: str) -> str:
    """The words behind `escape`."""
    return html.unescape(text)
