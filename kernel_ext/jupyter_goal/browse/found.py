"""What words lead to."""

from __future__ import annotations

import json
from dataclasses import asdict

from goal_semantics.search import Hit
from jupyter_goal.terminal import columns, printable


def as_text(words: str, hits: tuple[Hit, ...]) -> str:
    """One line per hit: what it is, its name, and what it says."""
    if not hits:
        return f"Nothing is called like “{printable(words)}”.\nLeave a word out, or see everything with `jupyter goal model`."
    return columns((hit.sort, hit.name, _said(hit)) for hit in hits)


def as_json(words: str, hits: tuple[Hit, ...]) -> str:
    """`words` and `hits`, best first."""
    return json.dumps({"words": words, "hits": [asdict(hit) for hit in hits]}, ensure_ascii=False)


def _said(hit: Hit) -> str:
    called = f"“{hit.words}”" if hit.words and hit.words.lower() not in {hit.title.lower(), hit.name.lower()} else ""
    head, stop, _ = hit.description.partition(". ")
    shown = hit.title if hit.sort == "value" else f"{head}." if stop else head
    return " ".join(each for each in (f"{shown}" if shown != hit.name else "", f"({called})" if called else "") if each)
