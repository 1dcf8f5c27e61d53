"""From tokens to nodes: the cheapest ways to cover every word by something known. An unknown word is covered last of all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from jupyter_goal.planner.grammar.lexicon import STEMMED, Lexicon
from jupyter_goal.planner.grammar.marks import counts_percent, is_ordinal, is_silent
from jupyter_goal.planner.grammar.patterns import read_patterns
from jupyter_goal.planner.grammar.terms import (
    FieldRef,
    Match,
    MetricRef,
    Node,
    Noun,
    Number,
    Quoted,
    Unknown,
    ValueRef,
    When,
    Word,
)
from jupyter_goal.planner.grammar.tokens import Token
from jupyter_goal.planner.grammar.vocabulary import (
    GRAINS,
    LINKING,
    NUMBER_WORDS,
    SCALE,
    SECONDS,
    STOP,
    UNITS,
    aggregate_word,
    phrases,
)
from jupyter_goal.planner.grammar.when import read_when

_STOP_COST = 0.3
_DOING = frozenset(
    "use uses serve serves fly flies flew operate operates operating offer offers provide provides serving flying".split()
)
_IDLE_COST = 0.5
_BOTH_COST = 0.9
_UNKNOWN_COST = 20.0
_MARGIN = 0.25
_MODAL_BEHIND = frozenset("be have not also i we you".split())
_MONTH_BEFORE = frozenset(
    "in by for of during and or to from vs versus until since before after , between show the".split()
)
_COMPARING = frozenset("than over under above below least most exceeding exceed about".split())
_COVERS = 4


@dataclass(frozen=True, slots=True)
class Edge:
    """A node that covers tokens up to `end`; None for words without content."""

    end: int
    cost: float
    node: Node | None


@dataclass(frozen=True, slots=True)
class Cover:
    """One way to read all words."""

    cost: float
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class _Line:
    """The tokens as one lower-case text, for phrases with parts of their own."""

    text: str
    starts: tuple[int, ...]
    ends: dict[int, int]

    @classmethod
    def of(cls, tokens: tuple[Token, ...]) -> _Line:
        starts: list[int] = []
        ends: dict[int, int] = {}
        text = ""
        for index, token in enumerate(tokens):
            text += " " if text else ""
            starts.append(len(text))
            text += token.text.casefold().replace("’", "'") if token.kind != "word" else token.low
            ends[len(text)] = index + 1
        return cls(text, tuple(starts), ends)


def covers(tokens: tuple[Token, ...], lexicon: Lexicon) -> tuple[Cover, ...]:
    """The best covers of all tokens, cheapest first; those clearly worse than the best are left out."""
    edges = _edges(tokens, lexicon)
    best: list[tuple[Cover, ...]] = [()] * len(tokens) + [(Cover(0.0, ()),)]
    for at in range(len(tokens) - 1, -1, -1):
        options = [
            Cover(edge.cost + rest.cost, ((edge.node,) if edge.node is not None else ()) + rest.nodes)
            for edge in edges[at]
            for rest in best[edge.end]
        ]
        options.sort(key=lambda cover: cover.cost)
        limit = options[0].cost + _MARGIN
        best[at] = tuple(option for option in options[:_COVERS] if option.cost <= limit)
    return best[0]


def _edges(tokens: tuple[Token, ...], lexicon: Lexicon) -> list[list[Edge]]:
    line = _Line.of(tokens)
    edges: list[list[Edge]] = []
    shouted = all(token.text.isupper() for token in tokens if token.kind == "word")
    for at in range(len(tokens)):
        found = [
            *_nouns(tokens, at, lexicon),
            *_phrases(tokens, at),
            *_numbers(tokens, at),
            *_texts(line, tokens, at, lexicon),
        ]
        if tokens[at].kind == "quoted":
            inner = tokens[at].text[1:-1]
            found = [Edge(at + 1, 1.0, Quoted(inner))]
        if is_idle(tokens, at, lexicon) or (tokens[at].low == "either" and any(t.low == "or" for t in tokens[at:])):
            found.append(Edge(at + 1, _IDLE_COST, None))
        has_word = any(edge.end == at + 1 for edge in found)
        if not has_word and (is_silent(tokens, at) or _says_nothing(tokens[at], lexicon, shouted=shouted)):
            found.append(Edge(at + 1, _STOP_COST, None))
        if not any(edge.end == at + 1 for edge in found):
            found.extend(_unexplained(tokens, at, lexicon))
        edges.append(found)
    return edges


def is_linking(token: Token, lexicon: Lexicon) -> bool:
    """A verb of the closed list that the catalog does not have."""
    return token.kind == "word" and token.low in LINKING and not lexicon.names_word(token)


def is_idle(tokens: tuple[Token, ...], at: int, lexicon: Lexicon) -> bool:
    """A linking verb that the catalog has, but in no name that stands here ("destinations" … "serve")."""
    if tokens[at].kind != "word" or tokens[at].low not in _DOING or is_linking(tokens[at], lexicon):
        return False
    starts = range(max(0, at - 3), at + 1)
    covered = any(end > at for start in starts for end in _named(tokens, start, lexicon))
    return not covered and not any(edge.end > at for start in starts for edge in _parted(tokens, start, lexicon))


def _says_nothing(token: Token, lexicon: Lexicon, *, shouted: bool) -> bool:
    return (token.low in STOP and (shouted or not _is_name(token))) or is_linking(token, lexicon)


def _is_name(token: Token) -> bool:
    """“US” and “IT” in capitals are not “us” and “it”."""
    return len(token.text) > 1 and token.text.isupper()


def _nouns(tokens: tuple[Token, ...], at: int, lexicon: Lexicon) -> Iterator[Edge]:
    found = _named(tokens, at, lexicon)
    negated = at > 0 and any(
        kind == "neg" for words, kind, _ in phrases().get(tokens[at - 1].low, ()) if len(words) == 1
    )
    if negated is False and _repeats_aggregate(tokens, at):
        found = {
            end: kept for end, ms in found.items() if (kept := tuple(m for m in ms if not isinstance(m.ref, MetricRef)))
        }
    splits = negated and any(isinstance(m.ref, ValueRef) for matches in found.values() for m in matches)
    halves = tuple(_coordinated(tokens, at, lexicon))
    yield from halves
    for end, matches in found.items():
        if any(end == half.end for half in halves):
            continue
        if _is_participle(tokens, at, end):
            matches = tuple(_doubted(match, lexicon) for match in matches)
        if splits and not any(isinstance(m.ref, ValueRef) for m in matches):
            continue
        yield Edge(end, 1.0 - 0.02 * (end - at) + matches[0].cost, Noun(_shown(tokens, at, end), matches))
    yield from _parted(tokens, at, lexicon)


def _is_participle(tokens: tuple[Token, ...], at: int, end: int) -> bool:
    """“have been nominated”: a verb, though it may be a value as well."""
    low = tokens[at].low
    said = at > 0 and tokens[at - 1].low in {"been", "has", "have", "had", "having"}
    return said and end == at + 1 and tokens[at].text.islower() and low.endswith(("ed", "en"))


def _doubted(match: Match, lexicon: Lexicon) -> Match:
    ref = match.ref
    if not isinstance(ref, ValueRef) or ref.value in lexicon.catalog.dataset[ref.dataset].by_name[ref.field].values:
        return match
    return replace(match, weak=True)


def _named(tokens: tuple[Token, ...], at: int, lexicon: Lexicon) -> dict[int, tuple[Match, ...]]:
    found = lexicon.nouns(tokens, at)
    if at and tokens[at - 1].low in {"which", "what"}:
        return {end: kept for end, ms in found.items() if (kept := _not_counted(ms, tokens, end))}
    return found


def _not_counted(matches: tuple[Match, ...], tokens: tuple[Token, ...], end: int) -> tuple[Match, ...]:
    """“which plane flew …” names a plane, not how many planes flew."""
    verbal = tokens[end - 1].low in LINKING
    return tuple(match for match in matches if not (verbal and isinstance(match.ref, MetricRef)))


def _parted(tokens: tuple[Token, ...], at: int, lexicon: Lexicon) -> Iterator[Edge]:
    """“airlines are operating”: a verb inside the name of a number."""
    if at + 2 >= len(tokens) or tokens[at + 1].low not in {"are", "were", "is", "was", "that"}:
        return
    for end, matches in lexicon.nouns((tokens[at], *tokens[at + 2 : at + 5]), 0).items():
        numbers = tuple(match for match in matches if isinstance(match.ref, MetricRef) and match.cost < STEMMED)
        if end > 1 and numbers:
            yield Edge(at + end + 1, 0.9, Noun(_shown(tokens, at, at + end + 1), numbers))


def _repeats_aggregate(tokens: tuple[Token, ...], at: int) -> bool:
    """“minimum and average price”: the second aggregate belongs to the first, not to a metric's name."""
    before = at - 1
    while before >= 0 and tokens[before].low in {"and", ",", "the", "/"}:
        before -= 1
    return before >= 0 and before < at - 1 and all(aggregate_word(tokens[i].low) for i in (before, at))


