"""Tab behind `%goal`: verbs, metrics, dimensions and known values, each with what it is.

Pure: words in, completions out. Registering the matcher is `magic.py`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from goal_semantics.model import Catalog

_LINE = re.compile(r"^\s*(?:[A-Za-z_]\w*\s*=\s*)?%%?goal(?P<rest>(?:\s.*)?)$", re.DOTALL)
_MOST = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something to type, and its kind ("metric", "dimension", "value", "verb", "option")."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Completions:
    """`fragment` (the end of the typed text) is replaced by one of the candidates."""

    fragment: str
    candidates: tuple[Candidate, ...]


def goal_words(full_text: str, line: int, column: int) -> str | None:
    """What was typed behind `%goal` up to the cursor (also on the lines below `%%goal`); None: not a goal."""
    lines = full_text.split("\n")
    typed = lines[line][:column]
    found = _LINE.match(typed)
    if found:
        return found["rest"] or None
    in_body = line > 0 and lines[0].lstrip().startswith("%%goal")
    return " " + typed if in_body else None


def complete_goal(words: str, candidates: Iterable[Candidate]) -> Completions:
    """Candidates that go on from the longest possible end of what was typed ("on-time r" before "r")."""
    typed = words.lstrip()
    first = not re.search(r"\s", typed)
    usable = [candidate for candidate in candidates if first or candidate.kind not in {"verb", "option"}]
    for fragment in _endings(typed):
        found = [c for c in usable if c.text.casefold().startswith(fragment.casefold()) and c.text != fragment]
        if found:
            return Completions(fragment, tuple(dict.fromkeys(found))[:_MOST])
    return Completions("", ())


def catalog_candidates(catalog: Catalog, values: Mapping[str, tuple[str, ...]]) -> Iterator[Candidate]:
    """What a catalog offers to type: titles first, then synonyms, then known values."""
    metrics = [metric for metric in catalog.metrics if not metric.hidden]
    fields = [
        field
        for dataset in catalog.datasets
        for field in dataset.fields
        if not field.hidden and field.role in {"dimension", "time"}
    ]
    yield from (Candidate(metric.title, "metric") for metric in metrics)
    yield from (Candidate(field.title, "dimension") for field in fields)
    yield from (Candidate(word, "metric") for metric in metrics for word in metric.synonyms)
    yield from (Candidate(word, "dimension") for field in fields for word in field.synonyms)
    yield from (Candidate(value, "value") for known in values.values() for value in known)


def _endings(typed: str) -> Iterator[str]:
    """Every end of the text that starts at a word, the longest first; the empty one only where a new word begins."""
    yield from (typed[match.start() :] for match in re.finditer(r"\S+", typed))
    if not typed or typed[-1].isspace():
        yield ""
