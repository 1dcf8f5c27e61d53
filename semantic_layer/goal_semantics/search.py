"""Finding things of a catalog by words, misspelt ones too. Lexical: names, labels, synonyms, values, then descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from goal_semantics.model import Catalog, Named

Sort = Literal["metric", "dataset", "dimension", "value", "verified query"]

ENOUGH = 78.0
"""A word counts as meant from here; 100 is equal."""
_OF_DESCRIPTION = 0.75
_WHOLE = 85.0
"""A name counts as meant from here also where not every word is."""
_ORDER: tuple[Sort, ...] = ("metric", "dimension", "dataset", "value", "verified query")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. `name` is how a query names it, `words` those that matched; `score` up to 100."""

    sort: Sort
    name: str
    title: str
    description: str
    words: str
    score: float


@dataclass(frozen=True, slots=True)
class _Entry:
    sort: Sort
    name: str
    title: str
    description: str
    names: tuple[str, ...]


def search(catalog: Catalog, words: str, *, most: int = 20) -> tuple[Hit, ...]:
    """What the words may mean, best first; every word must be found somewhere in an entry. Hidden things are not found."""
    wanted = default_process(words).split()
    if not wanted:
        return ()
    hits = [hit for entry in _entries(catalog) if (hit := _hit(entry, wanted)) is not None]
    hits.sort(key=lambda hit: (-hit.score, _ORDER.index(hit.sort), hit.name))
    return tuple(hits[:most])


def _hit(entry: _Entry, wanted: list[str]) -> Hit | None:
    phrase = " ".join(wanted)
    score, words = max(((_score(phrase, wanted, name), name) for name in entry.names), key=lambda pair: pair[0])
    described = _covered(wanted, default_process(entry.description).split()) * _OF_DESCRIPTION
    if described > score:
        score, words = described, ""
    return Hit(entry.sort, entry.name, entry.title, entry.description, words, round(score, 1)) if score else None


def _score(phrase: str, wanted: list[str], name: str) -> float:
    """How well a name is meant: equal beats contained beats misspelt; 0 where a word is not in it."""
    said = default_process(name)
    if said == phrase:
        return 100.0
    covered, whole = _covered(wanted, said.split()), fuzz.ratio(phrase, said)
    return max(covered * 0.6 + whole * 0.4 if covered else 0.0, whole * 0.95 if whole >= _WHOLE else 0.0)


def _covered(wanted: list[str], said: list[str]) -> float:
    """The mean likeness of every word to its nearest one; 0 where one of them has none."""
    nearest = [max((_likeness(word, each) for each in said), default=0.0) for word in wanted]
    return sum(nearest) / len(nearest) if min(nearest) >= ENOUGH else 0.0


def _likeness(word: str, said: str) -> float:
    if said == word:
        return 100.0
    if len(word) > 2 and said.startswith(word):
        return 95.0
    return fuzz.ratio(word, said) if min(len(word), len(said)) > 2 else 0.0


def _entries(catalog: Catalog) -> Iterator[_Entry]:
    for metric in catalog.metrics:
        if not metric.hidden:
            yield _Entry("metric", metric.name, metric.title, metric.description, _names(metric))
    for dataset in catalog.datasets:
        if dataset.hidden:
            continue
        rows = (dataset.row,) if dataset.row else ()
        yield _Entry("dataset", dataset.name, dataset.title, dataset.description, (*_names(dataset), *rows))
        for one in dataset.fields:
            if one.hidden:
                continue
            path = f"{dataset.name}.{one.name}"
            yield _Entry("dimension", path, one.title, one.description, _names(one))
            for value in dict.fromkeys((*one.values, *one.value_synonyms)):
                yield _Entry("value", path, value, "", (value, *one.value_synonyms.get(value, ())))
    for verified in catalog.verified_queries:
        yield _Entry(
            "verified query", verified.question, verified.question, "", (verified.question, *verified.synonyms)
        )


def _names(thing: Named) -> tuple[str, ...]:
    return (thing.name.replace("_", " "), thing.title, *thing.synonyms)