def _coordinated(tokens: tuple[Token, ...], at: int, lexicon: Lexicon) -> Iterator[Edge]:
    """“departure and arrival delay”, “on time and late flights”: the head of the second name completes the first."""
    words = {"and", ",", "or", "&"} | ({"to"} if any(token.low == "ratio" for token in tokens[:at]) else set())
    joins = [i for i in range(at + 1, min(at + 4, len(tokens) - 1)) if tokens[i].low in words][:1]
    for joint in joins:
        own = lexicon.nouns(tokens, at).get(joint, ())
        if any(isinstance(m.ref, MetricRef) and m.cost == 0 for m in own):
            return
        if joint > at + 1 and not own:
            return
        found = _completed(tokens, at, joint, lexicon, numbers=bool(own))
        if found:
            cost = (_BOTH_COST if own else 1.0) + found[0].cost
            yield Edge(joint, cost, Noun(_shown(tokens, at, joint), found))


def _completed(tokens: tuple[Token, ...], at: int, joint: int, lexicon: Lexicon, *, numbers: bool) -> tuple[Match, ...]:
    """What the words before the joint name together with the head of the name behind it."""
    for end in lexicon.nouns(tokens, joint + 1):
        for head in range(joint + 2, end):
            named = lexicon.nouns((*tokens[at:joint], *tokens[head:end]), 0).get(joint - at + end - head, ())
            kept = tuple(m for m in named if not numbers or _is_number(m, lexicon))
            if kept:
                return kept
    return ()


