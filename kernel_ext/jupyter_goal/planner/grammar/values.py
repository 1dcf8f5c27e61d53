"""The words that are values of fields: exact, by synonym, by their first words; and how short codes are told from words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from goal_semantics.model import Catalog, Field
from jupyter_goal.planner.grammar.terms import Match, ValueRef
from jupyter_goal.planner.grammar.tokens import Token, stem, tokenise
from jupyter_goal.planner.grammar.vocabulary import own_words

_SMALL = 200
"""Values of small closed sets are also found by their stem ("canceled" finds "cancelled")."""


@dataclass(frozen=True, slots=True)
class ValueName:
    """One phrase for a value. `code`: the value is short and in capitals, so that a word may look like it."""

    words: tuple[str, ...]
    ref: ValueRef
    code: bool
    text: str
    cost: float = 0.0
    stemmed: bool = False


def value_words(text: str) -> tuple[str, ...]:
    """The words by which a value is recognised; punctuation does not count."""
    return tuple(token.low for token in tokenise(text) if token.kind != "mark")


def value_names(catalog: Catalog, values: Mapping[str, tuple[str, ...]]) -> Iterator[ValueName]:
    """Every phrase of every indexed value."""
    indexed = _by_field(catalog, values)
    for dataset in catalog.datasets:
        for field in dataset.fields:
            known = tuple(dict.fromkeys((*field.values, *indexed.get((dataset.name, field.name), ()))))
            if field.hidden and not field.values:
                continue
            for value in dict.fromkeys((*known, *field.value_synonyms)):
                yield from _names_of(
                    value, ValueRef(dataset.name, field.name, value), field, small=len(known) <= _SMALL
                )


def _names_of(value: str, ref: ValueRef, field: Field, *, small: bool) -> Iterator[ValueName]:
    for text in (value, *field.value_synonyms.get(value, ())):
        words = value_words(text)
        if not words:
            continue
        yield ValueName(words, ref, _is_code(text), text)
        if small:
            stems = tuple(stem(word) for word in words)
            if stems != words and all(len(word) > 3 for word in words):
                yield ValueName(stems, ref, False, text, 0.1, stemmed=True)


def _is_code(text: str) -> bool:
    return len(text) <= 4 and text.upper() == text


def accepts(name: ValueName, tokens: tuple[Token, ...]) -> Match | None:
    """The match of a phrase with the words as they were typed; a code in lower case must not be a word of ours."""
    if not name.code:
        return Match(name.ref, name.cost)
    typed = "".join(token.text for token in tokens)
    if typed == name.text.replace(" ", ""):
        return Match(name.ref, name.cost)
    if all(token.low in own_words() for token in tokens):
        return None
    return Match(name.ref, 0.04, f"“{typed}” read as the value {name.ref.value}")


def _by_field(catalog: Catalog, values: Mapping[str, tuple[str, ...]]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for path, known in values.items():
        owner = owner_of(path, catalog)
        if owner is not None:
            found[owner] = (*found.get(owner, ()), *known)
    return found


def owner_of(path: str, catalog: Catalog) -> tuple[str, str] | None:
    """The dataset and field at the end of a path."""
    first, *steps, field = path.split(".")
    dataset = catalog.dataset.get(first)
    for step in steps:
        taken = next((r for r in catalog.outgoing.get(dataset.name, ()) if r.name == step), None) if dataset else None
        dataset = catalog.dataset.get(taken.to_dataset) if taken else None
    return (dataset.name, field) if dataset is not None and field in dataset.by_name else None
