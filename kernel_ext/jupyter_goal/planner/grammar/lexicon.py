"""Every word a catalog understands, built once per catalog and value index. Immutable; knows no sentence structure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from goal_semantics.model import Catalog
from jupyter_goal.planner.grammar.counted import Counted
from jupyter_goal.planner.grammar.english import is_english
from jupyter_goal.planner.grammar.names import Name, names_of
from jupyter_goal.planner.grammar.reach import Reach
from jupyter_goal.planner.grammar.terms import Match, MetricRef, Ref, RoleRef
from jupyter_goal.planner.grammar.tokens import Token, singular, stem
from jupyter_goal.planner.grammar.values import ValueName, accepts, owner_of, value_names, value_words
from jupyter_goal.planner.grammar.vocabulary import STOP, own_words, reserved

STEMMED = 0.12
_INFLECTED = 0.01
_GENERIC = frozenset(
    "name code type number time date rate total average value status level count hour year month".split()
)
_MANY = 6
"""A fragment that this many values share identifies none of them."""


@dataclass(frozen=True)
class Lexicon:
    """Phrases of a catalog by their first word."""

    catalog: Catalog
    names: Mapping[str, tuple[Name, ...]]
    values: Mapping[str, tuple[ValueName, ...]]
    fragments: Mapping[str, tuple[ValueName, ...]]
    parts: Mapping[str, tuple[Name, ...]]
    """Names by each of their words."""
    vocabulary: tuple[str, ...]
    own: frozenset[str]
    """Words of the catalog and their stems."""
    stems: frozenset[str]
    spoken: tuple[str, ...]
    """The names of things, as phrases."""
    indexed: Mapping[tuple[str, str], frozenset[str]]
    """Fields with a complete value index."""
    reach: Reach

    @classmethod
    def build(cls, catalog: Catalog, values: Mapping[str, tuple[str, ...]]) -> Lexicon:
        """Index a catalog with the known values of its fields."""
        names: dict[str, list[Name]] = {}
        for name in names_of(catalog):
            if all(word in STOP for word in name.words):
                continue
            names.setdefault(name.stems[0], []).append(name)
        found: dict[str, list[ValueName]] = {}
        fragments: dict[str, list[ValueName]] = {}
        indexed: dict[tuple[str, str], set[str]] = {}
        for value in value_names(catalog, values):
            found.setdefault(value.words[0], []).append(value)
            indexed.setdefault((value.ref.dataset, value.ref.field), set()).add(value.ref.value)
            if len(value.words) > 1:
                for word in set(value.words):
                    fragments.setdefault(word, []).append(value)
        spelled = {word for items in names.values() for name in items for word in name.words}
        spelled |= set(fragments) | {word for items in found.values() for item in items for word in item.words}
        own = frozenset(stem(word) for word in spelled if word.isascii()) | spelled
        return cls(
            catalog,
            {key: tuple(sorted(items, key=lambda item: -len(item.words))) for key, items in names.items()},
            {key: tuple(sorted(items, key=lambda item: -len(item.words))) for key, items in found.items()},
            {key: tuple(items) for key, items in fragments.items()},
            _parts(names),
            tuple(sorted(word for word in spelled | own_words() if len(word) > 2)),
            own,
            own | own_words(),
            tuple(
                dict.fromkeys(" ".join(name.words) for items in names.values() for name in items if len(name.words) < 4)
            ),
            {key: frozenset(items) for key, items in indexed.items()},
            Reach(catalog),
        )

    def nouns(self, tokens: tuple[Token, ...], at: int) -> dict[int, tuple[Match, ...]]:
        """End position -> everything that the words from `at` to there may refer to."""
        hits: dict[int, dict[Ref, Match]] = {}
        for name in self.names.get(tokens[at].stem, ()):
            end = at + len(name.words)
            if end <= len(tokens) and tuple(t.stem for t in tokens[at:end]) == name.stems:
                exact = tuple(singular(t.low) for t in tokens[at:end]) == name.singulars
                if name.strict and not exact:
                    continue
                literal = tuple(t.low for t in tokens[at:end]) == name.words
                _keep(hits, end, Match(name.ref, name.cost + (0.0 if literal else _INFLECTED if exact else STEMMED)))
        near = self.values.get(tokens[at].low, ())
        for value in (*near, *(v for v in self.values.get(tokens[at].stem, ()) if v.stemmed)):
            end = _end_of(value, tokens, at)
            match = accepts(value, tokens[at:end]) if end else None
            if match is not None:
                _keep(hits, end, match)
        return {end: tuple(sorted(found.values(), key=lambda m: m.cost)) for end, found in hits.items()}

    def fragment(self, tokens: tuple[Token, ...], at: int, end: int) -> tuple[Match, ...]:
        """Values that contain these words in a row; none when too many do."""
        words = tuple(token.low for token in tokens[at:end])
        found: dict[Ref, Match] = {}
        for value in self.fragments.get(words[0], ()):
            position = _position(words, value.words)
            if position is None:
                continue
            weak = position > 0 or value.words != value_words(value.ref.value)
            shown = " ".join(token.text for token in tokens[at:end])
            found.setdefault(value.ref, Match(value.ref, 0.3, f"“{shown}” read as {value.ref.value}", weak))
        return tuple(found.values()) if len(found) <= _MANY else ()

    def part_of_name(self, tokens: tuple[Token, ...], at: int, end: int) -> tuple[Match, ...]:
        """Names of which these words are a part ("category" of "product category code"); none when it says too little."""
        words = tuple(token.stem for token in tokens[at:end])
        if any(token.low in _GENERIC or len(token.low) < 4 for token in tokens[at:end]):
            return ()
        found: dict[Ref, Match] = {}
        shown = " ".join(token.text for token in tokens[at:end])
        for name in self.parts.get(words[0], ()):
            position = _position(words, name.stems)
            if position is not None and name.ref not in found:
                weak = any(word not in _GENERIC for word in name.words[position + len(words) :])
                found[name.ref] = Match(name.ref, 0.25, f"“{shown}” read as “{' '.join(name.words)}”", weak)
        return tuple(found.values()) if len(found) <= _MANY else ()

    @cached_property
    def counted(self) -> Counted:
        """The numbers that count some rows only."""
        return Counted.of(self.catalog)

    @cached_property
    def named(self) -> frozenset[str]:
        """The words of names; those of values are not among them."""
        return frozenset(word for items in self.names.values() for name in items for word in name.words)

    def values_of(self, path: str) -> tuple[str, ...]:
        """The known values of a field, by its path."""
        owner = owner_of(path, self.catalog)
        return tuple(sorted(self.indexed.get(owner, ()))) if owner is not None else ()

    def respell(self, word: str) -> tuple[str, ...]:
        """The known words that a typing slip turns into this one; empty when it may be a word of its own."""
        if len(word) < 5 or word in self.stems or is_english(word):
            return ()
        hits = process.extract(
            word, self.vocabulary, scorer=DamerauLevenshtein.distance, score_cutoff=2 if len(word) > 7 else 1, limit=6
        )
        best = min((distance for _, distance, _ in hits), default=0)
        return tuple(known for known, distance, _ in hits if distance == best and _is_slip(word, known))

    def near(self, word: str, limit: int = 3) -> tuple[str, ...]:
        """Known words that look like this one, best first; none for a word that is known or everyday English."""
        if word in self.stems or is_english(word):
            return ()
        names = process.extract(word, self.spoken, scorer=fuzz.ratio, score_cutoff=64, limit=limit)
        others = process.extract(word, self.vocabulary, scorer=fuzz.ratio, score_cutoff=80, limit=limit)
        hits = sorted((*names, *others), key=lambda hit: -hit[1])
        return tuple(dict.fromkeys(known for known, _, _ in hits if known not in reserved() and known != word))[:limit]

    def names_word(self, token: Token) -> bool:
        """The word is part of some phrase of the catalog."""
        return token.low in self.own or token.stem in self.own

    def knows(self, token: Token) -> bool:
        """The word is part of some phrase, of the catalog or of our own."""
        return token.low in self.stems or token.stem in self.stems or singular(token.low) in self.stems


def _parts(names: Mapping[str, list[Name]]) -> dict[str, tuple[Name, ...]]:
    found: dict[str, list[Name]] = {}
    for items in names.values():
        for name in items:
            if len(name.words) > 1 and not name.strict and not isinstance(name.ref, MetricRef | RoleRef):
                for word in set(name.stems):
                    found.setdefault(word, []).append(name)
    return {word: tuple(items) for word, items in found.items()}


def _keep(hits: dict[int, dict[Ref, Match]], end: int, match: Match) -> None:
    found = hits.setdefault(end, {})
    known = found.get(match.ref)
    if known is None or match.cost < known.cost:
        found[match.ref] = match


def _end_of(value: ValueName, tokens: tuple[Token, ...], at: int) -> int:
    """The position after the phrase, or 0; marks between its words do not count."""
    position = at
    for word in value.words:
        while (
            position < len(tokens)
            and position > at
            and tokens[position].kind == "mark"
            and tokens[position].text in ".'"
        ):
            position += 1
        if position >= len(tokens) or word != (tokens[position].stem if value.stemmed else tokens[position].low):
            return 0
        position += 1
    if position < len(tokens) and tokens[position].text == "." and value.text.endswith("."):
        position += 1
    return position


def _position(words: tuple[str, ...], inside: tuple[str, ...]) -> int | None:
    for start in range(len(inside) - len(words) + 1):
        if inside[start : start + len(words)] == words:
            return start
    return None


def _is_slip(typed: str, known: str) -> bool:
    """A doubled, missing or swapped letter, or a wrong vowel, with the ends in place: not a word of its own."""
    if len(known) < 5 or typed[0] != known[0]:
        return False
    if typed[-1] != known[-1] and sorted(typed[-2:]) != sorted(known[-2:]):
        return False
    if len(typed) != len(known) or sorted(typed) == sorted(known):
        return True
    vowels = "aeiouy"
    changed = [(a, b) for a, b in zip(typed, known, strict=True) if a != b]
    return len(known) > 7 or all(a in vowels and b in vowels for a, b in changed)