def _is_number(match: Match, lexicon: Lexicon) -> bool:
    ref = match.ref
    fact = isinstance(ref, FieldRef) and lexicon.catalog.dataset[ref.dataset].by_name[ref.field].role == "fact"
    return isinstance(ref, MetricRef) or (fact and match.cost < STEMMED)


def _phrases(tokens: tuple[Token, ...], at: int) -> Iterator[Edge]:
    if counts_percent(tokens, at):
        return
    for words, kind, value in phrases().get(tokens[at].low, ()):
        end = at + len(words)
        if end <= len(tokens) and all(token.low == word for token, word in zip(tokens[at:end], words, strict=True)):
            yield Edge(end, 1.0, Word(_shown(tokens, at, end), kind, value))
    low = tokens[at].low
    grain = GRAINS.get(low) or GRAINS.get(low.removesuffix("s"))
    if grain and tokens[at].kind == "word" and not is_ordinal(tokens, at):
        adverb = "adverb" if low not in {grain, grain + "s", "date", "dates"} else "noun"
        yield Edge(at + 1, 1.0, Word(tokens[at].text, f"grain {adverb}", grain))


def _numbers(tokens: tuple[Token, ...], at: int) -> Iterator[Edge]:
    value = _number(tokens[at])
    if value is None:
        article = _article(tokens, at)
        if article is not None:
            yield article
        return
    end = at + 1
    if end < len(tokens) and tokens[end].low in SCALE and tokens[end].kind == "word":
        value = value * SCALE[tokens[end].low]
        end += 1
    elif at > 0 and tokens[at].kind == "word" and tokens[at - 1].kind == "number":
        return
    text = _shown(tokens, at, end)
    money = at > 0 and tokens[at - 1].text in "$€£"
    yield Edge(end, 1.0, Number(text, value, tokens[at - 1].text if money else ""))
    if end < len(tokens) and tokens[end].low in UNITS:
        yield Edge(end + 1, 1.02, Number(_shown(tokens, at, end + 1), value, UNITS[tokens[end].low]))


def _article(tokens: tuple[Token, ...], at: int) -> Edge | None:
    """“more than an hour”, “half an hour”."""
    half = tokens[at].low == "half"
    unit = at + 2 if half else at + 1
    article = tokens[unit - 1].low in {"a", "an"} if unit < len(tokens) else False
    if not article or UNITS.get(tokens[unit].low) not in SECONDS:
        return None
    if not half and (at == 0 or tokens[at - 1].low not in _COMPARING):
        return None
    return Edge(unit + 1, 0.9, Number(_shown(tokens, at, unit + 1), 0.5 if half else 1, UNITS[tokens[unit].low]))


def _number(token: Token) -> int | float | None:
    if token.kind == "number":
        plain = token.text.replace(",", "").replace("−", "-")
        try:
            return int(plain) if plain.removeprefix("-").isdigit() else float(plain)
        except ValueError:
            return None
    return NUMBER_WORDS.get(token.low) if token.kind == "word" else None


def _texts(line: _Line, tokens: tuple[Token, ...], at: int, lexicon: Lexicon) -> Iterator[Edge]:
    start = line.starts[at]
    for after, pattern in read_patterns(line.text, start):
        if (end := line.ends.get(after)) is not None:
            yield Edge(end, 0.98, pattern)
    found = read_when(line.text, start, lexicon.catalog.calendar)
    if found is None or (end := line.ends.get(found.end)) is None:
        return
    if (
        _is_amount(tokens, at, end)
        or _is_modal(tokens, at, end)
        or (found.when.year is not None and _counts(tokens, at))
    ):
        return
    yield Edge(end, 0.97, found.when)


def _is_amount(tokens: tuple[Token, ...], at: int, end: int) -> bool:
    """“over 2000 miles”, “in 1990 dollars”: a number with a unit, or after “over”, is no year."""
    if tokens[end - 1].kind != "number" or not tokens[end - 1].text.isdigit():
        return False
    behind = tokens[end].low if end < len(tokens) else ""
    return (tokens[at].low == "over" and end - at == 2) or (
        behind in UNITS and UNITS[behind] not in {"y", "times", "d"}
    )


def _is_modal(tokens: tuple[Token, ...], at: int, end: int) -> bool:
    """“may” and “march” that are verbs."""
    last = tokens[end - 1]
    if last.low not in {"may", "march", "sun", "mar"} or not last.text.islower() or end - at != 1:
        return False
    before = tokens[at - 1].low if at else ""
    behind = tokens[end].low if end < len(tokens) else ""
    return behind in _MODAL_BEHIND or (at > 0 and before not in _MONTH_BEFORE) or (at == 0 and behind in {"i", "we"})


def _counts(tokens: tuple[Token, ...], at: int) -> bool:
    """A number after “than”, “top” and the like is no year."""
    before = tokens[at - 1].low if at else ""
    return before in {"than", "over", "above", "under", "below", "least", "most", "top", "bottom", "limit", "exceeding", ">",
                      "<", "=", "exactly", ">=", "<=", "exceeds", "exceed", "first", "is", "number"}  # fmt: skip


def _unexplained(tokens: tuple[Token, ...], at: int, lexicon: Lexicon) -> Iterator[Edge]:
    """A part of a value, or a word that nothing explains."""
    token = tokens[at]
    for end in range(min(len(tokens), at + 4), at, -1):
        named = lexicon.part_of_name(tokens, at, end)
        if named:
            yield Edge(end, 1.45 - 0.02 * (end - at), Noun(_shown(tokens, at, end), named))
    for end in range(min(len(tokens), at + 4), at, -1):
        matches = lexicon.fragment(tokens, at, end)
        if matches:
            yield Edge(end, 1.4 - 0.02 * (end - at), Noun(_shown(tokens, at, end), matches))
    yield Edge(at + 1, _UNKNOWN_COST, Unknown(token.text))


def _shown(tokens: tuple[Token, ...], at: int, end: int) -> str:
    parts = [tokens[at].text]
    for before, token in pairwise(tokens[at:end]):
        parts.append(("" if token.start == before.end and "mark" in (token.kind, before.kind) else " ") + token.text)
    return "".join(parts)


__all__ = ["Cover", "When", "covers"]
